"""What happens to runs, for those who watch: the progress display and the widget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hdwidget.metrics import MetricValue
from hdwidget.status import RunStatus, StopReason
from hdwidget.store import RunRecord

__all__ = ["Event", "MetricLogged", "RunChanged", "RunEnding", "RunNoted", "Subscriber"]


@dataclass(frozen=True, slots=True)
class RunChanged:
    """A run has a new status.

    Attributes
    ----------
    run_id : str
        The HyperDrive run or one of its children.
    status : RunStatus
        The status that it has now.
    reason : str or None
        Why it was told to stop, if it was.
    columns : mapping
        What else was recorded with it: ``started``, ``ended``, ``error``, ``properties``.
    created : RunRecord or None
        All of it, where the run is new.
    """

    run_id: str
    status: RunStatus
    reason: str | None = None
    columns: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)
    created: RunRecord | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RunEnding:
    """A HyperDrive run proposes nothing more, and what still runs has been told to stop."""

    run_id: str
    reason: StopReason


@dataclass(frozen=True, slots=True)
class MetricLogged:
    """A run has logged a value.

    Attributes
    ----------
    run_id, name, value
        Who logged what.
    seq : int
        The how-manieth value of this metric it is, from 0.
    step : int or None
        As the trial gave it.
    time : float
        UTC epoch seconds.
    """

    run_id: str
    name: str
    seq: int
    step: int | None
    time: float
    value: MetricValue


@dataclass(frozen=True, slots=True)
class RunNoted:
    """The engine has noted something about a HyperDrive run, or its configuration has changed.

    Attributes
    ----------
    run_id : str
        The HyperDrive run.
    properties, config : mapping
        What has been written of either; the rest is as it was.
    """

    run_id: str
    properties: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)
    config: Mapping[str, Any] = field(default_factory=dict[str, Any], compare=False)


Event: TypeAlias = RunChanged | RunEnding | RunNoted | MetricLogged
Subscriber: TypeAlias = Callable[[Event], None]
