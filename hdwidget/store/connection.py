"""Opening a record: its connections, and the check that it is one and of a version we know."""

import errno
import os
import sqlite3
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from hdwidget.errors import SchemaError, StoreError
from hdwidget.store.failures import UNREADABLE, describe
from hdwidget.store.migrations import MIGRATIONS
from hdwidget.store.network import network_file_system

__all__ = [
    "BUSY_SECONDS",
    "Durability",
    "connect_reader",
    "connect_still",
    "connect_writer",
    "insist",
]

Durability = Literal["process", "power"]

BUSY_SECONDS = 30.0
"""How long another process may hold the record locked before an operation fails."""

TURN_SECONDS = 0.005
APPLICATION_ID = int.from_bytes(b"hdwg")


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that only reads an existing record, for use by one thread at a time."""
    try:
        # By URI, because only that way a file that is gone is not made anew, and empty.
        uri = f"{path.absolute().as_uri()}?mode=rw"
        connection = _connect(uri, timeout=BUSY_SECONDS)
        connection.execute("PRAGMA query_only = ON")
    except (sqlite3.Error, *UNREADABLE) as error:
        raise describe(error, path) from error
    return connection


def connect_still(path: Path) -> sqlite3.Connection:
    """Open a connection to a record that this process cannot write, for one use.

    Raises
    ------
    StoreError
        When it cannot be read either, or has another schema than the newest.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        try:
            connection = _connect(f"{path.absolute().as_uri()}?mode=ro", timeout=BUSY_SECONDS)
            connection.execute("SELECT 1 FROM sqlite_master")
        except sqlite3.OperationalError:
            # The log's index cannot be made. Without a log the file is all there is, and at rest.
            if log.exists() and log.stat().st_size:
                raise
            connection = _connect(f"{path.absolute().as_uri()}?immutable=1", timeout=BUSY_SECONDS)
        if _snapshot_version(connection, path, known=len(MIGRATIONS)) != len(MIGRATIONS):
            connection.close()
            msg = f"The record {path} has an older schema, and to migrate it is to write it."
            raise StoreError(msg)
    except (sqlite3.Error, OSError, *UNREADABLE) as error:
        raise describe(error, path) from error
    return connection


def connect_writer(
    path: Path,
    durability: Durability,
    *,
    migrations: Sequence[Callable[[sqlite3.Connection], None]] = MIGRATIONS,
) -> sqlite3.Connection:
    """Open the connection that writes, and create the record or bring it to the newest schema.

    Raises
    ------
    SchemaError
        When the file is not a record, or a newer hdwidget wrote it.
    StoreError
        When it cannot be opened or written.
    """
    try:
        connection = _connect(path, timeout=TURN_SECONDS)
    except sqlite3.Error as error:
        raise describe(error, path) from error
    try:
        mode = _prepare(connection, path, migrations)
        # A rollback journal needs a sync to keep the record whole, not only to keep all of it.
        safest = durability == "power" or mode != "wal"
        connection.execute(f"PRAGMA synchronous = {'FULL' if safest else 'NORMAL'}")
        connection.execute(f"PRAGMA fullfsync = {durability == 'power'}")  # macOS lies without
        connection.execute("PRAGMA foreign_keys = ON")
        if not os.access(path, os.W_OK):  # or SQLite would say so at the first commit only
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # as SQLite puts it
    except (sqlite3.Error, OSError, *UNREADABLE) as error:
        connection.close()
        raise describe(error, path) from error
    except StoreError:
        connection.close()
        raise
    return connection


def insist(connection: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """Execute a statement that takes a lock, trying for `BUSY_SECONDS` in short turns.

    Left to itself SQLite backs off to 100 ms between its tries, and beside a process that writes at
    full speed, which lets go of the lock for microseconds only, that is to starve.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return connection.execute(statement)
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise


def _connect(where: Path | str, *, timeout: float) -> sqlite3.Connection:
    # Autocommit: transactions are begun by name. Threads take turns, by a lock or a pool.
    return sqlite3.connect(
        where, timeout=timeout, isolation_level=None, check_same_thread=False, uri=True
    )


def _prepare(
    connection: sqlite3.Connection,
    path: Path,
    migrations: Sequence[Callable[[sqlite3.Connection], None]],
) -> str:
    """Bring the record to the newest schema, and return its journal mode."""
    # Checked before anything is written: the file may be someone else's.
    _snapshot_version(connection, path, known=len(migrations))
    mode = _set_journal(connection, path)
    if _snapshot_version(connection, path, known=len(migrations)) == len(migrations):
        return mode
    insist(connection, "BEGIN IMMEDIATE")
    try:
        # Again under the lock: another process may have migrated it meanwhile.
        for migration in migrations[_version(connection, path, known=len(migrations)) :]:
            migration(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return mode


def _set_journal(connection: sqlite3.Connection, path: Path) -> str:
    """Choose the journal that the file system is fit for, and return it."""
    network = network_file_system(path.parent)
    wanted = "wal" if network is None else "truncate"
    (mode,) = insist(connection, f"PRAGMA journal_mode = {wanted}").fetchone()
    if mode == "wal":
        return "wal"
    if network is None:  # SQLite itself found that it cannot map the log's index
        (mode,) = insist(connection, "PRAGMA journal_mode = TRUNCATE").fetchone()
    what = f"a network file system ({network})" if network else "a file system without shared maps"
    warnings.warn(
        f"The workspace {path.parent} is on {what}, where SQLite's write-ahead log is unsafe: its "
        f"record keeps a rollback journal. Each commit waits for the file server, and readers wait "
        f"for commits. Put the workspace on a local disk if trials log often.",
        UserWarning,
        stacklevel=2,
    )
    return str(mode)


def _snapshot_version(connection: sqlite3.Connection, path: Path, *, known: int) -> int:
    # One snapshot: another process may be making the record between two of the questions.
    connection.execute("BEGIN")
    try:
        return _version(connection, path, known=known)
    finally:
        connection.execute("ROLLBACK")


def _version(connection: sqlite3.Connection, path: Path, *, known: int) -> int:
    try:
        (application,) = insist(connection, "PRAGMA application_id").fetchone()
        (version,) = insist(connection, "PRAGMA user_version").fetchone()
        (tables,) = insist(connection, "SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise SchemaError(_not_a_record(path)) from error
        raise
    if application != APPLICATION_ID and (tables or version):
        raise SchemaError(_not_a_record(path))
    if version > known:
        msg = (
            f"The record {path} has schema {version}, and this hdwidget knows schemas up to "
            f"{known}: a newer hdwidget wrote it. Upgrade with `pip install -U hdwidget`, or use "
            f"another workspace folder."
        )
        raise SchemaError(msg)
    return int(version)


def _not_a_record(path: Path) -> str:
    return (
        f"{path} is not a record of hdwidget's: use another folder, or move the file away. If it "
        f"was one and is damaged, save what can be read with Workspace.salvage()."
    )
