"""Connections for reading: one for each thread that reads at the moment, kept for the next."""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from hdwidget.errors import StoreError
from hdwidget.store.connection import connect_reader
from hdwidget.store.failures import describe

__all__ = ["ReaderPool"]


class ReaderPool:
    """Lends connections that read the record at `path`; any thread may borrow."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def borrow(self) -> Generator[sqlite3.Connection]:
        """Lend a connection in a transaction, so that all its queries see the same commit."""
        connection = self._take()
        try:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise describe(error, self._path) from error
        finally:
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
        return connect_reader(self._path)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)
