# ruff: noqa: T201  # a benchmark prints its table
"""What a policy's decision costs at 1000 runs x 1000 intervals, and the curves under it."""

import time
import tracemalloc

import numpy as np
from table import Figure, report

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.policies import (
    BanditPolicy,
    MedianStoppingPolicy,
    NoTerminationPolicy,
    TruncationSelectionPolicy,
)

RUNS = INTERVALS = 1000
DECISIONS = 3000
LIMIT_US = 50
POLICIES = (
    BanditPolicy(slack_factor=0.2),
    MedianStoppingPolicy(),
    TruncationSelectionPolicy(20),
    TruncationSelectionPolicy(20, exclude_finished_jobs=True),
    NoTerminationPolicy(),
)


def learning_curves(rng):
    """Return the logged values: saturating curves with noise, `(RUNS, INTERVALS)`."""
    level = rng.uniform(0.5, 1.0, size=(RUNS, 1))
    rate = rng.uniform(0.001, 0.1, size=(RUNS, 1))
    noise = rng.normal(scale=0.01, size=(RUNS, INTERVALS))
    return level * (1 - np.exp(-rate * np.arange(1, INTERVALS + 1))) + noise


def seconds_per_decision(policy, curves, rng):
    """Return the seconds of each of many decisions, of random runs at random intervals."""
    seconds = np.empty(DECISIONS)
    for index in range(DECISIONS):
        run = int(rng.integers(len(curves)))
        interval = int(rng.integers(1, curves.intervals(run) + 1))
        start = time.perf_counter()
        policy.decide(curves, run, interval)
        seconds[index] = time.perf_counter() - start
    return seconds


def main():
    """Print the tables."""
    rng = np.random.default_rng(0)
    logged = learning_curves(rng)

    tracemalloc.start()
    full = LearningCurves(PrimaryMetricGoal.MAXIMIZE)
    for run in range(RUNS):
        full.extend(run, logged[run].tolist())
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    # As early termination leaves them: half of the runs ended on the way.
    ragged = LearningCurves(PrimaryMetricGoal.MAXIMIZE)
    start = time.perf_counter()
    appended = 0
    for run in range(RUNS):
        length = INTERVALS if run % 2 else int(rng.integers(5, INTERVALS))
        for value in logged[run, :length].tolist():
            ragged.append(run, value)
        appended += length
    append = (time.perf_counter() - start) / appended

    figures = []
    for policy in POLICIES:
        for runs, curves in (("all running", full), ("half ended", ragged)):
            p50, p99 = np.quantile(seconds_per_decision(policy, curves, rng), [0.5, 0.99]) * 1e6
            label = type(policy).__name__
            if getattr(policy, "exclude_finished_jobs", False):
                label += "(exclude_finished_jobs)"
            name = f"{label}, {runs}, p50 (p99 {p99:.0f} us)"
            figures.append(Figure(name=name, unit="us", ours=[p50], limit=LIMIT_US))
    report(f"A decision at {RUNS} runs x {INTERVALS} intervals", figures)
    print(f"append one value: {append * 1e6:.2f} us")
    print(f"memory of the curves: {memory / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
