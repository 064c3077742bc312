"""The record's schema as named steps: each brings a record one version further.

A new record runs them all, so that what is tested every day is also what an old record meets. A
step that has been released never changes; the next change of the schema is a new step.
"""

import sqlite3
from collections.abc import Callable

__all__ = ["MIGRATIONS"]

RECORD = """
CREATE TABLE experiments (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created REAL NOT NULL
);
CREATE TABLE runs (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    experiment INTEGER NOT NULL REFERENCES experiments (id),
    parent TEXT REFERENCES runs (id),
    number INTEGER NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    proposal INTEGER,
    params TEXT NOT NULL,
    config TEXT NOT NULL,
    created REAL NOT NULL,
    started REAL,
    ended REAL,
    tags TEXT NOT NULL,
    properties TEXT NOT NULL,
    error TEXT
);
CREATE INDEX runs_by_experiment ON runs (experiment, parent);
CREATE INDEX runs_by_parent ON runs (parent);
CREATE TABLE metrics (
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    seq INTEGER NOT NULL,
    point BLOB NOT NULL,
    text TEXT,
    PRIMARY KEY (run, name, seq)
) WITHOUT ROWID;
CREATE TABLE curves (
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data NOT NULL,
    times BLOB NOT NULL,
    steps BLOB,
    PRIMARY KEY (run, name)
);
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs (id),
    action TEXT NOT NULL,
    payload TEXT NOT NULL,
    created REAL NOT NULL,
    settled REAL
);
CREATE INDEX requests_pending ON requests (run) WHERE settled IS NULL;
CREATE TABLE drivers (
    run TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    since REAL NOT NULL
) WITHOUT ROWID;
"""

MODELS = """
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    file TEXT NOT NULL,
    tags TEXT NOT NULL,
    properties TEXT NOT NULL,
    description TEXT NOT NULL,
    run TEXT,
    created REAL NOT NULL,
    deleted REAL,
    UNIQUE (name, version)
)
"""


def create_record(connection: sqlite3.Connection) -> None:
    """Experiments, runs, their live metrics and compacted curves, requests and drivers."""
    for statement in RECORD.split(";"):  # not executescript(), which would commit first
        connection.execute(statement)


def add_models(connection: sqlite3.Connection) -> None:
    """Models; one that is deleted keeps its row, so that no version is given twice."""
    connection.execute(MODELS)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    create_record,
    add_models,
)
