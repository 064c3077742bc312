"""Datastores: folders of the workspace, to which notebooks upload."""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hdwidget.azureml.cloud_only import refuse
from hdwidget.azureml.data_reference import DataReference, inside
from hdwidget.azureml.exceptions import UserErrorException
from hdwidget.azureml.registry import workspace_folder

if TYPE_CHECKING:
    from hdwidget.azureml.workspace import Workspace

__all__ = ["DEFAULT", "AzureBlobDatastore", "AzureFileDatastore", "Datastore"]

DEFAULT = "workspaceblobstore"
BUILT_IN = (DEFAULT, "workspacefilestore", "workspaceartifactstore", "workspaceworkingdirectory")
NO_STORAGE = (
    "Copy the data into a folder here, and use it with Datastore.upload, or with "
    "Dataset.File.from_files and Dataset.Tabular.from_delimited_files on their paths."
)


class Datastore:
    """A folder in the workspace under one of Azure's names.

    Parameters
    ----------
    workspace : Workspace, optional
        Where it is; the default is the local one.
    name : str, optional
        Its name; the default is the workspace's own, "workspaceblobstore".

    Attributes
    ----------
    name : str
        Its name.
    root : Path
        The folder on this machine.

    Examples
    --------
    >>> store = ws.get_default_datastore()
    >>> store.upload("./data", target_path="digits", overwrite=True)
    $AZUREML_DATAREFERENCE_digits
    """

    datastore_type = "AzureBlob"
    account_name = "local"
    container_name = "local"
    is_default = True

    def __init__(self, workspace: "Workspace | None" = None, name: str | None = None) -> None:
        self.name = name or DEFAULT
        self.workspace = workspace
        self.path_of_workspace = workspace_folder() if workspace is None else workspace.path
        self.root = inside(self.path_of_workspace / "azureml" / "datastores", self.name)
        if self.name not in BUILT_IN and not self.root.is_dir():
            message = (
                f"there is no datastore {self.name!r}: the workspace has {', '.join(BUILT_IN)}. "
                f"{NO_STORAGE}"
            )
            raise UserErrorException(message)
        self.root.mkdir(parents=True, exist_ok=True)

    def __repr__(self) -> str:
        return f"Datastore({self.name!r}, {str(self.root)!r})"

    @classmethod
    def get(cls, workspace: "Workspace", datastore_name: str) -> "Datastore":
        """Return a datastore of the workspace."""
        return cls(workspace, datastore_name)

    @classmethod
    def get_default(cls, workspace: "Workspace") -> "Datastore":
        """Return the workspace's own datastore."""
        return cls(workspace)

    def path(
        self, path: str | None = None, data_reference_name: str | None = None
    ) -> DataReference:
        """Return a file or folder of the datastore, to be given to a script or a dataset."""
        return DataReference(self, data_reference_name, path)

    def as_mount(self) -> DataReference:
        """Return the whole datastore, to be given to a script."""
        return self.path()

    def as_download(self, path_on_compute: str | None = None) -> DataReference:
        """Return the whole datastore, to be given to a script."""
        return self.path().as_download(path_on_compute)

    def as_upload(self, path_on_compute: str | None = None) -> DataReference:
        """Return the whole datastore, for a script to write to."""
        return self.path().as_upload(path_on_compute)

    def upload(
        self,
        src_dir: str | Path,
        target_path: str | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        show_progress: bool = True,  # noqa: FBT001, FBT002
    ) -> DataReference:
        """Copy a folder's files into the datastore.

        Raises
        ------
        UserErrorException
            `src_dir` is no folder, or `target_path` leads out of the datastore.
        """
        source = Path(src_dir)
        if not source.is_dir():
            message = f"`src_dir` must be a folder, but there is none at {source.absolute()}."
            raise UserErrorException(message)
        # A notebook's own folder, ".", may hold the workspace: the store is not copied into itself.
        files = [
            file
            for file in sorted(source.absolute().rglob("*"))
            if file.is_file() and self.path_of_workspace not in file.parents
        ]
        return self._take(files, source, target_path, overwrite=overwrite, show=show_progress)

    def upload_files(
        self,
        files: Iterable[str | Path],
        relative_root: str | Path | None = None,
        target_path: str | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        show_progress: bool = True,  # noqa: FBT001, FBT002
    ) -> DataReference:
        """Copy files into the datastore: under their names, or as they lie below a root.

        Raises
        ------
        UserErrorException
            A file is not there, or `target_path` leads out of the datastore.
        """
        sources = [Path(file) for file in files]
        for source in sources:
            if not source.is_file():
                message = f"`files` must be there, but there is no file {source.absolute()}."
                raise UserErrorException(message)
        root = None if relative_root is None else Path(relative_root)
        return self._take(sources, root, target_path, overwrite=overwrite, show=show_progress)

    def download(
        self,
        target_path: str | Path,
        prefix: str | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        show_progress: bool = True,  # noqa: FBT001, FBT002
    ) -> int:
        """Copy files out of the datastore; return how many there are.

        Parameters
        ----------
        target_path : str or Path
            The folder to copy to.
        prefix : str, optional
            Only what begins with it, such as a folder's name.
        """
        del show_progress
        count = 0
        for file in sorted(self.root.rglob("*")):
            name = file.relative_to(self.root).as_posix()
            if file.is_file() and name.startswith((prefix or "").lstrip("/")):
                _copy(file, Path(target_path) / name, overwrite=overwrite)
                count += 1
        return count

    @classmethod
    def register_azure_blob_container(cls, *_args: Any, **_keywords: Any) -> NoReturn:  # noqa: ANN401  # refused
        """Refuse: storage accounts are in the cloud."""
        refuse("Datastore.register_azure_blob_container", NO_STORAGE)

    @classmethod
    def register_azure_file_share(cls, *_args: Any, **_keywords: Any) -> NoReturn:  # noqa: ANN401  # refused
        """Refuse: storage accounts are in the cloud."""
        refuse("Datastore.register_azure_file_share", NO_STORAGE)

    @classmethod
    def register_azure_sql_database(cls, *_args: Any, **_keywords: Any) -> NoReturn:  # noqa: ANN401  # refused
        """Refuse: databases of Azure are in the cloud."""
        refuse("Datastore.register_azure_sql_database", NO_STORAGE)

    def _take(
        self,
        files: Iterable[Path],
        root: Path | None,
        target_path: str | None,
        *,
        overwrite: bool,
        show: bool,
    ) -> DataReference:
        target = inside(self.root, target_path)
        count = 0
        for file in files:
            name = file.name if root is None else file.absolute().relative_to(root.absolute())
            _copy(file, target / name, overwrite=overwrite)
            count += 1
        if show:
            sys.stdout.write(f"Uploaded {count} files to {target}\n")
        return DataReference(self, path_on_datastore=target_path)


AzureBlobDatastore = Datastore
AzureFileDatastore = Datastore


def _copy(source: Path, target: Path, *, overwrite: bool) -> None:
    if target.exists() and not overwrite:
        return  # as Azure: it is skipped
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
