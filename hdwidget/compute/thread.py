"""Trials in threads of the kernel: for tiny functions, and for what cannot be pickled."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hdwidget.compute.base import Channel, Outcome, TrialSpec
from hdwidget.compute.failure import Failure
from hdwidget.compute.kernel import library_threads, trial_in_kernel
from hdwidget.compute.patience import wait_at_most
from hdwidget.compute.setup import Setup
from hdwidget.compute.worker import Worker
from hdwidget.function_config import FunctionRunConfig
from hdwidget.signature import as_keywords

__all__ = ["ThreadCompute"]


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
    folder : Path
        Where `setup` leaves its logs.
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
        folder: Path,
        sleep: Callable[[float], Any],
        grace: float,
    ) -> None:
        self.slots = slots
        self._function = config.function
        self._setup = Setup(config.setup, folder)
        self._sleep = sleep
        self._grace = grace
        self._threads: int | None = None
        self._idle = [Worker("hdwidget-trial") for _ in range(slots)]

    async def run(self, trial: TrialSpec, channel: Channel) -> Outcome:
        """Evaluate a trial in a thread."""
        made = await self._setup.result(channel.stopped)
        if channel.stopped.done():
            return Outcome("canceled")
        run, context = trial_in_kernel(trial, channel)
        worker = self._idle.pop() if self._idle else Worker("hdwidget-trial")
        channel.started()
        ended = worker.call(
            context, lambda: self._function(run, *made, **as_keywords(trial.params))
        )
        try:
            await asyncio.wait({ended, channel.stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                await wait_at_most(ended, self._grace, self._sleep)
        finally:
            if not ended.done():  # given up: its thread goes when it lets go
                worker.dismiss()
        if not ended.done():
            words = "the thread did not log again after it was told to stop, and was left behind"
            return Outcome("canceled", Failure("Abandoned", words))
        self._idle.append(worker)
        if self._threads is None:
            self._threads = library_threads()
        return Outcome.of(ended.result(), {"threads": self._threads})

    async def close(self) -> None:
        """Dismiss the threads."""
        for worker in self._idle:
            worker.dismiss()
        self._idle.clear()
        self._setup.close()
