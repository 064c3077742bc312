"""`run.log`: what a report and its decision cost, in the kernel and from another process."""

import ctypes
import threading
import time
from functools import partial

import numpy as np
from measure import folder_on_disk, in_turns, optuna_study
from table import Figure, report

from hdwidget import (
    Experiment,
    FunctionRunConfig,
    HyperDriveConfig,
    MedianStoppingPolicy,
    PrimaryMetricGoal,
    RandomParameterSampling,
    Workspace,
    uniform,
)

ROUNDS = 3
RUNS = VALUES = 100
PEER_RUNS = 10
"""Fewer: the cost of a report of Optuna's grows with the runs, so this is in its favour."""

CALLS, SECONDS = 2000, 10.0
"""A trial in another process logs so often, and stops early after so many seconds."""

HOLD_MICROSECONDS = 20_000


def experiment_in(folder, function, runs, *, concurrent=1, isolation="coroutine"):
    """Submit an experiment with the median policy and return its run."""
    config = HyperDriveConfig(
        run_config=FunctionRunConfig(function, isolation=isolation),
        hyperparameter_sampling=RandomParameterSampling({"x": uniform(0, 1)}, seed=1),
        policy=MedianStoppingPolicy(),
        primary_metric_name="value",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=runs,
        max_concurrent_runs=concurrent,
    )
    return Experiment(Workspace(folder), "log").submit(config)


def report_in_kernel(folder, *, durable, concurrent):
    """Return the microseconds that a report takes: a value, its place in the queue, its decision.

    Parameters
    ----------
    durable
        Whether each value is awaited until it is on the disk, else `log` just returns.
    concurrent
        How many trials report at once. Their time is divided by all of their reports.
    """
    begun, ended = [], []

    async def train(run, x):
        begun.append(time.perf_counter())
        # All curves are the same, and grow: no run is worse than the median.
        for step in range(VALUES):
            logged = run.log("value", step / VALUES, step=step)
            if durable:
                await logged
        ended.append(time.perf_counter())

    experiment_in(folder, train, RUNS, concurrent=concurrent).wait_for_completion()
    seconds = sum(ended) - sum(begun) if concurrent == 1 else max(ended) - min(begun)
    return seconds / (RUNS * VALUES) * 1e6


def report_to_optuna(folder, *, pragmas):
    """Return the microseconds of `Trial.report` with `Trial.should_prune`."""
    seconds = []

    def train(trial):
        start = time.perf_counter()
        for step in range(VALUES):
            trial.report(step / VALUES, step)
            trial.should_prune()
        seconds.append(time.perf_counter() - start)
        return 1.0

    optuna_study(folder, pragmas=pragmas).optimize(train, n_trials=PEER_RUNS, n_jobs=1)
    return sum(seconds) / (PEER_RUNS * VALUES) * 1e6


def report_from_process(folder, occupation):
    """Return p50 and p99 of `run.log` in a trial's process in milliseconds, and how many calls.

    Parameters
    ----------
    occupation
        What the kernel's main thread does, again and again, until the run ends.
    """

    def train(run, x):
        taken, end = [], time.perf_counter() + SECONDS
        while len(taken) < CALLS and time.perf_counter() < end:
            start = time.perf_counter()
            run.log("value", float(len(taken)))
            taken.append(time.perf_counter() - start)
        p50, p99 = np.quantile(taken[1:], [0.5, 0.99]) * 1e3
        for name, value in (("p50", p50), ("p99", p99)):
            run.log(name, value)

    run = experiment_in(folder, train, 1, isolation="process")
    waiting = threading.Thread(target=run.wait_for_completion)
    waiting.start()
    while waiting.is_alive():
        occupation(waiting)
    logged = run.get_children()[0].get_metrics()
    return logged["p50"], logged["p99"], len(logged["value"])


def idle(waiting):
    """Wait, as a kernel between two cells, or in one that waits for the run."""
    waiting.join()


def compute(_):
    """Run pure Python, which lets go of the GIL every 5 ms if it is asked to."""
    sum(number * number for number in range(1000))


def hold(_):
    """Stay in C and keep the GIL, as some extensions do for much longer."""
    ctypes.PyDLL(None).usleep(HOLD_MICROSECONDS)


def main():
    """Print the tables."""
    with folder_on_disk() as folder:
        taken = in_turns(
            ROUNDS,
            {
                "returned": partial(report_in_kernel, folder, durable=False, concurrent=1),
                "durable": partial(report_in_kernel, folder, durable=True, concurrent=1),
                "at once": partial(report_in_kernel, folder, durable=True, concurrent=RUNS),
                "shipped": partial(report_to_optuna, folder, pragmas=False),
                "pragmas": partial(report_to_optuna, folder, pragmas=True),
            },
        )
        kinds = {
            "idle": idle,
            "runs pure Python": compute,
            f"holds the GIL for {HOLD_MICROSECONDS // 1000} ms": hold,
        }
        remote = {
            what: [report_from_process(folder, occupation) for _ in range(ROUNDS)]
            for what, occupation in kinds.items()
        }
    names = {
        "returned": "report + decision, log returned",
        "durable": "report + decision, awaited durable",
        "at once": f"report + decision, durable, {RUNS} at once",
    }
    figures = [
        Figure(name=name, unit="us", ours=taken[key], peer=taken[peer], peer_name=who, times=times)
        for key, name in names.items()
        for peer, who, times in (
            ("shipped", "Optuna as shipped", 10),
            ("pragmas", "Optuna, same pragmas", 3),
        )
    ]
    for what, rounds in remote.items():
        p50, p99, calls = zip(*rounds, strict=True)
        name = f"log from a process, kernel {what}"
        limit = 1.0 if what == "idle" else None
        figures += [
            Figure(name=f"{name}, p50 of {min(calls)}", unit="ms", ours=p50, limit=limit),
            Figure(name=f"{name}, p99", unit="ms", ours=p99),
        ]
    report(f"Reports with the median policy, {RUNS} runs x {VALUES} values", figures)


if __name__ == "__main__":
    main()
