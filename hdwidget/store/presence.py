"""Whether a record that is open is still the file that lies in its folder.

SQLite goes on writing a file that was deleted, or moved away with its log, and never says so.
"""

import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["Presence"]


class Presence:
    """The files of a record that has just been opened.

    Parameters
    ----------
    path : Path
        The record's file.
    logged : bool
        Whether it has a write-ahead log beside it, which lies there as long as the record is open.
        One that has none is on a network, where a file may not keep the number that tells it from
        others: there it is only seen whether a file is there.
    """

    def __init__(self, path: Path, *, logged: bool) -> None:
        self._look: Callable[[str], object] = _identity if logged else os.path.exists
        files = [path, path.with_name(f"{path.name}-wal")] if logged else [path]
        self._files = [(name, self._look(name)) for name in map(os.fspath, files)]

    def missing(self) -> str | None:
        """Return the path of a file that was deleted or replaced, if one was."""
        for file, seen in self._files:
            if self._look(file) != seen:
                return file
        return None


def _identity(file: str) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name; None where there is none."""
    try:
        status = os.stat(file)  # noqa: PTH116  # a commit asks twice, and a Path takes ten times as long
    except OSError:
        return None
    return status.st_dev, status.st_ino
