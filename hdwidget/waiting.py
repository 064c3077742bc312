"""Waiting as `concurrent.futures`, `queue` and `time` do it, in a kernel that goes on answering.

A widget's page is thus served by a cell that waits. Outside a Jupyter kernel's cells nothing is
added.
"""

import concurrent.futures
import queue
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from hdwidget.kernel_messages import kernel_messages

__all__ = ["answering", "get", "sleep", "wait"]

T = TypeVar("T")

TURN_SECONDS = 0.02
"""How late a waiting cell may notice that it is over. Messages are answered as they come."""


def wait(future: concurrent.futures.Future[Any]) -> None:
    """Block until a future is done.

    Raises
    ------
    KeyboardInterrupt
        The cell was interrupted; the future is not canceled by that.
    """
    messages = kernel_messages()
    while messages is not None and not future.done():
        messages.answer(TURN_SECONDS)
    concurrent.futures.wait([future])


def get(source: queue.SimpleQueue[T]) -> T:
    """Block until a queue has an item, and return it. Nobody else may take from the queue."""
    messages = kernel_messages()
    while messages is not None and source.empty():
        messages.answer(TURN_SECONDS)
    return source.get()


def sleep(seconds: float) -> None:
    """Block for so many seconds."""
    end = time.monotonic() + seconds
    messages = kernel_messages()
    while messages is not None and (left := end - time.monotonic()) > 0:
        messages.answer(left)
    time.sleep(max(0.0, end - time.monotonic()))


def answering() -> AbstractContextManager[None]:
    """Return a context in which a coroutine awaits something, and the kernel goes on answering."""
    messages = kernel_messages()
    return nullcontext() if messages is None else messages.answered_meanwhile()
