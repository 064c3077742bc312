"""What Bayesian proposals cost: processor time, and what trials notice of the thinking."""

import os

# Before NumPy is loaded: as in the process in which the engine has a sampler think.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import time
from functools import partial

import numpy as np
from measure import folder_on_disk, in_turns
from table import Figure, report

from hdwidget import (
    BayesianParameterSampling,
    Experiment,
    FunctionRunConfig,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    Workspace,
    choice,
    randint,
    uniform,
)
from hdwidget.samplers import Observation

ROUNDS = 3
TRIALS = 200
VALUES = 2000
PAUSE = 0.002
"""Seconds between two reports: a trial that only reports would compete with the thinking."""

LIMITS = {50: None, 100: 100.0, 300: 200.0, 1000: None}
"""Milliseconds of one core for a proposal, by the number of trials that it learns from."""

SPACE = {
    **{f"x{i}": uniform(0, 1) for i in range(6)},
    **{f"level{i}": randint(8) for i in range(2)},
    **{f"kind{i}": choice("a", "b", "c", "d") for i in range(2)},
}


def proposal(count):
    """Return the milliseconds of a proposal after `count` trials, one of which is new."""
    sampler = BayesianParameterSampling(SPACE, seed=1)
    rng = np.random.default_rng(count)
    history = []
    for _ in range(count):
        params = sampler.space.sample(rng)
        history.append(Observation(params, utility(sampler, params), 1, "completed"))
    sampler.propose(count, history)  # what is loaded and made once
    params = sampler.space.sample(rng)
    history.append(Observation(params, utility(sampler, params), 1, "completed"))
    begun = time.process_time()
    sampler.propose(count + 1, history)
    return (time.process_time() - begun) * 1e3


def utility(sampler, params):
    point = sampler.space.encode(params)
    return -float(((point - 0.3) ** 2) @ np.arange(1, len(point) + 1)) - float(np.sin(9 * point[0]))


def reports(folder, sampler):
    """Return p50 and p99 of `run.log` in milliseconds while other trials end at once.

    Each trial that ends has another one proposed, so that a sampler that thinks does so all the
    time.
    """

    def train(run, **params):
        if run.number:
            run.log("value", sum(x for x in params.values() if isinstance(x, float)))
            return
        taken = []
        for _ in range(VALUES):
            begun = time.perf_counter()
            run.log("value", 0.0)
            taken.append(time.perf_counter() - begun)
            time.sleep(PAUSE)
        p50, p99 = np.quantile(taken[1:], [0.5, 0.99]) * 1e3
        run.log("p50", p50)
        run.log("p99", p99)

    run = submitted(folder, train, sampler, isolation="process")
    run.wait_for_completion()
    logged = run.get_children()[-1].get_metrics()
    return logged["p50"], logged["p99"]


def first_start(folder, sampler):
    """Return the seconds from `submit` until the first trial's code begins."""
    begun = []

    async def train(run, **params):
        begun.append(time.perf_counter())
        run.log("value", 0.0)

    start = time.perf_counter()
    run = submitted(folder, train, sampler, runs=1)
    run.wait_for_completion()
    return begun[0] - start


def submitted(folder, function, sampler, *, isolation=None, runs=TRIALS):
    config = HyperDriveConfig(
        run_config=FunctionRunConfig(function, isolation=isolation),
        hyperparameter_sampling=sampler(SPACE, seed=1),
        primary_metric_name="value",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=runs,
        max_concurrent_runs=2,
    )
    return Experiment(Workspace(folder), "proposals").submit(config)


def main():
    """Print the table."""
    samplers = {"bayesian": BayesianParameterSampling, "random": RandomParameterSampling}
    costs = {n: [proposal(n) for _ in range(ROUNDS)] for n in LIMITS}
    with folder_on_disk() as folder:
        waits = in_turns(
            ROUNDS, {name: partial(reports, folder, made) for name, made in samplers.items()}
        )
        starts = in_turns(
            ROUNDS, {name: partial(first_start, folder, made) for name, made in samplers.items()}
        )
    figures = [
        Figure(name=f"CPU of a proposal after {n} trials", unit="ms", ours=costs[n], limit=limit)
        for n, limit in LIMITS.items()
    ]
    for i, which in enumerate(("p50", "p99")):
        ours, peer = ([pair[i] for pair in waits[name]] for name in samplers)
        name = f"log from a process while the sampler thinks, {which}"
        figures.append(Figure(name=name, unit="ms", ours=ours, peer=peer, peer_name="at random"))
    figures.append(
        Figure(
            name="submit to the first trial's code",
            unit="s",
            ours=starts["bayesian"],
            peer=starts["random"],
            peer_name="at random",
        )
    )
    report("Bayesian proposals, ten hyperparameters, one thread of BLAS", figures)


if __name__ == "__main__":
    main()
