"""Experiments that were written into a record: what the figures of `RunDetails` are taken from."""

import numpy as np
from support.record import Child, recorded

from hdwidget import (
    Experiment,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    Workspace,
    choice,
    loguniform,
    quniform,
    uniform,
)
from hdwidget.samplers import Sampler

__all__ = ["AXES", "EXPERIMENT", "record_study"]

EXPERIMENT = "figures"
METRIC = "accuracy"

SPACE = {
    "learning_rate": loguniform(-10, -1),
    "momentum": uniform(0.5, 1),
    "weight_decay": loguniform(-14, -3),
    "dropout": uniform(0, 0.6),
    "layers": choice(1, 2, 3, 4, 5),
    "units": quniform(16, 512, 16),
    "optimizer": choice("sgd", "adam", "rmsprop"),
    "warmup": uniform(0, 1),
    "smoothing": uniform(0, 0.2),
}
AXES = len(SPACE) + 1
"""Of parallel coordinates: the hyperparameters and the metric."""


async def train(run, **_):
    """Never run: only the record of it is read."""


def record_study(folder, *, runs, values, status="Completed"):
    """Record an experiment; return its run's id and its arrays.

    Parameters
    ----------
    folder : Path
        The workspace.
    runs, values : int
        How many runs there are, and how many values each has logged.
    status : str
        Of every run. As long as none has ended, the page shows the curves at first.

    Returns
    -------
    run_id : str
    arrays : dict
        The `(runs, values)` "curves", and the `(AXES, runs)` "axes" of parallel coordinates,
        options by their numbers.
    """
    config = HyperDriveConfig(
        run_config=train,
        hyperparameter_sampling=RandomParameterSampling(SPACE, seed=1),
        primary_metric_name=METRIC,
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=runs,
        max_concurrent_runs=4,
    )
    sampler: Sampler = config.hyperparameter_sampling
    params = [sampler.propose(index, []) for index in range(runs)]
    curves = learning_curves(runs, values)
    children = [
        Child({METRIC: curve.tolist()}, status=status, columns={"params": each})
        for each, curve in zip(params, curves, strict=True)
    ]
    run = recorded(
        Experiment(Workspace(folder), EXPERIMENT),
        *children,
        config={**config.to_json(), "hyperparameters": len(SPACE), "space_size": None},
    )
    axes = np.array([sampler.space.axis_point(each) for each in params])
    return run.id, {"curves": curves, "axes": np.vstack([axes.T, curves.max(axis=1)])}


def learning_curves(runs, values):
    """Return `(runs, values)` noisy curves that rise to different levels, all in (0, 1)."""
    rng = np.random.default_rng(1)
    level, speed, noise = (
        rng.uniform(low, high, (runs, 1)) for low, high in ((0.4, 0.9), (2, 30), (0.002, 0.015))
    )
    shape = 1 - np.exp(-speed * np.arange(1, values + 1) / values)
    return np.clip(level * shape + noise * rng.standard_normal((runs, values)), 0.001, 1)
