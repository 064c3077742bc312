"""`TabularDataset` and `FileDataset`: files on this machine or behind urls, read when asked for."""

import dataclasses
import importlib
import json
import random
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from hdwidget.azureml import tables
from hdwidget.azureml.consumption import DatasetConsumptionConfig
from hdwidget.azureml.data_files import folder_of, locate
from hdwidget.azureml.dataset_registry import Registration, register
from hdwidget.azureml.exceptions import UserErrorException
from hdwidget.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd

    from hdwidget.azureml.workspace import Workspace

__all__ = ["AbstractDataset", "FileDataset", "Mounted", "TabularDataset", "dataset_from_json"]


@dataclass(frozen=True, eq=False)
class AbstractDataset:
    """A dataset: where its files are, how they are read, and under which name it is registered.

    Parameters
    ----------
    paths : sequence of str
        Absolute paths, patterns and urls.
    reader : Mapping
        How a table is read.
    steps : sequence
        What is done with it then.
    registration : Registration, optional
        Under which name it is found again.
    """

    paths: Sequence[str]
    reader: Mapping[str, Any] = field(default_factory=dict[str, Any])
    steps: Sequence[tuple[str, Any]] = ()
    registration: Registration | None = None

    def __repr__(self) -> str:
        name = "" if self.registration is None else f"{self.name!r}, version={self.version}, "
        return f"{type(self).__name__}({name}{', '.join(self.paths)})"

    @property
    def id(self) -> str:
        """A UUID, the same for the same files read in the same way."""
        definition = {**self.to_json(), "registration": None}
        return str(uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(definition, sort_keys=True)))

    @property
    def name(self) -> str | None:
        """The name that it is registered under."""
        return None if self.registration is None else self.registration.name

    @property
    def version(self) -> int | None:
        """Which of those of its name it is, from 1."""
        return None if self.registration is None else self.registration.version

    @property
    def description(self) -> str | None:
        """What was said of it when it was registered."""
        return None if self.registration is None else self.registration.description

    @property
    def tags(self) -> dict[str, str]:
        """The tags that it was registered with."""
        return {} if self.registration is None else dict(self.registration.tags)

    def register(
        self,
        workspace: "Workspace",
        name: str,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        create_new_version: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> Self:
        """Return the dataset under a name by which notebooks and scripts find it again.

        Raises
        ------
        UserErrorException
            Another dataset has the name, and `create_new_version` is False.
        """
        return self.register_in(
            workspace.path, name, description, tags, create_new_version=create_new_version
        )

    def register_in(
        self,
        folder: Path,
        name: str,
        description: str | None,
        tags: Mapping[str, str] | None,
        *,
        create_new_version: bool,
    ) -> Self:
        """Do what `register` does, in a workspace's folder."""
        registration = register(
            folder,
            self.to_json(),
            Registration(name, description=description, tags=dict(tags or {})),
            new_version=create_new_version,
        )
        return dataclasses.replace(self, registration=registration)

    def as_named_input(self, name: str) -> DatasetConsumptionConfig:
        """Return what a script gets among its arguments, and as ``run.input_datasets[name]``."""
        return DatasetConsumptionConfig(name, self)

    def to_json(self) -> dict[str, Any]:
        """Return the dataset as JSON holds it; `dataset_from_json` reads it."""
        return {
            "kind": type(self).__name__,
            "paths": list(self.paths),
            "reader": dict(self.reader),
            "steps": [list(step) for step in self.steps],
            "registration": None
            if self.registration is None
            else dataclasses.asdict(self.registration),
        }


@dataclass(frozen=True, eq=False, repr=False)
class TabularDataset(AbstractDataset):
    """A table; made by `Dataset.Tabular.from_delimited_files` and its kin.

    Examples
    --------
    >>> table = Dataset.Tabular.from_delimited_files("heart.csv")
    >>> table.keep_columns(["age", "death"]).take(5).to_pandas_dataframe()
    """

    def to_pandas_dataframe(
        self, on_error: str = "null", out_of_range_datetime: str = "null"
    ) -> "pd.DataFrame":
        """Return the table as a pandas data frame.

        Raises
        ------
        MissingExtraError
            pandas is not installed.
        DatasetValidationError
            A file is not there or cannot be read.
        """
        del on_error, out_of_range_datetime
        try:
            pandas = importlib.import_module("pandas")
        except ImportError as error:
            message = "to_pandas_dataframe needs pandas: pip install 'hdwidget[pandas]'"
            raise MissingExtraError(message) from error
        frame = tables.read(pandas, locate(self.paths), self.reader)
        for name, given in self.steps:
            frame = tables.STEPS[name](frame, given)
        return frame

    def take(self, count: int) -> Self:
        """Return the first rows."""
        return self._then("take", int(count))

    def skip(self, count: int) -> Self:
        """Return all but the first rows."""
        return self._then("skip", int(count))

    def drop_columns(self, columns: str | Sequence[str]) -> Self:
        """Return the table without some columns."""
        return self._then("drop", _listed(columns))

    def keep_columns(
        self,
        columns: str | Sequence[str],
        validate: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> Self:
        """Return the table with some columns only."""
        del validate
        return self._then("keep", _listed(columns))

    def random_split(self, percentage: float, seed: int | None = None) -> tuple[Self, Self]:
        """Return two tables: about so large a part of the rows, in [0, 1], and the others."""
        if not 0 <= percentage <= 1:
            message = f"`0 <= percentage <= 1` must hold, but got percentage={percentage}."
            raise UserErrorException(message)
        if seed is None:  # both parts are to come from one draw
            seed = random.randrange(2**32)  # noqa: S311  # nothing secret
        parts = ([percentage, seed, first] for first in (True, False))
        one, other = (self._then("split", part) for part in parts)
        return one, other

    def take_sample(self, probability: float, seed: int | None = None) -> Self:
        """Return rows drawn with a probability."""
        return self.random_split(probability, seed)[0]

    def _then(self, step: str, given: object) -> Self:
        return dataclasses.replace(self, steps=(*self.steps, (step, given)), registration=None)


@dataclass(frozen=True, eq=False, repr=False)
class FileDataset(AbstractDataset):
    """Files as they are; made by `Dataset.File.from_files`.

    Examples
    --------
    >>> images = Dataset.File.from_files("images/**")
    >>> ScriptRunConfig(".", "train.py", arguments=["--data", images.as_mount()])
    """

    def as_mount(self, path_on_compute: str | None = None) -> DatasetConsumptionConfig:
        """Return what a script gets as the path of a folder with the files."""
        return self._unnamed().as_mount(path_on_compute)

    def as_download(self, path_on_compute: str | None = None) -> DatasetConsumptionConfig:
        """Return what a script gets as the path of a folder with the files."""
        return self._unnamed().as_download(path_on_compute)

    def to_path(self) -> list[str]:
        """Return the files' names, each below the dataset's root ``/``."""
        return [f"/{file.name}" for file in locate(self.paths)]

    def download(
        self,
        target_path: str | Path | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        ignore_not_found: bool = False,  # noqa: FBT001, FBT002
    ) -> list[str]:
        """Copy the files into a folder; return their paths there.

        Raises
        ------
        UserErrorException
            A file is there already, and `overwrite` is False.
        """
        del ignore_not_found
        if target_path is None:
            return [str(file.path) for file in locate(self.paths)]
        copies: list[str] = []
        for file in locate(self.paths):
            copy = Path(target_path).absolute() / file.name
            if copy.exists() and not overwrite:
                message = f"{copy} exists. Say overwrite=True, or give another target_path."
                raise UserErrorException(message)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file.path, copy)
            copies.append(str(copy))
        return copies

    def mount(self, mount_point: str | Path | None = None) -> "Mounted":
        """Return a context in which the files are in a folder: where they always are."""
        del mount_point
        return Mounted(str(folder_of(self.paths)))

    def _unnamed(self) -> DatasetConsumptionConfig:
        return self.as_named_input(f"input_{self.id[:8]}")


@dataclass(frozen=True)
class Mounted:
    """What `FileDataset.mount` returns.

    Parameters
    ----------
    mount_point : str
        The folder with the files.
    """

    mount_point: str

    def start(self) -> None:
        """Do nothing: the files are there."""

    def stop(self) -> None:
        """Do nothing: the files stay."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


KINDS = {kind.__name__: kind for kind in (TabularDataset, FileDataset)}


def dataset_from_json(written: Mapping[str, Any]) -> AbstractDataset:
    """Return the dataset that `AbstractDataset.to_json` wrote."""
    registration = written["registration"]
    return KINDS[written["kind"]](
        paths=tuple(written["paths"]),
        reader=written["reader"],
        steps=tuple((name, given) for name, given in written["steps"]),
        registration=None if registration is None else Registration(**registration),
    )


def _listed(columns: str | Sequence[str]) -> list[str]:
    return [columns] if isinstance(columns, str) else list(columns)
