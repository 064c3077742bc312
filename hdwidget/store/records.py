"""What the store hands out: values that are read once and never change."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ExperimentRecord", "Request", "RunRecord", "Series", "child_record", "listed"]


@dataclass(frozen=True, slots=True)
class ExperimentRecord:
    """An experiment: a name in the workspace.

    Attributes
    ----------
    id : int
        Its key in the record.
    name : str
        Its name, unique in the workspace.
    created : float
        When it was first asked for, in UTC epoch seconds.
    """

    id: int
    name: str
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as the record holds it, without its metrics.

    Attributes
    ----------
    id : str
        ``HD_<uuid>`` for a parent, ``HD_<uuid>_<n>`` for its n-th child.
    experiment : str
        The name of its experiment.
    parent : str or None
        The id of the HyperDrive run that it belongs to.
    number : int
        Its place among its siblings, from 0.
    type : str
        ``"hyperdrive"``, ``"function"`` or ``"script"``; ``"interactive"`` for one that a process
        begins by hand, ``"child"`` for one that is begun under a run other than a HyperDrive run.
    status, reason : str, str or None
        Where the run stands, and for a run that was canceled, why.
    proposal : int or None
        The index of the sampler's proposal that it evaluates.
    params, config : mapping
        The hyperparameters; what else it takes to run it. Values that JSON cannot hold come back
        as their `repr`.
    created, started, ended : float, float or None
        UTC epoch seconds.
    tags, properties : mapping
        What the user and what hdwidget noted about the run.
    error : mapping or None
        What ended a failed run.
    """

    id: str
    experiment: str
    type: str
    status: str
    created: float
    parent: str | None = None
    number: int = 0
    reason: str | None = None
    proposal: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])
    started: float | None = None
    ended: float | None = None
    tags: Mapping[str, Any] = field(default_factory=dict[str, Any])
    properties: Mapping[str, Any] = field(default_factory=dict[str, Any])
    error: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Something that was asked of a run, perhaps by another process.

    Attributes
    ----------
    id : int
        Its key in the record, ascending in the order of asking.
    run : str
        The id of the run that it is about.
    action : str
        What is asked, such as ``"cancel"``.
    payload : object
        Details, as JSON holds them.
    created : float
        When it was asked, in UTC epoch seconds.
    """

    id: int
    run: str
    action: str
    payload: Any
    created: float


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One metric of one run, in the order of logging.

    Attributes
    ----------
    name : str
        The metric.
    values : (n,) int64 or float64 array, or list of length n
        An array when every value is a number: int64 when all are integers, else float64. A list
        when some are bools, texts, lists or dicts, or integers that neither type holds exactly.
    steps : (n,) int64 array or None
        The `step` of each value, or None when none was given. A value logged without one beside
        others that have it counts as logged at its number, from 1, as intervals are counted.
    times : (n,) float64 array
        When each value was logged, in UTC epoch seconds.
    """

    name: str
    values: NDArray[np.int64] | NDArray[np.float64] | list[Any]
    steps: NDArray[np.int64] | None
    times: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.values)


def listed(series: Mapping[str, Series]) -> dict[str, list[Any]]:
    """Return the values of several series as plain lists, by name."""
    return {
        name: of.values if isinstance(of.values, list) else of.values.tolist()
        for name, of in series.items()
    }


def child_record(
    parent: RunRecord, name: str | None, now: float, siblings: Sequence[RunRecord]
) -> RunRecord:
    """Return a new run of type "child" under `parent`, which runs."""
    return RunRecord(
        id=f"{parent.id}_{uuid.uuid4().hex[:8]}",
        experiment=parent.experiment,
        parent=parent.id,
        number=len(siblings),
        type="child",
        status="Running",
        created=now,
        started=now,
        properties={} if name is None else {"name": name},
    )
