"""Whether a record that is open is still the file that lies in its folder.

SQLite goes on writing a file that was deleted, or moved away with its log, and never says so.
"""

import os
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
    """

    def __init__(self, path: Path, *, logged: bool) -> None:
        files = [path, path.with_name(f"{path.name}-wal")] if logged else [path]
        self._files = [(os.fspath(file), _identity(os.fspath(file))) for file in files]

    def missing(self) -> str | None:
        """Return the path of a file that was deleted or replaced, if one was."""
        for file, identity in self._files:
            if _identity(file) != identity:
                return file
        return None


def _identity(file: str) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name; None where there is none."""
    try:
        status = os.stat(file)  # noqa: PTH116  # a commit asks twice, and a Path takes ten times as long
    except OSError:
        return None
    return status.st_dev, status.st_ino
