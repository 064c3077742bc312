"""Finished experiments, written into a record: what the figures of `RunDetails` are taken from."""


import numpy as np
from support.record import Child, recorded

from hdwidget import (
    Experiment,
    HyperDriveConfig,
    MedianStoppingPolicy,
    PrimaryMetricGoal,
    RandomParameterSampling,
    Workspace,
    choice,
    loguniform,
    quniform,
    uniform,
)

__all__ = ["AXES", "EXPERIMENT", "METRIC", "config_of", "record_study"]

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


def config_of(function, runs):
    """Return a configuration of so many runs that maximize the metric over nine hyperparameters."""
    return HyperDriveConfig(
        run_config=function,
        hyperparameter_sampling=RandomParameterSampling(SPACE, seed=1),
        policy=MedianStoppingPolicy(),
        primary_metric_name=METRIC,
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=runs,
        max_concurrent_runs=runs,
    )


def record_study(folder, *, runs, values, status="Completed"):
    """Record an experiment, and return its run's id, its configurations and its curves.

    Parameters
    ----------
    folder : Path
        The workspace.
    runs, values : int
        How many there are, and how many values each run has logged.
    status : str
        Of all its runs. While none has ended, the curves are what the page shows at first.

    Returns
    -------
    run_id : str
    params : list of dict
    curves : `(runs, values)` array
    """

    async def train(run, **_):
        """Never run."""

    config = config_of(train, runs)
    sampler = config.hyperparameter_sampling
    params = [sampler.propose(index, []) for index in range(runs)]
    curves = learning_curves(runs, values)
    children = [
        Child({METRIC: curve.tolist()}, status=status, columns={"params": each})
        for each, curve in zip(params, curves, strict=True)
    ]
    workspace = Workspace(folder)
    experiment = Experiment(workspace, EXPERIMENT)
    more = {"hyperparameters": len(SPACE), "space_size": None}
    run = recorded(experiment, *children, config={**config.to_json(), **more})
    return run.id, params, curves


def learning_curves(runs, values):
    """Return `(runs, values)` curves that rise to different levels, and are noisy."""
    rng = np.random.default_rng(1)
    level, speed, noise = (
        rng.uniform(low, high, (runs, 1)) for low, high in ((0.5, 0.98), (2, 30), (0.002, 0.03))
    )
    shape = 1 - np.exp(-speed * np.arange(1, values + 1) / values)
    return np.clip(level * shape + noise * rng.standard_normal((runs, values)), 1e-3, 1)
