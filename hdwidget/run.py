"""Handles on runs: what became of them, from the record, and a hand on those that still run."""

import asyncio
import concurrent.futures
import os
import queue
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from hdwidget.analysis import Diagnosis, diagnose
from hdwidget.arguments import as_arguments, as_json
from hdwidget.context import TrialRun, current_run
from hdwidget.curves import PrimaryMetricGoal
from hdwidget.dataframes import metrics_frame, runs_frame
from hdwidget.engine.events import Event
from hdwidget.engine.host import Host, LiveRun
from hdwidget.errors import ConfigurationError, EngineError, ExperimentFailedError, RunNotFoundError
from hdwidget.progress import Progress
from hdwidget.results import as_logged, best_value, utc_text
from hdwidget.status import FINAL, RunStatus
from hdwidget.store import RunRecord

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HyperDriveRun", "Run"]

Details: TypeAlias = dict[str, Any]

POLL_SECONDS = 0.1
"""How often the record is asked about a run that another process drives."""


class RecordedExperiment(Protocol):
    """What a run needs to know of its experiment."""

    name: str

    @property
    def host(self) -> Host:
        """The workspace in this process."""
        ...


class Run:
    """A run: one trial, or an experiment's HyperDrive run. Everything is read from the record.

    Parameters
    ----------
    experiment : Experiment
        Where the run was submitted.
    run_id : str
        Its id, ``HD_<uuid>`` or ``HD_<uuid>_<n>``.

    Raises
    ------
    RunNotFoundError
        The workspace holds no such run.

    Examples
    --------
    >>> run = Run(Experiment(name="digits"), "HD_8c0f…_3")
    >>> run.get_status(), run.get_metrics()
    ('Completed', {'accuracy': [0.41, 0.78, 0.93]})
    """

    def __init__(self, experiment: RecordedExperiment, run_id: str) -> None:
        if not hasattr(experiment, "host"):
            message = (
                f"`experiment` must be an Experiment, but got experiment={experiment!r}. "
                'Write Experiment(name="…").'
            )
            raise ConfigurationError(message)
        self.experiment = experiment
        self.id = run_id
        self._host = experiment.host
        record = self._host.settle(self._host.store.run(run_id))
        if record.experiment != experiment.name:
            message = f"`{run_id}` is no run of {experiment.name!r} but of {record.experiment!r}."
            raise RunNotFoundError(message)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.experiment.name!r}, {self.id!r}, {self.status})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    @staticmethod
    def get_context() -> TrialRun:
        """Return the run that the calling code is part of.

        Outside any experiment that is one that logs to the console.
        """
        return current_run()

    @property
    def record(self) -> RunRecord:
        """The run as the record holds it now."""
        return self._host.settle(self._host.store.run(self.id))

    @property
    def name(self) -> str:
        """The run's id."""
        return self.id

    @property
    def number(self) -> int:
        """The how-manieth child of its parent it is, from 0."""
        return self.record.number

    @property
    def type(self) -> str:
        """What kind of run it is: "hyperdrive" or "function"."""
        return self.record.type

    @property
    def status(self) -> str:
        """Where the run stands, in HyperDrive's words."""
        return self.record.status

    @property
    def reason(self) -> str | None:
        """Why a canceled run was canceled: "policy", "user", "time budget", …."""
        return self.record.reason

    @property
    def parent(self) -> "HyperDriveRun | None":
        """The HyperDrive run that this one is a child of."""
        parent = self.record.parent
        return None if parent is None else HyperDriveRun(self.experiment, parent)

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """The configuration; options that JSON cannot hold are shown as their `repr`."""
        return dict(self.record.params)

    @property
    def tags(self) -> dict[str, Any]:
        """What was given to `submit` as tags."""
        return dict(self.record.tags)

    @property
    def properties(self) -> dict[str, Any]:
        """What hdwidget has noted about the run; for a canceled one, why."""
        record = self.record
        reason = {} if record.reason is None else {"reason": record.reason}
        return {**reason, **record.properties}

    @property
    def output_dir(self) -> Path:
        """The folder that the trial knew as its own ``run.output_dir``; it may not exist."""
        return self._host.run_folder(self.id) / "outputs"

    def get_status(self) -> str:
        """Return where the run stands, in HyperDrive's words."""
        return self.status

    def get_tags(self) -> dict[str, Any]:
        """Return what was given to `submit` as tags."""
        return self.tags

    def get_properties(self) -> dict[str, Any]:
        """Return what hdwidget has noted about the run."""
        return self.properties

    def get_metrics(self, name: str | None = None) -> dict[str, Any]:
        """Return what the run has logged: a value where it was logged once, else a list.

        Parameters
        ----------
        name : str, optional
            Only this metric.
        """
        return as_logged(self._host.store.series(self.id, name))

    def get_details(self) -> Details:
        """Return everything about the run at once, under Azure's names."""
        record = self.record
        arguments = as_arguments(record.params)
        logs = self._host.run_folder(self.id) / "logs"
        return {
            "runId": record.id,
            "target": "local",
            "status": record.status,
            "startTimeUtc": utc_text(record.started),
            "endTimeUtc": utc_text(record.ended),
            "properties": self.properties,
            "tags": dict(record.tags),
            "runDefinition": {"arguments": arguments, "Arguments": arguments},
            "logFiles": {
                f"logs/{file.name}": str(file)
                for file in (sorted(logs.iterdir()) if logs.is_dir() else ())
            },
            "error": dict(record.error) if record.error is not None else None,
        }

    def cancel(self) -> None:
        """Ask for the run to be stopped, also one that another process drives.

        Nothing happens if it has ended. The run gets a grace period to end by itself.
        """
        self._host.cancel(self.record)

    def wait_for_completion(
        self,
        show_output: bool = False,  # noqa: FBT001, FBT002  # HyperDrive's signature
        raise_on_error: bool = True,  # noqa: FBT001, FBT002
    ) -> Details:
        """Block until the run has ended. Interrupting the cell ends the waiting, not the run.

        Parameters
        ----------
        show_output : bool
            Whether to print how it gets on.
        raise_on_error : bool
            Whether a run that ended as Failed is an error here.

        Returns
        -------
        dict
            What `get_details` returns.

        Raises
        ------
        ExperimentFailedError
            The run ended as Failed; the message holds the first error. A canceled run raises not.
        """
        self._wait(show_output=show_output)
        details = self.get_details()
        if show_output:
            why = f" ({self.reason})" if self.reason else ""
            sys.stdout.write(f"{self.id} {details['status']}{why}\n")
        if raise_on_error:
            self._raise_failure(details)
        return details

    def _wait(self, *, show_output: bool) -> None:
        del show_output
        nap = threading.Event()
        while self._goes_on():
            nap.wait(POLL_SECONDS)

    def _goes_on(self) -> bool:
        """Tell whether there is an end to wait for.

        Raises
        ------
        EngineError
            Its driver has gone, and the record could not be written to say so.
        """
        if RunStatus(self.status) in FINAL:
            return False
        if self._host.is_driven(self.record) or RunStatus(self.status) in FINAL:
            return True
        message = (
            f"{self.id} has ended and nobody could write down how: look whether the disk with the "
            f"workspace is full or read-only, then find the run again in a new process."
        )
        raise EngineError(message)

    def _raise_failure(self, details: Details) -> None:
        if details["status"] != RunStatus.FAILED:
            return
        error = details["error"] or {"type": "Failed", "message": "no run succeeded"}
        why = f" ({self.reason})" if self.reason else ""
        message = f"{self.id} failed{why}: {error['type']}: {error['message']}"
        trace = error.get("traceback")
        raise ExperimentFailedError(f"{message}\n\n{trace}" if trace else message)


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
        parent = self.record.parent
        if parent is not None:
            message = (
                f"`{run_id}` is the run of one trial. Write Run(experiment, {run_id!r}), or "
                f"HyperDriveRun(experiment, {parent!r}) for the whole."
            )
            raise RunNotFoundError(message)

    def __await__(self) -> Generator[Any, None, Details]:
        """Wait in a coroutine or, in a notebook, with a top-level ``await run``."""
        return self._ended().__await__()

    async def _ended(self) -> Details:
        live = self._host.live.get(self.id)
        if live is not None:
            finished = asyncio.wrap_future(live.finished)
            # Woken now and then: a kernel notices an interrupt only when its loop turns. `wait`
            # cancels nothing when it is canceled itself: an interrupted cell ends no run.
            while not finished.done():
                await asyncio.wait({finished}, timeout=POLL_SECONDS)
            self._raise_fault(live)
        while self._goes_on():  # noqa: ASYNC110  # driven elsewhere: no event
            await asyncio.sleep(POLL_SECONDS)
        details = self.get_details()
        self._raise_failure(details)
        return details

    def get_details(self) -> Details:
        """Return everything about the run at once, under Azure's names.

        Beside what every run has: ``properties`` with the primary metric's configuration (JSON),
        the best child's id and its score, and ``runDefinition`` with the whole configuration.
        """
        details = super().get_details()
        config = dict(self.record.config)
        details["runDefinition"]["HyperDriveConfig"] = config
        details["properties"]["primary_metric_config"] = as_json(
            {"name": config["primary_metric_name"], "goal": config["primary_metric_goal"].lower()}
        )
        best = self.get_children_sorted_by_primary_metric(top=1, discard_no_metric=True)
        if best:
            details["properties"]["best_child_run_id"] = best[0]["run_id"]
            details["properties"]["score"] = str(best[0]["best_primary_metric"])
        return details

    def get_children(self) -> list[Run]:
        """Return the runs of the trials, newest first."""
        return [Run(self.experiment, child.id) for child in reversed(self._children())]

    def get_hyperparameters(self) -> dict[str, str]:
        """Return each child's hyperparameters as JSON, by the child's id."""
        return {child.id: as_json(dict(child.params)) for child in self._children()}

    def get_metrics(self, name: str | None = None) -> dict[str, Any]:
        """Return what each child has logged, by the child's id."""
        return {
            run_id: as_logged({key: of[key] for key in of if name in (None, key)})
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
            Accepted for Azure's sake: there are no runs to resume from in this version.

        Returns
        -------
        Run or None
            None where no run has logged a number.
        """
        del include_resume_from_runs
        left_out = {
            status
            for status, counts in (
                (RunStatus.FAILED, include_failed),
                (RunStatus.CANCELED, include_canceled),
            )
            if not counts
        }
        for child in self.get_children_sorted_by_primary_metric(discard_no_metric=True):
            if child["status"] not in left_out:
                return Run(self.experiment, child["run_id"])
        return None

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
        best = self._best_values()

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
            for child in sorted(self._children(), key=rank)
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
        return runs_frame(self._children(), self._metric, self._best_values())

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
        logged = {
            run_id: list(series)
            for run_id, series in self._host.store.metrics_of_children(self.id).items()
        }
        with_number = {run_id for run_id, best in self._best_values().items() if best is not None}
        return diagnose(
            self.record, self._children(), logged, with_number, cores=os.cpu_count() or 1
        )

    @property
    def _metric(self) -> str:
        return self.record.config["primary_metric_name"]

    @property
    def _goal(self) -> PrimaryMetricGoal:
        return PrimaryMetricGoal(self.record.config["primary_metric_goal"])

    def _children(self) -> list[RunRecord]:
        return self._host.store.children(self.id)

    def _best_values(self) -> dict[str, float | None]:
        curves = self._host.store.curves(self.id, self._metric)
        return {
            child.id: best_value(curves.get(child.id), self._goal) for child in self._children()
        }

    def _wait(self, *, show_output: bool) -> None:
        if self._host.loop.is_current:
            message = "a coroutine on the engine's loop must not block it. Write `await run`."
            raise EngineError(message)
        live = self._host.live.get(self.id)
        if live is None:
            super()._wait(show_output=show_output)
            return
        if show_output:
            self._show_events(live)
        concurrent.futures.wait([live.finished])
        self._raise_fault(live)

    def _raise_fault(self, live: LiveRun) -> None:
        """Raise what ended the engine's work where not even the record could take it."""
        fault = live.finished.exception()
        if fault is not None and RunStatus(self.status) not in FINAL:
            message = f"{self.id} could not be driven to its end: {fault}"
            raise EngineError(message) from fault

    def _show_events(self, live: LiveRun) -> None:
        config = live.controller.config
        progress = Progress(
            self.id,
            config.primary_metric_name,
            config.primary_metric_goal,
            config.max_total_runs,
            sys.stdout,
        )
        events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._host.loop.call(lambda: live.controller.watch(events.put))
        live.finished.add_done_callback(lambda _: events.put(None))
        try:
            while (event := events.get()) is not None:
                progress.show(event)
        finally:  # an interrupted cell leaves nothing that collects events
            self._host.loop.post(lambda: live.controller.recorder.unsubscribe(events.put))
