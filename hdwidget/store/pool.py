"""Connections for reading: one for each thread that reads at the moment, kept for the next."""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from hdwidget.errors import HDWidgetError, StoreError
from hdwidget.store.connection import connect_reader, connect_still
from hdwidget.store.failures import UNREADABLE, describe
from hdwidget.store.fork_gate import GATE

__all__ = ["ReaderPool"]


class ReaderPool:
    """Lends connections that read the record at `path`; any thread may borrow.

    Where `still`, this process cannot write the record. Who can might not be seen to do so, and
    each loan is a new connection.
    """

    def __init__(self, path: Path, *, still: bool = False) -> None:
        self._path = path
        self._still = still
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def borrow(self) -> Generator[sqlite3.Connection]:
        """Lend a connection in a transaction, for a question or two: a fork waits for the end."""
        with GATE.inside(), self.borrow_for_long() as connection:
            yield connection

    @contextmanager
    def borrow_for_long(self) -> Generator[sqlite3.Connection]:
        """Lend a connection in a transaction, so that all its queries see the same commit.

        Whoever has it uses it inside the gate, and is outside between its questions.
        """
        with GATE.inside():
            connection = self._take()
        try:
            with GATE.inside():
                connection.execute("BEGIN")
            yield connection
            with GATE.inside():
                connection.execute("COMMIT")
        except HDWidgetError:
            raise
        except (sqlite3.Error, *UNREADABLE) as error:
            raise describe(error, self._path) from error
        finally:
            with GATE.inside():
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._give_back(connection)

    def close(self) -> None:
        """Close the idle connections, and those on loan when they come back."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                msg = f"The record {self._path} is closed: open the workspace again."
                raise StoreError(msg)
            if self._idle:
                return self._idle.pop()
        return connect_still(self._path) if self._still else connect_reader(self._path)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._closed or self._still:
                connection.close()
            else:
                self._idle.append(connection)
