"""Hyperparameter tuning in notebooks: HyperDrive's API, local-first and open.

Names are loaded when they are first asked for, so that importing the package costs next to nothing.
"""

import importlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hdwidget.config import HyperDriveConfig, PrimaryMetricGoal
    from hdwidget.errors import (
        ConfigurationError,
        ExperimentFailedError,
        HDWidgetError,
        MetricError,
        RunCanceled,
    )
    from hdwidget.experiment import Experiment, Workspace
    from hdwidget.function_config import FunctionRunConfig
    from hdwidget.hyperdrive_run import HyperDriveRun
    from hdwidget.models import Model
    from hdwidget.policies import (
        BanditPolicy,
        MedianStoppingPolicy,
        NoTerminationPolicy,
        Policy,
        TruncationSelectionPolicy,
    )
    from hdwidget.run import Run
    from hdwidget.samplers import (
        BayesianParameterSampling,
        GridParameterSampling,
        RandomParameterSampling,
        Sampler,
    )
    from hdwidget.script_config import (
        Environment,
        MpiConfiguration,
        PyTorchConfiguration,
        ScriptRunConfig,
    )
    from hdwidget.space import (
        SearchSpace,
        choice,
        lognormal,
        loguniform,
        normal,
        qlognormal,
        qloguniform,
        qnormal,
        quniform,
        randint,
        uniform,
    )
    from hdwidget.widget import RunDetails

_HOMES = {
    "hdwidget.config": ("HyperDriveConfig", "PrimaryMetricGoal"),
    "hdwidget.function_config": ("FunctionRunConfig",),
    "hdwidget.errors": (
        "ConfigurationError",
        "ExperimentFailedError",
        "HDWidgetError",
        "MetricError",
        "RunCanceled",
    ),
    "hdwidget.experiment": ("Experiment", "Workspace"),
    "hdwidget.hyperdrive_run": ("HyperDriveRun",),
    "hdwidget.models": ("Model",),
    "hdwidget.policies": (
        "BanditPolicy",
        "MedianStoppingPolicy",
        "NoTerminationPolicy",
        "Policy",
        "TruncationSelectionPolicy",
    ),
    "hdwidget.run": ("Run",),
    "hdwidget.samplers": (
        "BayesianParameterSampling",
        "GridParameterSampling",
        "RandomParameterSampling",
        "Sampler",
    ),
    "hdwidget.script_config": (
        "Environment",
        "MpiConfiguration",
        "PyTorchConfiguration",
        "ScriptRunConfig",
    ),
    "hdwidget.space": (
        "SearchSpace",
        "choice",
        "lognormal",
        "loguniform",
        "normal",
        "qlognormal",
        "qloguniform",
        "qnormal",
        "quniform",
        "randint",
        "uniform",
    ),
    "hdwidget.widget": ("RunDetails",),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__version__ = "0.1.0"
__all__ = [
    "BanditPolicy",
    "BayesianParameterSampling",
    "ConfigurationError",
    "Environment",
    "Experiment",
    "ExperimentFailedError",
    "FunctionRunConfig",
    "GridParameterSampling",
    "HDWidgetError",
    "HyperDriveConfig",
    "HyperDriveRun",
    "MedianStoppingPolicy",
    "MetricError",
    "Model",
    "MpiConfiguration",
    "NoTerminationPolicy",
    "Policy",
    "PrimaryMetricGoal",
    "PyTorchConfiguration",
    "RandomParameterSampling",
    "Run",
    "RunCanceled",
    "RunDetails",
    "Sampler",
    "ScriptRunConfig",
    "SearchSpace",
    "TruncationSelectionPolicy",
    "Workspace",
    "choice",
    "lognormal",
    "loguniform",
    "normal",
    "qlognormal",
    "qloguniform",
    "qnormal",
    "quniform",
    "randint",
    "uniform",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        message = f"module 'hdwidget' has no attribute {name!r}"
        raise AttributeError(message)
    module, attribute = _MODULES[name], name
    if name == "Run" and "HDWIDGET_RUN" in os.environ:
        # A script that a run consists of knows that run, and needs no store to report to it.
        module, attribute = "hdwidget.compute.script_run", "ScriptRun"
    value = getattr(importlib.import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
