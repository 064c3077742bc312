"""Who drives a run: a lock of the operating system, and an epoch that fences off everyone else.

The lock says whether a driver is alive; the system lets go of it when its process dies, however it
dies. The epoch counts drivers: each write carries the one it was made under, so that a driver that
lost its lock (a folder that was moved, a network share that came back) cannot write any more.
"""

import contextlib
import os
import sys
import time
import weakref
from pathlib import Path

__all__ = ["FileLock", "Lease"]

PROBE_SECONDS = 0.05


class FileLock:
    """A file that one process at a time holds locked, and that the system unlocks at its death.

    Raises
    ------
    BlockingIOError
        From the constructor, when someone holds it, this process included.
    OSError
        When the file cannot be made, or the file system does not lock files.
    """

    def __init__(self, path: Path) -> None:
        # O_CLOEXEC keeps the lock from programs that we start; forks are taken care of below.
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        deadline = time.monotonic() + PROBE_SECONDS
        while not self._try():
            if time.monotonic() > deadline:  # `is_held` locks for some microseconds: outlast it
                self.release()
                msg = f"{path} is locked"
                raise BlockingIOError(msg)
            time.sleep(PROBE_SECONDS / 10)
        HELD.add(self)

    def _try(self) -> bool:
        try:
            return _try_lock(self._file)
        except OSError:
            self.release()
            raise

    @staticmethod
    def is_held(path: Path) -> bool:
        """Return whether a living process, or this one, holds the lock."""
        try:
            file = os.open(path, os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY)
        except (OSError, ValueError):  # there is none, or no path can have this name
            return False
        try:
            return not _try_lock(file)
        except OSError:  # a file system that does not lock files: nobody can hold it
            return False
        finally:
            os.close(file)

    def release(self) -> None:
        """Unlock; harmless when it is unlocked."""
        HELD.discard(self)
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


class Lease:
    """The right to drive a run, from `Store.acquire` until it is released.

    Attributes
    ----------
    run_id : str
        The run.
    epoch : int
        Which of the run's drivers this is, from 1.
    """

    __slots__ = ("_lock", "epoch", "released", "run_id")

    def __init__(self, run_id: str, epoch: int, lock: FileLock) -> None:
        self.run_id = run_id
        self.epoch = epoch
        self.released = False
        self._lock = lock

    def release(self) -> None:
        """Let others drive the run. What was written under the lease must be settled before."""
        self.released = True
        self._lock.release()

    def __repr__(self) -> str:
        return f"Lease(run_id={self.run_id!r}, epoch={self.epoch})"


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: int) -> bool:
        # Not lockf(): that one is lost as soon as the process closes any descriptor of the file,
        # and does not see that this very process holds it.
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


# A fork shares the lock: it would go on holding it after its parent, the driver, has died. Closing
# the descriptor there leaves the parent's lock alone. Forks concern the process, hence the global.
HELD: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _forget_in_fork() -> None:
    for lock in list(HELD):
        with contextlib.suppress(OSError):
            lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_fork)
