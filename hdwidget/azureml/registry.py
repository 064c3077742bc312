"""Small tables in JSON files of the workspace: compute targets, datasets, environments."""

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from hdwidget.store.lease import FileLock

__all__ = ["Registry", "Table", "workspace_folder", "write_atomically"]

Table: TypeAlias = dict[str, Any]

PATIENCE_SECONDS = 10.0
"""How long a writer waits for others: each holds the lock for a millisecond."""


def workspace_folder() -> Path:
    """Return the folder of the one workspace that Azure's names reach from here.

    In a trial that is the notebook's; elsewhere ``./.hdwidget``.
    """
    return Path(os.environ.get("HDWIDGET_WORKSPACE") or ".hdwidget").absolute()


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that readers find the old content or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "wb") as file:  # noqa: PTH123  # a descriptor
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


class Registry:
    """A table that notebooks and trials share, entries by name.

    Parameters
    ----------
    workspace : Path
        The workspace's folder.
    name : str
        Which table it is; the file is ``azureml/<name>.json``.
    """

    def __init__(self, workspace: Path, name: str) -> None:
        self._path = workspace / "azureml" / f"{name}.json"

    def read(self) -> Table:
        """Return the whole table; it is empty before the first entry."""
        try:
            return json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}

    def update(self, change: Callable[[Table], None]) -> None:
        """Have `change` alter the table; nobody else writes meanwhile.

        Raises
        ------
        BlockingIOError
            Another process holds the table for seconds.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = self._lock()
        try:
            table = self.read()
            change(table)
            text = json.dumps(table, indent=1)
            write_atomically(self._path, text.encode())
        finally:
            lock.release()

    def _lock(self) -> FileLock:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with contextlib.suppress(BlockingIOError):
                return FileLock(self._path.with_suffix(".lock"))
            if time.monotonic() > deadline:
                message = f"{self._path} is kept locked by another process."
                raise BlockingIOError(message)
