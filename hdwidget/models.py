"""The registry of models in a workspace: files with a name and a version that counts up."""

import datetime as dt
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from hdwidget import artifacts
from hdwidget.engine.host import Host
from hdwidget.errors import ConfigurationError, ModelNotFoundError
from hdwidget.model_record import MODELS, ModelRecord, plain_model_name, staged
from hdwidget.shown import as_text, shown
from hdwidget.store import Store
from hdwidget.surface import plain_notes

__all__ = ["HasModels", "Model", "newest_models", "register"]

Filter: TypeAlias = Iterable[str | Sequence[str]]
"""What tags or properties must be there: ``["best", ["kind", "svm"]]``."""


class HasModels(Protocol):
    """What a model needs to know of its workspace."""

    path: Path

    @property
    def host(self) -> Host:
        """The workspace in this process."""
        ...


class Model:
    """A registered model: a file or a folder, under a name and a version.

    Parameters
    ----------
    workspace : Workspace
        Where it is registered.
    name : str, optional
        Its name.
    id : str, optional
        Name and version, as ``"digits:3"``, in place of the name.
    version : int, optional
        The default is the newest.
    tags : list, optional
        Tags that it must have: ``"key"`` or ``["key", "value"]``.

    Raises
    ------
    ModelNotFoundError
        The workspace holds no such model.
    ConfigurationError
        Neither a name nor an id is given.

    Examples
    --------
    >>> model = best_run.register_model("digits", "outputs/model.joblib", tags={"kind": "svm"})
    >>> model.id, model.path.name
    ('digits:1', 'model.joblib')
    >>> joblib.load(Model(workspace, "digits").path)
    """

    def __init__(
        self,
        workspace: HasModels,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  # Azure's signature
        version: int | None = None,
        tags: Filter | None = None,
    ) -> None:
        if id is not None:
            name, version = _parts(id)
        if name is None:
            message = 'a model is found by its name or its id: Model(workspace, "digits").'
            raise ConfigurationError(message)
        asked = None if version is None else int(version)
        record = workspace.host.store.model(name, asked)
        if tags is not None:
            fitting = [
                model
                for model in workspace.host.store.models(name)
                if asked in (None, model.version) and _has(model.tags, tags)
            ]
            if not fitting:
                message = f"no model `{name}` in the workspace has the tags {shown(list(tags))}."
                raise ModelNotFoundError(message)
            record = fitting[0]
        self.workspace = workspace
        self._record = record

    @classmethod
    def of_record(cls, workspace: HasModels, record: ModelRecord) -> "Model":
        """Return the handle on a model that was just read from the record."""
        model = cls.__new__(cls)
        model.workspace, model._record = workspace, record  # noqa: SLF001  # its own
        return model

    def __repr__(self) -> str:
        return (
            f"Model(workspace={self.workspace!r}, name={self.name}, id={self.id}, "
            f"version={self.version}, tags={self.tags}, properties={self.properties})"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and (other.id, other.workspace.path) == (
            self.id,
            self.workspace.path,
        )

    def __hash__(self) -> int:
        return hash((self.id, self.workspace.path))

    @property
    def name(self) -> str:
        """Its name."""
        return self._record.name

    @property
    def version(self) -> int:
        """The how-manieth of its name it is, from 1."""
        return self._record.version

    @property
    def id(self) -> str:
        """Name and version, as ``digits:3``."""
        return self._record.id

    @property
    def tags(self) -> dict[str, Any]:
        """What was noted to find it by."""
        return dict(self._record.tags)

    @property
    def properties(self) -> dict[str, Any]:
        """What was noted about it."""
        return dict(self._record.properties)

    @property
    def description(self) -> str:
        """A text."""
        return self._record.description

    @property
    def created_time(self) -> dt.datetime:
        """When it was registered, in UTC."""
        return dt.datetime.fromtimestamp(self._record.created, tz=dt.UTC)

    @property
    def run_id(self) -> str | None:
        """The id of the run that made it, if a run did."""
        return self._record.run

    @property
    def path(self) -> Path:
        """Where its file or folder lies."""
        return self._record.place(self.workspace.path)

    def download(self, target_dir: str | os.PathLike[str] = ".", exist_ok: bool = False) -> str:  # noqa: FBT001, FBT002  # Azure's signature
        """Copy it into a folder, which is made; return where it is now.

        Raises
        ------
        ConfigurationError
            Something of that name is there, and `exist_ok` is not set.
        """
        target = Path(target_dir) / self.path.name
        if target.exists() and not exist_ok:
            message = f"{target} is there already: give another target_dir, or exist_ok=True."
            raise ConfigurationError(message)
        artifacts.copy_to(self.path, target)
        return str(target)

    def delete(self) -> None:
        """Remove it and its files; its version is not given again.

        Raises
        ------
        ModelNotFoundError
            It is gone already.
        """
        self.workspace.host.store.delete_model(self.name, self.version)

    @staticmethod
    def list(
        workspace: HasModels,
        name: str | None = None,
        tags: Filter | None = None,
        properties: Filter | None = None,
        run_id: str | None = None,
        latest: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> "list[Model]":
        """Return the models of a workspace, newest first.

        Parameters
        ----------
        workspace : Workspace
            The workspace.
        name : str, optional
            Only models of this name.
        tags, properties : list, optional
            What they must have: ``"key"`` or ``["key", "value"]``.
        run_id : str, optional
            The run that made them.
        latest : bool
            Only the newest of each name.
        """
        seen: set[str] = set()
        found: list[Model] = []
        for record in workspace.host.store.models(name):
            if latest and record.name in seen:
                continue
            seen.add(record.name)
            if (
                _has(record.tags, tags or ())
                and _has(record.properties, properties or ())
                and run_id in (None, record.run)
            ):
                found.append(Model.of_record(workspace, record))
        return found

    @staticmethod
    def register(
        workspace: HasModels,
        model_path: str | os.PathLike[str],
        model_name: str,
        tags: Mapping[str, object] | None = None,
        properties: Mapping[str, object] | None = None,
        description: str | None = None,
        **of_azure: object,
    ) -> "Model":
        """Register a file or a folder on this machine as a model; its files are copied.

        Parameters
        ----------
        workspace : Workspace
            Where to.
        model_path : str or Path
            The file or the folder.
        model_name : str
            The model's name; a name that is taken gets its next version.
        tags, properties : Mapping[str, str], optional
            Texts to find the model by.
        description : str, optional
            A text.
        **of_azure
            ``model_framework``, ``datasets`` and the like are not kept.

        Raises
        ------
        ConfigurationError
            The name is none, or there is no such file.
        """
        del of_azure
        path = Path(model_path)
        if not path.exists():
            message = f"a model's file or folder must be there, but {str(path)!r} does not exist."
            raise ConfigurationError(message)
        return register(
            workspace,
            path.resolve(),  # "." has no name
            model_name,
            tags=tags,
            properties=properties,
            description=description,
            run=None,
        )

    @staticmethod
    def get_model_path(
        model_name: str, version: int | None = None, _workspace: HasModels | None = None
    ) -> str:
        """Return where a model's file or folder lies.

        Parameters
        ----------
        model_name : str
            Its name.
        version : int, optional
            The default is the newest.

        Raises
        ------
        ModelNotFoundError
            There is no such model in the workspace, which by default is the one of the run that
            the code is part of, or else ``./.hdwidget``.
        """
        if _workspace is not None:
            return str(Model(_workspace, model_name, version=version).path)
        folder = Path(os.environ.get("HDWIDGET_WORKSPACE", ".hdwidget")).absolute()
        if not folder.is_dir():
            message = f"No model `{model_name}`: there is no workspace {folder}."
            raise ModelNotFoundError(message)
        with closing(Store(folder)) as store:
            return str(store.model(model_name, version).place(folder))


def register(
    workspace: HasModels,
    source: Path,
    name: str,
    *,
    tags: Mapping[str, object] | None,
    properties: Mapping[str, object] | None,
    description: str | None,
    run: str | None,
) -> Model:
    """Copy a file or folder into the registry, and return the model that it is now."""
    model = ModelRecord(
        name=plain_model_name(name),
        version=0,
        file=source.name,
        tags=plain_notes(tags),
        properties=plain_notes(properties),
        description="" if description is None else as_text(description),
        run=run,
        created=time.time(),
    )
    try:
        with staged(source, workspace.path) as ready:
            return Model.of_record(workspace, workspace.host.store.register_model(model, ready))
    except OSError as error:
        message = f"the model's files {source} cannot be copied to {workspace.path}: {error}."
        raise ConfigurationError(message) from error


def newest_models(workspace: HasModels) -> dict[str, Model]:
    """Return the newest model of each name."""
    if not (workspace.path / MODELS).is_dir():  # to look is not to make
        return {}
    return {model.name: model for model in Model.list(workspace, latest=True)}


def _parts(model_id: str) -> tuple[str, int]:
    name, colon, version = model_id.rpartition(":")
    if not colon or not version.isdecimal():
        got = shown(model_id)
        message = f'a model\'s id is its name and version, "digits:3", but got id={got}.'
        raise ConfigurationError(message)
    return name, int(version)


def _has(noted: Mapping[str, Any], asked: Filter) -> bool:
    wanted: list[tuple[str, ...]] = [
        (each,) if isinstance(each, str) else tuple(each) for each in asked
    ]
    return all(
        key[0] in noted and (len(key) == 1 or str(noted[key[0]]) == str(key[1])) for key in wanted
    )
