"""Trials as coroutines on the engine's own loop: for what waits more than it computes."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hdwidget.compute.base import Channel, Outcome, TrialSpec
from hdwidget.compute.capture import captured
from hdwidget.compute.failure import Failure
from hdwidget.compute.kernel import trial_in_kernel
from hdwidget.compute.patience import wait_at_most
from hdwidget.compute.setup import Setup
from hdwidget.function_config import FunctionRunConfig
from hdwidget.signature import as_keywords

__all__ = ["CoroutineCompute"]


class CoroutineCompute:
    """Evaluates each trial as an asyncio task. Owned by the engine's loop.

    Parameters
    ----------
    config : FunctionRunConfig
        What to call; its function is an ``async def``.
    slots : int
        How many trials at once.
    folder : Path
        Where `setup` leaves its logs.
    sleep : callable
        The engine's clock: an awaitable that takes so many seconds.
    grace : float
        Seconds between canceling a trial and giving it up.
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

    async def run(self, trial: TrialSpec, channel: Channel) -> Outcome:
        """Evaluate a trial on this loop."""
        made = await self._setup.result(channel.stopped)
        if channel.stopped.done():
            return Outcome("canceled")
        run, context = trial_in_kernel(trial, channel)
        task = asyncio.get_running_loop().create_task(
            self._call(run, *made, **as_keywords(trial.params)), context=context
        )
        channel.started()
        try:
            await asyncio.wait({task, channel.stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                await self._stop(task, channel)
        except asyncio.CancelledError:  # from above: its own cleaning up is still the trial's
            task.cancel()
            await wait_at_most(task, self._grace, self._sleep)
            raise
        if not task.done():
            return Outcome("canceled", Failure("Abandoned", "the coroutine ignored its canceling"))
        return task.result()

    async def close(self) -> None:
        """Let go of what `setup` has made."""
        self._setup.close()

    async def _stop(self, task: asyncio.Task[Outcome], channel: Channel) -> None:
        """Cancel the trial, at once or, where its own log told it to stop, when its grace ends."""
        for patience in (0.0, self._grace) if not channel.told else (self._grace, self._grace):
            await wait_at_most(task, patience, self._sleep)
            if task.done():
                return
            task.cancel()

    async def _call(self, /, *args: object, **kwargs: object) -> Outcome:
        try:
            with captured():  # by this call, too: it may outlive the compute target
                await self._function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001  # a SystemExit would end the engine's loop
            return Outcome.of(error)
        return Outcome.of(None)
