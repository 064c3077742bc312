"""Who drives what in a workspace: taking a run over, and seeing whether somebody has."""

import os
import socket
from functools import partial
from pathlib import Path

from hdwidget.errors import StoreError
from hdwidget.store import operations, reader
from hdwidget.store.failures import check_process
from hdwidget.store.lease import FileLock, Lease
from hdwidget.store.network import network_file_system
from hdwidget.store.pool import ReaderPool
from hdwidget.store.refusal import Refusal
from hdwidget.store.writer import Writer

__all__ = ["Leases"]


class Leases:
    """Hands out the leases of one open store, and remembers them until it is closed.

    Parameters
    ----------
    folder : Path
        The workspace's folder; the locks lie in ``runs/`` there.
    writer, readers : Writer, ReaderPool
        Of the store; not the store itself, which would never be forgotten then.
    """

    def __init__(self, folder: Path, writer: Writer | Refusal, readers: ReaderPool) -> None:
        self._folder = folder
        self._writer = writer
        self._readers = readers
        self._shared = network_file_system(folder) is not None
        self._process = os.getpid()
        self._leases: list[Lease] = []

    def acquire(self, run_id: str, now: float) -> Lease:
        """Become the one driver of a run; see `Store.acquire`."""
        lock = self._lock(run_id)
        try:
            change = partial(
                operations.take_over,
                run_id=run_id,
                host=socket.gethostname(),
                pid=self._process,
                now=now,
            )
            self._writer.put(change).wait()
            driver = self._driver(run_id)
        except BaseException:
            lock.release()
            raise
        assert driver is not None
        lease = Lease(run_id, driver.epoch, lock)
        self._leases.append(lease)
        return lease

    def is_held(self, run_id: str) -> bool:
        """Return whether a living process drives a run, this one included.

        On a network file system the locks of another computer may not be seen, and a run that it
        has driven last counts as driven until somebody takes it over.
        """
        check_process(self._process)
        if FileLock.is_held(self._file(run_id)):
            return True
        if not self._shared:
            return False
        driver = self._driver(run_id)
        return driver is not None and driver.host != socket.gethostname()

    def release(self) -> None:
        """Release all of them; harmless when done."""
        for lease in self._leases:
            lease.release()

    def _file(self, run_id: str) -> Path:
        return self._folder / "runs" / f".{run_id}.lock"  # beside the folder, which is the run's

    def _lock(self, run_id: str) -> FileLock:
        check_process(self._process)
        file = self._file(run_id)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            return FileLock(file)
        except BlockingIOError as error:
            driver = self._driver(run_id)
            who = "another process" if driver is None else f"process {driver.pid} on {driver.host}"
            msg = f"Run `{run_id}` is driven by {who} already: cancel it, or end that process."
            raise StoreError(msg) from error
        except (OSError, ValueError) as error:
            msg = (
                f"The lock {file} cannot be made: {error}. Make the workspace writable, and if "
                f"its file system does not lock files, put it on another one."
            )
            raise StoreError(msg) from error

    def _driver(self, run_id: str) -> reader.Driver | None:
        self._writer.drain()
        with self._readers.borrow() as connection:
            return reader.driver(connection, run_id)
