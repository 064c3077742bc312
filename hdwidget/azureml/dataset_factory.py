"""`Dataset`, and the factories behind `Dataset.Tabular` and `Dataset.File`."""

import enum
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hdwidget.azureml.data_files import as_paths
from hdwidget.azureml.data_reference import inside
from hdwidget.azureml.dataset_registry import newest, registered
from hdwidget.azureml.datasets import (
    AbstractDataset,
    FileDataset,
    TabularDataset,
    dataset_from_json,
)
from hdwidget.azureml.datastores import Datastore
from hdwidget.azureml.exceptions import UserErrorException
from hdwidget.azureml.inputs import InputDatasets
from hdwidget.azureml.registry import write_atomically

if TYPE_CHECKING:
    import pandas as pd

    from hdwidget.azureml.workspace import Workspace

__all__ = [
    "DataType",
    "Dataset",
    "FileDatasetFactory",
    "PromoteHeadersBehavior",
    "TabularDatasetFactory",
]


class PromoteHeadersBehavior(enum.IntEnum):
    """Which files begin with the columns' names; here it is all of them or none."""

    NO_HEADERS = 0
    ONLY_FIRST_FILE_HAS_HEADERS = 1
    COMBINE_ALL_FILES_HEADERS = 2
    ALL_FILES_HAVE_SAME_HEADERS = 3


class DataType:
    """Types of columns, for `set_column_types`."""

    @staticmethod
    def to_float(*_: object) -> str:
        """Return the type of numbers with a fraction."""
        return "float"

    @staticmethod
    def to_long(*_: object) -> str:
        """Return the type of whole numbers."""
        return "long"

    @staticmethod
    def to_string() -> str:
        """Return the type of texts."""
        return "string"

    @staticmethod
    def to_bool() -> str:
        """Return the type of truth values."""
        return "bool"

    @staticmethod
    def to_datetime(*_: object) -> str:
        """Return the type of dates; their form is found out."""
        return "datetime"


