"""The engine's end of a trial's reports, played by a test."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from hdwidget.errors import RunCanceled
from hdwidget.metrics import MetricValue, number_of
from hdwidget.store.tickets import Ticket, settle

__all__ = ["FakeChannel"]


class FakeChannel:
    """A `hdwidget.compute.base.Channel` that records. Made on a running loop, and used there only.

    Parameters
    ----------
    stop_at : int, optional
        At the how-manieth value, from 1, the trial is told to stop.
    durable : bool
        Whether values are durable at the loop's next turn; otherwise when `settle` is called.
    metric : str
        The primary metric, which must be a number.

    Attributes
    ----------
    values : list of (name, value, step)
        What was logged, in order, also the value that decided.
    starts : int
        How often the trial's own code was said to begin.
    requests : list of (kind, fields)
        What was asked beside.
    answer : dict or Exception
        What every request is answered with.
    refusals : int
        How many logs came after the stop.
    """

    def __init__(
        self, *, stop_at: int | None = None, durable: bool = True, metric: str = "loss"
    ) -> None:
        self.stopped: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.told = False
        self.values: list[tuple[str, MetricValue, int | None]] = []
        self.starts = 0
        self.refusals = 0
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.answer: dict[str, Any] | Exception = {
            "status": "Running",
            "tags": {},
            "properties": {},
        }
        self._stop_at = stop_at
        self._durable = durable
        self._metric = metric
        self._lock = threading.Lock()
        self._tickets: list[Ticket] = []
        self._changed = asyncio.Event()

    def named(self, name: str) -> list[MetricValue]:
        """Return the values of one metric."""
        return [value for metric, value, _ in self.values if metric == name]

    def started(self) -> None:
        self.starts += 1
        self._changed.set()

    def log(self, name: str, value: MetricValue, step: int | None) -> Ticket:
        self._changed.set()
        if self.stopped.done():
            self.refusals += 1
            self._stop_trial()
        if name == self._metric:
            number_of(name, value)
        self.values.append((name, value, step))
        if len(self.values) == self._stop_at:
            self.stop("policy")
            self._stop_trial()
        ticket = Ticket(self._lock)
        self._tickets.append(ticket)
        if self._durable:  # not before the one who logs can wait for it, as in a store
            asyncio.get_running_loop().call_soon(self.settle)
        return ticket

    def request(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        self._changed.set()
        self.requests.append((kind, fields))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def stop(self, why: str = "user") -> None:
        """Tell the trial to stop."""
        self.stopped.set_result(why)

    def settle(self, error: Exception | None = None) -> None:
        """Make durable, or fail, what was logged so far."""
        settle(self._lock, [(ticket, error) for ticket in self._tickets])
        self._tickets.clear()

    async def until(self, condition: Callable[["FakeChannel"], object]) -> None:
        """Wait until `condition` holds; it is asked again at every report of the trial."""
        while not condition(self):
            self._changed.clear()
            await self._changed.wait()

    def _stop_trial(self) -> None:
        self.told = True
        raise RunCanceled(self.stopped.result())
