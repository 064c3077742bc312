"""One trial as the engine sees it: the channel that its compute target reports to."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from hdwidget.compute.base import Outcome, Reported, TrialSpec
from hdwidget.curves import LearningCurves
from hdwidget.durable import DURABLE
from hdwidget.engine.answers import Answers
from hdwidget.engine.children import Children
from hdwidget.engine.clock import Clock, Timer
from hdwidget.engine.recorder import Recorder
from hdwidget.errors import RunCanceled, StoreError
from hdwidget.metrics import MetricValue, number_of
from hdwidget.policies import NoTerminationPolicy, Policy
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import Ticket

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
    known_steps : dict
        Which steps of each metric an earlier attempt has logged: code that goes on from a
        checkpoint comes to the last of them again.
    proposal : int or None
        Which of the sampler's proposals it evaluates.
    attempt : int
        How often its code has begun, up to now; more than 1 for a run that was gone on with.
    retries : int
        How often its configuration was evaluated once more because of a crash.
    is_exempt : bool
        Whether the policy leaves it alone.
    """

    def __init__(
        self,
        index: int,
        spec: TrialSpec,
        *,
        metric: str | None,
        curves: LearningCurves,
        policy: Policy,
        recorder: Recorder,
        clock: Clock,
        max_seconds: float,
        on_fault: Callable[[Exception], None],
        proposal: int | None = None,
        attempt: int = 1,
        logged: Mapping[str, int] | None = None,
        steps: Mapping[str, set[int]] | None = None,
        retries: int = 0,
        is_exempt: bool = False,
    ) -> None:
        self.index = index
        self.spec = spec
        self.proposal = proposal
        self.attempt = attempt
        self.retries = retries
        self.is_exempt = is_exempt
        self.status = RunStatus.QUEUED
        self.reason: StopReason | None = None
        self.detail: str | None = None
        self.logged: dict[str, int] = dict(logged or {})
        self.known_steps: dict[str, set[int]] = dict(steps or {})
        self.stopped: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.told = False
        self._metric = metric
        self._curves = curves
        self._policy = NoTerminationPolicy() if is_exempt else policy
        self._recorder = recorder
        self._clock = clock
        self._max_seconds = max_seconds
        self._timeout: Timer | None = None
        self._on_fault = on_fault
        self._answers = Answers(spec.run_id, recorder)
        self._children = Children(recorder)

    def starting(self) -> None:
        """Note that the compute target has it now."""
        self._move(RunStatus.STARTING)

    def started(self) -> None:
        """Note that the trial's own code begins: from here on its time is limited."""
        self._timeout = self._clock.call_later(
            self._max_seconds, lambda: self.stop(StopReason.TRIAL_TIMEOUT)
        )
        if self.reason is None:
            self._move(RunStatus.RUNNING)

    def finish(self, outcome: Outcome) -> Ticket:
        """Record how the trial has ended; the ticket says when that is durable."""
        if self.reason is not None:
            # A stop wins over what became of it: a function that swallowed it "completed".
            self.status = RunStatus.CANCELED
        elif outcome.ended == "canceled":
            self.status, self.reason = RunStatus.CANCELED, StopReason.TRIAL
        else:
            completed = outcome.ended == "completed"
            self.status = RunStatus.COMPLETED if completed else RunStatus.FAILED
        if self._timeout is not None:
            self._timeout.cancel()
        self._children.end(self.status)
        properties = dict(outcome.facts)
        if self.detail is not None:
            properties["detail"] = self.detail
        return self._recorder.status(
            self.spec.run_id,
            self.status,
            reason=self.reason,
            error=outcome.failure.to_json() if outcome.failure is not None else None,
            properties=properties,
        )

    def log(self, name: str, value: MetricValue, step: int | None) -> Reported:
        """Record a value and, where the policy is due, judge the trial by it.

        A step that an earlier attempt has logged is in the record, and was judged.

        Raises
        ------
        RunCanceled
            The trial is to stop, or has ended.
        MetricError
            The primary metric is no number; nothing was recorded.
        """
        if self.status in FINAL:  # by a process that the trial has left behind
            message = "the run has ended"
            raise RunCanceled(message)
        if self.stopped.done():
            self.told = True
            raise RunCanceled(self.stopped.result())
        number = number_of(name, value) if name == self._metric else None
        known = self.known_steps.get(name)
        if known and step in known:
            known.remove(step)
            return DURABLE
        seq = self.logged.get(name, 0)
        ticket = self._recorder.point(self.spec.run_id, name, seq, step, value)
        self.logged[name] = seq + 1
        if number is not None:
            self._judge(self._curves.append(self.index, number))
            if self.stopped.done():
                self.told = True
                raise RunCanceled(self.stopped.result())
        return ticket

    def request(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Answer what the trial asks beside logging, of its own run or of a child.

        Raises
        ------
        RunCanceled
            It logs to a child, and is to stop.
        ConfigurationError
            What was asked does not hold.
        StoreError
            The record cannot be read or written.
        """
        child = fields.get("run")
        if child is not None:
            if kind == "log" and self.stopped.done():
                self.told = True
                raise RunCanceled(self.stopped.result())
            of_child = {key: value for key, value in fields.items() if key != "run"}
            return self._children.answer(child, kind, of_child)
        if kind == "child_run":
            return self._children.begin(self.spec.run_id, **fields)
        if kind == "cancel":
            self.stop(StopReason.TRIAL)
            return {}
        return self._answers.answer(kind, fields)

    def judged(self, outcome: Outcome) -> Outcome:
        """Return how the trial ended: as it said itself by `fail`, unless it was told to stop."""
        declared = self._answers.declared
        if declared is None or self.reason is not None:
            return outcome
        return Outcome("failed", declared, outcome.facts)

    def _judge(self, interval: int) -> None:
        """Ask the policy, where it is due, and stop the trial if it says so."""
        try:
            if not self._policy.is_due(interval):
                return
            decision = self._policy.decide(self._curves, self.index, interval)
        except Exception as fault:  # noqa: BLE001  # a policy may be the user's own
            self._on_fault(fault)
            return
        if decision.stop:
            self.stop(StopReason.POLICY, decision.reason)

    def stop(self, reason: StopReason, detail: str | None = None) -> None:
        """Tell the trial to stop; the first word counts, and none after its end."""
        if self.reason is not None or self.status in FINAL:
            return
        self.reason = reason
        self.detail = detail
        # First: a record that fails keeps no trial from being stopped.
        self.stopped.set_result(f"{reason}: {detail}" if detail else str(reason))
        try:
            self._move(RunStatus.CANCEL_REQUESTED)
        except StoreError as fault:  # whoever stops it may be a timer, which nobody listens to
            self._on_fault(fault)

    def _move(self, status: RunStatus) -> None:
        self.status = status
        self._recorder.status(self.spec.run_id, status, reason=self.reason)
