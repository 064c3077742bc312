"""Places in a datastore: what `datastore.path("x")` gives, and what stands among arguments."""

import re
from pathlib import Path
from typing import Any, Self

from hdwidget.azureml.exceptions import UserErrorException
from hdwidget.nearest import nearest

__all__ = ["DataPath", "DataPathComputeBinding", "DataReference", "inside"]

MODES = ("mount", "download", "upload")


def inside(root: Path, relative: str | None) -> Path:
    """Return a path in a datastore's folder.

    Raises
    ------
    UserErrorException
        It leads out of the folder.
    """
    path = (root / (relative or "").lstrip("/\\")).resolve()
    if not path.is_relative_to(root.resolve()):
        message = f"a path in a datastore must stay in it, but got {relative!r}."
        raise UserErrorException(message)
    return path


class DataReference:
    """A file or folder of a datastore, which a script gets as a path.

    Parameters
    ----------
    datastore : Datastore
        Where it is.
    data_reference_name : str, optional
        The name that stands in ``AZUREML_DATAREFERENCE_<name>``.
    path_on_datastore : str, optional
        Relative to the datastore; the default is the whole of it.
    mode : {"mount", "download", "upload"}
        All are the same here: the script gets the path itself.

    Attributes
    ----------
    path : Path
        The file or folder on this machine.
    """

    def __init__(
        self,
        datastore: Any,  # noqa: ANN401  # of a module above this one
        data_reference_name: str | None = None,
        path_on_datastore: str | None = None,
        mode: str = "mount",
        path_on_compute: str | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> None:
        del path_on_compute, overwrite
        if mode not in MODES:
            message = (
                f'`mode` must be "mount", "download" or "upload", but got mode={mode!r}.'
                f"{nearest(str(mode), MODES)}"
            )
            raise UserErrorException(message)
        self.datastore = datastore
        self.path_on_datastore = path_on_datastore
        self.path = inside(datastore.root, path_on_datastore)
        self.mode = mode
        self.data_reference_name = data_reference_name or _variable(
            path_on_datastore or datastore.name
        )

    def __str__(self) -> str:
        return f"$AZUREML_DATAREFERENCE_{self.data_reference_name}"

    __repr__ = __str__

    def as_mount(self) -> Self:
        """Return itself: the script reads the files where they are."""
        self.mode = "mount"
        return self

    def as_download(
        self,
        path_on_compute: str | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> Self:
        """Return itself: the script reads the files where they are."""
        del path_on_compute, overwrite
        self.mode = "download"
        return self

    def as_upload(
        self,
        path_on_compute: str | None = None,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> Self:
        """Return itself: what the script writes there is in the datastore at once."""
        del path_on_compute, overwrite
        self.mode = "upload"
        return self

    def path_in(self, name: str) -> "DataReference":
        """Return a file or folder below this one."""
        below = f"{self.path_on_datastore or ''}/{name}".lstrip("/")
        return DataReference(self.datastore, path_on_datastore=below)


class DataPath:
    """A place in a datastore, as `azureml.data.datapath` has it.

    Parameters
    ----------
    datastore : Datastore
        Where it is.
    path_on_datastore : str, optional
        Relative to the datastore.
    """

    def __init__(
        self,
        datastore: Any = None,  # noqa: ANN401  # of a module above this one
        path_on_datastore: str | None = None,
        name: str | None = None,
    ) -> None:
        self.datastore = datastore
        self.path_on_datastore = path_on_datastore or ""
        self.name = name

    def create_data_reference(
        self, data_reference_name: str | None = None, **_: object
    ) -> DataReference:
        """Return what a script can be given."""
        return DataReference(self.datastore, data_reference_name, self.path_on_datastore)


class DataPathComputeBinding:
    """How a data path reaches the script; the same in all modes here."""

    def __init__(self, mode: str = "mount", **_: object) -> None:
        self.mode = mode


def _variable(text: str) -> str:
    """Return a text as a part of an environment variable's name."""
    return re.sub(r"\W", "_", text)
