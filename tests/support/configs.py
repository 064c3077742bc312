"""Small experiments over one hyperparameter, `x`."""

from collections.abc import Callable
from typing import Any

from hdwidget import (
    FunctionRunConfig,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    uniform,
)

__all__ = ["config"]


def config(
    function: Callable[..., object],
    isolation: Any = None,
    setup: Callable[[], object] | None = None,
    **changes: Any,
) -> HyperDriveConfig:
    """Return a configuration of three runs, two at once, that maximize "accuracy"."""
    arguments: dict[str, Any] = {
        "run_config": FunctionRunConfig(function, isolation=isolation, setup=setup),
        "hyperparameter_sampling": RandomParameterSampling({"x": uniform(0, 1)}, seed=1),
        "primary_metric_name": "accuracy",
        "primary_metric_goal": PrimaryMetricGoal.MAXIMIZE,
        "max_total_runs": 3,
        "max_concurrent_runs": 2,
    }
    return HyperDriveConfig(**{**arguments, **changes})
