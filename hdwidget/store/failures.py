"""What SQLite's failures mean to the person who meets them, and what mends them."""

import os
import sqlite3
from pathlib import Path

from hdwidget.errors import StoreError

__all__ = ["MISTAKES", "UNREADABLE", "check_process", "describe", "is_busy"]

MISTAKES = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    OverflowError,
    UnicodeError,
    RecursionError,
)
"""What concerns one operation and its values; other errors say that the record cannot be used."""

UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    MemoryError,
    RecursionError,
)
"""What reading rows raises when they do not hold what was written."""

DAMAGED = "It is damaged: bring back a copy, or save what can be read with Workspace.salvage()"

REMEDIES = {
    sqlite3.SQLITE_FULL: "The disk is full: free some space",
    sqlite3.SQLITE_BUSY: "Another process has kept it locked: end that process",
    sqlite3.SQLITE_LOCKED: "Another connection has kept it locked: close it",
    sqlite3.SQLITE_READONLY: "It is read-only: make the folder and the file writable",
    sqlite3.SQLITE_PERM: "It may not be opened: make the folder and the file writable",
    sqlite3.SQLITE_CANTOPEN: "It cannot be opened: make the folder, and make it writable",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_IOERR: "The disk does not read or write: look at the system's log",
}


def describe(error: Exception, path: Path) -> StoreError:
    """Return the `StoreError` that names the file, the failure and what to do about it."""
    extended = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if extended == sqlite3.SQLITE_READONLY_DBMOVED:
        remedy = "It was deleted, moved or replaced while it was open: bring it back if you can"
    elif code:
        remedy = REMEDIES.get(code, "Look at the cause above")
    elif isinstance(error, PermissionError):
        remedy = REMEDIES[sqlite3.SQLITE_READONLY]
    else:
        remedy = DAMAGED if isinstance(error, UNREADABLE) else "Look at the cause above"
    return StoreError(
        f"The record {path} failed: {error}. {remedy}, then open the workspace again."
    )


def is_busy(error: BaseException | None) -> bool:
    """Return whether somebody else has the record locked."""
    busy = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode & 0xFF in busy


def check_process(opened_by: int) -> None:
    """Raise unless this is the process that opened the record.

    A fork shares the files of its parent but not the threads and locks, and SQLite's connections do
    not survive it.
    """
    if os.getpid() != opened_by:
        msg = (
            f"The record was opened by process {opened_by}, and process {os.getpid()} is a fork of "
            f"it: open the workspace again there."
        )
        raise StoreError(msg)
