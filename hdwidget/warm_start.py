"""Warm starts: what an experiment takes over from earlier ones, and what of them it cannot."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hdwidget.config import HyperDriveConfig
from hdwidget.engine.earlier import EarlierRun, read_earlier
from hdwidget.engine.host import Host
from hdwidget.engine.hosts import any_host_for
from hdwidget.errors import ConfigurationError, RunNotFoundError, SpaceError
from hdwidget.status import FINAL, RunStatus
from hdwidget.store import RunRecord

__all__ = ["gather", "warm_start"]


def warm_start(config: HyperDriveConfig) -> list[EarlierRun]:
    """Return what a new HyperDrive run starts warm from; check what it is to go on with.

    Raises
    ------
    ConfigurationError
        A run that is named does not meet the conditions; the message names both.
    """
    for reference in config.adopted:
        _check_child(reference, config)
    return gather(config, config.parents)


def gather(
    config: HyperDriveConfig,
    references: Sequence[Mapping[str, Any]],
    resumed_in: Host | None = None,
) -> list[EarlierRun]:
    """Return the runs that a HyperDrive run starts warm from; warn of those that do not fit.

    Parameters
    ----------
    config
        Of the new run.
    references
        The earlier ones, as `HyperDriveConfig.to_json` has them: ``run_id`` and ``workspace``.
    resumed_in : Host, optional
        Where the run is that goes on. It may have come there from another machine: an earlier one
        is looked for beside it, too, and one that is nowhere is a warning.

    Raises
    ------
    ConfigurationError
        One of them is not there, still runs, or has another metric or goal.
    """
    runs: list[EarlierRun] = []
    space = config.hyperparameter_sampling.space
    for source, reference in enumerate(references, 1):
        try:
            host, record = _found(reference, resumed_in)
        except RunNotFoundError as error:
            if resumed_in is None:
                message = f"`resume_from`: {error}"
                raise ConfigurationError(message) from error
            message = f"What this run has started warm from is not here, and is not used: {error}"
            warnings.warn(message, stacklevel=4)
            continue
        _check(record, config)
        fitting, problems = read_earlier(host.store, record, space, source)
        runs += fitting
        if problems:
            message = (
                f"{record.id}: {len(problems)} of {len(problems) + len(fitting)} runs do not fit "
                f"the new space, and are not used. The first: {problems[0]}"
            )
            warnings.warn(message, stacklevel=4)
    return runs


def _found(reference: Mapping[str, str], beside: Host | None) -> tuple[Host, RunRecord]:
    """Return an earlier run and where it is: in the workspace that is named, or beside another."""
    folder, run_id = Path(reference["workspace"]), reference["run_id"]
    if beside is not None and not _holds(folder, run_id):
        return beside, beside.settle(beside.store.run(run_id))
    host = any_host_for(folder)
    return host, host.settle(host.store.run(run_id))


def _holds(folder: Path, run_id: str) -> bool:
    """Tell whether a workspace's folder holds a run."""
    try:
        any_host_for(folder).store.run(run_id)
    except RunNotFoundError:
        return False
    return True


def _check(record: RunRecord, config: HyperDriveConfig) -> None:
    if record.type != "hyperdrive":
        message = (
            f"`resume_from` takes HyperDrive runs, but {record.id} is a single one: "
            "`resume_child_runs` takes those."
        )
        raise ConfigurationError(message)
    if RunStatus(record.status) not in FINAL:
        message = f"`resume_from` takes runs that have ended, but {record.id} is {record.status}."
        raise ConfigurationError(message)
    for name, new in (
        ("primary_metric_name", config.primary_metric_name),
        ("primary_metric_goal", config.primary_metric_goal.value),
    ):
        if record.config[name] != new:
            message = (
                f"`resume_from` takes runs with the same {name}, {new!r}, but {record.id} has "
                f"{record.config[name]!r}."
            )
            raise ConfigurationError(message)


def _check_child(reference: Mapping[str, str], config: HyperDriveConfig) -> None:
    host = any_host_for(Path(reference["workspace"]))
    record = host.settle(host.store.run(reference["run_id"]))
    if record.type == "hyperdrive" or RunStatus(record.status) not in FINAL:
        message = (
            "`resume_child_runs` takes runs of trials that have ended, but "
            f"{record.id} is a {record.type} run that is {record.status}."
        )
        raise ConfigurationError(message)
    if record.status == RunStatus.COMPLETED:
        message = f"`resume_child_runs` takes runs that did not complete, but {record.id} has."
        raise ConfigurationError(message)
    space = config.hyperparameter_sampling.space
    try:
        space.validate(space.recall(record.params))
    except SpaceError as error:
        message = f"`resume_child_runs`: {record.id} does not fit the space. {error}"
        raise ConfigurationError(message) from error
