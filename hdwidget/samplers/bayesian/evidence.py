"""What the trials so far tell: points with their losses, failures, and what is under way."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdwidget.errors import SpaceError
from hdwidget.samplers.base import Observation
from hdwidget.samplers.bayesian.coordinates import Coordinates
from hdwidget.space import SearchSpace

__all__ = ["Evidence", "Reader"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence:
    """The trials of this space, as the model takes them.

    Parameters
    ----------
    scored
        `(n, d)` snapped points of the trials that ended with a number.
    losses
        `(n,)` float64, minus their utilities: lower is better.
    failed
        `(f, d)` the points of those that ended without one.
    pending
        `(p, d)` the points of those that have not ended.
    taken
        The keys of all their configurations.
    """

    scored: Array
    losses: Array
    failed: Array
    pending: Array
    taken: frozenset[Hashable]

    @property
    def is_constant(self) -> bool:
        """Whether there is nothing to learn from the losses, because all are the same."""
        return not len(self.losses) or bool(np.ptp(self.losses / _magnitude(self.losses)) == 0.0)

    def __len__(self) -> int:
        return len(self.scored) + len(self.failed) + len(self.pending)


class Reader:
    """Reads histories; each configuration once, as long as it stands at the same place.

    What is remembered follows from the configurations. One thread at a time may read.

    Parameters
    ----------
    space
        What is searched. Trials of another one, an earlier experiment's, tell nothing.
    coordinates
        Its axes.
    """

    def __init__(self, space: SearchSpace, coordinates: Coordinates) -> None:
        self._space = space
        self._coordinates = coordinates
        self._known: list[tuple[Mapping[str, object], Array | None, Hashable]] = []

    def read(self, history: Sequence[Observation]) -> Evidence:
        """Return what the trials tell."""
        scored: list[Array] = []
        losses: list[float] = []
        failed: list[Array] = []
        pending: list[Array] = []
        taken: set[Hashable] = set()
        for i, trial in enumerate(history):
            point, key = self._read(i, trial.params)
            if point is None:
                continue
            taken.add(key)
            if trial.status == "pending":
                pending.append(point)
            elif trial.status == "failed" or (loss := _loss(trial.utility)) is None:
                failed.append(point)
            else:
                scored.append(point)
                losses.append(loss)
        shape = (-1, len(self._coordinates))
        stacked = (np.array(points).reshape(shape) for points in (scored, failed, pending))
        points, failures, running = stacked
        return Evidence(points, np.array(losses), failures, running, frozenset(taken))

    def _read(self, i: int, params: Mapping[str, object]) -> tuple[Array | None, Hashable]:
        """Return the point and the key of trial `i`, None and None when it is of another space."""
        if i < len(self._known) and self._known[i][0] is params:
            return self._known[i][1:]
        point, key = None, None
        try:
            self._space.validate(params)
            point, key = self._coordinates.encode(params), self._space.key(params)
        except SpaceError:
            pass
        self._known[i : i + 1] = [(params, point, key)]
        return point, key


def _loss(utility: float | None) -> float | None:
    return None if utility is None or not math.isfinite(utility) else -float(utility)


def _magnitude(losses: Array) -> float:
    return float(np.abs(losses).max()) or 1.0
