# ruff: noqa: E402, T201  # BLAS is pinned before numpy is there; a benchmark prints its table
"""How good the configurations are that samplers find, ours and others', and what they cost.

Runs are appended to a file of JSON lines as they end, and those that it has are not made again: the
comparison can be interrupted, and several processes can share its seeds. Without options it is a
short one, of the methods that are installed.
"""

import os

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"

import argparse
import json
import math
import sys
import tempfile
import time
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from askers import METHODS, Method, method_named
from regret_table import by_problem, show
from sampler_problems import SPLITS
from sampler_problems.problem import Instance, Problem, best_observed
from table import Figure, report

from hdwidget.space import SearchSpace, choice, uniform

SHORT = ("--split", "report", "--seeds", "0:2", "--trials", "50")
WARM_UP = SearchSpace({"a": uniform(0, 1), "b": choice("x", "y")})


def run(method: Method, instance: Instance, seed: int, trials: int, flight: int):
    """Return the regret after each trial, and the CPU time of each suggestion in milliseconds.

    When `flight` trials are running, the one that was started first ends.
    """
    asker = method.make(instance.space, seed)
    losses, observed, seconds = np.empty((3, trials))
    running: deque[tuple[object, float]] = deque()
    for trial in range(trials):
        start = time.process_time()
        token, params = asker.ask()
        seconds[trial] = time.process_time() - start
        losses[trial], observed[trial] = instance.observe(params, trial)
        running.append((token, float(observed[trial])))
        if len(running) == flight:
            ended = running.popleft()
            start = time.process_time()
            asker.tell(*ended)
            seconds[trial] += time.process_time() - start
    regrets = instance.regret(best_observed(losses, observed))
    return {
        "regret": [float(f"{regret:.6g}") for regret in regrets],
        "ms": [round(1000.0 * second, 2) for second in seconds],
    }


def warm_up(method: Method) -> None:
    """Import what the method imports when it is first asked."""
    asker = method.make(WARM_UP, 0)
    for trial in range(14):
        token, params = asker.ask()
        asker.tell(token, math.sin(9.0 * params["a"]) + (params["b"] == "x") + 0.01 * trial)


def recorded(file: Path, problems: Sequence[Problem]) -> list[dict]:
    """Return the rows of a results file on these problems."""
    if not file.exists():
        return []
    names = {problem.name for problem in problems}
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["problem"] in names]


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--methods",
        type=lambda text: text.split(","),
        default=[name for name, method in METHODS.items() if method.installed],
        help=f"with commas between them, of: {', '.join(METHODS)}; or module:callable, which is "
        "called with (space, seed=...) and returns a sampler of hdwidget's (default: what is "
        "installed)",
    )
    parser.add_argument(
        "--split", choices=SPLITS, default="tune", help="a sampler is tuned on `tune` only"
    )
    parser.add_argument(
        "--problems", type=lambda text: text.split(","), help="names with commas between them"
    )
    parser.add_argument("--seeds", default="0:3", help="first:end")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument(
        "--flight",
        type=lambda text: [int(number) for number in text.split(",")],
        default=[1],
        help="how many trials at a time, such as 1,4",
    )
    parser.add_argument("--results", type=Path, help="the file (default: a temporary one)")
    parser.add_argument("--against", default="ours", help="the method that differences are to")
    parser.add_argument(
        "--per-problem", type=int, metavar="TRIALS", help="show regrets by problem as well"
    )
    parser.add_argument("--only-table", action="store_true", help="make no runs")
    options = parser.parse_args(arguments)
    names = [problem.name for problem in SPLITS[options.split]]
    if unknown := set(options.problems or ()) - set(names):
        parser.error(f"`--problems` must be of {', '.join(names)}, but got {', '.join(unknown)}.")
    return options


def missing(
    options: argparse.Namespace, file: Path, problems: Sequence[Problem]
) -> Iterator[tuple[str, Instance, dict[str, object]]]:
    """Yield the methods with a problem, and what names the run, of the runs that are missing."""
    have = {
        (row["method"], row["problem"], row["seed"], row["flight"])
        for row in recorded(file, problems)
        if len(row["regret"]) >= options.trials
    }
    first, end = map(int, options.seeds.split(":"))
    for seed in range(first, end):
        for problem in problems:
            instance = problem.instance(seed)
            for flight in options.flight:
                for name in options.methods:
                    known = (name, problem.name, seed, flight) in have
                    if not known and method_named(name).takes(flight):
                        keys = {"problem": problem.name, "seed": seed, "flight": flight}
                        yield name, instance, keys


def make_runs(options: argparse.Namespace, file: Path, problems: Sequence[Problem]) -> None:
    """Append the runs that are missing to the file."""
    for name in options.methods:
        warm_up(method_named(name))
    for name, instance, keys in missing(options, file, problems):
        seed, flight = keys["seed"], keys["flight"]
        row = run(method_named(name), instance, seed, options.trials, flight)
        with file.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"method": name, **keys, **row}) + "\n")
        print(
            f"{name:24} {keys['problem']:28} seed {seed:2}, {flight} in flight: regret "
            f"{row['regret'][-1]:.3f}, {np.mean(row['ms']):.0f} ms a suggestion",
            flush=True,
        )


def figures(rows: Sequence[dict], trials: int) -> list[Figure]:
    """Return what `run.py` sums up: ours beside what its users have most often."""

    def of(method, what):
        own = [row for row in rows if row["method"] == method and row["flight"] == 1]
        seeds = sorted({row["seed"] for row in own})
        return [float(np.mean([what(r) for r in own if r["seed"] == seed])) for seed in seeds]

    def figure(name, unit, what, limit=None):
        ours, peer = of("ours", what), of("optuna TPE", what)
        return Figure(
            name=name, unit=unit, ours=ours, peer=peer, peer_name="Optuna's TPE", limit=limit
        )

    return [
        figure(f"best of {trials} trials", "regret", lambda r: r["regret"][-1]),
        figure("CPU per suggestion", "ms", lambda r: np.mean(r["ms"]), limit=100),
    ]


def main(arguments: Sequence[str]) -> None:
    """Make the runs that are missing, and print the tables of all that there are."""
    options = parsed(arguments)
    problems = [
        problem
        for problem in SPLITS[options.split]
        if options.problems is None or problem.name in options.problems
    ]
    warnings.simplefilter("ignore")  # some of the others warn each time
    with tempfile.TemporaryDirectory() as folder:
        file = options.results or Path(folder) / "samplers.jsonl"
        if not options.only_table:
            make_runs(options, file, problems)
        rows = recorded(file, problems)
    print(show(rows, options.against))
    if options.per_problem:
        print(f"\n{by_problem(rows, options.per_problem)}")
    if not options.results and "ours" in options.methods:
        report(f"Samplers on {len(problems)} problems", figures(rows, options.trials))


if __name__ == "__main__":
    main(sys.argv[1:] or SHORT)
