"""Forks of the test's process, and how they end."""

import os
import signal
import warnings
from collections.abc import Callable

from support.bounded import eventually

__all__ = ["exit_of_fork"]


def exit_of_fork(do: Callable[[], object]) -> int:
    """Return how a fork ends that does something: 0 where it could."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: a fork beside threads
        child = os.fork()
    if child == 0:
        code = 1
        try:
            do()
            code = 0
        finally:
            os._exit(code)

    def ended() -> tuple[int] | None:
        pid, status = os.waitpid(child, os.WNOHANG)
        return (status,) if pid else None

    try:
        (status,) = eventually(ended)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    return os.waitstatus_to_exitcode(status)
