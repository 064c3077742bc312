"""Runs of other experiments that one starts warm from."""

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.engine.past import read_past
from hdwidget.errors import SpaceError
from hdwidget.samplers import Observation
from hdwidget.space import SearchSpace
from hdwidget.status import RunStatus, StopReason
from hdwidget.store import RunRecord, Series, Store

__all__ = ["Adopted", "EarlierRun", "read_earlier"]


@dataclass(frozen=True)
class EarlierRun:
    """A run of another experiment, which has ended.

    Attributes
    ----------
    params : Mapping[str, object]
        Its configuration, which is one of the new space.
    values : sequence of float
        What it has logged of the primary metric.
    standing : {"completed", "stopped", "failed"}
        How it ended.
    source : int
        Which of the earlier experiments it is of, from 1.
    """

    params: Mapping[str, object]
    values: Sequence[float]
    standing: Literal["completed", "stopped", "failed"]
    source: int

    def observed(self, goal: PrimaryMetricGoal) -> Observation:
        """Return the run as a sampler sees it."""
        values = np.array(self.values, dtype=np.float64)
        utilities = np.where(np.isfinite(values), goal.sign * values, math.nan)
        best = float(np.nanmax(utilities)) if np.isfinite(utilities).any() else None
        curve = array("d", utilities.tobytes())
        return Observation(self.params, best, len(values), self.standing, curve, self.source)


@dataclass(frozen=True)
class Adopted:
    """A run that another experiment goes on with.

    Attributes
    ----------
    record : RunRecord
        The run.
    folder : Path
        Its folder.
    series : Mapping[str, Series]
        All that it has logged.
    """

    record: RunRecord
    folder: Path
    series: Mapping[str, Series]


def read_earlier(
    store: Store, record: RunRecord, space: SearchSpace, source: int
) -> tuple[list[EarlierRun], list[str]]:
    """Return the runs of a HyperDrive run that fit a space, and why the others do not.

    What was cut off, and so says nothing, is left out without a word.
    """
    metric = record.config["primary_metric_name"]
    runs: list[EarlierRun] = []
    problems: list[str] = []
    for past in read_past(store, record.id, metric).runs:
        if past.repeated or past.was_cut_off:
            continue
        params = _fitting(past.record.params, space, problems)
        if params is None:
            continue
        runs.append(EarlierRun(params, past.values, _standing(past.record), source))
    return runs, problems


def _fitting(
    params: Mapping[str, object], space: SearchSpace, problems: list[str]
) -> dict[str, object] | None:
    """Return a configuration as the space has it, None after noting why it does not fit."""
    try:
        recalled = space.recall(params)
    except SpaceError:
        recalled = dict(params)  # as it is, for `validate` names the parameter
    try:
        space.validate(recalled)
    except SpaceError as error:
        problems.append(str(error))
        return None
    return recalled


def _standing(record: RunRecord) -> Literal["completed", "stopped", "failed"]:
    if record.status == RunStatus.COMPLETED:
        return "completed"
    by_verdict = record.reason in (StopReason.POLICY, StopReason.USER)
    return "stopped" if record.status == RunStatus.CANCELED and by_verdict else "failed"
