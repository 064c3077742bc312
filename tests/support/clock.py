"""A clock that tests turn themselves, so that none of them sleeps."""

import asyncio
import heapq
import itertools
from collections.abc import Callable

EPOCH = 1_800_000_000.0


class FakeTimer:
    """What is going to happen when the clock is advanced to it."""

    def __init__(self, when: float, callback: Callable[[], object]) -> None:
        self.when = when
        self.callback = callback
        self.canceled = False

    def cancel(self) -> None:
        self.canceled = True


class FakeClock:
    """A `hdwidget.engine.clock.Clock` on which no time passes but by `advance`.

    Owned by the loop of the test.
    """

    def __init__(self) -> None:
        self._now = EPOCH
        self._order = itertools.count()  # timers of one moment fire in the order of their making
        self._timers: list[tuple[float, int, FakeTimer]] = []

    def time(self) -> float:
        return self._now

    def call_later(self, seconds: float, callback: Callable[[], object]) -> FakeTimer:
        timer = FakeTimer(self._now + seconds, callback)
        heapq.heappush(self._timers, (timer.when, next(self._order), timer))
        return timer

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        timer = self.call_later(seconds, lambda: woken.done() or woken.set_result(None))
        try:
            await woken
        finally:
            timer.cancel()

    @property
    def pending(self) -> int:
        """How many timers wait."""
        self._drop_canceled()
        return sum(not timer.canceled for _, _, timer in self._timers)

    async def advance(self, seconds: float) -> None:
        """Let time pass: what is due happens in its order, each with all that follows from it."""
        until = self._now + seconds
        await self.settle()
        while self._drop_canceled() and self._timers[0][0] <= until:
            when, _, timer = heapq.heappop(self._timers)
            self._now = max(self._now, when)
            self._fire(timer)
            await self.settle()
        self._now = until

    async def advance_to_next(self) -> None:
        """Let time pass until the next timer has fired; none may be pending."""
        await self.settle()
        if self._drop_canceled():
            await self.advance(max(0.0, self._timers[0][0] - self._now))

    async def settle(self) -> None:
        """Let the loop turn until nothing is left that can happen without time passing."""
        ready = asyncio.get_running_loop()._ready
        await asyncio.sleep(0)
        while ready:  # noqa: ASYNC110  # what is waited for is that nothing happens any more
            await asyncio.sleep(0)

    @staticmethod
    def _fire(timer: FakeTimer) -> None:
        """Call a timer back as a loop does: what it raises goes to the loop's handler."""
        try:
            timer.callback()
        except Exception as error:  # noqa: BLE001
            context = {"message": "a timer raised", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)

    def _drop_canceled(self) -> bool:
        """Return whether a timer is left once those that were called off are gone from the top."""
        while self._timers and self._timers[0][2].canceled:
            heapq.heappop(self._timers)
        return bool(self._timers)
