# ruff: noqa: T201  # a script
"""Evaluate the real tasks with scikit-learn and keep what came out in `data/`.

    python -m sampler_problems.make_tables [NAME …]

from `tests/benchmarks`, with BLAS on one thread: some ten minutes of one core for all of them.
"""

import sys
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .kept import DATA, keep
from .optimum import lowest
from .surrogate_tasks import REPORT_SURROGATES, TUNE_SURROGATES
from .surrogates import Features, fitted
from .table_tasks import REPORT_TABLES, TUNE_TABLES
from .task import Task

EVALUATIONS = 600
# A loss so many times the median is as bad as a model gets: the surrogate need not know how bad.
WORST = 1e3


def table(task: Task) -> None:
    """Evaluate every configuration of a finite space."""
    losses = evaluated(task, list(task.space.enumerate()))
    keep(task.name, {"losses": losses.astype(np.float32)})


def surrogate(task: Task) -> None:
    """Evaluate a sample of a space, and fit a model to the logarithms of the losses."""
    rng = np.random.default_rng(0)
    sample = [task.space.sample(rng) for _ in range(EVALUATIONS)]
    losses = evaluated(task, sample)
    worst = WORST * np.nanmedian(losses)
    targets = np.log(np.clip(np.nan_to_num(losses, nan=worst), 1e-3, worst))
    features = Features(task.space)
    inputs = features(np.array([task.space.encode(params) for params in sample]))
    half = EVALUATIONS // 2
    guess = fitted(task.kept_as, inputs[:half], targets[:half])(inputs[half:])
    print(f"   from half of them: R2 {np.corrcoef(guess, targets[half:])[0, 1] ** 2:.2f}")
    model = fitted(task.kept_as, inputs, targets)
    optimum = lowest(task.space, lambda points: model(features(points)), seed=1)
    keep(
        task.name,
        {"losses": losses.astype(np.float32), "optimum": np.array(optimum)} | model.arrays,
    )


def evaluated(task: Task, sample: Sequence[dict[str, object]]) -> NDArray[np.float64]:
    """Return the `(n,)` losses of a sample; NaN for those that the model refuses."""
    data = task.data()
    losses = np.array([task.evaluate(params, data) for params in sample])
    if np.isnan(losses).mean() > 0.6:
        msg = f"At most 60 % of the configurations may fail, but of {task.name} more do."
        raise RuntimeError(msg)
    return losses


def main() -> None:
    """Evaluate the tasks that are named, or all."""
    DATA.mkdir(exist_ok=True)
    for task in (*TUNE_TABLES, *TUNE_SURROGATES, *REPORT_TABLES, *REPORT_SURROGATES):
        if sys.argv[1:] and task.name not in sys.argv[1:]:
            continue
        start = time.process_time()
        (table if task.kept_as == "table" else surrogate)(task)
        print(f"{task.name}: {time.process_time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
