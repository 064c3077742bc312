"""What the writer does to the record: each function changes it within the open transaction."""

import functools
import sqlite3
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from hdwidget.checks import nearest
from hdwidget.errors import StoreError, UnexpectedKeywordError
from hdwidget.store import blobs, json_text, reader
from hdwidget.store.failures import MISTAKES
from hdwidget.store.records import RunRecord

__all__ = [
    "CHANGEABLE",
    "Columns",
    "Point",
    "add_request",
    "all_or_nothing",
    "annotate",
    "append_next",
    "append_points",
    "columns_of",
    "end_run",
    "ensure_experiment",
    "insert_run",
    "settle_request",
    "take_over",
    "update_run",
]

Columns = Mapping[str, object]
"""Columns of a run's row, with their values as they are written."""

JSON = ("params", "config", "tags", "properties", "error")
CHANGEABLE = ("status", "reason", "proposal", "started", "ended", *JSON)
"""The columns of a run that may change."""

CHUNKS = (256, 64, 16, 4, 1)
"""Rows that one INSERT takes. Few statements, since each lets go of Python's global lock and waits
to get it back, up to 5 ms beside a busy cell; few sizes, since each is compiled once and kept."""


class Point(NamedTuple):
    """A metric's row: the packed point, and JSON for what it cannot hold."""

    run_id: str
    name: str
    seq: int
    point: bytes
    text: str | None


def columns_of(values: Mapping[str, object]) -> Columns:
    """Return the columns that hold `values`, or raise when a run has no such column."""
    for name in values:
        if name not in CHANGEABLE:
            msg = (
                f"A run has no column `{name}` that can change.{nearest(name, CHANGEABLE)} "
                f"It has {', '.join(CHANGEABLE)}."
            )
            raise UnexpectedKeywordError(msg)
    return {
        name: json_text.dump_lossy(value)
        if name in JSON and value is not None
        else json_text.plain_scalar(value)  # SQLite would take a numpy integer for its bytes
        for name, value in values.items()
    }


def ensure_experiment(connection: sqlite3.Connection, name: str, now: float) -> None:
    """Insert the experiment unless it is there."""
    connection.execute(
        "INSERT INTO experiments (name, created) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        (name, now),
    )


def insert_run(connection: sqlite3.Connection, run: RunRecord, columns: Columns) -> None:
    """Insert a run, whose changeable `columns` are given as they are written."""
    fixed = {"id": run.id, "parent": run.parent, "number": run.number, "type": run.type}
    row = {**fixed, "created": run.created, **columns}
    try:
        connection.execute(
            f"INSERT INTO runs (experiment, {', '.join(row)}) "  # noqa: S608  # names of ours
            f"VALUES ((SELECT id FROM experiments WHERE name = ?), {', '.join('?' * len(row))})",
            (run.experiment, *row.values()),
        )
    except sqlite3.IntegrityError as error:
        msg = (
            f"Run `{run.id}` was not inserted ({error}): its id must be new, and its experiment "
            f"`{run.experiment}` and its parent ({run.parent}) must be in the record."
        )
        raise StoreError(msg) from error


def update_run(connection: sqlite3.Connection, run_id: str, columns: Columns) -> None:
    """Change the columns of a run, all at once; properties are added to those that are there."""
    if "properties" in columns:
        noted = reader.run(connection, run_id).properties
        added = json_text.load(str(columns["properties"]))
        columns = {**columns, "properties": json_text.dump_lossy({**noted, **added})}
    changes = ", ".join(f"{name} = ?" for name in columns) or "id = id"
    cursor = connection.execute(
        f"UPDATE runs SET {changes} WHERE id = ?",  # noqa: S608  # names of ours
        (*columns.values(), run_id),
    )
    if not cursor.rowcount:
        raise reader.unknown_run(connection, run_id)


def annotate(
    connection: sqlite3.Connection,
    run_id: str,
    *,
    tags: Mapping[str, object],
    properties: Mapping[str, object],
    drop: Collection[str],
) -> None:
    """Add tags and properties to those of a run, and drop tags."""
    run = reader.run(connection, run_id)
    kept = {key: value for key, value in {**run.tags, **tags}.items() if key not in drop}
    update_run(connection, run_id, columns_of({"tags": kept, "properties": properties}))


