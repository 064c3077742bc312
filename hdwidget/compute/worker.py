"""A thread of the kernel that calls what it is given."""

import asyncio
import contextlib
import contextvars
import inspect
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from hdwidget.compute.capture import captured

__all__ = ["Worker"]

Call: TypeAlias = Callable[[], Any]


class Worker:
    """A daemon thread that calls what it is given, one after the other, until it is dismissed.

    It is started ahead of need: at an interpreter's exit, when a script's experiments are waited
    for, Python lets nobody start a thread.
    """

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def call(
        self, context: contextvars.Context, function: Call
    ) -> asyncio.Future[BaseException | None]:
        """Have `function` called, and what it returns awaited; the future is what it raised."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[BaseException | None] = loop.create_future()

        def report(error: BaseException | None) -> None:
            if not ended.done():
                ended.set_result(error)

        def call() -> None:
            error: BaseException | None = None
            try:
                with captured():  # by this call, too: it may outlive the compute target
                    result = context.run(function)
                    if inspect.iscoroutine(result):
                        context.run(asyncio.run, result)
            except BaseException as raised:  # noqa: BLE001  # whatever is raised is data
                error = raised
            with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
                loop.call_soon_threadsafe(report, error)

        self._calls.put(call)
        return ended

    def dismiss(self) -> None:
        """Let the thread end once it is idle."""
        self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
