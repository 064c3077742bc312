"""The machine at hand as a compute target: in which of three ways a function's trials run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hdwidget.compute.base import ComputeTarget
from hdwidget.compute.coroutine import CoroutineCompute
from hdwidget.compute.process import ProcessCompute
from hdwidget.compute.thread import ThreadCompute
from hdwidget.config import FunctionRunConfig

__all__ = ["GRACE_SECONDS", "local_compute"]

GRACE_SECONDS = 5.0


def local_compute(
    config: FunctionRunConfig,
    *,
    slots: int,
    folder: Path,
    sleep: Callable[[float], Any],
    grace: float = GRACE_SECONDS,
) -> ComputeTarget:
    """Return what evaluates `config`'s trials here, `slots` at once.

    Raises
    ------
    ConfigurationError
        The function is to run in processes and cannot be pickled.
    """
    if config.isolation == "process":
        return ProcessCompute(config, slots=slots, folder=folder, sleep=sleep, grace=grace)
    if config.isolation == "thread":
        return ThreadCompute(config, slots=slots, folder=folder, sleep=sleep, grace=grace)
    return CoroutineCompute(config, slots=slots, folder=folder, sleep=sleep, grace=grace)
