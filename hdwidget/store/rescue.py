"""Reading what is still there of a damaged record, row by row, into a sound one.

SQLite reads a table down from its root up to the page that is broken. Each page of rows is readable
by itself, though: with the table's root set to that page, in a copy, SQLite reads it as if it were
the whole. A run whose row is gone is often in the indexes still, with its id and its parent.
"""

import contextlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hdwidget.status import RunStatus, StopReason
from hdwidget.store import json_text
from hdwidget.store.blobs import POINT, unpack_series
from hdwidget.store.failures import UNREADABLE

__all__ = ["Rescue"]

SMALLEST_ROW = 8
"""Bytes of the file that each row takes at least: a tree of pages that runs in circles has more."""

LOST = "salvaged"
"""The experiment of runs of which nobody knows any more where they belong."""

PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "INTEGER": int,
    "REAL": float,
    "TEXT": str,
    "BLOB": bytes,
    "": (str, bytes),
}
DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What reading raises; the latter where SQLite's message quotes what is no text."""

JSON = {
    **dict.fromkeys(("params", "config", "tags", "properties", "error"), dict),
    "payload": object,
}

# What the first byte of a page says: rows by number, and rows by their key.
NUMBERED, KEYED = (13,), (2, 10)

# From the indexes alone, which lie on pages of their own.
IDS = "SELECT key, id FROM runs INDEXED BY sqlite_autoindex_runs_1"
PARENTS = "SELECT key, parent FROM runs INDEXED BY runs_by_parent"
HOMES = "SELECT key, experiment FROM runs INDEXED BY runs_by_experiment"
CURVES = "SELECT run, name FROM curves INDEXED BY sqlite_autoindex_curves_1"
NAMES = "SELECT id, name FROM experiments INDEXED BY sqlite_autoindex_experiments_1"

Row = tuple[Any, ...]


class Column(NamedTuple):
    """A column of a table, and what may stand in it."""

    name: str
    type: str
    required: bool


