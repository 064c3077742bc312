"""Holds trials inside this process until the test lets them go."""

import asyncio
import concurrent.futures
import threading
from typing import Any

from support.bounded import DEADLINE

__all__ = ["Gate"]


class Gate:
    """A gate that is closed at first; whoever passes it waits, and says that it has come."""

    def __init__(self) -> None:
        self._opened: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._reached = threading.Event()

    async def passed(self) -> None:
        """Wait in a coroutine until the gate is open."""
        self._reached.set()
        await asyncio.shield(asyncio.wrap_future(self._opened))

    async def waits(self, run: Any, x: object) -> None:
        """Log an accuracy after the gate: a function to be tuned."""
        await self.passed()
        run.log("accuracy", x)

    def passed_in_thread(self) -> None:
        """Wait in a thread until the gate is open."""
        self._reached.set()
        self._opened.result(DEADLINE)

    def open(self) -> None:
        """Let everybody pass."""
        self._opened.set_result(None)

    def reached(self) -> None:
        """Wait until somebody is at the gate."""
        assert self._reached.wait(DEADLINE), "nobody came to the gate"
