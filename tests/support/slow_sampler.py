"""A sampler that the engine asks in a process of its own, and what can go wrong there."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from hdwidget.samplers import Explanation, Observation, Sampler
from hdwidget.space import SearchSpace, choice

__all__ = ["SlowSampler", "dies", "dies_once", "hangs", "prints", "raises"]


class SlowSampler(Sampler):
    """Proposes what it was told and where, after doing what a test wants.

    Parameters
    ----------
    first
        Called in its process before each proposal.
    size
        How many configurations there are.
    """

    is_slow = True

    def __init__(self, first: Callable[[], object] | None = None, size: int = 1000) -> None:
        self.space = SearchSpace({"number": choice(range(size))})
        self.first = first

    def propose(self, index, history):
        if self.first is not None:
            self.first()
        return {"number": index} if index < self.space.size else None

    def explain(self, index: int, params, history: list[Observation]):
        """Say what the history was, in numbers: how many ended, and the process."""
        ended = sum(observation.status != "pending" for observation in history)
        threads = int(os.environ["OPENBLAS_NUM_THREADS"])
        return Explanation("model", float(ended), float(os.getpid()), float(threads))

    def to_json(self):
        return {"sampler": "slow"}


def raises():
    message = "no good configuration"
    raise ArithmeticError(message)


def dies():
    os.write(2, b"out of memory\n")
    os.kill(os.getpid(), signal.SIGKILL)


def dies_once(marker: Path):
    if not marker.exists():
        marker.touch()
        dies()


def hangs(marker: Path):
    marker.write_text(str(os.getpid()))
    threading.Event().wait()


def prints():
    sys.stdout.write("thinking\n")
    os.write(1, b"thinking\n")
