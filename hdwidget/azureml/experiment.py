"""`Experiment` under Azure's signature."""

from collections.abc import Iterator, Mapping
from typing import Any

import hdwidget.experiment as local
from hdwidget.azureml.runs import HyperDriveRun, Run
from hdwidget.azureml.script_run_config import ScriptRunConfig
from hdwidget.checks import suggest_keywords

__all__ = ["Experiment"]


class Experiment(local.Experiment):
    """A name in a workspace under which runs are submitted.

    Parameters
    ----------
    workspace : Workspace
        Where it is.
    name : str
        Its name.

    Examples
    --------
    >>> run = Experiment(workspace=ws, name="digits").submit(config, show_output=True)
    """

    @suggest_keywords
    def __init__(
        self,
        workspace: local.Workspace | None = None,
        name: str | None = None,
        _skip_name_validation: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        _id: str | None = None,
    ) -> None:
        del _skip_name_validation, _id
        super().__init__(workspace, name)

    def __repr__(self) -> str:
        return f"Experiment(Name: {self.name},\nWorkspace: {self.workspace.name})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.workspace, self.name)

    @property
    def id(self) -> str:
        """Its name: it has no other id."""
        return self.name

    def submit(  # pyright: ignore[reportIncompatibleMethodOverride]  # Azure's configurations, too
        self,
        config: Any,  # noqa: ANN401  # refused by hdwidget where it is something else
        tags: Mapping[str, str] | None = None,
        show_output: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        **_: object,
    ) -> Run:
        """Start a HyperDrive run, or a script once; return at once.

        Parameters
        ----------
        config : HyperDriveConfig, ScriptRunConfig or Estimator
            What to do.
        tags : Mapping[str, str], optional
            Texts to find the run by.
        show_output : bool
            Whether to wait for a script that runs once, and print what it prints.

        Raises
        ------
        ConfigurationError
            `config` is something else, or does not hold.
        StoreError
            The workspace cannot be written.
        """
        given = config.to_local() if isinstance(config, ScriptRunConfig) else config
        run = self.get_run(super().submit(given, tags).id)
        if show_output and not isinstance(run, HyperDriveRun):
            run.wait_for_completion(show_output=True)
        return run

    def start_logging(  # pyright: ignore[reportIncompatibleMethodOverride]  # Azure's takes more
        self, *_: object, **__: object
    ) -> Run:
        """Begin a run by hand: this process logs to it and ends it, with ``run.complete()``.

        Returns
        -------
        Run
            Used in a `with` block, it is completed at the block's end, or failed by an exception.
        """
        return Run(self, super().start_logging().id)

    def get_run(self, run_id: str) -> Run:
        """Return the handle on a run: a `HyperDriveRun` for the whole of one, else a `Run`.

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
        found = super().get_run_elsewhere(workspace, run_id).experiment
        assert isinstance(found, local.Experiment)  # which is what ours is made of
        there = self.workspace if found.workspace.path == self.workspace.path else found.workspace
        return Experiment(there, found.name).get_run(run_id)

    def get_runs(  # pyright: ignore[reportIncompatibleMethodOverride]  # Azure's is an iterator
        self,
        type: str | None = None,  # noqa: A002  # Azure's signature
        tags: str | Mapping[str, str] | None = None,
        properties: Mapping[str, str] | None = None,
        include_children: bool = False,  # noqa: FBT001, FBT002
    ) -> Iterator[Run]:
        """Yield the runs that were submitted here, newest first.

        Parameters
        ----------
        type : str, optional
            Only those of this kind, such as "hyperdrive".
        tags, properties : str or Mapping, optional
            Only those that have the tag, or all of these.
        include_children : bool
            Whether the runs of trials are among them.
        """
        wanted = {tags: None} if isinstance(tags, str) else dict(tags or {})
        store = self.host.store
        records = list(store.runs(self.name))
        if include_children:
            records += [child for parent in records for child in store.children(parent.id)]
        for record in sorted(records, key=lambda run: run.created, reverse=True):
            run = self.get_run(record.id)
            noted = _has(run.tags, wanted) and _has(run.properties, properties or {})
            if noted and type in (None, run.type):
                yield run

    @classmethod
    def list(cls, workspace: local.Workspace, *_: object, **__: object) -> "list[Experiment]":
        """Return the experiments of a workspace."""
        return [cls(workspace, name) for name in local.Workspace(workspace.path).experiments]

    def refresh(self) -> None:
        """Do nothing: everything is read from the record when it is asked for."""

    def get_portal_url(self) -> str:
        """Return where the experiment's runs are: a folder on this machine, as a url."""
        return (self.workspace.path / "runs").as_uri()


def _has(given: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(
        name in given and (value is None or str(given[name]) == str(value))
        for name, value in wanted.items()
    )
