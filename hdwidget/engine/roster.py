"""The trials of one HyperDrive run: those of an earlier life, those under way, and new ones."""

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hdwidget.compute.base import TrialSpec
from hdwidget.compute.failure import Failure
from hdwidget.config import HyperDriveConfig
from hdwidget.curves import LearningCurves
from hdwidget.engine.agenda import Agenda
from hdwidget.engine.clock import Clock
from hdwidget.engine.earlier import Adopted, EarlierRun
from hdwidget.engine.past import CUT_OFF, Past, PastRun, has_checkpoint, numbers, steps_of
from hdwidget.engine.recorder import Recorder
from hdwidget.engine.trial import Trial
from hdwidget.errors import SpaceError
from hdwidget.space import SearchSpace
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import RunRecord

__all__ = ["Roster"]


class Roster:
    """Makes the trials of a HyperDrive run and their rows in the record.

    Owned by the engine's loop.

    Parameters
    ----------
    run_id, experiment : str
        The HyperDrive run, and its experiment's name.
    config : HyperDriveConfig
        What to evaluate.
    recorder, clock
        The engine's.
    folder : callable
        Returns the folder of a run, given its id.
    on_fault : callable
        Told of an exception that is no trial's.
    earlier : sequence of EarlierRun
        What other experiments have found: for a sampler that learns, and else for the policy.

    Attributes
    ----------
    config : HyperDriveConfig
        As it is now: budget and space may change.
    trials : list of Trial
        All of them, by number.
    curves : LearningCurves
        What has been logged of the primary metric: by earlier runs, if the policy is to see them,
        then by the trials.
    agenda : Agenda
        What comes next.
    """

    def __init__(
        self,
        run_id: str,
        experiment: str,
        config: HyperDriveConfig,
        *,
        recorder: Recorder,
        clock: Clock,
        folder: Callable[[str], Path],
        on_fault: Callable[[Exception], None],
        earlier: Sequence[EarlierRun] = (),
    ) -> None:
        self.config = config
        self.trials: list[Trial] = []
        self.curves = LearningCurves(config.primary_metric_goal)
        goal, sampler = config.primary_metric_goal, config.hyperparameter_sampling
        self.agenda = Agenda(sampler, self.curves, [run.observed(goal) for run in earlier])
        self._earlier_curves = 0 if sampler.learns else len(earlier)
        for index, run in enumerate(earlier[: self._earlier_curves]):
            self.curves.extend(index, run.values)
            self.curves.finish(index)
        self._run_id = run_id
        self._experiment = experiment
        self._recorder = recorder
        self._clock = clock
        self._folder = folder
        self._on_fault = on_fault
        self._reopened: set[str] = set()

    def restore(self, past: Past, only: Sequence[str] | None) -> None:
        """Take in the runs of an earlier life, and see to it that they come to their ends.

        Parameters
        ----------
        past : Past
            The earlier life.
        only : sequence of str or None
            The ids of the runs that are to go on; None for those that were cut off.
        """
        self.agenda.space_version = past.space_version
        for run in past.runs:
            trial = self._restored(run)
            if run.repeated:
                continue
            self.agenda.add(trial, int(run.record.properties.get("space_version", 0)))
            if only is None and run.was_cut_off:
                self._again(trial)
            elif only is None and trial.status is RunStatus.FAILED and run.record.error is not None:
                self.retry(trial, Failure.recorded(run.record.error))
            elif only is not None and run.record.id in only:
                self.resume_as_asked(trial)

    def again(self) -> None:
        """Have the trials evaluated that were cut off in the earlier life and left so."""
        for trial in tuple(self.agenda.trials):
            if trial.status is RunStatus.CANCELED and trial.reason in CUT_OFF:
                self._again(trial)

    def find(self, run_id: str) -> Trial | None:
        """Return a trial that counts and has ended, by its run's id; None if there is none."""
        for trial in self.agenda.trials:
            if trial.spec.run_id == run_id and trial.status in FINAL:
                return trial
        return None

    def retry(self, trial: Trial, failure: Failure) -> None:
        """Have a trial that failed evaluated once more, if that is worth it and allowed."""
        if failure.is_crash and trial.retries < self.config.run_config.max_retries:
            trial.retries += 1
            self._again(trial)

    def resume_as_asked(self, trial: Trial, request: int | None = None) -> None:
        """Have a trial go on because a person says so: its run is queued from now on."""
        self._reopen(self.resume(trial, request))

    def waiting(self) -> list[Trial]:
        """Return the trials that a person wants to go on, and that have not begun to."""
        return [trial for trial, _ in self.agenda.resumed if trial.spec.run_id in self._reopened]

    def resume(self, trial: Trial, request: int | None = None) -> Trial:
        """Have an ended trial go on: the same run, the same folder, and intervals go on counting.

        A policy that has stopped it does so no more: whoever wants it to go on has seen why.
        """
        logged, steps = self._recorder.logged_until(trial.spec.run_id)
        resumed = self._trial(
            trial.spec.number,
            dict(trial.spec.params),
            trial.proposal,
            resume_from=trial.spec.folder,
            attempt=trial.attempt + 1,
            retries=trial.retries,
            logged=logged,
            steps=steps,
            is_exempt=trial.is_exempt or trial.reason is StopReason.POLICY,
        )
        self.trials[resumed.spec.number] = resumed
        self.agenda.resume(trial, resumed, request)
        return resumed

    async def next(self) -> Trial | None:
        """Return the next trial, in the record by now; None when there is to be no further one."""
        if self.agenda.resumed:
            trial, request = self.agenda.resumed.popleft()
            if trial.spec.run_id not in self._reopened:
                self._reopen(trial)
            self._reopened.remove(trial.spec.run_id)
        else:
            assigned = await self.agenda.next()
            if assigned is None:
                return None
            request = assigned.request
            number = len(self.trials)
            retries = assigned.repeats.retries if assigned.repeats is not None else 0
            adopted = assigned.adopted
            trial = self._trial(
                number,
                assigned.params,
                assigned.proposal,
                resume_from=None if adopted is None else adopted.folder,
                retries=retries,
                is_exempt=adopted is not None and adopted.record.reason == StopReason.POLICY,
            )
            self.trials.append(trial)
            self.agenda.add(trial, self.agenda.space_version)
            noted = self.agenda.noted(assigned, self.config.primary_metric_goal)
            self._recorder.created(self._record(trial, noted))
            if adopted is not None:
                await self._take_over(trial, adopted)
        if request is not None:
            self._recorder.settled(request)
        return trial

    def wish(self, params: Mapping[str, object], request: int) -> None:
        """Have a configuration evaluated that a request asks for."""
        self.agenda.wish(self._recalled(params), request)

    def adopt(self, adopted: Adopted, request: int) -> None:
        """Go on with a run of another experiment."""
        self.agenda.wish(self._recalled(adopted.record.params), request, adopted)

    def change_space(self, space: SearchSpace) -> None:
        """Propose from another space from now on."""
        sampler = self.config.hyperparameter_sampling.over(space)
        self.config = self.config.changed(hyperparameter_sampling=sampler)
        self.agenda.change_space(sampler)

    async def _take_over(self, trial: Trial, adopted: Adopted) -> None:
        """Give a trial the values and the outputs of the run that it goes on with."""
        for name, series in adopted.series.items():
            self._recorder.copied(trial.spec.run_id, name, series)
            trial.logged[name] = len(series)
            trial.known_steps[name] = steps_of(series)
        primary = adopted.series.get(self.config.primary_metric_name)
        self.curves.extend(trial.index, numbers(primary))
        outputs = adopted.folder / "outputs"
        if outputs.is_dir():
            await asyncio.to_thread(
                shutil.copytree, outputs, trial.spec.folder / "outputs", dirs_exist_ok=True
            )

    def _reopen(self, trial: Trial) -> None:
        noted = {"attempt": trial.attempt, "retries": trial.retries, "detail": None}
        self._recorder.reopened(trial.spec.run_id, RunStatus.QUEUED, **noted)
        self._reopened.add(trial.spec.run_id)

    def _again(self, trial: Trial) -> None:
        """Have a trial that came to nothing evaluated: from its checkpoint, or else anew."""
        if has_checkpoint(trial.spec.folder):
            self.resume(trial)
        else:
            self.agenda.repeat(trial)

    def _recalled(self, params: Mapping[str, object]) -> dict[str, object]:
        """Return a configuration that the record or a request holds, as the space has it."""
        try:
            return self.config.hyperparameter_sampling.space.recall(params)
        except SpaceError:  # the space has changed since
            return dict(params)

    def _restored(self, run: PastRun) -> Trial:
        record = run.record
        metric = self.config.primary_metric_name
        trial = self._trial(
            record.number,
            self._recalled(record.params),
            record.proposal,
            attempt=int(record.properties.get("attempt", 1)),
            retries=int(record.properties.get("retries", 0)),
            logged={metric: len(run.values)} if run.values else {},
        )
        trial.status = RunStatus(record.status)
        trial.reason = None if record.reason is None else StopReason(record.reason)
        self.trials.append(trial)
        self.curves.extend(trial.index, run.values)
        self.curves.finish(trial.index)
        return trial

    def _record(self, trial: Trial, noted: dict[str, object]) -> RunRecord:
        return RunRecord(
            id=trial.spec.run_id,
            experiment=self._experiment,
            parent=self._run_id,
            number=trial.spec.number,
            type="script" if self.config.run_config.isolation == "script" else "function",
            status=RunStatus.QUEUED.value,
            created=self._clock.time(),
            proposal=trial.proposal,
            params=trial.spec.params,
            config=self.config.trial_json(trial.spec.arguments),
            properties=noted,
        )

    def _trial(
        self,
        number: int,
        params: dict[str, object],
        proposal: int | None,
        *,
        resume_from: Path | None = None,
        **of_earlier_life: Any,  # noqa: ANN401  # as `Trial` takes them
    ) -> Trial:
        run_id = f"{self._run_id}_{number}"
        return Trial(
            self._earlier_curves + number,
            TrialSpec(
                run_id,
                number,
                self._experiment,
                params,
                self._folder(run_id),
                self.config.arguments(params),
                resume_from,
            ),
            metric=self.config.primary_metric_name,
            curves=self.curves,
            policy=self.config.policy,
            recorder=self._recorder,
            clock=self._clock,
            max_seconds=self.config.run_config.max_run_duration_seconds,
            on_fault=self._on_fault,
            proposal=proposal,
            **of_earlier_life,
        )
