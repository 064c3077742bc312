"""What may be asked of a record by name, wherever its connections come from."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager

from hdwidget.model_record import ModelRecord
from hdwidget.store import models, reader
from hdwidget.store.fork_gate import GATE
from hdwidget.store.records import ExperimentRecord, RunRecord, Series

__all__ = ["Queries", "Snapshot"]


class Queries(ABC):
    """The questions that a record answers; what derives from it says how to read."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """Lend a connection in a transaction that sees all that was asked to be written."""

    def experiments(self) -> list[ExperimentRecord]:
        """Return all experiments, oldest first."""
        with self._reading() as connection:
            return reader.experiments(connection)

    def run(self, run_id: str) -> RunRecord:
        """Return a run.

        Raises
        ------
        RunNotFoundError
            When there is none; the message names the nearest id.
        """
        with self._reading() as connection:
            return reader.run(connection, run_id)

    def children(self, parent_id: str) -> list[RunRecord]:
        """Return the children of a run by their number; none when there is no such run."""
        with self._reading() as connection:
            return reader.children(connection, parent_id)

    def runs(self, experiment: str) -> list[RunRecord]:
        """Return the runs of an experiment that have no parent, oldest first."""
        with self._reading() as connection:
            return reader.runs(connection, experiment)

    def series(self, run_id: str, name: str | None = None) -> dict[str, Series]:
        """Return the metrics of a run by name, or only the one that is named, if it is there.

        Raises
        ------
        RunNotFoundError
            When there is no such run.
        """
        with self._reading() as connection:
            return reader.series(connection, "id", run_id, name).get(run_id, {})

    def curves(self, parent_id: str, name: str) -> dict[str, Series]:
        """Return one metric of a run's children, by the ids of those that have logged it.

        Raises
        ------
        RunNotFoundError
            When there is no such run.
        """
        with self._reading() as connection:
            found = reader.series(connection, "parent", parent_id, name)
        return {run_id: metrics[name] for run_id, metrics in found.items()}

    def metrics_of_children(self, parent_id: str) -> dict[str, dict[str, Series]]:
        """Return all metrics of a run's children, by id and name; a child may have none.

        Raises
        ------
        RunNotFoundError
            When there is no such run.
        """
        with self._reading() as connection:
            return reader.series(connection, "parent", parent_id)

    def all_runs(self, experiment: str) -> list[RunRecord]:
        """Return all runs of an experiment, parents before their children."""
        with self._reading() as connection:
            return reader.all_runs(connection, experiment)

    def models(self, name: str | None = None) -> list[ModelRecord]:
        """Return the registered models, or those of one name, newest first."""
        with self._reading() as connection:
            return models.models(connection, name)

    def model(self, name: str, version: int | None = None) -> ModelRecord:
        """Return a version of a model, by default the newest.

        Raises
        ------
        ModelNotFoundError
            When there is none; the message names the nearest.
        """
        with self._reading() as connection:
            return models.find_model(connection, name, version)


class Snapshot(Queries):
    """A record as one transaction sees it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        with GATE.inside():
            yield self._connection
