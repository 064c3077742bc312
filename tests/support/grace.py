"""A grace period that ends when the test says so."""

import asyncio

__all__ = ["Grace"]


class Grace:
    """Stands in for the engine's clock where a compute target sleeps for its grace period.

    Attributes
    ----------
    asked : list of float
        For how many seconds it was asked to sleep; a sleep of 0 is none, and not kept.
    """

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._over = asyncio.Event()

    def end(self) -> None:
        """Let this and every later grace period be over."""
        self._over.set()

    async def sleep(self, seconds: float) -> None:
        if seconds:
            self.asked.append(seconds)
            await self._over.wait()
