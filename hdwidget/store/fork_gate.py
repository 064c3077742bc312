"""Forks of this process wait until no thread of it is inside SQLite.

What a thread holds at that moment, a transaction's lock or one of SQLite's mutexes, stays held for
ever in the fork, where that thread does not exist; and SQLite keeps its locks by file, so that even
a new connection would meet them there.
"""

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["FORK_SECONDS", "GATE", "ForkGate"]

FORK_SECONDS = 5.0
"""How long a fork waits for threads that are inside. Then it goes on: to hang would be worse."""


class ForkGate:
    """Lets threads in while no fork is coming, and forks when no other thread is inside.

    Any thread may call the methods.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Forget the threads of before, which are not in this fork."""
        self._changed = threading.Condition()
        self._depths: dict[int, int] = {}
        self._forks = 0

    @property
    def is_closed(self) -> bool:
        """Whether a fork is coming."""
        return self._forks > 0

    @contextmanager
    def inside(self) -> Generator[None]:
        """Be inside SQLite, once no fork is coming; a thread that is inside may come again."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: not self._forks or me in self._depths)
            self._depths[me] = self._depths.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                # Unknown is who was inside when it forked, and is the fork.
                depth = self._depths.pop(me, 1) - 1
                if depth:
                    self._depths[me] = depth
                elif self._forks:
                    self._changed.notify_all()

    def close(self) -> None:
        """Let nobody else in, and wait for those who are inside, but not for ever."""
        me = threading.get_ident()
        with self._changed:
            self._forks += 1
            self._changed.wait_for(lambda: self._depths.keys() <= {me}, FORK_SECONDS)

    def open(self) -> None:
        """Let threads in again."""
        with self._changed:
            self._forks -= 1
            self._changed.notify_all()


# Forks concern the process, hence the global.
GATE = ForkGate()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=GATE.close, after_in_parent=GATE.open, after_in_child=GATE.renew)
