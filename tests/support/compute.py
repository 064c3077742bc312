"""A compute target without processes: each trial does what its script says, on a fake clock."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from support.clock import FakeClock

from hdwidget.compute.base import Channel, Outcome, TrialSpec
from hdwidget.compute.failure import Failure
from hdwidget.errors import MetricError, RunCanceled


@dataclass(frozen=True)
class Script:
    """What a trial does.

    Attributes
    ----------
    values
        What it logs, in order; a pair is a metric's name and a value, anything else a value of
        `metric`.
    metric
        What it logs by default.
    every
        Seconds before each value, and before the end.
    end
        "completed"; "canceled"; "failed" with `message`; "raises": the compute target itself
        fails with it; "hangs": never by itself.
    obeys
        Whether it ends when it is told to stop. One that does not swallows the exception and goes
        on with its script until it is killed.
    message
        What went wrong, if anything does.
    facts
        What the target measured.
    """

    values: tuple[object, ...] = ()
    metric: str = "accuracy"
    every: float = 1.0
    end: Literal["completed", "canceled", "failed", "raises", "hangs"] = "completed"
    obeys: bool = True
    message: str = "boom"
    facts: Mapping[str, object] = field(default_factory=dict)


class FakeCompute:
    """A `hdwidget.compute.base.ComputeTarget` that plays scripts. Owned by the loop of the test.

    Attributes
    ----------
    started
        The trials that it was given, in order.
    active, peak
        How many it is evaluating, and how many they were at most.
    accepted
        What each trial logged, before it was told to stop, by its id: name and value.
    closed
        How often it was closed.
    """

    GRACE = 5.0

    def __init__(
        self, script: Callable[[TrialSpec], Script], clock: FakeClock, *, slots: int = 100
    ) -> None:
        self.slots = slots
        self.started: list[TrialSpec] = []
        self.active = 0
        self.peak = 0
        self.accepted: dict[str, list[tuple[str, object]]] = {}
        self.closed = 0
        self._script = script
        self._clock = clock

    async def run(self, trial: TrialSpec, channel: Channel) -> Outcome:
        self.started.append(trial)
        self.accepted[trial.run_id] = []
        self.active += 1
        self.peak = max(self.peak, self.active)
        script = self._script(trial)
        playing = asyncio.ensure_future(self._play(script, trial, channel))
        killing = asyncio.ensure_future(self._patience(channel))
        try:
            await asyncio.wait({playing, killing}, return_when=asyncio.FIRST_COMPLETED)
            return playing.result() if playing.done() else Outcome("canceled")
        finally:
            playing.cancel()
            killing.cancel()
            await asyncio.wait({playing, killing})
            self.active -= 1

    async def close(self) -> None:
        assert self.active == 0, "closed under a running trial"
        self.closed += 1

    async def _patience(self, channel: Channel) -> None:
        await asyncio.shield(channel.stopped)
        await self._clock.sleep(self.GRACE)

    async def _play(self, script: Script, trial: TrialSpec, channel: Channel) -> Outcome:
        channel.started()
        for value in script.values:
            if await self._told_to_stop(script, channel):
                return Outcome("canceled")
            ended = self._log(script, trial, channel, value)
            if ended is not None:
                return ended
        if script.end == "hangs":
            await (asyncio.shield(channel.stopped) if script.obeys else asyncio.Event().wait())
            return Outcome("canceled")
        if await self._told_to_stop(script, channel):
            return Outcome("canceled")
        if script.end == "raises":
            raise RuntimeError(script.message)
        if script.end == "failed":
            return Outcome("failed", Failure("ValueError", script.message, "Traceback …"))
        return Outcome(script.end, facts=script.facts)

    def _log(
        self, script: Script, trial: TrialSpec, channel: Channel, value: object
    ) -> Outcome | None:
        """Log a value; return how the trial ends by that, if it does."""
        point = value if isinstance(value, tuple) else (script.metric, value)
        stopped = channel.stopped.done()
        try:
            channel.log(*point, None)
        except MetricError as error:
            return Outcome("failed", Failure.of(error))
        except RunCanceled:
            if not stopped:  # the verdict on this very value, which was taken
                self.accepted[trial.run_id].append(point)
            return Outcome("canceled") if script.obeys else None
        assert not stopped, "a trial that was told to stop could log"
        self.accepted[trial.run_id].append(point)
        return None

    async def _told_to_stop(self, script: Script, channel: Channel) -> bool:
        """Let time pass; return whether the trial ends because it was told to."""
        if not script.obeys:
            await self._clock.sleep(script.every)
            return False
        napping = asyncio.ensure_future(self._clock.sleep(script.every))
        try:
            await asyncio.wait({napping, channel.stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            napping.cancel()
        return channel.stopped.done()
