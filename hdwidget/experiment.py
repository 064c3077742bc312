"""Workspaces and experiments: where runs are submitted and found again."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self, overload

from hdwidget.archive import export_experiment, import_experiment
from hdwidget.checks import file_path, is_text, suggest_keywords, whole_number
from hdwidget.config import HyperDriveConfig
from hdwidget.engine.host import Host
from hdwidget.engine.hosts import any_host_for, close_host, host_for
from hdwidget.engine.shutdown import at_exit
from hdwidget.errors import ConfigurationError, StoreError
from hdwidget.hyperdrive_run import HyperDriveRun
from hdwidget.models import Model, newest_models
from hdwidget.run import Run
from hdwidget.script_config import ScriptRunConfig
from hdwidget.shown import as_text, shown
from hdwidget.store.connection import Durability
from hdwidget.store.salvage import Salvage, salvage
from hdwidget.warm_start import warm_start

__all__ = ["Experiment", "Workspace"]

_ = at_exit  # loading it makes scripts wait for their runs


class Workspace:
    """A folder that holds the record of experiments, their logs and their outputs.

    Parameters
    ----------
    path : str or Path, optional
        The folder; it is made when it is first needed. The default is ``./.hdwidget``.
    durability : {"process", "power"}
        What a logged value survives: the death of the process or, at 4 ms a commit, a power cut.

    Raises
    ------
    ConfigurationError
        An argument is none of these. What is wrong with the folder itself is said when it is used.

    Examples
    --------
    >>> Workspace("tuning").experiments
    {}
    """

    @suggest_keywords
    def __init__(
        self, path: str | Path | None = None, *, durability: Durability = "process"
    ) -> None:
        if not isinstance(durability, str) or durability not in ("process", "power"):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            message = (
                '`durability` must be "process" or "power", '
                f"but got durability={shown(durability)}."
            )
            raise ConfigurationError(message)
        self.path = file_path("path", ".hdwidget" if path is None else path).absolute()
        self.durability: Durability = durability

    def __repr__(self) -> str:
        return f"Workspace({str(self.path)!r})"

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def experiments(self) -> dict[str, "Experiment"]:
        """The experiments in this workspace, by name."""
        if not os.path.isdir(self.path):  # noqa: PTH112  # to look is not to make, nor to raise
            return {}
        return {
            record.name: Experiment(self, record.name) for record in self.host.store.experiments()
        }

    @property
    def models(self) -> dict[str, Model]:
        """The newest registered model of each name."""
        return newest_models(self)

    @property
    def host(self) -> Host:
        """The workspace's engine in this process, for the package's own use."""
        return host_for(self.path, self.durability)

    def close(self) -> None:
        """Interrupt what this process runs in the workspace, and close its record.

        Not needed before the interpreter's end. The workspace opens again when it is used again.

        Raises
        ------
        StoreError
            Something could not be recorded.
        """
        close_host(self.path)

    def salvage(self) -> Salvage:
        """Save what can be read of a damaged record into a new one, which takes its place.

        Close the workspace in all other processes first; what this one runs in it is interrupted.
        The damaged record is kept under another name, and the runs' folders are left alone.

        Returns
        -------
        Salvage
            How many runs and values were saved, what was lost, and where the old record is.

        Raises
        ------
        StoreError
            There is no record, a run in it is being driven, or the disk cannot hold a copy.

        Examples
        --------
        >>> Workspace("tuning").salvage()
        Salvage(runs=61, values=11800, losses=('Metric `loss` of run …',), damaged=…)
        """
        with contextlib.suppress(StoreError):  # that it has failed is why this is called
            self.close()
        return salvage(self.path)

    def import_(
        self, path: str | Path, name: str | None = None, *, max_bytes: int = 64 * 2**30
    ) -> "Experiment":
        """Take in an experiment that `Experiment.export` has written.

        Its runs keep their ids; those that are here already, just as they are in the file, are left
        alone. Runs that had not ended are interrupted. Models keep their versions unless these are
        taken. Everything is checked before the workspace is changed, and nothing of it is run.

        Parameters
        ----------
        path : str or Path
            The file.
        name : str, optional
            The experiment that the runs go to; the default is the name that it had.
        max_bytes : int
            What the file may unpack to, in bytes.

        Returns
        -------
        Experiment
            The experiment, with its runs.

        Raises
        ------
        ArchiveError
            The file cannot be read, is no exported experiment, or is damaged; nothing was changed.
        StoreError
            Another run of the same id is here, or the workspace cannot be written.

        Examples
        --------
        >>> Workspace("tuning").import_("digits.zip").get_runs()
        """
        if name is not None:
            Experiment(self, name)  # which says what a name must be
        limit = whole_number("max_bytes", max_bytes, minimum=0)
        place = file_path("path", path)
        store = self.host.store
        return Experiment(self, import_experiment(store, self.path, place, name, max_bytes=limit))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Experiment:
    """A name in a workspace under which runs are submitted.

    Parameters
    ----------
    workspace : Workspace, optional
        Where it is; the default is the folder ``./.hdwidget``.
    name : str
        Its name.

    Raises
    ------
    ConfigurationError
        The name is missing, or stands where the workspace belongs.

    Examples
    --------
    >>> run = Experiment(name="digits").submit(config)
    """

    @suggest_keywords
    def __init__(self, workspace: Workspace | None = None, name: str | None = None) -> None:
        if isinstance(workspace, str) and name is None:
            message = (
                f"the first argument of Experiment is its workspace. "
                f"Write Experiment(name={shown(workspace)})."
            )
            raise ConfigurationError(message)
        if workspace is not None and not isinstance(workspace, Workspace):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            message = f"`workspace` must be a Workspace, but got workspace={shown(workspace)}."
            raise ConfigurationError(message)
        if not is_text(name) or not name.strip():
            message = f"`name` must be a text that is not empty, but got name={shown(name)}."
            raise ConfigurationError(message)
        self.workspace = workspace or Workspace()
        self.name = name

    def __repr__(self) -> str:
        return f"Experiment({self.workspace!r}, {self.name!r})"

    @property
    def host(self) -> Host:
        """The workspace's engine in this process, for the package's own use."""
        return self.workspace.host

    @overload
    def submit(
        self, config: HyperDriveConfig, tags: Mapping[str, str] | None = None
    ) -> HyperDriveRun: ...

    @overload
    def submit(self, config: ScriptRunConfig, tags: Mapping[str, str] | None = None) -> Run: ...

    def submit(
        self, config: HyperDriveConfig | ScriptRunConfig, tags: Mapping[str, str] | None = None
    ) -> Run:
        """Start a HyperDrive run, or a script once, and return at once; it goes on by itself.

        Parameters
        ----------
        config : HyperDriveConfig or ScriptRunConfig
            What to do.
        tags : Mapping[str, str], optional
            Texts to find the run by.

        Raises
        ------
        ConfigurationError
            `config` is something else, its function cannot be sent to a trial's process, or the
            source directory of its script is too large.
        StoreError
            The workspace cannot be written.
        """
        if tags is not None and not isinstance(tags, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            message = f"`tags` must be a dict of texts by name, but got tags={shown(tags)}."
            raise ConfigurationError(message)
        texts = {as_text(key): as_text(value) for key, value in (tags or {}).items()}
        if isinstance(config, ScriptRunConfig):
            return Run(self, self.host.launch_single(self.name, config, texts))
        if not isinstance(config, HyperDriveConfig):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            message = (
                "`config` must be a HyperDriveConfig or a ScriptRunConfig, "
                f"but got config={shown(config, 80)}."
            )
            raise ConfigurationError(message)
        earlier = warm_start(config)
        return HyperDriveRun(self, self.host.launch(self.name, config, texts, earlier=earlier))

    def start_logging(self, *, snapshot_directory: None = None) -> Run:
        """Begin a run by hand: this process logs to it, and ends it.

        A run that nobody has ended is left as interrupted when this process ends.

        Parameters
        ----------
        snapshot_directory : None
            Accepted for Azure's sake: nothing is copied.

        Returns
        -------
        Run
            Used in a `with` block, it is completed at the block's end, or failed by an exception.

        Raises
        ------
        StoreError
            The workspace cannot be written.

        Examples
        --------
        >>> with Experiment(name="digits").start_logging() as run:
        ...     run.log("accuracy", 0.93)
        """
        del snapshot_directory
        return Run(self, self.host.by_hand.start(self.name))

    def export(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the experiment to one file: its runs, their metrics, files and models.

        It is a zip file without pickles, and holds the experiment as it is at this moment, also
        while runs go on. Links in the runs' folders are left out.

        Parameters
        ----------
        path : str or Path
            The file to write.
        overwrite : bool
            Whether a file that is there may be replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ConfigurationError
            A file is there, or the experiment has no runs.
        ArchiveError
            The file cannot be written; nothing is left of it.
        StoreError
            The record cannot be read.

        Examples
        --------
        >>> Experiment(name="digits").export("digits.zip")
        PosixPath('digits.zip')
        """
        place = file_path("path", path)
        export_experiment(
            self.host.store, self.workspace.path, self.name, place, overwrite=overwrite
        )
        return place

    def get_run(self, run_id: str) -> Run:
        """Return the handle on a run: a `HyperDriveRun` for ``HD_<uuid>``, else a `Run`.

        Raises
        ------
        RunNotFoundError
            This experiment holds no such run.
        """
        run = Run(self, run_id)
        return HyperDriveRun(self, run_id) if run.type == "hyperdrive" else run

    def get_run_elsewhere(self, workspace: str, run_id: str) -> Run:
        """Return the handle on a run of another workspace, given by its folder.

        Raises
        ------
        RunNotFoundError
            That workspace holds no such run.
        """
        host = any_host_for(Path(workspace))
        there = Workspace(workspace, durability=host.durability)
        return Experiment(there, host.store.run(run_id).experiment).get_run(run_id)

    def get_runs(self) -> list[Run]:
        """Return the runs that were submitted to this experiment, newest first.

        Those that were left by a kernel that died say so: `HyperDriveRun.resume` goes on with them.
        """
        records = [run for run in self.host.store.runs(self.name) if run.parent is None]
        records.sort(key=lambda run: run.created, reverse=True)
        return [self.get_run(record.id) for record in records]
