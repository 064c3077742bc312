"""Nothing in a test waits for ever: deadlines for coroutines, and polling with one."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

__all__ = ["DEADLINE", "eventually", "run", "soon"]

T = TypeVar("T")

DEADLINE = 30.0
"""Seconds; met by a wide margin on an idle machine, and kept by a busy one."""


def run(coroutine: Coroutine[Any, Any, T], seconds: float = DEADLINE) -> T:
    """Run a coroutine on a loop of its own."""

    async def bounded() -> T:
        async with asyncio.timeout(seconds):
            return await coroutine

    return asyncio.run(bounded())


def eventually(condition: Callable[[], T], seconds: float = DEADLINE) -> T:
    """Ask until the answer is true, and return it; for what happens in other processes."""
    end = time.monotonic() + seconds
    pause = 0.001
    while not (answer := condition()):
        assert time.monotonic() < end, f"{condition} did not become true in {seconds} seconds"
        time.sleep(pause)
        pause = min(2 * pause, 0.05)
    return answer


async def soon(condition: Callable[[], object], seconds: float = DEADLINE) -> None:
    """Wait on the loop until `condition` holds; for what happens in other threads and processes."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # nobody there could set an event of this loop
            await asyncio.sleep(0.001)
