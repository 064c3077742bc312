"""The machine at hand as a compute target: in which of four ways trials run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hdwidget.compute.base import ComputeTarget
from hdwidget.compute.coroutine import CoroutineCompute
from hdwidget.compute.process import ProcessCompute
from hdwidget.compute.script import ScriptCompute
from hdwidget.compute.thread import ThreadCompute
from hdwidget.function_config import FunctionRunConfig
from hdwidget.script_config import ScriptRunConfig
from hdwidget.snapshot import take_snapshot

__all__ = ["GRACE_SECONDS", "local_compute"]

GRACE_SECONDS = 5.0


def local_compute(
    config: FunctionRunConfig | ScriptRunConfig,
    *,
    slots: int,
    folder: Path,
    workspace: Path,
    sleep: Callable[[float], Any],
    grace: float | None = None,
) -> ComputeTarget:
    """Return what evaluates `config`'s trials here, `slots` at once.

    Parameters
    ----------
    folder, workspace : Path
        The run's own folder, and the workspace, where a script's source directory is copied to.
    grace : float, optional
        Seconds between asking a trial to stop and killing it; the default is `GRACE_SECONDS`.

    Raises
    ------
    ConfigurationError
        The function is to run in processes and cannot be pickled; or the source directory of the
        script cannot be copied.
    """
    grace = GRACE_SECONDS if grace is None else grace
    if isinstance(config, ScriptRunConfig):
        # Not in the run's folder, which for a script alone is where the script itself is laid out.
        snapshot = workspace / "snapshots" / folder.name
        source = config.source_directory
        if not snapshot.is_dir():  # else the run goes on with what it was begun with
            take_snapshot(source, snapshot, leave_out=workspace, script=config.script)
        return ScriptCompute(
            config,
            snapshot=snapshot,
            slots=slots,
            folder=folder,
            workspace=workspace,
            sleep=sleep,
            grace=grace,
        )
    if config.isolation == "process":
        return ProcessCompute(config, slots=slots, folder=folder, sleep=sleep, grace=grace)
    if config.isolation == "thread":
        return ThreadCompute(config, slots=slots, folder=folder, sleep=sleep, grace=grace)
    return CoroutineCompute(config, slots=slots, folder=folder, sleep=sleep, grace=grace)
