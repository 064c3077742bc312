"""Runs that come from another record, with their metrics and the models they made."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from hdwidget.errors import RunNotFoundError, StoreError
from hdwidget.model_record import ModelRecord
from hdwidget.store import json_text, operations, reader
from hdwidget.store.blobs import pack_series
from hdwidget.store.models import receive_model
from hdwidget.store.records import RunRecord, Series

__all__ = ["Arrivals", "alike", "receive"]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a record is to take.

    Attributes
    ----------
    experiment : str
        Where it goes; it is made when missing.
    created : float
        When the experiment was made, in UTC epoch seconds.
    runs : sequence of RunRecord
        Ended runs, parents before their children.
    series : callable
        Takes a run's id and returns its metrics by name.
    models : sequence of tuple of ModelRecord and Path
        Models, and the folders with their files, which are moved from there.
    """

    experiment: str
    created: float
    runs: Sequence[RunRecord]
    series: Callable[[str], Mapping[str, Series]]
    models: Sequence[tuple[ModelRecord, Path]]


def receive(connection: sqlite3.Connection, arrivals: Arrivals, workspace: Path) -> frozenset[str]:
    """Insert what arrives, all or nothing, and return the ids of runs that are here already."""
    with operations.all_or_nothing(connection):
        operations.ensure_experiment(connection, arrivals.experiment, arrivals.created)
        known = alike(connection, arrivals)
        for run in arrivals.runs:
            if run.id not in known:
                _insert(connection, run, arrivals.series(run.id))
        for model, files in arrivals.models:
            receive_model(connection, model, files, workspace)
    return known


def alike(connection: sqlite3.Connection, arrivals: Arrivals) -> frozenset[str]:
    """Return the ids of the runs that are here already, just as they arrive.

    Raises
    ------
    StoreError
        When a run that is here has an id that arrives and is another run.
    """
    known: set[str] = set()
    for run in arrivals.runs:
        with suppress(RunNotFoundError):
            here = reader.run(connection, run.id)
            series = reader.series(connection, "id", run.id)[run.id]
            if _text(here) != _text(run) or not _same(series, arrivals.series(run.id)):
                msg = (
                    f"Run `{run.id}` is in the workspace already, in experiment "
                    f"`{here.experiment}`, and is not as it arrives: nothing was taken. Import "
                    f"into another workspace."
                )
                raise StoreError(msg)
            known.add(run.id)
    return frozenset(known)


def _insert(connection: sqlite3.Connection, run: RunRecord, series: Mapping[str, Series]) -> None:
    values = {name: getattr(run, name) for name in operations.CHANGEABLE}
    operations.insert_run(connection, run, operations.columns_of(values))
    connection.executemany(
        "INSERT INTO curves (run, name, count, kind, data, times, steps) "
        "SELECT key, ?, ?, ?, ?, ?, ? FROM runs WHERE id = ?",
        [(name, *pack_series(curve), run.id) for name, curve in series.items()],
    )


def _text(run: RunRecord) -> str:
    return json_text.dump(asdict(run))  # not the values: NaN is not equal to itself


def _same(one: Mapping[str, Series], other: Mapping[str, Series]) -> bool:
    return one.keys() == other.keys() and all(
        _columns(series) == _columns(other[name]) for name, series in one.items()
    )


def _columns(series: Series) -> tuple[object, ...]:
    # As bytes, for NaN's sake again.
    values = series.values
    plain = json_text.dump(values) if isinstance(values, list) else (values.dtype, values.tobytes())
    steps = None if series.steps is None else series.steps.tobytes()
    return plain, np.asarray(series.times).tobytes(), steps
