"""Waiting for a trial that is to end, until its grace is over."""

import asyncio
from collections.abc import Callable
from typing import Any

__all__ = ["wait_at_most"]


async def wait_at_most(
    ended: asyncio.Future[Any], seconds: float, sleep: Callable[[float], Any]
) -> None:
    """Wait until `ended` is done, or so many seconds of the engine's clock have passed."""
    patience = asyncio.ensure_future(sleep(seconds))
    try:
        await asyncio.wait({ended, patience}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        patience.cancel()
