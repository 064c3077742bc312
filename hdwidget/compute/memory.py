"""How much memory processes take. Light: the supervisor loads this."""

import contextlib
import importlib
import re
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from hdwidget.compute.descendants import family_of, read_file

__all__ = ["Meter", "ProcMeter", "PsutilMeter", "meter_of_this_system", "oom_kills"]

BOUND = re.compile(rb"^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB", re.MULTILINE)
RESIDENT = re.compile(rb"^VmRSS:\s+(\d+) kB", re.MULTILINE)
"""Where nobody tells what of it is whose: in gVisor, for example."""
SHARE = re.compile(rb"^(?:Pss_Anon|SwapPss):\s+(\d+) kB", re.MULTILINE)
SHARED = re.compile(rb"^Pss_Shmem:\s+(\d+) kB", re.MULTILINE)
KILLS = re.compile(rb"^oom_kill (\d+)", re.MULTILINE)


class Meter(Protocol):
    """How much memory the processes of a trial take, in bytes.

    The memory that files are mapped to is not counted: the system takes it back when it needs it.
    """

    def family(self, pid: int) -> list[int]:
        """Return a process and all its descendants."""
        ...

    def bound(self, pids: Sequence[int]) -> int:
        """Return what they take at most: what several of them share is counted for each."""
        ...

    def used(self, pids: Sequence[int], given: int) -> int:
        """Return what they take; dearer to find out. Of what n processes share each has an nth.

        `given` are the bytes that they were handed in files to be mapped. Where these are in memory
        themselves, as in many a ``/tmp``, they look like shared memory of the trial's own.
        """
        ...


class ProcMeter:
    """Linux. The bound takes some 40 us for each process; what is used up to 5 ms for each GB."""

    def family(self, pid: int) -> list[int]:
        """Return a process and all its descendants."""
        return family_of(pid)

    def bound(self, pids: Sequence[int]) -> int:
        """Return what they take at most: anonymous, shared and swapped memory of each."""
        texts = [_read(f"/proc/{pid}/status") for pid in pids]
        return sum(1024 * (_total(BOUND, text) or _total(RESIDENT, text)) for text in texts)

    def used(self, pids: Sequence[int], given: int) -> int:
        """Return what they take: their share of each page (Pss), without the pages of files."""
        own = shared = 0
        for pid in pids:
            text = _read(f"/proc/{pid}/smaps_rollup")
            if SHARE.search(text):
                own += 1024 * _total(SHARE, text)
                shared += 1024 * _total(SHARED, text)
            else:  # an older kernel; or it is gone
                own += self.bound([pid])
        return own + max(0, shared - given)


class PsutilMeter:
    """Any system that psutil knows, by what is resident of each process."""

    def __init__(self, psutil: Any) -> None:  # noqa: ANN401  # a module
        self._psutil = psutil

    def family(self, pid: int) -> list[int]:
        """Return a process and all its descendants."""
        with contextlib.suppress(self._psutil.Error):
            children = self._psutil.Process(pid).children(recursive=True)
            return [pid, *(child.pid for child in children)]
        return [pid]

    def bound(self, pids: Sequence[int]) -> int:
        """Return what is resident."""
        total = 0
        for pid in pids:
            with contextlib.suppress(self._psutil.Error):  # it is gone
                total += self._psutil.Process(pid).memory_info().rss
        return total

    def used(self, pids: Sequence[int], given: int) -> int:
        """Return what is resident: what is shared cannot be told apart everywhere."""
        del given
        return self.bound(pids)


def meter_of_this_system() -> Meter | None:
    """Return what measures memory here; None where nothing does."""
    if sys.platform == "linux":
        return ProcMeter()
    try:
        return PsutilMeter(importlib.import_module("psutil"))
    except ImportError:
        return None


def oom_kills() -> int:
    """Return how many processes the kernel has killed because memory had run out; 0 if unknown."""
    return _total(KILLS, _read("/proc/vmstat"))


def _total(pattern: re.Pattern[bytes], text: bytes) -> int:
    return sum(map(int, pattern.findall(text)))


def _read(path: str) -> bytes:
    try:
        return read_file(path)
    except OSError:  # the process is gone, or not ours
        return b""