def append_next(connection: sqlite3.Connection, point: Point) -> None:
    """Insert a point after the last one of its metric, whatever its `seq` says."""
    (seq,) = connection.execute(
        "SELECT max(coalesce((SELECT max(seq) + 1 FROM metrics WHERE run = key AND name = :name), "
        "0), coalesce((SELECT count FROM curves WHERE run = key AND name = :name), 0)) "
        "FROM runs WHERE id = :run",
        {"name": point.name, "run": point.run_id},
    ).fetchone() or (0,)
    (error,) = append_points(connection, [point._replace(seq=seq)])
    if error is not None:
        raise error


def append_points(
    connection: sqlite3.Connection, points: Sequence[Point]
) -> list[Exception | None]:
    """Insert the points, and return what prevented each of them, or None."""
    errors: list[Exception | None] = []
    while len(errors) < len(points):
        left = len(points) - len(errors)
        size = next(size for size in CHUNKS if size <= left)
        chunk = points[len(errors) : len(errors) + size]
        try:
            _insert_points(connection, chunk)
        except MISTAKES:
            errors += [_append_alone(connection, point) for point in chunk]
        else:
            errors += [None] * size
    return errors


def end_run(connection: sqlite3.Connection, run_id: str, columns: Columns) -> None:
    """Change the columns of a run, and compact its metrics into curves."""
    with all_or_nothing(connection):
        update_run(connection, run_id, columns)
        curves = reader.series(connection, "id", run_id)[run_id]
        connection.executemany(
            "INSERT OR REPLACE INTO curves (run, name, count, kind, data, times, steps) "
            "SELECT key, ?, ?, ?, ?, ?, ? FROM runs WHERE id = ?",
            [(name, *blobs.pack_series(curve), run_id) for name, curve in curves.items()],
        )
        connection.execute(
            "DELETE FROM metrics WHERE run = (SELECT key FROM runs WHERE id = ?)", (run_id,)
        )


def add_request(
    connection: sqlite3.Connection, run_id: str, action: str, payload: str, now: float
) -> None:
    """Insert a request about a run."""
    try:
        connection.execute(
            "INSERT INTO requests (run, action, payload, created) VALUES (?, ?, ?, ?)",
            (run_id, action, payload, now),
        )
    except sqlite3.IntegrityError as error:
        raise reader.unknown_run(connection, run_id) from error


def settle_request(connection: sqlite3.Connection, request_id: int, now: float) -> None:
    """Note that a request has been met."""
    connection.execute("UPDATE requests SET settled = ? WHERE id = ?", (now, request_id))


def take_over(connection: sqlite3.Connection, run_id: str, host: str, pid: int, now: float) -> None:
    """Make this process the run's driver: whoever was it before is fenced off from here on."""
    connection.execute(
        "INSERT INTO drivers (run, epoch, host, pid, since) VALUES (?, 1, ?, ?, ?) "
        "ON CONFLICT (run) DO UPDATE SET epoch = epoch + 1, host = excluded.host, "
        "pid = excluded.pid, since = excluded.since",
        (run_id, host, pid, now),
    )


def _insert_points(connection: sqlite3.Connection, points: Sequence[Point]) -> None:
    connection.execute(
        _insert_points_sql(len(points)), [column for point in points for column in point]
    )


@functools.cache
def _insert_points_sql(count: int) -> str:
    # The outer join leaves the key of an unknown run empty, which fails the whole statement.
    return (
        "INSERT INTO metrics (run, name, seq, point, text) "  # noqa: S608  # question marks only
        "SELECT runs.key, column2, column3, column4, column5 "
        f"FROM (VALUES {', '.join(['(?, ?, ?, ?, ?)'] * count)}) "
        "LEFT JOIN runs ON runs.id = column1"
    )


def _append_alone(connection: sqlite3.Connection, point: Point) -> Exception | None:
    run_id, name, seq, _, _ = point
    try:
        _insert_points(connection, [point])
    except sqlite3.IntegrityError as error:
        if not reader.has_run(connection, run_id):
            return reader.unknown_run(connection, run_id)
        failure = StoreError(f"Metric `{name}` of run `{run_id}` has a value number {seq} already.")
        failure.__cause__ = error
        return failure
    except MISTAKES as error:
        failure = StoreError(f"Metric {name!r} of run `{run_id}` cannot be written: {error}.")
        failure.__cause__ = error
        return failure
    return None


@contextmanager
def all_or_nothing(connection: sqlite3.Connection) -> Generator[None]:
    """Undo what the block has done when it raises, but nothing that was done before it."""
    connection.execute("SAVEPOINT operation")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk ends the whole transaction by itself
            connection.execute("ROLLBACK TO operation")
        raise
    connection.execute("RELEASE operation")
