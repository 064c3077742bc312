"""A trial's processes: those that it has started, and those that these have started.

Linux only; elsewhere a trial's processes are known by their process group alone. Light: the
supervisor loads this, and so does every trial's process.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time

__all__ = [
    "adopt_orphans",
    "children_of",
    "die_with_parent",
    "family_of",
    "kill_family",
    "read_file",
]

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

STILL_SECONDS = 0.2
"""So long a process may take until it has stopped; one that waits for a disk does not fork."""


def die_with_parent() -> None:
    """Have Linux kill this process when its parent dies, however that dies."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Make this process the parent of what its descendants leave behind, instead of init.

    A daemon forks twice and leads a session of its own, and so is in nobody's process group. With
    this it stays a descendant: of the trial that has started it while that lives, and of the
    supervisor after that. A program that this process becomes keeps it.
    """
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def children_of(pid: int) -> list[int]:
    """Return the children of a process, also those that only wait to be reaped."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # it is gone
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  # cheaper, and no user's path
            with contextlib.suppress(OSError):  # so is this thread
                found += map(int, read_file(f"/proc/{pid}/task/{thread}/children").split())
    return found


def family_of(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    family = [pid]
    for member in family:  # it grows on the way
        family += children_of(member)
    return family


def kill_family(pid: int) -> None:
    """Kill a process, its process group and all its descendants, whatever they do meanwhile."""
    stopped: set[int] = set()
    while found := set(family_of(pid)) - stopped:
        for member in found:
            _signal(member, signal.SIGSTOP)
        stopped |= found
        # Until then one may be in the midst of a fork, whose child is nowhere yet.
        end = time.monotonic() + STILL_SECONDS
        while not all(map(_is_still, found)) and time.monotonic() < end:
            time.sleep(STILL_SECONDS / 1000)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for member in stopped:
        _signal(member, signal.SIGKILL)


def read_file(path: str) -> bytes:
    """Return what is in a file of the system's; as cheap as can be."""
    file = os.open(path, os.O_RDONLY)
    try:
        content = b""
        while part := os.read(file, 1 << 16):  # such a file comes in pieces
            content += part
        return content
    finally:
        os.close(file)


def _is_still(pid: int) -> bool:
    """Tell whether a process has stopped, or is gone."""
    try:
        state = read_file(f"/proc/{pid}/stat").rpartition(b")")[2].split()[0]
    except OSError:
        return True
    return state in (b"T", b"t", b"Z", b"X")


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
