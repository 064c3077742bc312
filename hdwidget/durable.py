"""What reporting a value returns: something that is awaited where durability matters."""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # a trial's process, which loads this, has no use for it
    import asyncio

__all__ = ["DURABLE", "Durable", "Logged"]


class Logged(Protocol):
    """What `TrialRun.log` returns: awaiting it means that the value is durable."""

    def __await__(self) -> Generator[Any, None, None]:
        """Wait until the value survives the death of the process."""
        ...


class Durable:
    """A value that was durable before `TrialRun.log` returned, or before it was called."""

    def __await__(self) -> Generator[Any, None, None]:
        """Return at once."""
        return
        yield  # makes this a generator

    def wait(self, timeout: float | None = None) -> None:
        """Return at once."""

    def add_callback(
        self,
        callback: Callable[[Exception | None], object],
        *,
        loop: "asyncio.AbstractEventLoop | None" = None,
    ) -> None:
        """Call `callback` with None: at once, or soon on `loop`."""
        if loop is None:
            callback(None)
        else:
            loop.call_soon_threadsafe(callback, None)


DURABLE = Durable()
