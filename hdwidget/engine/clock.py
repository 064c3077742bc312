"""Time, injected: the engine asks a clock, and tests hand it one that they turn themselves."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

__all__ = ["Clock", "SystemClock", "Timer"]


class Timer(Protocol):
    """Something that is going to happen, unless it is called off."""

    def cancel(self) -> None:
        """Call it off; harmless when it has happened."""
        ...


class Clock(Protocol):
    """What the engine needs to know of time."""

    def time(self) -> float:
        """Return the time in UTC epoch seconds."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have `callback` called on the running loop in so many seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return in so many seconds."""
        ...


class SystemClock:
    """The machine's clock and the running loop's timers."""

    def time(self) -> float:
        """Return the time in UTC epoch seconds."""
        return time.time()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have `callback` called on the running loop in so many seconds."""
        return asyncio.get_running_loop().call_later(seconds, callback)

    async def sleep(self, seconds: float) -> None:
        """Return in so many seconds."""
        await asyncio.sleep(seconds)
