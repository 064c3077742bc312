"""The store: everything that the engine, the handles of runs and Studio ask of the record."""

import operator
import os
import shutil
import sqlite3
import time
import warnings
import weakref
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from hdwidget.errors import SchemaError, StoreError
from hdwidget.model_record import MODELS, ModelRecord
from hdwidget.store import json_text, models, operations, reader, transfer
from hdwidget.store.blobs import pack_point
from hdwidget.store.connection import Durability, connect_still, connect_writer
from hdwidget.store.failures import check_process, is_busy
from hdwidget.store.fork_gate import GATE
from hdwidget.store.lease import Lease
from hdwidget.store.leases import Leases
from hdwidget.store.pool import ReaderPool
from hdwidget.store.queries import Queries, Snapshot
from hdwidget.store.records import ExperimentRecord, Request, RunRecord
from hdwidget.store.refusal import Refusal
from hdwidget.store.tickets import Ticket
from hdwidget.store.transfer import Arrivals
from hdwidget.store.writer import Writer

__all__ = ["Store"]


class Store(Queries):
    """The record of a workspace: experiments, runs, metrics and requests, in one SQLite file.

    Any thread may call any method; a forked process must open its own. Other processes may have
    the same folder open. What writes returns a `Ticket` at once, and operations are applied in the
    order of the calls; what reads sees everything that this store was asked to write before.

    An operation that is wrong in itself (an unknown run, a lease that has ended) fails its own
    ticket. A commit that fails (a full disk) makes the store refuse to write until it is opened
    again. A record that cannot be written (a read-only folder) is opened for reading, with a
    warning, and what would write raises.

    Parameters
    ----------
    folder : Path
        The workspace's folder; it and ``hdwidget.db`` in it are made when missing.
    durability : {"process", "power"}
        What a settled ticket survives: the death of the process, or a power cut as well, which
        takes a sync to the disk for every commit.
    clock : callable
        The time in UTC epoch seconds.

    Raises
    ------
    SchemaError
        When ``hdwidget.db`` is something else, or a newer hdwidget wrote it.
    StoreError
        When the folder cannot be made or written.

    Examples
    --------
    >>> store = Store(Path(".hdwidget"))
    >>> store.ensure_experiment("digits")
    ExperimentRecord(id=1, name='digits', created=1764000000.0)
    >>> run = RunRecord(
    ...     id="HD_1", experiment="digits", type="function", status="Running", created=time.time()
    ... )
    >>> store.insert_run(run).wait()
    >>> store.append_metric("HD_1", "accuracy", 0, None, time.time(), 0.9).wait()
    >>> store.series("HD_1")["accuracy"].values
    array([0.9])
    """

    def __init__(
        self,
        folder: Path,
        *,
        durability: Durability = "process",
        clock: Callable[[], float] = time.time,
    ) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            msg = f"A workspace must be a folder that can be written, but {folder} is not: {error}."
            raise StoreError(msg) from error
        self._folder = folder
        self._clock = clock
        self._process = os.getpid()
        path = folder / "hdwidget.db"
        with GATE.inside():
            self._writer = _writer(path, durability)
        self._readers = ReaderPool(path, still=isinstance(self._writer, Refusal))
        self._leases = Leases(folder, self._writer, self._readers)
        # Also when the store is forgotten, and at the interpreter's exit: what is queued is kept.
        self._closing = weakref.finalize(
            self, _close, self._process, self._writer, self._readers, self._leases
        )

    @property
    def usable(self) -> bool:
        """Whether the record is open, has not failed, and is still the file in the folder."""
        return self._writer.usable

    def insert_run(self, run: RunRecord, *, lease: Lease | None = None) -> Ticket:
        """Insert a run, whose experiment and parent must be there."""
        values = {name: getattr(run, name) for name in operations.CHANGEABLE}
        written = operations.columns_of(values)
        return self._writer.put(partial(operations.insert_run, run=run, columns=written), lease)

    def update_run(self, run_id: str, *, lease: Lease | None = None, **columns: object) -> Ticket:
        """Change columns of a run, all at once; properties are added to those that are there.

        Parameters
        ----------
        run_id : str
            The run.
        lease : Lease or None
            Under which it is written.
        **columns
            Of `RunRecord`: status, reason, proposal, params, config, started, ended, tags,
            properties, error.

        Raises
        ------
        UnexpectedKeywordError
            When there is no such column.
        """
        written = operations.columns_of(columns)
        change = partial(operations.update_run, run_id=run_id, columns=written)
        return self._writer.put(change, lease)

    def append_metric(
        self,
        run_id: str,
        name: str,
        seq: int,
        step: int | None,
        time: float,
        value: object,
        *,
        lease: Lease | None = None,
    ) -> Ticket:
        """Append a value to a metric of a run.

        Parameters
        ----------
        run_id, name : str
            The run and its metric.
        seq : int
            The value's place in the series; a run that is resumed goes on counting.
        step : int or None
            The step that the user gave.
        time : float
            UTC epoch seconds.
        value : object
            A number, a bool, a text, or lists and dicts of these; numpy's become plain ones.
        lease : Lease or None
            Under which it is written.

        Raises
        ------
        MetricError
            When the record cannot hold `value` or `step`.
        """
        point, text = pack_point(step, time, value)
        row = operations.Point(run_id, name, operator.index(seq), point, text)
        return self._writer.put(row, lease)

    def append_next(
        self,
        run_id: str,
        name: str,
        step: int | None,
        time: float,
        value: object,
        *,
        lease: Lease | None = None,
    ) -> Ticket:
        """Append a value to a metric of a run after the last one, whatever number that has.

        Several processes may do so at once: each value gets a place of its own. It costs more than
        `append_metric`, which must not be used beside it while a run lives.

        Raises
        ------
        MetricError
            When the record cannot hold `value` or `step`.
        """
        point, text = pack_point(step, time, value)
        row = operations.Point(run_id, name, 0, point, text)
        return self._writer.put(partial(operations.append_next, point=row), lease)

    def annotate(
        self,
        run_id: str,
        *,
        tags: Mapping[str, object] | None = None,
        properties: Mapping[str, object] | None = None,
        drop: Collection[str] = (),
        lease: Lease | None = None,
    ) -> Ticket:
        """Add tags and properties to those of a run, and drop tags, whoever drives it.

        Parameters
        ----------
        run_id : str
            The run.
        tags, properties : mapping, optional
            What is added; a key that is there gets the new value.
        drop : collection of str
            Tags to remove; those that are not there are none's loss.
        lease : Lease or None
            Under which it is written.
        """
        change = partial(
            operations.annotate,
            run_id=run_id,
            tags=dict(tags or {}),
            properties=dict(properties or {}),
            drop=frozenset(drop),
        )
        return self._writer.put(change, lease)

    def register_model(
        self, model: ModelRecord, staged: str, *, lease: Lease | None = None
    ) -> ModelRecord:
        """Put a model into the registry, and return it with the version that it got.

        Parameters
        ----------
        model : ModelRecord
            Its version is not looked at.
        staged : str
            The folder in ``models/`` of the workspace that `model_record.staged` has made; it
            becomes the model's.
        lease : Lease or None
            Under which it is written.

        Raises
        ------
        StoreError
            The record or the files cannot be written.
        """
        place = self._folder / MODELS / Path(staged).name
        versions: list[int] = []

        def change(connection: sqlite3.Connection) -> None:
            versions.append(models.register_model(connection, model, place, self._folder))

        self._writer.put(change, lease).wait()
        return model._replace(version=versions[-1])

    def delete_model(self, name: str, version: int) -> None:
        """Remove a model and its files.

        Raises
        ------
        ModelNotFoundError
            When there is none.
        """
        now = self._clock()
        change = partial(models.delete_model, name=name, version=version, now=now)
        self._writer.put(change).wait()
        shutil.rmtree(models.stored_under(self._folder, name, version), ignore_errors=True)

    def end_run(self, run_id: str, *, lease: Lease | None = None, **columns: object) -> Ticket:
        """Change columns of a run as `update_run` does, and compact its metrics."""
        written = operations.columns_of(columns)
        change = partial(operations.end_run, run_id=run_id, columns=written)
        return self._writer.put(change, lease)

    def add_request(self, run_id: str, action: str, payload: object = None) -> Ticket:
        """Ask something of a run, of whichever process drives it; `payload` is JSON."""
        text, now = json_text.dump_lossy(payload), self._clock()
        change = partial(
            operations.add_request, run_id=run_id, action=action, payload=text, now=now
        )
        return self._writer.put(change)

    def settle_request(self, request_id: int) -> Ticket:
        """Note that a request has been met."""
        change = partial(operations.settle_request, request_id=request_id, now=self._clock())
        return self._writer.put(change)

    def ensure_experiment(self, name: str) -> ExperimentRecord:
        """Return the experiment of this name, which is made when missing."""
        change = partial(operations.ensure_experiment, name=name, now=self._clock())
        self._writer.put(change).wait()
        with self._reading() as connection:
            return reader.experiment(connection, name)

    def flush(self) -> None:
        """Block until everything queued so far is written, as far as it can be.

        An operation that is wrong in itself says so on its own ticket, not here.

        Raises
        ------
        StoreError
            When the record has failed.
        """
        self._writer.flush()

    def pending_requests(self, parent_id: str) -> list[Request]:
        """Return what is asked of a run or its children and is not settled, oldest first.

        As it is on the disk: what is asked comes from other processes, and the engine's loop, which
        asks, must not wait for the writer.
        """
        with self._readers.borrow() as connection:
            return reader.pending_requests(connection, parent_id)

    @contextmanager
    def snapshot(self) -> Generator[Queries]:
        """Lend the record as it is now: what is written meanwhile is not seen in it."""
        self._writer.drain()
        with self._readers.borrow_for_long() as connection:
            yield Snapshot(connection)

    def find_alike(self, arrivals: Arrivals) -> frozenset[str]:
        """Return the ids of runs that are here already, just as they arrive.

        Raises
        ------
        StoreError
            A run of the same id is here that is another one.
        """
        with self._reading() as connection:
            return transfer.alike(connection, arrivals)

    def receive(self, arrivals: Arrivals) -> frozenset[str]:
        """Take runs as they were in another record, all of them or none.

        Returns
        -------
        frozenset of str
            The ids of those that were here already, just as they are.

        Raises
        ------
        StoreError
            A run of the same id is here that is another one, or the record cannot be written.
        """
        known: list[frozenset[str]] = []

        def change(connection: sqlite3.Connection) -> None:
            known.append(transfer.receive(connection, arrivals, self._folder))

        self._writer.put(change).wait()
        return known[-1]

    def acquire(self, run_id: str) -> Lease:
        """Become the one driver of a run, which need not be in the record yet.

        Raises
        ------
        StoreError
            When a living process drives it, this one included.
        """
        return self._leases.acquire(run_id, self._clock())

    def is_driven(self, run_id: str) -> bool:
        """Return whether a living process drives a run, this one included."""
        return self._leases.is_held(run_id)

    def close(self) -> None:
        """Commit what is queued, release the leases and close the file; harmless when done.

        Raises
        ------
        StoreError
            When the record has failed, after closing it.
        """
        check_process(self._process)
        self._closing()
        self._writer.flush()

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        self._writer.drain()
        with self._readers.borrow() as connection:
            yield connection


def _writer(path: Path, durability: Durability) -> Writer | Refusal:
    """Open a record for writing; for reading only, with a warning, where it cannot be written."""
    try:
        return Writer(connect_writer(path, durability), path)
    except SchemaError:
        raise
    except StoreError as error:
        if is_busy(error.__cause__):  # that passes
            raise
        try:
            connect_still(path).close()
        except StoreError:
            raise error from None
        warnings.warn(f"{error} Until then it can be read only.", UserWarning, stacklevel=3)
        return Refusal(error)


def _close(process: int, writer: Writer | Refusal, readers: ReaderPool, leases: Leases) -> None:
    if os.getpid() != process:
        return  # a fork that ends: all this is its parent's
    writer.close()
    readers.close()
    leases.release()
