"""Tests that are coroutines: each on a loop of its own, none for longer than a deadline."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

from support.bounded import DEADLINE


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a coroutine test to its end; leftover tasks and errors that only the loop saw fail it."""

    @functools.wraps(test)
    def run(*args: object, **kwargs: object) -> None:
        asyncio.run(_bounded(test(*args, **kwargs)))

    return run


async def _bounded(test: Coroutine[Any, Any, None]) -> None:
    unseen: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unseen.append(context))
    await asyncio.wait_for(test, DEADLINE)
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not left, f"tasks are left behind: {left}"
    assert not unseen, f"nobody saw: {unseen}"
