"""Trials in threads of the kernel: for tiny functions, and for what cannot be pickled."""

import asyncio
import contextlib
import contextvars
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from hdwidget.compute.base import Channel, Outcome, TrialSpec
from hdwidget.compute.capture import captured
from hdwidget.compute.failure import Failure
from hdwidget.compute.kernel import library_threads, outcome_of, trial_in_kernel
from hdwidget.compute.setup import Setup
from hdwidget.config import FunctionRunConfig
from hdwidget.signature import as_keywords

__all__ = ["ThreadCompute"]

Call: TypeAlias = Callable[[], Any]


class ThreadCompute:
    """Evaluates each trial in a thread. Made in any thread, then owned by the engine's loop.

    A thread cannot be killed. A trial that does not log after it was told to stop is given up: its
    run ends as Canceled, and its thread is left to itself.

    Parameters
    ----------
    config : FunctionRunConfig
        What to call.
    slots : int
        How many trials at once.
    sleep : callable
        The engine's clock: an awaitable that takes so many seconds.
    grace : float
        Seconds between asking a trial to stop and giving it up.
    """

    def __init__(
        self,
        config: FunctionRunConfig,
        *,
        slots: int,
        sleep: Callable[[float], Any],
        grace: float,
    ) -> None:
        self.slots = slots
        self._function = config.function
        self._setup = Setup(config.setup)
        self._sleep = sleep
        self._grace = grace
        self._threads: int | None = None
        self._capture = captured()
        self._capture.__enter__()
        # Started now: at an interpreter's exit, when a script's experiments are waited for, Python
        # lets nobody start a thread.
        self._idle = [_Worker() for _ in range(slots)]

    async def run(self, trial: TrialSpec, channel: Channel) -> Outcome:
        """Evaluate a trial in a thread."""
        made = await self._setup.result()
        run, context = trial_in_kernel(trial, channel)
        worker = self._idle.pop() if self._idle else _Worker()
        channel.started()
        ended = worker.call(
            context, lambda: self._function(run, *made, **as_keywords(trial.params))
        )
        await asyncio.wait({ended, channel.stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            patience = asyncio.ensure_future(self._sleep(self._grace))
            try:
                await asyncio.wait({ended, patience}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                patience.cancel()
        if not ended.done():
            worker.dismiss()
            words = "the thread did not log again after it was told to stop, and was left behind"
            return Outcome("canceled", Failure("Abandoned", words))
        self._idle.append(worker)
        if self._threads is None:
            self._threads = library_threads()
        return outcome_of(ended.result(), {"threads": self._threads})

    async def close(self) -> None:
        """Dismiss the threads and give `sys.stdout` back."""
        for worker in self._idle:
            worker.dismiss()
        self._idle.clear()
        self._capture.__exit__(None, None, None)


class _Worker:
    """A daemon thread that calls what it is given, one after the other, until it is dismissed."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="hdwidget-trial", daemon=True).start()

    def call(
        self, context: contextvars.Context, function: Call
    ) -> asyncio.Future[BaseException | None]:
        """Have `function` called; the future is what it raised."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[BaseException | None] = loop.create_future()

        def report(error: BaseException | None) -> None:
            if not ended.done():
                ended.set_result(error)

        def call() -> None:
            error: BaseException | None = None
            try:
                result = context.run(function)
                if asyncio.iscoroutine(result):
                    context.run(asyncio.run, result)
            except BaseException as raised:  # noqa: BLE001  # whatever a trial raises is data
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
