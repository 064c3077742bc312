"""How a dataset reaches a script: as its id, or as a path."""

from typing import TYPE_CHECKING, Any, Self

from hdwidget.azureml.data_files import folder_of
from hdwidget.azureml.exceptions import UserErrorException

if TYPE_CHECKING:
    from hdwidget.azureml.datasets import AbstractDataset

__all__ = ["DatasetConsumptionConfig"]


class DatasetConsumptionConfig:
    """A dataset among a script's arguments or inputs, under a name.

    Without a mode the argument is the dataset's id, and ``run.input_datasets[name]`` the dataset;
    mounted or downloaded both are the path of a folder.

    Parameters
    ----------
    name : str
        Under which the script finds it.
    dataset : FileDataset or TabularDataset
        What it is.
    mode : {"direct", "mount", "download"}
        Mounting and downloading are the same here.
    """

    def __init__(
        self,
        name: str,
        dataset: "AbstractDataset",
        mode: str = "direct",
        path_on_compute: str | None = None,
    ) -> None:
        if not isinstance(name, str) or not name.isidentifier():  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            message = f"`name` must be letters, digits and underscores, but got name={name!r}."
            raise UserErrorException(message)
        self.name = name
        self.dataset = dataset
        self.mode = mode
        self.path_on_compute = path_on_compute

    def __str__(self) -> str:
        return f"DatasetConsumptionConfig:{self.name}"

    __repr__ = __str__

    def as_mount(self, path_on_compute: str | None = None) -> Self:
        """Give the script a path."""
        self.mode, self.path_on_compute = "mount", path_on_compute
        return self

    def as_download(self, path_on_compute: str | None = None) -> Self:
        """Give the script a path."""
        self.mode, self.path_on_compute = "download", path_on_compute
        return self

    def as_named_input(self, name: str) -> "DatasetConsumptionConfig":
        """Return the same under another name."""
        return DatasetConsumptionConfig(name, self.dataset, self.mode, self.path_on_compute)

    def described(self) -> dict[str, Any]:
        """Return what the script's process is told of it; files are downloaded now."""
        if self.mode == "direct":
            return {"dataset": self.dataset.to_json()}
        return {"path": str(folder_of(self.dataset.paths))}

    @property
    def argument(self) -> str:
        """What stands among the script's arguments."""
        return self.dataset.id if self.mode == "direct" else self.described()["path"]
