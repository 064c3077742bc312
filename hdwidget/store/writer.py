"""The one thread that writes: it takes whatever has queued up while its last commit ran."""

import itertools
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from hdwidget.errors import FencedError, HDWidgetError, StoreError
from hdwidget.store import reader
from hdwidget.store.connection import insist
from hdwidget.store.failures import MISTAKES, check_process, describe
from hdwidget.store.fork_gate import GATE
from hdwidget.store.lease import Lease
from hdwidget.store.operations import Point, append_points
from hdwidget.store.presence import Presence
from hdwidget.store.tickets import Ticket, settle

__all__ = ["Change", "Writer"]

Change = Callable[[sqlite3.Connection], object]
"""One change of the record, made within a transaction of the writer's."""

QUEUE_LIMIT = 100_000
"""Operations that may wait; beyond, whoever adds one waits, so that memory stays bounded."""

COMMIT_LIMIT = 4096
"""Operations in one transaction; more would keep other processes out for long."""


LOOK_SECONDS = 0.1
"""Between two looks at whether the record is still there: one takes 8 us, a commit 13."""


class Operation:
    """A change or a point that waits to be written, and later what prevented it."""

    __slots__ = ("error", "lease", "ticket", "work")

    def __init__(self, ticket: Ticket, lease: Lease | None, work: Change | Point) -> None:
        self.ticket = ticket
        self.lease = lease
        self.work = work
        self.error: Exception | None = None


