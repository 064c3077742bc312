# ruff: noqa: E402, T201  # BLAS is pinned before numpy is there; a benchmark prints its table
"""How good the configurations are that samplers find, ours and others', and what they cost.

Runs are appended to a file of JSON lines as they end, and those that it has are not made again; so
it can be interrupted, and several processes can share the work by seeds.
"""

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import argparse
import importlib.util
import json
import math
import sys
import time
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from askers import METHODS, Asker, asker
from regret_table import by_problem, show
from sampler_problems import SPLITS
from sampler_problems.problem import Instance, Problem, best_observed

from hdwidget.space import SearchSpace, choice, uniform

NEEDS = {"optuna": "optuna", "skopt": "skopt", "hyperopt": "hyperopt", "optuna GP": "torch"}
WARM_UP = SearchSpace({"a": uniform(0, 1), "b": choice("x", "y")})


def run(method: str, problem: Problem, instance: Instance, seed: int, trials: int, flight: int):
    """Return the row of one run: the regret after each trial and the time of each suggestion."""
    asking = asker(method, problem.space, seed)
    losses, observed, cpu = np.empty((3, trials))
    waiting: deque[tuple[object, float]] = deque()
    for trial in range(trials):
        start = time.process_time()
        token, params = asking.ask()
        cpu[trial] = time.process_time() - start
        losses[trial], observed[trial] = instance.observe(params, trial)
        waiting.append((token, observed[trial]))
        if len(waiting) == flight:
            token, loss = waiting.popleft()
            start = time.process_time()
            asking.tell(token, loss)
            cpu[trial] += time.process_time() - start
    regrets = instance.regret(best_observed(losses, observed))
    return {
        "method": method,
        "problem": problem.name,
        "seed": seed,
        "flight": flight,
        "regret": [float(f"{regret:.6g}") for regret in regrets],
        "ms": [round(1000.0 * seconds, 2) for seconds in cpu],
    }


def warm_up(method: str) -> None:
    """Import what the method imports when it is first asked."""
    asking: Asker = asker(method, WARM_UP, 0)
    for trial in range(14):
        token, params = asking.ask()
        asking.tell(token, math.sin(9.0 * params["a"]) + (params["b"] == "x") + 0.01 * trial)


def available(method: str) -> bool:
    """Tell whether what the method needs is installed."""
    needs = [package for word, package in NEEDS.items() if method.startswith(word)]
    return all(importlib.util.find_spec(package) for package in needs)


def recorded(file: Path) -> list[dict]:
    """Return the rows of a results file."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--methods",
        default="ours,optuna TPE,random",
        help=f"with commas between them, of {', '.join(METHODS)}; or module:callable, which is "
        "called with (space, seed=…) and returns a Sampler of hdwidget's",
    )
    parser.add_argument("--split", choices=SPLITS, default="tune")
    parser.add_argument("--problems", default="", help="names with commas; all of the split")
    parser.add_argument("--seeds", default="0:3", help="first:end")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--flight", default="1", help="trials at the same time, such as 1,4")
    parser.add_argument("--results", type=Path, default=Path("samplers.jsonl"), nargs="?")
    parser.add_argument("--against", default="ours", help="the method that differences are to")
    parser.add_argument("--per-problem", type=int, metavar="TRIALS", help="a table of them as well")
    parser.add_argument("--only-table", action="store_true")
    return parser.parse_args(arguments)


def missing(options: argparse.Namespace) -> Iterator[tuple[Problem, int, int, list[str]]]:
    """Yield each problem, seed and number in flight with the methods that have no run of it."""
    names = options.problems.split(",") if options.problems else None
    first, end = map(int, options.seeds.split(":"))
    for seed in range(first, end):
        for problem in SPLITS[options.split]:
            if names is not None and problem.name not in names:
                continue
            for flight in map(int, options.flight.split(",")):
                have = {
                    row["method"]
                    for row in recorded(options.results)
                    if (row["problem"], row["seed"], row["flight"]) == (problem.name, seed, flight)
                    and len(row["regret"]) >= options.trials
                }
                lacking = [m for m in options.methods.split(",") if m not in have]
                # scikit-optimize knows nothing of trials that have not ended.
                yield problem, seed, flight, [m for m in lacking if flight == 1 or "skopt" not in m]


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the runs that are missing, and print the tables of all that there are."""
    options = parsed(arguments)
    warnings.simplefilter("ignore")
    if not options.only_table:
        for method in options.methods.split(","):
            if available(method):
                warm_up(method)
            else:
                print(f"{method} is left out: `make rivals` installs what it needs")
        for problem, seed, flight, methods in missing(options):
            instance = problem.instance(seed)
            for method in filter(available, methods):
                row = run(method, problem, instance, seed, options.trials, flight)
                with options.results.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(row) + "\n")
                at = " ".join(f"{k}: {row['regret'][k - 1]:.3f}" for k in (20, 50, 100) if k <= options.trials)
                print(f"{method:24} {problem.name:28} {seed:3} {flight} | {at} | {np.mean(row['ms']):.0f} ms", flush=True)
    rows = recorded(options.results)
    print(show(rows, options.against))
    if options.per_problem:
        print(f"\n{by_problem(rows, options.per_problem)}")


if __name__ == "__main__":
    sys.exit(main())
