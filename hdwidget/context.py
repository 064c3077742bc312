"""What a trial sees of its run: `TrialRun`, and how code inside a trial finds it."""

import contextvars
import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, Self

from hdwidget import artifacts
from hdwidget.arguments import as_arguments
from hdwidget.durable import DURABLE, Logged
from hdwidget.errors import RunCanceled
from hdwidget.metrics import MetricValue
from hdwidget.model_record import ModelRecord, plain_model_name, staged
from hdwidget.offline import Offline, OfflineChild
from hdwidget.shown import as_text
from hdwidget.surface import RunSurface, declared_failure, plain_notes

__all__ = [
    "CHECKPOINT",
    "DURABLE",
    "Logged",
    "Offline",
    "Transport",
    "TrialRun",
    "current_run",
    "known_run",
    "offline_run",
    "set_process_run",
    "trial",
]


CHECKPOINT = Path("outputs", "checkpoint")
"""Where in its folder a run leaves what it can go on from."""


class Transport(Protocol):
    """How a trial's reports reach whoever judges and keeps them."""

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Hand over one value; raise `RunCanceled` if the trial is to stop."""
        ...

    def request(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Ask something of the run; `hdwidget.engine.answers` says what there is to ask.

        Raises
        ------
        ConfigurationError
            What was asked does not hold.
        EngineError
            The engine is gone, or could not answer.
        """
        ...


