"""The engine's thread: one asyncio loop inside the kernel, live while a cell blocks."""

import asyncio
import concurrent.futures
import logging
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

__all__ = ["EngineLoop"]

T = TypeVar("T")
LOG = logging.getLogger(__name__)

WATCH_SECONDS = 0.25
HELD_SECONDS = 0.5
"""From when on a loop that did not turn is worth a word."""


class EngineLoop:
    """A daemon thread with an asyncio loop of its own. Any thread may call its methods."""

    def __init__(self) -> None:
        # Explicit on Windows: only this loop can start processes there.
        self._loop = (
            asyncio.ProactorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
        )
        self._holds: deque[tuple[float, float]] = deque(maxlen=100)
        self._stopping = False
        self._thread = threading.Thread(target=self._turn, name="hdwidget-engine", daemon=True)
        self._thread.start()
        self._watching = self.spawn(self._watch())

    def spawn(self, coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Start a coroutine on the loop; canceling the future cancels it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    @property
    def is_current(self) -> bool:
        """Whether the calling code runs on the loop, as a coroutine trial does."""
        return threading.current_thread() is self._thread

    def post(self, function: Callable[[], object]) -> None:
        """Have `function` called on the loop some time soon."""
        self._loop.call_soon_threadsafe(function)

    def call(self, function: Callable[[], T]) -> T:
        """Call `function` on the loop and return what it returns; at once when already there."""
        if self.is_current:  # a coroutine trial that cancels its run
            return function()

        async def call() -> T:
            return function()

        return self.spawn(call()).result()

    def longest_hold(self, *, since: float) -> float:
        """Return for how many seconds at most the loop has not turned.

        Parameters
        ----------
        since : float
            Of `time.monotonic`: what ended before does not count, nor what took under 0.5 s.
        """
        return max((held for moment, held in tuple(self._holds) if moment > since), default=0.0)

    def stop(self) -> None:
        """End the thread; whatever runs on the loop is canceled first."""
        self._stopping = True
        self._watching.cancel()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _turn(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            while not self._stopping:
                try:
                    self._loop.run_forever()
                except (SystemExit, KeyboardInterrupt):  # asyncio lets them through
                    LOG.exception("A task that a trial started wanted to end the process")
        finally:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    async def _watch(self) -> None:
        """Notice when something holds the loop: a coroutine that computes or blocks."""
        while True:
            begun = time.monotonic()
            await asyncio.sleep(WATCH_SECONDS)
            late = time.monotonic() - begun - WATCH_SECONDS
            if late > HELD_SECONDS:
                self._holds.append((time.monotonic(), late))
