"""Handles on runs: what became of them, from the record, and a hand on those that still run."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, Self

from hdwidget import artifacts
from hdwidget.arguments import as_arguments
from hdwidget.awaited import AwaitedRun, Details
from hdwidget.compute.failure import Failure
from hdwidget.compute.script_run import run_of_this_process
from hdwidget.context import DURABLE, Logged, TrialRun
from hdwidget.control import resume_child
from hdwidget.engine.host import Host
from hdwidget.errors import ConfigurationError, RunNotFoundError
from hdwidget.function_config import FunctionRunConfig
from hdwidget.metrics import MetricValue
from hdwidget.models import HasModels, Model, register
from hdwidget.results import utc_text
from hdwidget.script_config import ScriptRunConfig
from hdwidget.shown import shown
from hdwidget.status import RunStatus
from hdwidget.store import RunRecord, listed
from hdwidget.surface import declared_failure
from hdwidget.tables import as_logged

__all__ = ["RecordedExperiment", "Run"]

STARTED = ("script", "command")
"""What a run's definition says that it has started, beside its arguments."""


class RecordedExperiment(Protocol):
    """What a run needs to know of its experiment."""

    name: str

    @property
    def workspace(self) -> HasModels:
        """Where it is."""
        ...

    @property
    def host(self) -> Host:
        """The workspace in this process."""
        ...

    def get_run(self, run_id: str) -> "Run":
        """Return the handle on a run, of the class that its kind has."""
        ...

    def get_run_elsewhere(self, workspace: str, run_id: str) -> "Run":
        """Return the handle on a run of another workspace, given by its folder."""
        ...


