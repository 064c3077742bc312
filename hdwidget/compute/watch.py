"""The watch over the trials' memory: the most that each has taken, and who takes too much.

Light: the supervisor loads this.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hdwidget.compute.memory import Meter, oom_kills

__all__ = ["Excess", "MemoryWatch", "Toll"]

LOOK_SECONDS = 0.25
NEAR_SECONDS = 0.02
"""Between two looks when a trial comes near to what it may take."""
LEISURE, HASTE = 50, 10
"""So many times what a look has cost there is none: 2 % of a core at most, near a limit 10 %."""
PATIENCE = 1.5
"""A trial that takes so many times its limit is not waited for any more."""
GROWTH = 17 / 16
"""What a trial takes is found out exactly when its bound has grown so much since the last time."""


@dataclass(frozen=True)
class Excess:
    """A trial that takes more memory than it may.

    Attributes
    ----------
    run : str
        Its run.
    used : int
        Bytes.
    is_far : bool
        Whether it is to be killed now, and not only told to stop.
    """

    run: str
    used: int
    is_far: bool


@dataclass(frozen=True)
class Toll:
    """What is known of a process's memory when it has ended.

    Attributes
    ----------
    peak : int or None
        The most that its trial took at any look, in bytes; None if it ended before the first.
    out_of_memory : bool
        Whether the kernel has killed something meanwhile because memory had run out.
    """

    peak: int | None
    out_of_memory: bool


@dataclass
class _Watched:
    """A trial: the processes that were started for it."""

    limit: int | None
    given: int
    kills: int
    roots: set[int] = field(default_factory=set[int])
    bound: int = 0
    measured_at: int = 0
    peak: int | None = None
    exceeded: bool = False
    is_far: bool = False


class MemoryWatch:
    """Looks at the trials' memory now and then. Owned by the supervisor's one thread.

    Parameters
    ----------
    meter : Meter, optional
        What measures; without one nothing is looked at.
    clock, spent : callable
        Seconds, and seconds of a processor that this thread has spent; from anywhere.
    """

    def __init__(
        self,
        meter: Meter | None,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        self._meter = meter
        self._clock = clock
        self._spent = spent
        self._watched: dict[str, _Watched] = {}
        self._due = 0.0
        self._rested = 0.0
        self._looked = 0.0

    def begin(self, run: str, pid: int, limit: int | None = None, given: int = 0) -> None:
        """Watch over a process of a run, and over what it starts.

        `limit` is what they may take together, and `given` what they were handed in files; bytes.
        """
        if run not in self._watched:
            soon = self._clock() + NEAR_SECONDS  # most trials are short, and have a peak, too
            self._due = max(self._rested, min(self._due, soon) if self._watched else soon)
            self._watched[run] = _Watched(limit, given, oom_kills())
        self._watched[run].roots.add(pid)

    def end(self, run: str, pid: int) -> Toll:
        """Watch no more over a process that has ended."""
        watched = self._watched[run]
        watched.roots.discard(pid)
        if not watched.roots:
            del self._watched[run]
        return Toll(watched.peak, oom_kills() > watched.kills)

    def seconds_left(self) -> float | None:
        """Return the seconds until the next look; None if there is nothing to look at."""
        if self._meter is None or not self._watched:
            return None
        return max(0.0, self._due - self._clock())

    def look(self) -> list[Excess]:
        """Look, if it is time; return who takes too much: each once, and once more if by far."""
        if self._meter is None or self.seconds_left() != 0:
            return []
        begun, spent = self._clock(), self._spent()
        found: list[Excess] = []
        pause = LOOK_SECONDS
        for run, watched in self._watched.items():
            before = watched.bound
            used = _measure(watched, self._meter)
            limit = watched.limit
            if limit is None:
                continue
            grown = (watched.bound - before) / max(begun - self._looked, NEAR_SECONDS)
            if watched.bound + grown * 2 * LOOK_SECONDS > limit:
                pause = NEAR_SECONDS
            is_far = used > PATIENCE * limit
            if used > limit and not (watched.is_far if is_far else watched.exceeded):
                watched.exceeded, watched.is_far = True, is_far
                found.append(Excess(run, used, is_far))
        cost = self._spent() - spent
        self._looked = self._clock()
        self._rested = self._looked + cost * (HASTE if pause == NEAR_SECONDS else LEISURE)
        self._due = max(self._rested, self._looked + pause)
        return found


def _measure(watched: _Watched, meter: Meter) -> int:
    """Return what a trial takes; 0 where the cheap bound says that it is nothing new."""
    pids = [pid for root in watched.roots for pid in meter.family(root)]
    watched.bound = meter.bound(pids)
    within = watched.limit is None or watched.bound <= watched.limit
    if within and watched.bound <= GROWTH * watched.measured_at:
        return 0
    used = meter.used(pids, watched.given)
    watched.measured_at = watched.bound
    watched.peak = max(used, watched.peak or 0)
    return used
