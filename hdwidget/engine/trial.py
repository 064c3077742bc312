"""One trial as the engine sees it: the channel that its compute target reports to."""

import asyncio

from hdwidget.compute.base import Reported, TrialSpec
from hdwidget.curves import LearningCurves
from hdwidget.engine.recorder import Recorder
from hdwidget.errors import RunCanceled
from hdwidget.metrics import MetricValue, number_of
from hdwidget.policies import Policy
from hdwidget.status import RunStatus, StopReason

__all__ = ["Trial"]


class Trial:
    """A trial's state, from its proposal to its end. Owned by the engine's loop.

    It implements `hdwidget.compute.base.Channel`. Here a logged value is recorded and judged in
    one step, so that nothing is computed after the policy's decision.

    Attributes
    ----------
    index : int
        The trial's index in the learning curves, which is also its number.
    spec : TrialSpec
        What its compute target knows of it.
    status : RunStatus
        Where it stands.
    reason : StopReason or None
        Why it was told to stop.
    detail : str or None
        The reason in numbers, for example the policy's.
    logged : dict
        How many values of each metric it has logged.
    """

    def __init__(
        self,
        index: int,
        spec: TrialSpec,
        *,
        metric: str,
        curves: LearningCurves,
        policy: Policy,
        recorder: Recorder,
    ) -> None:
        self.index = index
        self.spec = spec
        self.status = RunStatus.QUEUED
        self.reason: StopReason | None = None
        self.detail: str | None = None
        self.logged: dict[str, int] = {}
        self.stopped: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.told = False
        self._metric = metric
        self._curves = curves
        self._policy = policy
        self._recorder = recorder

    def starting(self) -> None:
        """Note that the compute target has it now."""
        self._move(RunStatus.STARTING)

    def started(self) -> None:
        """Note that the trial's own code begins."""
        if self.reason is None:
            self._move(RunStatus.RUNNING)

    def log(self, name: str, value: MetricValue, step: int | None) -> Reported:
        """Record a value and, where the policy is due, judge the trial by it.

        Raises
        ------
        RunCanceled
            The trial is to stop.
        MetricError
            The primary metric is no number; nothing was recorded.
        """
        if self.stopped.done():
            self.told = True
            raise RunCanceled(self.stopped.result())
        number = number_of(name, value) if name == self._metric else None
        seq = self.logged.get(name, 0)
        ticket = self._recorder.point(self.spec.run_id, name, seq, step, value)
        self.logged[name] = seq + 1
        if number is not None:
            interval = self._curves.append(self.index, number)
            if self._policy.is_due(interval):
                decision = self._policy.decide(self._curves, self.index, interval)
                if decision.stop:
                    self.told = True
                    self.stop(StopReason.POLICY, decision.reason)
                    raise RunCanceled(self.stopped.result())
        return ticket

    def stop(self, reason: StopReason, detail: str | None = None) -> None:
        """Tell the trial to stop; the first word counts."""
        if self.reason is not None:
            return
        self.reason = reason
        self.detail = detail
        # First: a record that fails keeps no trial from being stopped.
        self.stopped.set_result(f"{reason}: {detail}" if detail else str(reason))
        self._move(RunStatus.CANCEL_REQUESTED)

    def _move(self, status: RunStatus) -> None:
        self.status = status
        self._recorder.status(self.spec.run_id, status, reason=self.reason)