class Run(AwaitedRun):
    """A run: one trial, or an experiment's HyperDrive run. Everything is read from the record.

    Tags, properties and files may be added at any time, values only where no code of the run's own
    is at work.

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
                f"`experiment` must be an Experiment, but got experiment={shown(experiment)}. "
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            self.complete()
        else:
            self.fail(error)

    @staticmethod
    def get_context() -> TrialRun:
        """Return the run that the calling code is part of.

        Outside any experiment that is one that logs to the console.
        """
        return run_of_this_process()

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
        """What kind of run it is: "hyperdrive", "function" or "script"."""
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
    def parent(self) -> "Run | None":
        """The HyperDrive run that this one is a child of."""
        parent = self.record.parent
        return None if parent is None else self.experiment.get_run(parent)

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """The configuration; options that JSON cannot hold are shown as their `repr`."""
        return dict(self.record.params)

    @property
    def tags(self) -> dict[str, Any]:
        """What was given to `submit` as tags, and what was added since."""
        return dict(self.record.tags)

    @property
    def properties(self) -> dict[str, Any]:
        """What was noted about the run; for a canceled one, why."""
        record = self.record
        reason = {} if record.reason is None else {"reason": record.reason}
        return {**reason, **record.properties}

    @property
    def output_dir(self) -> Path:
        """The folder that the trial knew as its own ``run.output_dir``; it may not exist."""
        return self._home / "outputs"

    def get_status(self) -> str:
        """Return where the run stands, in HyperDrive's words."""
        return self.status

    def get_tags(self) -> dict[str, Any]:
        """Return what was given to `submit` as tags, and what was added since."""
        return self.tags

    def get_properties(self) -> dict[str, Any]:
        """Return what was noted about the run."""
        return self.properties

    def get_metrics(
        self,
        name: str | None = None,
        recursive: bool = False,  # noqa: FBT001, FBT002  # HyperDrive's signature
    ) -> dict[str, Any]:
        """Return what the run has logged.

        Parameters
        ----------
        name : str, optional
            Only this metric.
        recursive : bool
            Accepted for Azure's sake: only a HyperDrive run has children.

        Returns
        -------
        dict
            By name: what was logged once as a value, what was logged repeatedly as a list, rows
            and tables as dicts of columns.
        """
        del recursive
        return as_logged(listed(self._host.store.series(self.id, name)))

    def get_details(self) -> Details:
        """Return everything about the run at once, under Azure's names."""
        record = self.record
        arguments = record.config.get("arguments") or as_arguments(record.params)
        started = {name: record.config[name] for name in STARTED if name in record.config}
        return {
            "runId": record.id,
            "target": "local",
            "status": record.status,
            "startTimeUtc": utc_text(record.started),
            "endTimeUtc": utc_text(record.ended),
            "properties": self.properties,
            "tags": dict(record.tags),
            "runDefinition": {**started, "arguments": arguments, "Arguments": arguments},
            "logFiles": {
                name: str(artifacts.find(self._home, name))
                for name in artifacts.file_names(self._home, "logs/")
            },
            "error": dict(record.error) if record.error is not None else None,
        }

    def complete(self) -> None:
        """End a run that no code of its own ends, as Completed; nothing happens if it has ended.

        Raises
        ------
        EngineError
            The run is being evaluated.
        """
        self._host.by_hand.finish(self.record, RunStatus.COMPLETED)

    def fail(
        self,
        error_details: str | BaseException | Mapping[str, object] | None = None,
        error_code: str | None = None,
    ) -> None:
        """End a run that no code of its own ends, as Failed; nothing happens if it has ended.

        Parameters
        ----------
        error_details : str or exception, optional
            What went wrong.
        error_code : str, optional
            A word for the kind of error, shown where an exception's type would be.

        Raises
        ------
        EngineError
            The run is being evaluated.
        """
        declared = declared_failure(error_details, error_code)
        failure = Failure(declared["type"], declared["message"], declared["traceback"])
        self._host.by_hand.finish(self.record, RunStatus.FAILED, failure.to_json())

    def child_run(self, name: str | None = None) -> "Run":
        """Begin a run under this one, which this process logs to and ends; its values are its own.

        Used in a `with` block, it is completed at the block's end, or failed by an exception.

        Parameters
        ----------
        name : str, optional
            Kept as its property "name".

        Raises
        ------
        ConfigurationError
            This is a HyperDrive run, whose children are its trials.
        """
        return Run(self.experiment, self._host.by_hand.begin_child(self.record, name))

    def get_children(self) -> "list[Run]":
        """Return the runs that were begun under this one, newest first."""
        children = self._host.store.children(self.id)
        return [Run(self.experiment, child.id) for child in reversed(children)]

    def register_model(
        self,
        model_name: str,
        model_path: str | None = None,
        tags: Mapping[str, object] | None = None,
        properties: Mapping[str, object] | None = None,
        description: str | None = None,
        **of_azure: object,
    ) -> Model:
        """Register one of the run's files, or a folder of them, as a model in the workspace.

        Parameters
        ----------
        model_name : str
            The model's name; a name that is taken gets its next version.
        model_path : str, optional
            The file or folder among the run's files; the default is the model's name.
        tags, properties : Mapping[str, str], optional
            Texts to find the model by.
        description : str, optional
            A text.
        **of_azure
            ``model_framework``, ``sample_input_dataset`` and the like are not kept.

        Raises
        ------
        RunFileNotFoundError
            The run has no such file.
        ConfigurationError
            The model's name is none.

        Examples
        --------
        >>> best = run.get_best_run_by_primary_metric()
        >>> best.register_model("digits", "outputs/model.joblib").id
        'digits:1'
        """
        del of_azure
        return register(
            self.experiment.workspace,
            artifacts.find(self._home, model_path or model_name),
            model_name,
            tags=tags,
            properties=properties,
            description=description,
            run=self.id,
        )

    def resume(
        self, run_config: Callable[..., Any] | FunctionRunConfig | ScriptRunConfig | None = None
    ) -> None:
        """Go on with a trial's run that was stopped, canceled, interrupted or that failed.

        It is the same run: its folder, and with it its checkpoint, is there, ``run.resume_from``
        is set, a script gets ``--resume-from``, and intervals go on counting. A stop by the policy
        is undone for good. While its experiment runs it takes part in it; afterwards it runs alone.

        Parameters
        ----------
        run_config : callable, FunctionRunConfig or ScriptRunConfig, optional
            The function, where it was defined in a notebook whose kernel is gone.

        Raises
        ------
        ConfigurationError
            The run has completed, or still runs; or its function is not known.
        """
        resume_child(self._host, self.record, run_config)

    def cancel(self) -> None:
        """Ask for the run to be stopped, also one that another process drives.

        Nothing happens if it has ended. The run gets a grace period to end by itself.
        """
        self._host.cancel(self.record)

    @property
    def _home(self) -> Path:
        return self._host.run_folder(self.id)

    @property
    def _folder_name(self) -> str:
        return self.id

    def _put(self, name: str, value: MetricValue, step: int | None) -> Logged:
        self._host.by_hand.log(self.record, name, value, step)
        return DURABLE

    def _note(
        self,
        *,
        tags: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        drop: Iterable[str] = (),
    ) -> None:
        self._host.store.annotate(
            self.id, tags=tags, properties=properties, drop=frozenset(drop)
        ).wait()