class Writer:
    """A queue of operations and the thread that commits them in order.

    Any thread may call the methods; the connection belongs to the writer's thread. A commit that
    fails is final: its operations and all later ones fail with the same error, for what they would
    write may rest on what was lost.

    Parameters
    ----------
    connection : sqlite3.Connection
        As `connect_writer` returns it; closed by `close`.
    path : Path
        The record's file.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        self._presence = Presence(path, logged=mode == "wal")
        self._unseen = False
        self._looked = 0.0
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._added_some = threading.Condition(self._lock)
        self._settled_some = threading.Condition(self._lock)
        self._queue: deque[Operation] = deque()
        self._idle = False
        self._closed = False
        self._failure: StoreError | None = None
        self._added = 0
        self._settled = 0
        self._thread = threading.Thread(target=self._run, name="hdwidget-store", daemon=True)
        self._thread.start()

    @property
    def usable(self) -> bool:
        """Whether it takes operations, and the record is still the file in its folder."""
        return self._failure is None and not self._closed and self._presence.missing() is None

    def put(self, work: Change | Point, lease: Lease | None = None) -> Ticket:
        """Queue an operation; wait while the queue is full.

        Raises
        ------
        StoreError
            When the record has failed, is closed, or was opened by another process.
        """
        check_process(self._process)
        ticket = Ticket(self._lock)
        operation = Operation(ticket, lease, work)
        with self._lock:
            self._check()
            while len(self._queue) >= QUEUE_LIMIT and threading.current_thread() != self._thread:
                self._settled_some.wait()
                self._check()
            self._queue.append(operation)
            self._added += 1
            if self._idle:
                self._added_some.notify()
        return ticket

    def drain(self) -> None:
        """Wait until all that has been queued so far is settled, durable or not."""
        check_process(self._process)
        if threading.current_thread() is self._thread:
            return  # a callback that reads: what led to it is settled
        with self._lock:
            added = self._added
            while self._settled < added:
                self._settled_some.wait()

    def flush(self) -> None:
        """Wait as `drain` does, and raise when the record has failed."""
        self.drain()
        if self._failure is not None:
            raise self._again(self._failure)

    def close(self) -> None:
        """Commit what is queued, end the thread and close the connection; harmless when done."""
        with self._lock:
            self._closed = True
            self._added_some.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._again(self._failure)
        if self._closed:
            msg = f"The record {self._path} is closed: open the workspace again."
            raise StoreError(msg)

    @staticmethod
    def _again(failure: StoreError) -> StoreError:
        error = StoreError(str(failure))  # one of its own for each raise: it keeps the traceback
        error.__cause__ = failure.__cause__
        return error

    def _run(self) -> None:
        while batch := self._take():
            self._commit(batch)
            settle(self._lock, ((operation.ticket, operation.error) for operation in batch))
            with self._lock:
                self._settled += len(batch)
                self._settled_some.notify_all()
            del batch  # an idle writer keeps nothing alive
        if self._unseen and self._failure is None:
            try:
                self._look()
            except StoreError as error:
                self._failure = error
        with GATE.inside():
            self._connection.close()

    def _take(self) -> list[Operation]:
        with self._lock:
            while not self._queue and not self._closed:
                self._idle = True
                self._added_some.wait()
                self._idle = False
            count = min(len(self._queue), COMMIT_LIMIT)
            return [self._queue.popleft() for _ in range(count)]

    def _commit(self, batch: Sequence[Operation]) -> None:
        try:
            if self._failure is None:
                with GATE.inside():
                    self._transact(batch)
        except StoreError as error:
            self._failure = error
        except Exception as error:  # noqa: BLE001  # no failure may end the thread unsaid
            self._failure = describe(error, self._path)
            self._failure.__cause__ = error
        if self._failure is not None:
            for operation in batch:
                operation.error = self._failure

    def _transact(self, batch: Sequence[Operation]) -> None:
        # IMMEDIATE: a transaction that begins by reading fails at once when another process writes.
        insist(self._connection, "BEGIN IMMEDIATE")
        try:
            admitted = self._admitted(batch)
            for are_points, group in itertools.groupby(admitted, _is_point):
                if are_points:
                    self._append(list(group))
                else:
                    self._change(group)
            insist(self._connection, "COMMIT")  # without a log it waits for those who read
        except BaseException:
            if self._connection.in_transaction:  # SQLite rolls back by itself when a disk is full
                self._connection.execute("ROLLBACK")
            raise
        self._unseen = True
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._look()

    def _look(self) -> None:
        """Raise if what was committed went into a file that is not in its folder any more."""
        self._unseen, self._looked = False, time.monotonic()
        if gone := self._presence.missing():
            msg = (
                f"{gone} was deleted, moved or replaced while it was open: what was logged since "
                f"is lost. Bring it back if you can, then open the workspace again."
            )
            raise StoreError(msg)

    def _admitted(self, batch: Sequence[Operation]) -> Iterator[Operation]:
        fences: dict[Lease, FencedError | None] = {}
        for operation in batch:
            lease = operation.lease
            if lease is not None:
                if lease not in fences:
                    fences[lease] = self._fence(lease)
                operation.error = fences[lease]
            if operation.error is None:
                yield operation

    def _fence(self, lease: Lease) -> FencedError | None:
        driver = reader.driver(self._connection, lease.run_id)
        if driver is not None and driver.epoch == lease.epoch and not lease.released:
            return None
        now = "nobody" if driver is None else f"process {driver.pid} on {driver.host}"
        return FencedError(
            f"Run `{lease.run_id}` is driven by {now} now, and this engine's lease (epoch "
            f"{lease.epoch}) has ended: what it still writes is dropped. Find the run again with "
            f"`HyperDriveRun(experiment, run_id)`."
        )

    def _append(self, operations: Sequence[Operation]) -> None:
        points = [operation.work for operation in operations if isinstance(operation.work, Point)]
        for operation, error in zip(
            operations, append_points(self._connection, points), strict=True
        ):
            operation.error = error

    def _change(self, operations: Iterator[Operation]) -> None:
        for operation in operations:
            try:
                if not isinstance(operation.work, Point):
                    operation.work(self._connection)
            except HDWidgetError as error:
                operation.error = error
            except MISTAKES as error:
                operation.error = StoreError(f"An operation was not written: {error}.")
                operation.error.__cause__ = error


def _is_point(operation: Operation) -> bool:
    return isinstance(operation.work, Point)
