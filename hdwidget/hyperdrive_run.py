"""The handle on a HyperDrive run: its trials, the best of them, and its end."""

import contextlib
import os
import queue
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hdwidget.analysis import Diagnosis, diagnose
from hdwidget.arguments import as_json
from hdwidget.awaited import Details
from hdwidget.control import ask, enqueue, extend, resume, update_space
from hdwidget.curves import PrimaryMetricGoal
from hdwidget.dataframes import metrics_frame, runs_frame
from hdwidget.engine.controller import Controller
from hdwidget.engine.events import Event, MetricLogged, RunChanged
from hdwidget.engine.host import LiveRun
from hdwidget.errors import RunNotFoundError
from hdwidget.function_config import FunctionRunConfig
from hdwidget.policies import Policy
from hdwidget.progress import Progress
from hdwidget.results import best_value
from hdwidget.run import RecordedExperiment, Run
from hdwidget.samplers import Sampler
from hdwidget.script_config import ScriptRunConfig
from hdwidget.space import Expression
from hdwidget.status import RunStatus, StopReason
from hdwidget.store import RunRecord, listed
from hdwidget.tables import as_logged
from hdwidget.waiting import get

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HyperDriveRun"]


class HyperDriveRun(Run):
    """An experiment that was submitted: the parent of its trials' runs.

    Parameters
    ----------
    experiment : Experiment
        Where it was submitted.
    run_id : str
        Its id, ``HD_<uuid>``.

    Raises
    ------
    RunNotFoundError
        The workspace holds no such run.

    Examples
    --------
    >>> run = Experiment(name="digits").submit(config)
    >>> run.wait_for_completion(show_output=True)
    >>> run.get_best_run_by_primary_metric().get_details()["runDefinition"]["arguments"]
    ['--learning_rate', '0.0117', '--hidden', '64']
    """

    def __init__(self, experiment: RecordedExperiment, run_id: str) -> None:
        super().__init__(experiment, run_id)
        record = super().record
        parent = record.parent
        if parent is None and record.type != "hyperdrive":
            message = f"`{run_id}` is a run by itself. Write Run(experiment, {run_id!r})."
            raise RunNotFoundError(message)
        if parent is not None:
            message = (
                f"`{run_id}` is the run of one trial. Write Run(experiment, {run_id!r}), or "
                f"HyperDriveRun(experiment, {parent!r}) for the whole."
            )
            raise RunNotFoundError(message)

    def __repr__(self) -> str:
        record = self.record
        stands = record.status
        if record.status == RunStatus.CANCELED and record.reason == StopReason.INTERRUPTED:
            stands += ": interrupted, resume() goes on"  # seen where its kernel is gone
        return f"{type(self).__name__}({self.experiment.name!r}, {self.id!r}, {stands})"

    def get_details(self) -> Details:
        """Return everything about the run at once, under Azure's names.

        Beside what every run has: ``properties`` with the primary metric's configuration (JSON),
        the best child's id and its score, and ``runDefinition`` with the whole configuration.
        """
        details = super().get_details()
        config = self.record.config
        details["runDefinition"]["HyperDriveConfig"] = dict(config)
        details["properties"]["primary_metric_config"] = as_json(
            {"name": config["primary_metric_name"], "goal": config["primary_metric_goal"].lower()}
        )
        best = self.get_children_sorted_by_primary_metric(top=1, discard_no_metric=True)
        if best:
            details["properties"]["best_child_run_id"] = best[0]["run_id"]
            details["properties"]["score"] = str(best[0]["best_primary_metric"])
        return details

    def resume(
        self,
        run_config: Callable[..., Any] | FunctionRunConfig | ScriptRunConfig | None = None,
        *,
        hyperparameter_sampling: Sampler | None = None,
        policy: Policy | None = None,
    ) -> None:
        """Go on where the run was left: by a kernel that died, by a cancel, or by its time limit.

        Finished runs stay. Those that were cut off go on where they left something in
        ``run.checkpoint_dir``, and are repeated otherwise. Proposals come out as they would have,
        and budgets go on counting. It returns at once, like `Experiment.submit`.

        Parameters
        ----------
        run_config : callable, FunctionRunConfig or ScriptRunConfig, optional
            The function, where it was defined in a notebook whose kernel is gone. A script, or a
            function of a module, is found by itself.
        hyperparameter_sampling, policy : optional
            Where they are of a class of your own, or the space has options that JSON cannot hold.

        Raises
        ------
        ConfigurationError
            The run has ended with all of its runs, or something has to be given.
        EngineError
            The run is running.
        StoreError
            Another process drives it.

        Examples
        --------
        >>> run = experiment.get_runs()[0]
        >>> run.resume(run_config=train)
        """
        resume(
            self._host,
            self.record,
            run_config=run_config,
            hyperparameter_sampling=hyperparameter_sampling,
            policy=policy,
        )

    def extend(
        self,
        max_total_runs: int | None = None,
        max_duration_minutes: float | None = None,
        *,
        run_config: Callable[..., Any] | FunctionRunConfig | ScriptRunConfig | None = None,
    ) -> None:
        """Give the run more budget; one that has ended goes on.

        Parameters
        ----------
        max_total_runs : int, optional
            How many runs to make, those that are there included.
        max_duration_minutes : float, optional
            Wall-clock minutes, those that have passed included.
        run_config : optional
            As in `resume`.

        Raises
        ------
        ConfigurationError
            Neither limit is raised.
        """
        extend(
            self._host,
            self.record,
            max_total_runs=max_total_runs,
            max_duration_minutes=max_duration_minutes,
            run_config=run_config,
        )

    def pause(self) -> None:
        """Begin no new run until `continue_`; those that run go on.

        Raises
        ------
        EngineError
            Nobody drives the run.
        """
        ask(self._host, self.record, "pause", {"paused": True})

    def continue_(self) -> None:
        """Begin new runs again, after `pause`.

        Raises
        ------
        EngineError
            Nobody drives the run.
        """
        ask(self._host, self.record, "pause", {"paused": False})

    def enqueue(self, params: Mapping[str, object]) -> None:
        """Have a configuration evaluated next, before those that the sampler proposes.

        It counts toward the budget, and the sampler does not propose it again. Of a run that has
        ended it is kept for when it is resumed or extended.

        Raises
        ------
        SpaceError
            It is no configuration of the space.

        Examples
        --------
        >>> run.enqueue({"learning_rate": 0.01, "hidden": 64})
        """
        enqueue(self._host, self.record, params)

    def update_space(self, space: Mapping[str, Expression]) -> None:
        """Search another space from now on, with the same parameters.

        Runs that are there keep their values, and count for the sampler where they lie in it.

        Raises
        ------
        SpaceError, ConfigurationError
            It is no space, or has other parameters.
        EngineError
            Nobody drives the run.
        """
        update_space(self._host, self.record, space)

    def get_children(self) -> list[Run]:
        """Return the runs of the trials, newest first."""
        return [Run(self.experiment, child.id) for child in reversed(self._children())]

    def get_hyperparameters(self) -> dict[str, str]:
        """Return each child's hyperparameters as JSON, by the child's id."""
        return {child.id: as_json(dict(child.params)) for child in self._children()}

    def get_metrics(
        self,
        name: str | None = None,
        recursive: bool = False,  # noqa: FBT001, FBT002  # HyperDrive's signature
    ) -> dict[str, Any]:
        """Return what each child has logged, by the child's id.

        What was logged to the HyperDrive run itself is with ``Run(experiment, run_id)``.

        Parameters
        ----------
        name : str, optional
            Only this metric.
        recursive : bool
            Accepted for Azure's sake: the children are always included.
        """
        del recursive
        return {
            run_id: as_logged(listed({key: of[key] for key in of if name in (None, key)}))
            for run_id, of in self._host.store.metrics_of_children(self.id).items()
        }

    def get_best_run_by_primary_metric(
        self,
        include_failed: bool = True,  # noqa: FBT001, FBT002  # HyperDrive's signature
        include_canceled: bool = True,  # noqa: FBT001, FBT002
        include_resume_from_runs: bool = True,  # noqa: FBT001, FBT002
    ) -> Run | None:
        """Return the child whose best value of the primary metric is the best.

        A run that a policy stopped counts with what it had reached.

        Parameters
        ----------
        include_failed, include_canceled : bool
            Whether runs that ended so count.
        include_resume_from_runs : bool
            Whether the runs count of those that this one started warm from.

        Returns
        -------
        Run or None
            None where no run has logged a number.
        """
        left_out = {
            status
            for status, counts in (
                (RunStatus.FAILED, include_failed),
                (RunStatus.CANCELED, include_canceled),
            )
            if not counts
        }
        best: tuple[float, HyperDriveRun, str] | None = None
        for run in [self, *(self._parents() if include_resume_from_runs else ())]:
            for child in run.get_children_sorted_by_primary_metric(discard_no_metric=True):
                if child["status"] not in left_out:
                    utility = self._goal.sign * child["best_primary_metric"]
                    if best is None or utility > best[0]:
                        best = utility, run, child["run_id"]
                    break
        return None if best is None else Run(best[1].experiment, best[2])

    def _parents(self) -> "Iterator[HyperDriveRun]":
        """Yield the runs that this one started warm from, as far as they are still there."""
        for reference in self.record.config.get("resume_from", ()):
            # Beside this one if they came here together, from another machine.
            for folder in (reference["workspace"], str(self._home.parent.parent)):
                with contextlib.suppress(RunNotFoundError):
                    run = self.experiment.get_run_elsewhere(folder, reference["run_id"])
                    if isinstance(run, HyperDriveRun):
                        yield run
                        break

    def get_children_sorted_by_primary_metric(
        self,
        top: int = 0,
        reverse: bool = False,  # noqa: FBT001, FBT002  # HyperDrive's signature
        discard_no_metric: bool = False,  # noqa: FBT001, FBT002
    ) -> list[dict[str, Any]]:
        """Return the children, best first, those without a number last.

        Parameters
        ----------
        top : int
            How many; 0 for all.
        reverse : bool
            Whether the worst comes first; those without a number stay last.
        discard_no_metric : bool
            Whether to leave out those without a number.

        Returns
        -------
        list of dict
            With the keys ``run_id``, ``hyperparameters`` (JSON), ``best_primary_metric`` (None
            without a number) and ``status``.
        """
        sign = self._goal.sign * (-1 if reverse else 1)
        children = self._children()
        best = self._best_values(children)

        def rank(child: RunRecord) -> tuple[bool, float]:
            value = best[child.id]
            return value is None, 0.0 if value is None else -sign * value

        rows = [
            {
                "run_id": child.id,
                "hyperparameters": as_json(dict(child.params)),
                "best_primary_metric": best[child.id],
                "status": child.status,
            }
            for child in sorted(children, key=rank)
            if not (discard_no_metric and best[child.id] is None)
        ]
        return rows[:top] if top else rows

    def to_dataframe(self) -> "pd.DataFrame":
        """Return the runs as a pandas data frame: a row each, best metric and hyperparameters.

        Raises
        ------
        MissingExtraError
            pandas is not installed.
        """
        children = self._children()
        return runs_frame(children, self._metric, self._best_values(children))

    def metrics_dataframe(self) -> "pd.DataFrame":
        """Return all logged values as a pandas data frame: a row for each point.

        Raises
        ------
        MissingExtraError
            pandas is not installed.
        """
        return metrics_frame(self._host.store.metrics_of_children(self.id))

    def diagnose(self) -> Diagnosis:
        """Say what looks wrong with the experiment, and what to do about it.

        Returns
        -------
        Diagnosis
            A sequence of findings, each with ``problem`` and ``advice``; printed, a text.
        """
        record, children = self.record, self._children()
        logged = {
            run_id: list(series)
            for run_id, series in self._host.store.metrics_of_children(self.id).items()
        }
        best = self._best_values(children)
        with_number = {run_id for run_id, value in best.items() if value is not None}
        return diagnose(record, children, logged, with_number, cores=os.cpu_count() or 1)

    @property
    def _metric(self) -> str:
        return self.record.config["primary_metric_name"]

    @property
    def _goal(self) -> PrimaryMetricGoal:
        return PrimaryMetricGoal(self.record.config["primary_metric_goal"])

    def _children(self) -> list[RunRecord]:
        return self._host.store.children(self.id)

    def _best_values(self, children: Iterable[RunRecord]) -> dict[str, float | None]:
        curves = self._host.store.curves(self.id, self._metric)
        return {child.id: best_value(curves.get(child.id), self._goal) for child in children}

    def _show(self, live: LiveRun) -> None:
        controller = live.controller
        assert isinstance(controller, Controller)  # of a HyperDrive run
        progress = self._progress(time.monotonic)
        events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._host.loop.call(lambda: controller.watch(events.put))
        live.finished.add_done_callback(lambda _: events.put(None))
        try:
            while (event := get(events)) is not None:
                progress.show(event)
        finally:  # an interrupted cell leaves nothing that collects events
            self._host.loop.post(lambda: controller.recorder.unsubscribe(events.put))

    def _show_ended(self) -> None:
        record = self.record
        now = record.started or record.created
        progress = self._progress(lambda: now)
        curves = self._host.store.curves(self.id, self._metric)
        ended = [child for child in self._children() if child.ended is not None]
        for child in sorted(ended, key=lambda child: child.ended or 0):
            now = child.ended or now
            series = curves.get(child.id)
            for seq, value in enumerate(() if series is None else series.values):
                progress.show(MetricLogged(child.id, self._metric, seq, None, now, float(value)))
            progress.show(RunChanged(child.id, RunStatus(child.status), child.reason))

    def _progress(self, clock: Callable[[], float]) -> Progress:
        total = self.record.config["max_total_runs"]
        return Progress(self.id, self._metric, self._goal, total, sys.stdout, clock=clock)
