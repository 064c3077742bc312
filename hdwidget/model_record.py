"""A registered model as the record holds it. Light: a trial's process loads this."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from hdwidget import artifacts
from hdwidget.errors import ConfigurationError
from hdwidget.shown import shown

__all__ = ["MODELS", "ModelRecord", "plain_model_name", "staged"]

MODELS = "models"
"""The workspace's folder for models: ``models/<name>/<version>/``."""

LONGEST_NAME = 255
"""Bytes that a folder's name may have."""


class ModelRecord(NamedTuple):
    """A model: files under a name and a version that counts up.

    Attributes
    ----------
    name : str
        Its name.
    version : int
        From 1; never given twice under one name. 0 for one that no experiment has registered.
    file : str
        The name of the file or folder that it is.
    tags, properties : mapping
        What the user noted.
    description : str
        A text.
    run : str or None
        The id of the run that made it.
    created : float
        UTC epoch seconds.
    """

    name: str
    version: int
    file: str
    tags: Mapping[str, Any]
    properties: Mapping[str, Any]
    description: str
    run: str | None
    created: float

    @property
    def id(self) -> str:
        """Name and version, as ``digits:3``."""
        return f"{self.name}:{self.version}"

    def place(self, workspace: Path) -> Path:
        """Return where its file or folder lies in a workspace."""
        return workspace / MODELS / self.name / str(self.version) / self.file


def plain_model_name(name: object) -> str:
    """Return a model's name, which is also its folder's, or raise `ConfigurationError`."""
    if (
        not isinstance(name, str)
        or not name.strip()
        or name.startswith(".")
        or any(not (letter.isalnum() or letter in "-._ ") for letter in name)
        or len(name.encode()) > LONGEST_NAME
    ):
        message = (
            "a model's name must be a text of letters, digits, blanks and -._ that begins with no "
            f"dot, but got {shown(name, 300)}."
        )
        raise ConfigurationError(message)
    return name


@contextmanager
def staged(source: Path, workspace: Path) -> Generator[str]:
    """Copy a model's file or folder to where the record takes it from, while it is registered.

    Yields
    ------
    str
        The name of the folder in ``models/`` that it lies in; what is still there at the end, as
        nothing was registered, is removed.
    """
    folder = workspace / MODELS / f".{os.urandom(8).hex()}"
    try:
        artifacts.copy_to(source, folder / source.name)
        yield folder.name
    finally:
        import shutil  # noqa: PLC0415  # every script's process loads this module

        shutil.rmtree(folder, ignore_errors=True)
