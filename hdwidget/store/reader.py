"""What is asked of the record: each function reads within the connection's open transaction."""

import sqlite3
from collections import defaultdict
from typing import Any, Literal, NamedTuple

from hdwidget.checks import is_text, nearest
from hdwidget.errors import RunNotFoundError
from hdwidget.shown import shown
from hdwidget.store import json_text
from hdwidget.store.blobs import unpack_points, unpack_series
from hdwidget.store.records import ExperimentRecord, Request, RunRecord, Series
from hdwidget.store.soundness import check_search, is_sound, is_time

__all__ = [
    "Driver",
    "all_runs",
    "children",
    "driver",
    "experiment",
    "experiments",
    "has_run",
    "pending_requests",
    "run",
    "runs",
    "series",
    "unknown_run",
]

RUNS = """
SELECT runs.id, experiments.name, runs.parent, number, type, status, reason, proposal, params,
    config, runs.created, started, ended, tags, properties, error
FROM runs JOIN experiments ON experiments.id = runs.experiment
"""
CURVES = """
SELECT id, name, count, kind, data, times, steps FROM runs CROSS JOIN curves ON run = key
"""
# The points of each series joined into one value. The cross join makes SQLite go through runs and
# then through the primary key of metrics, so that points come in the order of `seq` unsorted.
LIVE = """
SELECT id, name, group_concat(hex(point), ''),
    CASE WHEN count(text) THEN '[' || group_concat(coalesce(text, 'null'), ',') || ']' END
FROM runs CROSS JOIN metrics ON run = key
"""
BY_SERIES = "GROUP BY key, name"
NEAREST_AMONG = 1000


def experiment(connection: sqlite3.Connection, name: str) -> ExperimentRecord:
    """Return the experiment, which must be there."""
    row = connection.execute("SELECT id, name, created FROM experiments WHERE name = ?", (name,))
    return _experiment(row.fetchone())


def experiments(connection: sqlite3.Connection) -> list[ExperimentRecord]:
    """Return all experiments, oldest first."""
    rows = connection.execute("SELECT id, name, created FROM experiments ORDER BY id")
    return [_experiment(row) for row in rows]


def run(connection: sqlite3.Connection, run_id: str) -> RunRecord:
    """Return the run, or raise `RunNotFoundError`, whatever the id is."""
    if not is_text(run_id):
        msg = f"a run's id is a text such as 'HD_8c0f…_3', but got {shown(run_id)}."
        raise RunNotFoundError(msg)
    row = connection.execute(f"{RUNS} WHERE runs.id = ?", (run_id,)).fetchone()
    if row is None:
        raise unknown_run(connection, run_id)
    found = _run(row)
    return check_search(found) if found.type == "hyperdrive" else found


def children(connection: sqlite3.Connection, parent_id: str) -> list[RunRecord]:
    """Return the runs with this parent, by their number."""
    query = f"{RUNS} WHERE runs.parent = ? ORDER BY number, key"
    return [_run(row) for row in connection.execute(query, (parent_id,))]


def runs(connection: sqlite3.Connection, experiment_name: str) -> list[RunRecord]:
    """Return the runs of an experiment that have no parent, oldest first."""
    query = f"{RUNS} WHERE experiments.name = ? AND runs.parent IS NULL ORDER BY key"
    return [_run(row) for row in connection.execute(query, (experiment_name,))]


def all_runs(connection: sqlite3.Connection, experiment_name: str) -> list[RunRecord]:
    """Return the runs of an experiment and their children, in the order of their making."""
    query = f"{RUNS} WHERE experiments.name = ? ORDER BY key"
    return [_run(row) for row in connection.execute(query, (experiment_name,))]