class Rescue:
    """Copies a record; `losses` says what it did not find.

    Parameters
    ----------
    source : Path
        A copy of the damaged record, which is changed.
    target : sqlite3.Connection
        A new, empty one of the newest schema, as `connect_writer` returns it.

    Attributes
    ----------
    values : int
        Values of metrics that were saved.
    losses : list of str
        What was not saved, a sentence each.
    """

    def __init__(self, source: Path, target: sqlite3.Connection) -> None:
        self._path = source
        self._source = sqlite3.connect(source, isolation_level=None)
        self._source.text_factory = _text
        self._target = target
        self._ids: dict[int, str] = {}
        self._counts: dict[tuple[int, str], int] = {}
        self.values = 0
        self.losses: list[str] = []

    @property
    def runs(self) -> int:
        """How many runs were saved, at least in part."""
        return len(self._ids)

    def copy(self) -> None:
        """Copy everything that can be read, in one transaction."""
        with contextlib.closing(self._source):
            for pragma in ("synchronous = OFF", "writable_schema = ON", "cell_size_check = ON"):
                self._source.execute(f"PRAGMA {pragma}")
            self._target.execute("PRAGMA foreign_keys = OFF")  # a child may come before its parent
            self._target.execute("BEGIN IMMEDIATE")
            # The indexes first: later a table's root may have been moved.
            ids, parents, homes = (dict(self._pairs(query)) for query in (IDS, PARENTS, HOMES))
            curves, names = dict.fromkeys(self._pairs(CURVES)), dict(self._pairs(NAMES))
            # Three columns are too few to tell which pages are theirs, but the index has the names.
            self._copy_table("experiments", "id", pages=())
            for key, run_id, *_ in self._copy_table("runs", "key"):
                self._ids[key] = run_id
            for key in [*ids, *(run for run, _ in curves)]:
                if isinstance(key, int) and key not in self._ids:
                    self._restore(key, ids.get(key), parents.get(key), homes.get(key))
            self._complete(names)
            self._copy_curves(curves)
            self._copy_points()
            self._copy_table("requests", "id")
            self._copy_table("models", "id")
            self._target.execute("DELETE FROM requests WHERE run NOT IN (SELECT id FROM runs)")
            self._target.execute("COMMIT")

    def _copy_table(self, table: str, key: str, pages: tuple[int, ...] = NUMBERED) -> list[Row]:
        """Copy the rows of a table, and return them."""
        columns = self._columns(table, key)
        return [
            row
            for row in self._rows(table, columns, pages)
            if _is_sound(row, columns) and self._insert(table, columns, row)
        ]

    def _restore(self, key: int, run_id: object, parent: object, home: object) -> None:
        """Make a run of which only entries in the indexes are left."""
        found = run_id if isinstance(run_id, str) else f"lost_{key}"
        row = {
            "key": key,
            "id": found,
            "experiment": home if isinstance(home, int) else 0,
            "parent": parent if isinstance(parent, str) else None,
            "number": _number(found),
            # Not what it was: a HyperDrive run is nothing without its configuration.
            "type": "child" if isinstance(parent, str) else "interactive",
            "status": RunStatus.CANCELED.value,
            "reason": StopReason.INTERRUPTED.value,
            "created": 0.0,
            **dict.fromkeys(("params", "config", "tags", "properties"), "{}"),
        }
        if self._insert("runs", list(row), tuple(row.values())):
            self._ids[key] = found
            self.losses.append(f"Run `{found}` has lost its parameters, its status and its tags.")

    def _complete(self, names: Mapping[Any, Any]) -> None:
        """Give every run an experiment, and no run a parent that is not there."""
        orphans = self._target.execute(
            "SELECT DISTINCT experiment FROM runs "
            "WHERE experiment NOT IN (SELECT id FROM experiments)"
        ).fetchall()
        for (key,) in orphans:
            name = names.get(key)
            if not isinstance(name, str):
                name = f"{LOST}_{key}" if key else LOST
                self.losses.append(f"An experiment has lost its name: it is called `{name}` now.")
            self._insert("experiments", ("id", "name", "created"), (key, name, 0.0))
        self._target.execute(
            "UPDATE runs SET parent = NULL WHERE parent NOT IN (SELECT id FROM runs)"
        )
        unknown = f"status NOT IN ({', '.join('?' * len(RunStatus))})"
        for (run_id,) in self._target.execute(
            f"SELECT id FROM runs WHERE {unknown}",  # noqa: S608  # question marks
            list(RunStatus),
        ).fetchall():
            self._target.execute(
                "UPDATE runs SET status = ?, reason = ? WHERE id = ?",
                (RunStatus.CANCELED, StopReason.INTERRUPTED, run_id),
            )
            self.losses.append(f"Run `{run_id}` has lost its status.")

    def _copy_curves(self, expected: Iterable[tuple[Any, Any]]) -> None:
        """Copy the metrics of runs that have ended."""
        columns = self._columns("curves", "rowid")
        for row in self._rows("curves", columns, NUMBERED):
            _, run, name, *data = row
            if (
                run in self._ids
                and _is_curve(name, data)
                and self._insert("curves", columns[1:], row[1:])
            ):
                self._counts[run, name] = data[0]
                self.values += data[0]
        for run, name in expected:
            if run in self._ids and (run, name) not in self._counts:
                self.losses.append(f"Metric `{name}` of run `{self._ids[run]}` is gone.")

    def _copy_points(self) -> None:
        """Copy the metrics of runs that had not ended."""
        columns = self._columns("metrics", "run")
        newest: dict[tuple[int, str], list[int]] = {}
        for row in self._rows("metrics", columns, KEYED):
            run, name, seq, point, text = row
            # Pages that are free still hold the points that have become curves since.
            if (
                run in self._ids
                and _is_sound(row, columns)
                and len(point) == POINT.itemsize
                and (text is None or _is_json(text))
                and seq >= self._counts.get((run, name), 0)
                and self._insert("metrics", columns, row)
            ):
                newest.setdefault((run, name), []).append(seq)
                self.values += 1
        for (run, name), seqs in newest.items():
            first = self._counts.get((run, name), 0)
            if lost := max(seqs) + 1 - first - len(seqs):
                self.losses.append(
                    f"Metric `{name}` of run `{self._ids[run]}` has lost {lost} of its values."
                )

    def _rows(self, table: str, columns: Sequence[Column], pages: tuple[int, ...]) -> Iterator[Row]:
        """Yield the rows of a table, and if it is damaged, those of every page that may be its."""
        names = ", ".join(column.name for column in columns)
        query = f"SELECT {names} FROM {table} NOT INDEXED"  # noqa: S608  # names of ours
        limit = self._path.stat().st_size // SMALLEST_ROW
        try:
            yield from itertools.islice(self._source.execute(query), limit)
        except DAMAGE as error:
            self.losses.append(f"The table of {table} is damaged ({error}): some may be missing.")
        else:
            return
        for page in self._pages(pages):
            with contextlib.suppress(*DAMAGE):
                self._source.execute(
                    "UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (page, table)
                )
                self._source.execute("PRAGMA writable_schema = RESET")
                self._source.execute("PRAGMA writable_schema = ON")
                yield from itertools.islice(self._source.execute(query), limit)

    def _pages(self, kinds: tuple[int, ...]) -> Iterator[int]:
        """Yield the numbers of the pages that begin as one of `kinds` does."""
        (size,) = self._source.execute("PRAGMA page_size").fetchone()
        with self._path.open("rb") as file:
            for page in range(2, self._path.stat().st_size // size + 1):
                file.seek((page - 1) * size)
                if file.read(1)[0] in kinds:
                    yield page

    def _pairs(self, query: str) -> Iterator[tuple[Any, Any]]:
        """Yield what a query of two columns gives, as far as it can be read."""
        with contextlib.suppress(*DAMAGE):
            yield from self._source.execute(query)

    def _columns(self, table: str, first: str) -> list[Column]:
        """Return the columns that both records have, the key first."""
        there = {row[1] for row in self._table_info(self._source, table)}
        columns = [
            Column(name, kind, bool(required))
            for _, name, kind, required, *_ in self._table_info(self._target, table)
            if name in there and name != first
        ]
        return [Column(first, "INTEGER", required=True), *columns]

    @staticmethod
    def _table_info(connection: sqlite3.Connection, table: str) -> list[Row]:
        return connection.execute(f"PRAGMA table_info({table})").fetchall()

    def _insert(self, table: str, columns: Sequence[Column | str], row: Row) -> bool:
        """Insert a row, and return whether it is sound and new."""
        names = ", ".join(column if isinstance(column, str) else column.name for column in columns)
        marks = ", ".join("?" * len(row))
        statement = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  # ours
        return self._target.execute(statement, row).rowcount == 1


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _is_sound(row: Row, columns: Sequence[Column]) -> bool:
    """Return whether every value is what its column holds."""
    return all(
        (not column.required if value is None else isinstance(value, PYTHON_TYPES[column.type]))
        and (value is None or column.name not in JSON or _is_json(value, JSON[column.name]))
        for value, column in zip(row, columns, strict=True)
    )


def _is_json(text: object, kind: type = object) -> bool:
    try:
        return isinstance(json_text.load(str(text)), kind)
    except ValueError:
        return False


def _is_curve(name: object, data: Sequence[Any]) -> bool:
    count, kind, values, times, steps = data
    try:
        unpack_series(str(name), (count, kind, values, times, steps))
    except UNREADABLE:
        return False
    return True


def _number(run_id: str) -> int:
    """Return a child's number, which its id ends with."""
    last = run_id.rpartition("_")[2]
    return int(last) if last.isdecimal() and len(last) < 10 else 0  # noqa: PLR2004  # digits
