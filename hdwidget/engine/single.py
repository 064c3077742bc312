"""One run by itself, without a search: a script that is submitted alone."""

import asyncio
from collections.abc import Callable

from hdwidget.compute.base import ComputeTarget, Outcome, TrialSpec
from hdwidget.compute.failure import Failure
from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.engine.clock import Clock
from hdwidget.engine.recorder import Recorder
from hdwidget.engine.trial import Trial
from hdwidget.policies import NoTerminationPolicy
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import Request

__all__ = ["SingleRun"]

REQUEST_SECONDS = 0.25
"""How often the record is asked for what other processes want."""


class SingleRun:
    """Drives one run to its end. Made in any thread, then owned by the engine's loop.

    Parameters
    ----------
    spec : TrialSpec
        The run, which is in the record already.
    max_seconds : float
        How long it may take.
    compute : ComputeTarget
        Where it is evaluated; closed at the end.
    recorder : Recorder
        How the record is changed.
    requests : callable
        Returns what other processes ask of this run; each request once.
    clock : Clock
        Time.

    Attributes
    ----------
    ending : StopReason or None
        Why it is coming to its end before its time.
    failure : Failure or None
        What went wrong, once it has ended.
    """

    def __init__(
        self,
        spec: TrialSpec,
        *,
        max_seconds: float,
        compute: ComputeTarget,
        recorder: Recorder,
        requests: Callable[[], list[Request]],
        clock: Clock,
    ) -> None:
        self.run_id = spec.run_id
        self.recorder = recorder
        self.ending: StopReason | None = None
        self.failure: Failure | None = None
        self._spec = spec
        self._max_seconds = max_seconds
        self._compute = compute
        self._requests = requests
        self._clock = clock
        self._trial: Trial | None = None
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Drive the run to its end.

        Raises
        ------
        Exception
            A fault of the store or of the compute target; the run is recorded as Failed with it
            where that is still possible.
        """
        self._task = asyncio.current_task()
        trial = self._trial = Trial(
            0,
            self._spec,
            metric=None,
            curves=LearningCurves(PrimaryMetricGoal.MAXIMIZE),
            policy=NoTerminationPolicy(),
            recorder=self.recorder,
            clock=self._clock,
            max_seconds=self._max_seconds,
            on_fault=lambda _: None,  # only a policy would have one
        )
        if self.ending is not None:
            trial.stop(self.ending)
        watch = asyncio.create_task(self._watch_requests())
        outcome = Outcome("canceled")
        try:
            trial.starting()
            outcome = await self._compute.run(self._spec, trial)
        except asyncio.CancelledError:
            trial.stop(StopReason.INTERRUPTED)
            self._task.uncancel()  # pyright: ignore[reportOptionalMemberAccess]  # we are in it
        except Exception as fault:
            outcome = Outcome("failed", Failure.of(fault))
            raise
        finally:
            self._task = None  # from here on there is nothing to interrupt
            watch.cancel()
            await self._compute.close()
            outcome = trial.judged(outcome)
            self.failure = outcome.failure
            await trial.finish(outcome)

    @property
    def status(self) -> RunStatus:
        """Where it stands."""
        return RunStatus.NOT_STARTED if self._trial is None else self._trial.status

    def end(self, reason: StopReason) -> None:
        """Stop it."""
        self.ending = self.ending or reason
        if self._trial is not None:
            self._trial.stop(reason)

    def cancel_child(self, run_id: str) -> None:
        """Stop it, on a person's word: it is its only trial."""
        del run_id
        self.end(StopReason.USER)

    def interrupt(self) -> None:
        """Kill it at once and leave it as interrupted."""
        self.ending = self.ending or StopReason.INTERRUPTED
        if self._task is not None:
            self._task.cancel()

    async def _watch_requests(self) -> None:
        """Do what other processes have asked for, by a row in the record."""
        while self.status not in FINAL:
            await self._clock.sleep(REQUEST_SECONDS)
            if any(request.action == "cancel" for request in self._requests()):
                self.end(StopReason.USER)