def series(
    connection: sqlite3.Connection,
    scope: Literal["id", "parent"],
    run_id: str,
    name: str | None = None,
) -> dict[str, dict[str, Series]]:
    """Return series by run and name: of the run itself, or of its children.

    Runs come by their number, names in alphabetical order. Runs without a series are left out
    when `name` is given, and have an empty dict otherwise.

    Raises
    ------
    RunNotFoundError
        When there is no such run.
    """
    condition, arguments = f"WHERE {scope} = ?", [run_id]
    if name is not None:
        name = name if is_text(name) else ""  # which is no metric's
        condition, arguments = f"{condition} AND name = ?", [run_id, name]
    found: defaultdict[str, dict[str, Series]] = defaultdict(dict)
    for owner, metric, *columns in connection.execute(f"{CURVES} {condition}", arguments):
        count, kind, data, times, steps = columns
        found[owner][metric] = unpack_series(metric, (count, kind, data, times, steps))
    for owner, metric, points, texts in connection.execute(
        f"{LIVE} {condition} {BY_SERIES}", arguments
    ):
        earlier = found[owner].get(metric)
        found[owner][metric] = unpack_points(metric, points, texts, after=earlier)
    owners = connection.execute(
        f"SELECT id FROM runs WHERE {scope} = ? ORDER BY number, key",  # noqa: S608  # id or parent
        (run_id,),
    ).fetchall()
    if not owners and not has_run(connection, run_id):
        raise unknown_run(connection, run_id)
    return {
        owner: dict(sorted(found[owner].items()))
        for (owner,) in owners
        if name is None or owner in found
    }


def pending_requests(connection: sqlite3.Connection, parent_id: str) -> list[Request]:
    """Return what is asked of a run or of its children and not settled yet, oldest first."""
    rows = connection.execute(
        "SELECT requests.id, run, action, payload, requests.created "
        "FROM requests CROSS JOIN runs ON runs.id = run "
        "WHERE settled IS NULL AND (runs.id = :parent OR parent = :parent) ORDER BY requests.id",
        {"parent": parent_id},
    )
    return [
        Request(key, owner, action, json_text.load(payload), created)
        for key, owner, action, payload, created in rows
    ]


class Driver(NamedTuple):
    """The process that drives a run, or drove it last, and how many did so up to it."""

    epoch: int
    host: str
    pid: int


def driver(connection: sqlite3.Connection, run_id: str) -> Driver | None:
    """Return the run's last driver."""
    query = "SELECT epoch, host, pid FROM drivers WHERE run = ?"
    row = connection.execute(query, (run_id,)).fetchone()
    return None if row is None else Driver(*row)


def has_run(connection: sqlite3.Connection, run_id: str) -> bool:
    """Return whether there is such a run."""
    return bool(connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone())


def unknown_run(connection: sqlite3.Connection, run_id: str) -> RunNotFoundError:
    """Return the error that says that there is no such run, and which id is nearest."""
    rows = connection.execute("SELECT id FROM runs ORDER BY key DESC LIMIT ?", (NEAREST_AMONG,))
    known = [known for (known,) in rows]
    return RunNotFoundError(f"No run `{run_id}` is in the record.{nearest(run_id, known)}")


def _experiment(row: tuple[Any, ...]) -> ExperimentRecord:
    key, name, created = row
    if not isinstance(name, str) or not is_time(created):
        msg = f"the row of experiment {name!r} does not hold what was written"
        raise ValueError(msg)
    return ExperimentRecord(key, name, created)


def _run(row: tuple[Any, ...]) -> RunRecord:
    (run_id, name, parent, number, kind, status, reason, proposal, params, config) = row[:10]
    created, started, ended, tags, properties, error = row[10:]
    record = RunRecord(
        id=run_id,
        experiment=name,
        parent=parent,
        number=number,
        type=kind,
        status=status,
        reason=reason,
        proposal=proposal,
        params=json_text.load(params),
        config=json_text.load(config),
        created=created,
        started=started,
        ended=ended,
        tags=json_text.load(tags),
        properties=json_text.load(properties),
        error=None if error is None else json_text.load(error),
    )
    if not is_sound(record):
        msg = f"the row of run {run_id!r} does not hold what was written"
        raise ValueError(msg)
    return record
