"""How an experiment gets on, as lines of text in a cell or a terminal."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.engine.events import Event, MetricLogged, RunChanged
from hdwidget.status import FINAL, RunStatus, StopReason

__all__ = ["Progress"]

MARKS = {
    RunStatus.COMPLETED: "✓",
    RunStatus.FAILED: "✗",
    RunStatus.CANCELED: "■",
}


@dataclass
class _Row:
    best: float | None = None
    intervals: int = 0


class Progress:
    """Prints a line for each run that ends. Owned by the thread that waits.

    Parameters
    ----------
    run_id, metric, goal, total
        The HyperDrive run, what it is judged by, and how many runs it makes at most.
    stream : TextIO
        Where the lines go.
    """

    def __init__(
        self,
        run_id: str,
        metric: str,
        goal: PrimaryMetricGoal,
        total: int,
        stream: TextIO,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run_id = run_id
        self._metric = metric
        self._goal = goal
        self._total = total
        self._stream = stream
        self._clock = clock
        self._begun = clock()
        self._rows: dict[str, _Row] = {}
        self._ended = 0
        self._incumbent: float | None = None

    def show(self, event: Event) -> None:
        """Take an event and print what there is to say of it."""
        if isinstance(event, MetricLogged):
            self._note(event)
        elif (
            isinstance(event, RunChanged) and event.run_id != self._run_id and event.status in FINAL
        ):
            self._print_ended(event)

    def _note(self, event: MetricLogged) -> None:
        if event.name != self._metric or not isinstance(event.value, int | float):
            return
        row = self._rows.setdefault(event.run_id, _Row())
        row.intervals += 1
        value = float(event.value)
        row.best = self._better(row.best, value)
        self._incumbent = self._better(self._incumbent, value)

    def _better(self, best: float | None, value: float) -> float | None:
        if value != value or abs(value) == float("inf"):  # noqa: PLR0124  # NaN
            return best
        if best is None or (value - best) * self._goal.sign > 0:
            return value
        return best

    def _print_ended(self, event: RunChanged) -> None:
        self._ended += 1
        row = self._rows.get(event.run_id, _Row())
        width = len(str(self._total))
        number = event.run_id.rpartition("_")[2]
        value = "no value" if not row.intervals else f"{self._metric} nan"
        if row.best is not None:
            value = f"{self._metric} {row.best:.5g}"
        stopped = event.reason == StopReason.POLICY
        status = "Stopped" if stopped else str(event.status)
        reason = "" if stopped or event.reason is None else f"   ({event.reason})"
        count = f"{row.intervals} interval{'s' * (row.intervals != 1)}"
        incumbent = "" if self._incumbent is None else f"   best {self._incumbent:.5g}"
        seconds = int(self._clock() - self._begun)
        self._stream.write(
            f"[{self._ended:>{width}}/{self._total}] {seconds // 60:02d}:{seconds % 60:02d} "
            f"{MARKS[event.status]} run {number:<{width}} {status:<9} {value:<18} "
            f"after {count:<13}{incumbent}{reason}".rstrip()
            + "\n"
        )
        self._stream.flush()
