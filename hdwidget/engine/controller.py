"""One HyperDrive run from its first proposal to its end."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from hdwidget.checks import positive_number, whole_number
from hdwidget.compute.base import ComputeTarget, Outcome
from hdwidget.compute.failure import Failure
from hdwidget.config import HyperDriveConfig
from hdwidget.curves import LearningCurves
from hdwidget.engine.clock import Clock, Timer
from hdwidget.engine.earlier import Adopted, EarlierRun
from hdwidget.engine.events import MetricLogged, RunChanged, Subscriber
from hdwidget.engine.fruits import Fruits
from hdwidget.engine.past import Past
from hdwidget.engine.recorder import Recorder
from hdwidget.engine.roster import Roster
from hdwidget.engine.trial import Trial
from hdwidget.errors import ConfigurationError, EngineError
from hdwidget.space import SearchSpace
from hdwidget.status import RunStatus, StopReason
from hdwidget.store import Request, Ticket

__all__ = ["Controller"]

LOG = logging.getLogger(__name__)

CHANGEABLE = (
    "max_total_runs",
    "max_duration_minutes",
    "hyperparameter_sampling",
    "hyperparameters",
    "space_size",
)
"""What of a configuration may change while the run lives."""

REQUEST_SECONDS = 0.25
"""How often the record is asked for what other processes want."""


class Controller:
    """Drives one HyperDrive run. Made in any thread, then owned by the engine's loop.

    Parameters
    ----------
    run_id, experiment : str
        The HyperDrive run, which is in the record already, and its experiment's name.
    config : HyperDriveConfig
        What to do.
    compute : ComputeTarget
        Where trials are evaluated; closed at the end.
    recorder : Recorder
        How the record is changed.
    requests : callable
        Returns what other processes ask of this run; each request once.
    folder : callable
        Returns the folder of a run, given its id.
    clock : Clock
        Time.
    held : callable
        Returns for how many seconds at most the loop did not turn.
    past : Past, optional
        The run's earlier life, which is gone on with.
    resumed : sequence of str, optional
        Only these runs of the earlier life are to go on; there are no new ones.
    earlier : sequence of EarlierRun
        What other experiments have found, which this one starts warm from.
    adopt : callable
        Returns a run of another experiment that this one is to go on with.
    """

    def __init__(
        self,
        run_id: str,
        experiment: str,
        config: HyperDriveConfig,
        *,
        compute: ComputeTarget,
        recorder: Recorder,
        requests: Callable[[], list[Request]],
        folder: Callable[[str], Path],
        clock: Clock,
        held: Callable[[], float],
        past: Past | None = None,
        resumed: Sequence[str] | None = None,
        earlier: Sequence[EarlierRun] = (),
        adopt: Callable[[Mapping[str, str]], Adopted] | None = None,
    ) -> None:
        self.run_id = run_id
        self.recorder = recorder
        self.status = RunStatus.NOT_STARTED
        self._past = past
        self._resumed = resumed
        self._compute = compute
        self._requests = requests
        self._clock = clock
        self._held = held
        self._roster = Roster(
            run_id,
            experiment,
            config,
            recorder=recorder,
            clock=clock,
            folder=folder,
            on_fault=self.fail,
            earlier=earlier,
        )
        self._adopt = adopt
        self._active: dict[str, Trial] = {}
        self._slots = asyncio.Semaphore(compute.slots)
        self._wake = asyncio.Event()
        self._ending: StopReason | None = None
        self._fault: Exception | None = None
        self._fruits = Fruits(config)
        self._properties: dict[str, object] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_paused = False
        self._budget: Timer | None = None
        self._begun = clock.time()

    async def run(self) -> None:
        """Drive the run to its end.

        Raises
        ------
        Exception
            A fault of the engine, of the store or of the compute target; the run is recorded as
            Failed with it where that is still possible.
        """
        self._task = asyncio.current_task()
        try:
            async with asyncio.TaskGroup() as group:
                self._begin()
                watch = group.create_task(self._watch_requests())
                self._limit_time()
                try:
                    await self._schedule(group)
                finally:
                    if self._budget is not None:
                        self._budget.cancel()
                    watch.cancel()
        except asyncio.CancelledError:
            self._ending = StopReason.INTERRUPTED
            if self._task is not None:
                self._task.uncancel()  # what follows is to be awaited as ever
        except BaseExceptionGroup as faults:
            self._fault = self._fault or _first(faults)
        finally:
            self._task = None  # from here on there is nothing to interrupt
            await self._roster.agenda.close()
            await self._compute.close()
        for trial in tuple(self._active.values()):  # its task was canceled before it began
            trial.stop(StopReason.INTERRUPTED)
            self._finish(trial, Outcome("canceled"))
        for trial in self._roster.waiting():
            trial.stop(self._ending or StopReason.INTERRUPTED)
            trial.finish(Outcome("canceled"))
        await self._record_end()
        if self._fault is not None:
            raise self._fault

    def watch(self, subscriber: Subscriber) -> None:
        """Tell `subscriber` what has happened so far, and every event from now on."""
        metric = self.config.primary_metric_name
        for trial in self.trials:
            run_id = trial.spec.run_id
            for seq, value in enumerate(self.curves.values(trial.index)):
                subscriber(
                    MetricLogged(run_id, metric, seq, None, self._clock.time(), float(value))
                )
            subscriber(RunChanged(run_id, trial.status, trial.reason))
        self.recorder.subscribe(subscriber)

    @property
    def config(self) -> HyperDriveConfig:
        """What to do, as it is now: the budget and the space may change."""
        return self._roster.config

    @property
    def trials(self) -> list[Trial]:
        """All trials, by number."""
        return self._roster.trials

    @property
    def curves(self) -> LearningCurves:
        """What the trials have logged of the primary metric, by number."""
        return self._roster.curves

    @property
    def failure(self) -> Failure | None:
        """What the run has failed with or, before, what the first fruitless trial has."""
        return self._fruits.failure if self._fault is None else Failure.of(self._fault)

    @property
    def ending(self) -> StopReason | None:
        """Why the run proposes nothing more, None while it does."""
        return self._ending

    def end(self, reason: StopReason) -> None:
        """Propose nothing more and stop what runs."""
        if self._ending is None:
            self._ending = reason
            self._roster.agenda.stop()
            self.recorder.ending(self.run_id, reason)
            for trial in tuple(self._active.values()):
                trial.stop(reason)
            self._wake.set()

    def fail(self, fault: Exception) -> None:
        """End the run because of a fault that is not a trial's, such as a policy's."""
        self._fault = self._fault or fault
        self.end(StopReason.FAULT)

    def interrupt(self) -> None:
        """Kill the trials at once and leave the run as interrupted, to be resumed."""
        self._ending = self._ending or StopReason.INTERRUPTED
        if self._task is not None:
            self._task.cancel()

    def cancel_child(self, run_id: str) -> None:
        """Stop one run, on a person's word; nothing happens if it has ended."""
        trial = self._active.get(run_id)
        if trial is not None:
            trial.stop(StopReason.USER)

    def resume_child(self, run_id: str, request: int | None = None) -> bool:
        """Have a run go on that has ended; False if there is none, or it runs."""
        trial = self._roster.find(run_id)
        if trial is None:
            return False
        self._roster.resume_as_asked(trial, request)
        self._wake.set()
        return True

    def _begin(self) -> None:
        """Record that the run is being driven, and go on where its earlier life has ended."""
        if self._past is None:
            self._move(RunStatus.RUNNING)
            self.look()
            return
        self.status = RunStatus.RUNNING
        attempt = self._past.attempt + 1
        self.recorder.reopened(self.run_id, self.status, attempt=attempt)
        self._properties["paused"] = False
        self._note_property("spent_seconds", self._past.spent_seconds)
        self._record_config()  # its budget may be another one
        self._roster.restore(self._past, self._resumed)
        self.look()  # what was asked for meanwhile comes first

    @property
    def _spent_seconds(self) -> float:
        return 0.0 if self._past is None else self._past.spent_seconds

    async def _schedule(self, group: asyncio.TaskGroup) -> None:
        """Keep as many trials in flight as there may be, until there are no more."""
        while True:
            while self._has_room() and (trial := await self._roster.next()) is not None:
                if self._ending is not None:  # meanwhile
                    trial.stop(self._ending)
                self._active[trial.spec.run_id] = trial
                group.create_task(self._evaluate(trial))
            if not self._active and not (self._is_paused and self._ending is None):
                return
            self._wake.clear()
            await self._wake.wait()

    def _has_room(self) -> bool:
        return (
            self._ending is None
            and len(self._active) < self.config.concurrent_runs
            and self._roster.agenda.has_next(self._open_budget)
        )

    @property
    def _open_budget(self) -> int:
        """How many runs there may be in all: 0 where there are to be no new ones."""
        return 0 if self._is_paused or self._resumed is not None else self.config.max_total_runs

    async def _evaluate(self, trial: Trial) -> None:
        """See one trial through, from the queue to its end."""
        outcome = Outcome("canceled")
        try:
            if await self._take_slot(trial):
                try:
                    trial.starting()
                    outcome = await self._compute.run(trial.spec, trial)
                finally:
                    self._slots.release()
        except asyncio.CancelledError:
            trial.stop(StopReason.FAULT if self._fault else StopReason.INTERRUPTED)
            raise
        except Exception as fault:
            self._fault = self._fault or fault
            outcome = Outcome("failed", Failure.of(fault))
            raise
        finally:
            self._finish(trial, outcome)

    async def _take_slot(self, trial: Trial) -> bool:
        """Wait for a place on the compute target; False if the trial is stopped before."""
        if trial.stopped.done():
            return False
        if not self._slots.locked():
            return await self._slots.acquire()
        taking = asyncio.ensure_future(self._slots.acquire())
        try:
            await asyncio.wait({taking, trial.stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not taking.done():
                taking.cancel()
        if taking.cancelled() or not taking.done():
            return False
        if trial.stopped.done():
            self._slots.release()
            return False
        return True

    def _finish(self, trial: Trial, outcome: Outcome) -> None:
        """Record how a trial ended, and what follows from that for the others."""
        outcome = trial.judged(outcome)
        trial.finish(outcome)
        self.curves.finish(trial.index)
        del self._active[trial.spec.run_id]
        self._note_held_loop()
        if self._fruits.judge(trial, outcome.failure, self.trials):
            self.end(StopReason.FRUITLESS)
        if trial.status is RunStatus.FAILED and outcome.failure is not None:
            self._roster.retry(trial, outcome.failure)
        self._wake.set()

    def _note_held_loop(self) -> None:
        held = self._held()
        if held > float(str(self._properties.get("loop_held_seconds", 0))):
            self._note_property("loop_held_seconds", round(held, 3))

    async def _record_end(self) -> None:
        """Record how the whole ended; the last write, awaited until it is durable."""
        status, reason = RunStatus.COMPLETED, self._ending
        error: Mapping[str, object] | None = None
        fruitless = self._fruits.has_none(self.trials)
        if self._fault is not None or reason is StopReason.FRUITLESS or fruitless:
            status = RunStatus.FAILED
            error = self.failure.to_json() if self.failure is not None else None
        elif reason in (StopReason.USER, StopReason.INTERRUPTED):
            status = RunStatus.CANCELED
        elif self._resumed is not None and self._past is not None:  # of the whole nothing changes
            status, reason, error = self._past.status, self._past.reason, self._past.error
            if status is RunStatus.FAILED and reason is not StopReason.FAULT and self._has_result:
                status, error = RunStatus.COMPLETED, None  # but that it had come to nothing
        await self._move(status, reason=reason, error=error)

    @property
    def _has_result(self) -> bool:
        """Whether a run has completed that has logged the metric."""
        metric = self.config.primary_metric_name
        return any(
            trial.status is RunStatus.COMPLETED and metric in trial.logged for trial in self.trials
        )

    def _move(
        self,
        status: RunStatus,
        *,
        reason: StopReason | None = None,
        error: Mapping[str, object] | None = None,
    ) -> Ticket:
        self.status = status
        columns = {} if error is None else {"error": error}
        return self.recorder.status(self.run_id, status, reason=reason, **columns)

    async def _watch_requests(self) -> None:
        """Do what other processes have asked for, by a row in the record."""
        while True:
            await self._clock.sleep(REQUEST_SECONDS)
            self.look()

    def look(self) -> None:
        """Do what the record asks for by now."""
        for request in self._requests():
            try:
                self.obey(request)
            except (ConfigurationError, LookupError, TypeError, ValueError) as error:
                # A row that somebody wrote is no reason to end the experiment.
                LOG.warning("%s cannot %s: %s", request.run, request.action, error)
                self.recorder.settled(request.id)

    def obey(self, request: Request) -> None:
        """Do what is asked of the run or of one of its children."""
        asked: dict[str, Any] = request.payload or {}
        match request.action:
            case "cancel" if request.run == self.run_id:
                self.end(StopReason.USER)
            case "cancel":
                self.cancel_child(request.run)
            case "resume" if not self.resume_child(request.run, request.id):
                self.recorder.settled(request.id)
            case "resume":
                pass
            case "pause":
                self.pause(is_paused=asked["paused"] is True)
            case "extend":
                self.extend(**asked)
            case "enqueue":
                self._roster.wish(asked["params"], request.id)
            case "adopt" if self._adopt is not None:
                self._roster.adopt(self._adopt(asked), request.id)
            case "update_space":
                self.update_space(SearchSpace.from_json(asked["space"]))
            case _:
                LOG.warning("Nobody knows how to %r the run %s", request.action, request.run)
        self._wake.set()

    def pause(self, *, is_paused: bool) -> None:
        """Begin no run until told otherwise; those that run go on."""
        self._is_paused = is_paused
        self._note_property("paused", is_paused)
        self._wake.set()

    def extend(
        self, max_total_runs: int | None = None, max_duration_minutes: float | None = None
    ) -> None:
        """Change the budget."""
        changes: dict[str, object] = {}
        if max_total_runs is not None:
            changes["max_total_runs"] = whole_number("max_total_runs", max_total_runs, minimum=1)
        if max_duration_minutes is not None:
            minutes = positive_number("max_duration_minutes", max_duration_minutes)
            changes["max_duration_minutes"] = minutes
        self._change(**changes)
        if max_duration_minutes is not None:
            self._limit_time()
        if self._resumed is not None:  # more is wanted than that a run or two go on
            self._resumed = None
            self._roster.again()
        self._record_config()
        self._wake.set()

    def update_space(self, space: SearchSpace) -> None:
        """Propose from another space from now on; runs that are there keep their values."""
        self._roster.change_space(space)
        self._note_property("space_version", self._roster.agenda.space_version)
        self._record_config()
        self._wake.set()

    def _change(self, **fields: object) -> None:
        self._roster.config = self.config.changed(**fields)

    def _record_config(self) -> None:
        written = self.config.to_json()
        self.recorder.config(self.run_id, {name: written[name] for name in CHANGEABLE})

    def _note_property(self, name: str, value: object) -> None:
        self._properties[name] = value
        self.recorder.properties(self.run_id, dict(self._properties))

    def _limit_time(self) -> None:
        """End the run when its time is up, which is counted over all its lives."""
        if self._budget is not None:
            self._budget.cancel()
        left = self.config.max_duration_minutes * 60 - self._spent_seconds
        left -= self._clock.time() - self._begun
        self._budget = self._clock.call_later(
            max(0.0, left), lambda: self.end(StopReason.TIME_BUDGET)
        )


def _first(faults: BaseExceptionGroup[BaseException]) -> Exception:
    """Return one fault out of a group; what came after it is mostly its consequence."""
    first = faults.exceptions[0]
    if isinstance(first, BaseExceptionGroup):
        return _first(cast("BaseExceptionGroup[BaseException]", first))
    if isinstance(first, Exception):
        return first
    return EngineError(f"{type(first).__name__}: {first}")