class TabularDatasetFactory:
    """Makes tables from files."""

    @staticmethod
    def from_delimited_files(
        path: object,
        validate: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
        include_path: bool = False,  # noqa: FBT001, FBT002
        infer_column_types: bool = True,  # noqa: FBT001, FBT002
        set_column_types: Mapping[str, str] | None = None,
        separator: str = ",",
        header: bool | PromoteHeadersBehavior = True,  # noqa: FBT001, FBT002
        partition_format: str | None = None,
        support_multi_line: bool = False,  # noqa: FBT001, FBT002
        empty_as_string: bool = False,  # noqa: FBT001, FBT002
        encoding: str = "utf8",
    ) -> TabularDataset:
        """Return a table of CSV files: local ones, in a datastore, or behind urls.

        Nothing is read before it is asked for; a url is downloaded once per workspace.

        Parameters
        ----------
        path : str, tuple, DataReference, or a list of these
            Paths, patterns (``data/*.csv``), urls, or (datastore, path).
        include_path : bool
            Whether there is a column ``Path``.
        infer_column_types : bool
            Whether numbers become numbers; else all columns are texts.
        set_column_types : Mapping[str, str], optional
            The types of some columns, by `DataType`.
        separator, encoding : str
            Of the files.
        header : bool or PromoteHeadersBehavior
            Whether the files begin with the columns' names.
        empty_as_string : bool
            Whether an empty cell is an empty text instead of a missing value.
        validate, support_multi_line
            Accepted for Azure's sake.

        Raises
        ------
        UserErrorException
            For an argument that does not hold.
        """
        del validate, support_multi_line
        _no_partitions(partition_format)
        reader: dict[str, Any] = {
            "format": "delimited",
            "separator": separator,
            "header": bool(header),
            "encoding": encoding,
            "infer_column_types": infer_column_types,
            "empty_as_string": empty_as_string,
            "include_path": include_path,
            "types": dict(set_column_types or {}),
        }
        return TabularDataset(tuple(as_paths(path)), reader)

    @staticmethod
    def from_parquet_files(
        path: object,
        validate: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
        include_path: bool = False,  # noqa: FBT001, FBT002
        set_column_types: Mapping[str, str] | None = None,
        partition_format: str | None = None,
    ) -> TabularDataset:
        """Return a table of Parquet files; see `from_delimited_files`."""
        del validate
        _no_partitions(partition_format)
        reader: dict[str, Any] = {
            "format": "parquet",
            "include_path": include_path,
            "types": dict(set_column_types or {}),
        }
        return TabularDataset(tuple(as_paths(path)), reader)

    @staticmethod
    def from_json_lines_files(
        path: object,
        validate: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
        include_path: bool = False,  # noqa: FBT001, FBT002
        set_column_types: Mapping[str, str] | None = None,
        partition_format: str | None = None,
        invalid_lines: str = "error",
        encoding: str = "utf8",
    ) -> TabularDataset:
        """Return a table of files with a JSON object in each line; see `from_delimited_files`."""
        del validate, invalid_lines
        _no_partitions(partition_format)
        reader: dict[str, Any] = {
            "format": "json_lines",
            "encoding": encoding,
            "include_path": include_path,
            "types": dict(set_column_types or {}),
        }
        return TabularDataset(tuple(as_paths(path)), reader)

    @staticmethod
    def register_pandas_dataframe(
        dataframe: "pd.DataFrame",
        target: Datastore | tuple[Datastore, str],
        name: str,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        show_progress: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> TabularDataset:
        """Write a data frame to a CSV file of a datastore, and register it as a dataset."""
        del show_progress
        store, folder = target if isinstance(target, tuple) else (target, "dataframes")
        text = io.StringIO()
        dataframe.to_csv(text, index=False)  # pyright: ignore[reportUnknownMemberType]  # pandas
        file = inside(store.root, f"{folder}/{name}.csv")
        write_atomically(file, text.getvalue().encode())
        table = TabularDatasetFactory.from_delimited_files(str(file))
        return table.register_in(
            store.path_of_workspace, name, description, tags, create_new_version=True
        )


class FileDatasetFactory:
    """Makes datasets of files as they are."""

    @staticmethod
    def from_files(
        path: object,
        validate: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
        partition_format: str | None = None,
        is_file: bool = False,  # noqa: FBT001, FBT002
    ) -> FileDataset:
        """Return files: paths, folders, patterns, urls, places in a datastore, or a list of these.

        Raises
        ------
        UserErrorException
            `path` is something else.
        """
        del validate, is_file
        _no_partitions(partition_format)
        return FileDataset(tuple(as_paths(path)))

    @staticmethod
    def upload_directory(
        src_dir: str | Path,
        target: Datastore | tuple[Datastore, str],
        pattern: str | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        show_progress: bool = True,  # noqa: FBT001, FBT002
    ) -> FileDataset:
        """Copy a folder's files into a datastore, and return them as a dataset."""
        store, folder = target if isinstance(target, tuple) else (target, "")
        if pattern is None:
            store.upload(src_dir, folder, overwrite=overwrite, show_progress=show_progress)
        else:
            files = sorted(Path(src_dir).glob(pattern))
            store.upload_files(
                [file for file in files if file.is_file()],
                src_dir,
                folder,
                overwrite=overwrite,
                show_progress=show_progress,
            )
        return FileDatasetFactory.from_files((store, folder))


class Dataset:
    """Where datasets are made and found again.

    Examples
    --------
    >>> table = Dataset.Tabular.from_delimited_files("heart.csv").register(ws, "heart")
    >>> Dataset.get_by_name(ws, "heart").to_pandas_dataframe()
    """

    Tabular = TabularDatasetFactory
    File = FileDatasetFactory

    @staticmethod
    def get_by_name(
        workspace: "Workspace", name: str, version: int | str | None = "latest"
    ) -> AbstractDataset:
        """Return a registered dataset.

        Raises
        ------
        UserErrorException
            There is none of the name; the message says how to register a local file under it.
        """
        return dataset_from_json(registered(workspace.path, name, version))

    @staticmethod
    def get_by_id(workspace: "Workspace", id: str, **_: object) -> AbstractDataset:  # noqa: A002  # Azure's signature
        """Return a dataset that is registered, or that this script was given.

        Raises
        ------
        UserErrorException
            There is none.
        """
        known = [dataset_from_json(written) for written in newest(workspace.path).values()]
        given = [value for value in InputDatasets.of_this_process().values() if _is_dataset(value)]
        for dataset in (*given, *known):
            if dataset.id == id:
                return dataset
        message = f"there is no dataset with the id {id!r}."
        raise UserErrorException(message)

    @staticmethod
    def get_all(workspace: "Workspace") -> dict[str, AbstractDataset]:
        """Return the newest version of each registered dataset by name."""
        return {name: dataset_from_json(of) for name, of in newest(workspace.path).items()}


def _is_dataset(value: object) -> bool:
    return isinstance(value, AbstractDataset)


def _no_partitions(partition_format: str | None) -> None:
    if partition_format is not None:
        message = (
            f"`partition_format` is not supported by hdwidget, but got {partition_format!r}. "
            "Say include_path=True and take the parts of the column Path."
        )
        raise UserErrorException(message)
