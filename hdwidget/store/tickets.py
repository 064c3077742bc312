"""The promise that an operation will be durable, for threads and for event loops."""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable

__all__ = ["Callback", "Ticket", "settle"]

Callback = Callable[[Exception | None], object]
"""Called with what made an operation fail, or with None once it is durable."""

Call = tuple[Callback, Exception | None]
Loop = asyncio.AbstractEventLoop
LOG = logging.getLogger(__name__)


class Ticket:
    """The promise that one operation will be durable.

    A thread calls `wait`, a coroutine awaits the ticket, and code that must not block adds a
    callback. The writer thread settles tickets; every other method may be called from anywhere.

    Examples
    --------
    >>> ticket = store.append_metric(run_id, "loss", 0, None, time.time(), 0.25)
    >>> ticket.wait()                       # a thread
    >>> await ticket                        # a coroutine
    """

    __slots__ = ("_error", "_lock", "_settled", "_waiting")

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock  # the writer's, shared by all its tickets: taken once for a commit
        self._settled = False
        self._error: Exception | None = None
        self._waiting: list[tuple[Callback, Loop | None]] | None = None

    @property
    def done(self) -> bool:
        """Whether the operation is durable or has failed."""
        return self._settled

    @property
    def error(self) -> Exception | None:
        """What made the operation fail, or None as long as nothing has."""
        return self._error

    def add_callback(self, callback: Callback, *, loop: Loop | None = None) -> None:
        """Call `callback` once the operation is durable or has failed; at once when it is.

        Parameters
        ----------
        callback : callable
            Takes the exception or None. It should be quick, and must not wait for the store.
        loop : asyncio event loop or None
            Where it is called; None for the writer's thread. However many callbacks of a loop a
            commit settles, it wakes the loop once.
        """
        with self._lock:
            if not self._settled:
                self._waiting = self._waiting or []
                self._waiting.append((callback, loop))
                return
        if loop is None:
            callback(self._error)
        else:
            loop.call_soon_threadsafe(callback, self._error)

    def wait(self, timeout: float | None = None) -> None:
        """Block until the operation is durable, for at most `timeout` seconds.

        Raises
        ------
        TimeoutError
            When it is not settled in time.
        StoreError
            When it failed: `FencedError`, `RunNotFoundError` and `SchemaError` among others.
        """
        settled = threading.Event()
        self.add_callback(lambda _: settled.set())
        if not settled.wait(timeout):
            msg = f"The record did not become durable within {timeout} seconds."
            raise TimeoutError(msg)
        if self._error is not None:
            raise self._error

    def __await__(self) -> Generator[object, None, None]:
        if not self._settled:
            loop = asyncio.get_running_loop()
            future: asyncio.Future[None] = loop.create_future()

            def wake(_: Exception | None) -> None:
                if not future.done():  # the one who awaits may have been cancelled
                    future.set_result(None)

            self.add_callback(wake, loop=loop)
            yield from future
        if self._error is not None:
            raise self._error

    def settle(self, error: Exception | None) -> list[tuple[Callback, Loop | None]] | None:
        """Note the outcome and hand over the callbacks; for `settle`, under the lock."""
        self._settled, self._error = True, error
        waiting, self._waiting = self._waiting, None
        return waiting


def settle(lock: threading.Lock, outcomes: Iterable[tuple[Ticket, Exception | None]]) -> None:
    """Settle the tickets of one commit: call their callbacks, and wake each loop once."""
    here: list[Call] = []
    on_loops: defaultdict[Loop, list[Call]] = defaultdict(list)
    with lock:
        for ticket, error in outcomes:
            for callback, loop in ticket.settle(error) or ():
                calls = here if loop is None else on_loops[loop]
                calls.append((callback, error))
    for callback, error in here:
        try:
            callback(error)
        except Exception:
            LOG.exception("A callback of the record's writer failed")
    for loop, calls in on_loops.items():
        try:
            loop.call_soon_threadsafe(_deliver, loop, calls)
        except RuntimeError:  # the loop is closed, so nobody is waiting there any more
            LOG.debug("A loop was closed before its record was durable")


def _deliver(loop: Loop, calls: list[Call]) -> None:
    for callback, error in calls:
        try:
            callback(error)
        except Exception as failure:  # noqa: BLE001  # the other callbacks are still to be called
            loop.call_exception_handler(
                {"message": "A callback of the record's writer failed", "exception": failure}
            )
