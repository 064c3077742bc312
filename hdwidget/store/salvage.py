"""Putting a sound record into the place of a damaged one, which is kept."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hdwidget.errors import StoreError
from hdwidget.store.connection import connect_writer
from hdwidget.store.lease import FileLock
from hdwidget.store.rescue import Rescue

__all__ = ["Salvage", "salvage"]

PAGE_COUNT = slice(28, 32)
"""Where the first page says how many there are."""

BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to a record's name for the files beside it."""


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was saved of a damaged record.

    Attributes
    ----------
    runs, values : int
        Runs, and values of their metrics, in the new record.
    losses : tuple of str
        What could not be read, a sentence each; empty when everything could.
    damaged : Path
        Where the damaged record is kept.
    """

    runs: int
    values: int
    losses: tuple[str, ...]
    damaged: Path


def salvage(folder: Path) -> Salvage:
    """Save what can be read of a workspace's record; nobody may have it open.

    Raises
    ------
    StoreError
        There is no record, a run is being driven, or the new record cannot be written.
    """
    path = folder / "hdwidget.db"
    if not os.path.isfile(path):  # noqa: PTH113  # which raises where no path can be as long
        msg = f"There is no record {path}, and so nothing to salvage."
        raise StoreError(msg)
    for lock in (folder / "runs").glob(".*.lock"):
        if FileLock.is_held(lock):
            msg = (
                f"Run `{lock.name[1:-5]}` is driven by a living process: cancel it, or end that "
                f"process, and then salvage {path}."
            )
            raise StoreError(msg)
    try:
        # Beside the record: what is renamed must lie on the same disk.
        with tempfile.TemporaryDirectory(prefix=".salvage-", dir=folder) as name:
            work = Path(name)
            old, new = _readable_copy(path, work), work / "new.db"
            with closing(connect_writer(new, "power")) as target:
                rescue = Rescue(old, target)
                rescue.copy()
            damaged = _move_away(path)
            new.rename(path)
    except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
        msg = f"The record {path} cannot be salvaged: {error}. It is as it was."
        raise StoreError(msg) from error
    return Salvage(rescue.runs, rescue.values, tuple(rescue.losses), damaged)


def _readable_copy(path: Path, work: Path) -> Path:
    """Copy a record and its log; give it a new first page if SQLite can do nothing with its own."""
    copy = work / "old.db"
    shutil.copyfile(path, copy)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
    if not _has_runs(copy):
        # Records are all made by the same steps, so the tables begin on the same pages.
        template = work / "template.db"
        connect_writer(template, "process").close()
        with closing(sqlite3.connect(template)) as connection:
            (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        page = bytearray(template.read_bytes()[:page_size])
        page[PAGE_COUNT] = (copy.stat().st_size // page_size).to_bytes(4)
        with copy.open("r+b") as file:
            file.write(page)
    return copy


def _has_runs(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute("EXPLAIN SELECT key, id FROM runs")  # the schema, but no row
        except (sqlite3.Error, UnicodeDecodeError):
            return False
        return True


def _move_away(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"hdwidget-damaged-{number}.db")).exists():
        number += 1
    for suffix in BESIDE:
        file = path.with_name(f"{path.name}{suffix}")
        if file.exists():
            file.rename(kept.with_name(f"{kept.name}{suffix}"))
    return kept
