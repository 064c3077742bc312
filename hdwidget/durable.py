"""What reporting a value returns: something that is awaited where durability matters."""

from collections.abc import Generator
from typing import Any, Protocol

__all__ = ["DURABLE", "Durable", "Logged"]


class Logged(Protocol):
    """What `TrialRun.log` returns: awaiting it means that the value is durable."""

    def __await__(self) -> Generator[Any, None, None]:
        """Wait until the value survives the death of the process."""
        ...


class Durable:
    """A value that was durable before `TrialRun.log` returned."""

    def __await__(self) -> Generator[Any, None, None]:
        """Return at once."""
        return
        yield  # makes this a generator


DURABLE = Durable()
