# ruff: noqa: E402, T201  # BLAS is pinned before numpy is there; a benchmark prints its table
"""What an earlier experiment is worth to a search, and that it does no harm where it is worth none.

An earlier experiment of 40 trials is searched first, on a problem that is akin to the present one
in the ways of `RELATIONS`; then the present one, cold and warm. *Merged* takes the earlier losses
as if they were the present experiment's, which is what there would be without an alignment.
"""

import os

for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"

import argparse
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from sampler_problems import SPLITS
from sampler_problems.problem import Instance, Params, Problem, best_observed
from table import Figure, report

from hdwidget import BayesianParameterSampling
from hdwidget.samplers import Observation

EARLIER, TRIALS = 40, 40
CHECKPOINTS = (5, 10, 20, 40)
WORST = 2.0
"""A regret counts as no more: of some problems the worst are 10,000 times as bad as the median."""
NOISE = 2.0
"""So many standard errors are noise."""
SOURCES = {"merged": 0, "warm": 1}
"""The experiment that a search takes the earlier trials to be of."""
SEED_APART = 1000


def moved(problem: Problem, instance: Instance, seed: int) -> Callable[[Params], float]:
    """Return the losses with everything moved by a twentieth of each axis."""
    signs = np.random.default_rng([seed, 7]).choice([-1.0, 1.0], len(problem.space.dimensions))

    def loss(params: Params) -> float:
        point = np.clip(problem.space.encode(params) + 0.05 * signs, 0.0, 1.0)
        return instance.function(problem.space.decode(point))

    return loss


def elsewhere(problem: Problem, instance: Instance, seed: int) -> Callable[[Params], float]:
    """Return the losses of a problem of the same kind with its optimum in another place."""
    del instance
    return problem.instance(seed + SEED_APART).function


RELATIONS: dict[str, Callable[[Problem, Instance, int], Callable[[Params], float]]] = {
    "the same": lambda _, instance, __: instance.function,
    "rescaled": lambda _, instance, __: lambda params: 1e3 + 50.0 * instance.function(params),
    "moved and rescaled": lambda problem, instance, seed: (
        lambda params: 0.02 * moved(problem, instance, seed)(params) - 3.0
    ),
    "elsewhere": elsewhere,
    "reversed": lambda _, instance, __: lambda params: -instance.function(params),
}


def search(
    instance: Instance, trials: int, seed: int, before: Sequence[Observation]
) -> tuple[list[Observation], np.ndarray]:
    """Return the trials of a search, and its regret after each of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of too few trials
        sampler = BayesianParameterSampling(dict(instance.space), seed=seed)
    history, losses, observed = list(before), np.empty(trials), np.empty(trials)
    for i in range(trials):
        params = sampler.propose(i, history)
        losses[i], observed[i] = instance.observe(params, i)
        seen = observed[i]
        history.append(
            Observation(params, None, 0, "failed")
            if np.isnan(seen)
            else Observation(params, -seen, 1, "completed", (-seen,))
        )
    regrets = np.array([instance.regret(loss) for loss in best_observed(losses, observed)])
    return history[len(before) :], np.minimum(regrets, WORST)


def regrets_of(
    problem: Problem, seed: int, relations: Sequence[str], sources: Mapping[str, int]
) -> dict[str, np.ndarray]:
    """Return the regrets of a cold search and of those after each relation."""
    instance = problem.instance(seed)
    found = {"cold": search(instance, TRIALS, seed, ())[1]}
    for name in relations:
        earlier = replace(instance, function=RELATIONS[name](problem, instance, seed))
        before, _ = search(earlier, EARLIER, seed + SEED_APART, ())
        for how, source in sources.items():
            history = [replace(trial, source=source) for trial in before]
            found[f"{how} {name}"] = search(instance, TRIALS, seed, history)[1]
    return found


def main(arguments: Sequence[str]) -> None:
    """Print the regrets and the differences to a cold search, with their standard errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=SPLITS, default="report")
    parser.add_argument("--seeds", default="0:2", help="first:end")
    parser.add_argument("--problems", type=lambda text: text.split(","))
    parser.add_argument("--relations", type=lambda text: text.split(","), default=[*RELATIONS])
    parser.add_argument("--no-merged", action="store_true", help="leave the merged ones out")
    options = parser.parse_args(arguments)
    sources = {how: of for how, of in SOURCES.items() if of or not options.no_merged}
    first, end = map(int, options.seeds.split(":"))
    # Synthetic ones: of a table, there is no other that is akin.
    problems = [
        problem
        for problem in SPLITS[options.split]
        if problem.kind == "synthetic" and problem.name in (options.problems or [problem.name])
    ]
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    for seed in range(first, end):
        for problem in problems:
            for name, regrets in regrets_of(problem, seed, options.relations, sources).items():
                found[name].append(regrets)
            print(f"{problem.name} {seed}", file=sys.stderr, flush=True)
    cold = np.array(found.pop("cold"))[:, np.array(CHECKPOINTS) - 1]
    print(f"| after | {' | '.join(f'at {at}' for at in CHECKPOINTS)} |")
    print("|---" * (len(CHECKPOINTS) + 1) + "|")
    print(f"| cold | {' | '.join(f'{mean:.3f}' for mean in cold.mean(axis=0))} |")
    figures: list[Figure] = []
    for name, regrets in found.items():
        more = np.array(regrets)[:, np.array(CHECKPOINTS) - 1] - cold
        errors = more.std(axis=0, ddof=1) / np.sqrt(len(more))
        cells = zip(more.mean(axis=0), errors, strict=True)
        print(f"| {name} | {' | '.join(f'{mean:+.3f} +- {error:.3f}' for mean, error in cells)} |")
        if name.startswith("warm"):
            harm = more.mean(axis=0) - NOISE * errors
            figures.append(
                Figure(
                    name=f"{name}: surely worse by",
                    unit="regret",
                    ours=[max(0.0, harm.max())],
                    limit=0.0,
                )
            )
    report("warm starts", figures)


if __name__ == "__main__":
    main(sys.argv[1:])