class TrialRun(RunSurface):
    """The run as its own trial sees it; handed to the training function as `run`.

    Attributes
    ----------
    id : str
        The run's id, ``HD_<uuid>_<n>``.
    number : int
        n: the how-manieth run of its experiment this is, from 0.
    experiment : str
        The experiment's name.
    hyperparameters : Mapping[str, object]
        The configuration that is being evaluated.
    resume_from : Path or None
        The folder of the run whose checkpoint this one goes on from; None for a run that begins.
    """

    def __init__(
        self,
        *,
        run_id: str,
        number: int,
        experiment: str,
        hyperparameters: Mapping[str, object],
        folder: Path | None,
        transport: Transport,
        resume_from: Path | None = None,
    ) -> None:
        self.id = run_id
        self.number = number
        self.experiment = experiment
        self.hyperparameters = dict(hyperparameters)
        self.resume_from = resume_from
        self._folder = folder
        self._transport = transport

    def __repr__(self) -> str:
        return f"<run {self.id} of {self.experiment}>"

    @property
    def name(self) -> str:
        """The run's id, under Azure's other name."""
        return self.id

    @property
    def output_dir(self) -> Path:
        """The run's own folder for what it makes: checkpoints, models. Made when first asked for.

        Outside a run it is ``./outputs``.
        """
        folder = self._home / "outputs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def checkpoint_dir(self) -> Path:
        """The folder in `output_dir` for what the run can go on from. Made when first asked for.

        A run that is cut off, by the death of the kernel or a crash, is gone on with where
        something lies here, and is begun again otherwise. One that goes on finds here what it left.

        Examples
        --------
        >>> checkpoint = run.checkpoint_dir / "model.npz"
        >>> epoch, weights = load(checkpoint) if checkpoint.exists() else (0, initial)
        """
        folder = self._home / CHECKPOINT
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def status(self) -> str:
        """Where the run stands, in HyperDrive's words."""
        return self.get_status()

    @property
    def tags(self) -> dict[str, Any]:
        """The run's tags."""
        return self.get_tags()

    @property
    def properties(self) -> dict[str, Any]:
        """The run's properties."""
        return self.get_properties()

    def get_status(self) -> str:
        """Return where the run stands, in HyperDrive's words."""
        return str(self._transport.request("describe")["status"])

    def get_tags(self) -> dict[str, Any]:
        """Return what was given to `submit` as tags, and what was added since."""
        return dict(self._transport.request("describe")["tags"])

    def get_properties(self) -> dict[str, Any]:
        """Return what was noted about the run."""
        return dict(self._transport.request("describe")["properties"])

    def get_metrics(
        self,
        name: str | None = None,
        recursive: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> dict[str, Any]:
        """Return what this run has logged so far.

        Parameters
        ----------
        name : str, optional
            Only this metric.
        recursive : bool
            Accepted for Azure's sake: a trial's run has no children.

        Returns
        -------
        dict
            What was logged once as a value, what was logged repeatedly as a list, rows and tables
            as dicts of columns.
        """
        del recursive
        return dict(self._transport.request("metrics", name=name)["metrics"])

    def get_details(self) -> dict[str, Any]:
        """Return what is known of the run so far, under Azure's names."""
        known = self._transport.request("describe")
        arguments = known.get("arguments") or as_arguments(self.hyperparameters)
        return {
            "runId": self.id,
            "target": "local",
            "status": known["status"],
            "properties": dict(known["properties"]),
            "tags": dict(known["tags"]),
            "runDefinition": {"arguments": arguments, "Arguments": arguments},
            "logFiles": {
                name: str(artifacts.find(self._home, name))
                for name in artifacts.file_names(self._home, "logs/")
            },
            "error": None,
        }

    def complete(self) -> None:
        """Say that the run is done; it is Completed when its code has ended without an error."""

    def fail(
        self,
        error_details: str | BaseException | Mapping[str, object] | None = None,
        error_code: str | None = None,
    ) -> None:
        """Have the run end as Failed, with these details, however its code ends.

        A run that is stopped by then is Canceled all the same.

        Parameters
        ----------
        error_details : str or exception, optional
            What went wrong.
        error_code : str, optional
            A word for the kind of error, shown where an exception's type would be.
        """
        self._transport.request("fail", **declared_failure(error_details, error_code))

    def cancel(self) -> None:
        """Have the run stopped and end as Canceled, by the reason "the trial itself"."""
        self._transport.request("cancel")

    def register_model(
        self,
        model_name: str,
        model_path: str | None = None,
        tags: Mapping[str, object] | None = None,
        properties: Mapping[str, object] | None = None,
        description: str | None = None,
        **of_azure: object,
    ) -> ModelRecord:
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
        """
        del of_azure
        name = plain_model_name(model_name)
        source = artifacts.find(self._home, self._found(model_path or name))
        fields: dict[str, Any] = {
            "name": name,
            "file": source.name,
            "tags": plain_notes(tags),
            "properties": plain_notes(properties),
            "description": "" if description is None else as_text(description),
        }
        if self._folder is None:
            return ModelRecord(**self._transport.request("register_model", staged="", **fields))
        with staged(source, self._folder.parent.parent) as ready:
            return ModelRecord(**self._transport.request("register_model", staged=ready, **fields))

    def child_run(self, name: str | None = None) -> "ChildRun":
        """Begin a run under this one, for a fold or a phase; what it logs is its own.

        Used in a `with` block, it is completed at the block's end, or failed by an exception. One
        that nobody has ended ends as this run does.

        Parameters
        ----------
        name : str, optional
            Kept as its property "name".

        Examples
        --------
        >>> for fold in range(5):
        ...     with run.child_run(f"fold {fold}") as child:
        ...         child.log("accuracy", 0.9)
        """
        if self._folder is None:  # outside a run its values are the console's, too
            return ChildRun(
                run_id=self.id,
                number=0,
                experiment=self.experiment,
                hyperparameters={},
                folder=None,
                transport=OfflineChild(),
            )
        told = self._transport.request("child_run", name=None if name is None else as_text(name))
        return ChildRun(
            run_id=told["run_id"],
            number=told["number"],
            experiment=self.experiment,
            hyperparameters={},
            folder=self._folder.parent / told["run_id"],
            transport=OfChild(self._transport, told["run_id"]),
        )

    @property
    def _home(self) -> Path:
        return self._folder or Path()

    @property
    def _folder_name(self) -> str:
        return self.id

    def _put(self, name: str, value: MetricValue, step: int | None) -> Logged:
        return self._transport.log(name, value, step)

    def _note(
        self,
        *,
        tags: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
        drop: Iterable[str] = (),
    ) -> None:
        self._transport.request(
            "note", tags=tags or {}, properties=properties or {}, drop=list(drop)
        )

    def _named(self, name: str) -> str:
        if self._folder is not None:
            return name
        normal = artifacts.normal_name(name)  # outside a run all is kept in ./outputs
        return normal if normal.startswith(("outputs/", "logs/")) else f"outputs/{normal}"

    def _found(self, name: str) -> str:
        if self._folder is not None:
            return name
        moved = self._named(name)
        return moved if moved in self.get_file_names() else name


class ChildRun(TrialRun):
    """A run that a trial has begun under its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            self.complete()
        elif isinstance(error, RunCanceled):
            self.cancel()
        else:
            self.fail(error)

    def complete(self) -> None:
        """End it as Completed; nothing happens if it has ended."""
        self._transport.request("end", status="Completed")

    def fail(
        self,
        error_details: str | BaseException | Mapping[str, object] | None = None,
        error_code: str | None = None,
    ) -> None:
        """End it as Failed, with these details; nothing happens if it has ended."""
        error = declared_failure(error_details, error_code)
        self._transport.request("end", status="Failed", error=error)

    def cancel(self) -> None:
        """End it as Canceled; nothing happens if it has ended."""
        self._transport.request("end", status="Canceled")


class OfChild:
    """The transport of a child: its parent's, with the child's id in every request."""

    def __init__(self, transport: Transport, run_id: str) -> None:
        self._transport = transport
        self._run_id = run_id

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Hand over one value; it is durable before what the parent logs next."""
        self.request("log", name=name, value=value, step=step)
        return DURABLE

    def request(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Ask something of the child, or of its own child."""
        return self._transport.request(kind, **{"run": self._run_id, **fields})


_current: contextvars.ContextVar[TrialRun | None] = contextvars.ContextVar(
    "hdwidget_run", default=None
)
_process_run: TrialRun | None = None


def set_process_run(run: TrialRun) -> None:
    """Make `run` what every thread of this process finds; for a process that is one trial.

    A context variable would not do there: it reaches neither `threading.Thread` nor joblib.
    """
    global _process_run  # noqa: PLW0603  # one trial owns the whole process
    _process_run = run


def trial(run: TrialRun) -> contextvars.Context:
    """Return a copy of the current context in which `run` is the current run."""
    context = contextvars.copy_context()
    context.run(_current.set, run)
    return context


def current_run() -> TrialRun:
    """Return the run that the calling code is part of, or one that logs to the console."""
    return known_run() or offline_run()


def known_run() -> TrialRun | None:
    """Return the run that the calling code is part of, None outside any."""
    return _current.get() or _process_run


@functools.cache
def offline_run() -> TrialRun:
    """Return the process's run that logs to the console."""
    return TrialRun(
        run_id="OfflineRun",
        number=0,
        experiment="offline",
        hyperparameters={},
        folder=None,
        transport=Offline(),
    )
