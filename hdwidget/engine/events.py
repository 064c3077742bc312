"""What happens to runs, for those who watch: the progress display and the widget."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from hdwidget.metrics import MetricValue
from hdwidget.status import RunStatus

__all__ = ["Event", "MetricLogged", "RunChanged", "Subscriber"]


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
    """

    run_id: str
    status: RunStatus
    reason: str | None = None


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


Event: TypeAlias = RunChanged | MetricLogged
Subscriber: TypeAlias = Callable[[Event], None]
