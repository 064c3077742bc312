"""What the trials so far tell: points with their losses, failures, and what is under way."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hdwidget.errors import SpaceError
from hdwidget.samplers.base import Observation
from hdwidget.samplers.bayesian.coordinates import Coordinates
from hdwidget.space import SearchSpace

__all__ = ["Evidence", "Reader"]

Array = NDArray[np.float64]
KINDS = ("completed", "stopped", "failed", "pending", "silent")


@dataclass(frozen=True)
class Evidence:
    """The trials of this space, as the model takes them.

    Parameters
    ----------
    completed, stopped
        Those that ended with a number, by themselves or by a policy or a person.
    scored, cut, failed, pending
        `(., d)` snapped points: of the completed, of the stopped, of those that failed or completed
        without a number, and of those that have not ended.
    taken
        The keys of all their configurations.
    own
        How many of them are of the present experiment.
    is_rescaled
        Whether some losses of earlier experiments are not as they were observed.
    """

    completed: list[Observation]
    stopped: list[Observation]
    scored: Array
    cut: Array
    failed: Array
    pending: Array
    taken: frozenset[Hashable]
    own: int
    is_rescaled: bool = False

    @cached_property
    def losses(self) -> Array:
        """Minus the utilities of the completed, `(n,)` float64: lower is better."""
        return -np.array([trial.utility for trial in self.completed], dtype=float)

    @cached_property
    def sources(self) -> NDArray[np.intp]:
        """The experiment that each of the completed is of, `(n,)`: 0 is the present one."""
        return np.array([trial.source for trial in self.completed], dtype=np.intp)

    @cached_property
    def learnt(self) -> tuple[object, ...]:
        """What is equal when the ended trials are the same."""
        stopped = [(trial.utility, trial.intervals) for trial in self.stopped]
        curves = [bytes(np.asarray(t.curve, float)) for t in self.completed] if stopped else []
        parts = (self.scored, self.cut, self.failed, self.losses, self.sources)
        return (*(part.tobytes() for part in parts), tuple(stopped), tuple(curves))

    @property
    def is_constant(self) -> bool:
        """Whether there is nothing to learn from the losses, because all are the same."""
        return not len(self.losses) or bool(np.ptp(self.losses / _magnitude(self.losses)) == 0.0)

    @cached_property
    def points(self) -> Array:
        """All points, `(., d)`."""
        return np.vstack([self.scored, self.cut, self.failed, self.pending])

    def __len__(self) -> int:
        return len(self.points)


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
        points: dict[str, list[Array]] = {kind: [] for kind in KINDS}
        trials: dict[str, list[Observation]] = {kind: [] for kind in KINDS}
        taken: set[Hashable] = set()
        own = 0
        for i, trial in enumerate(history):
            point, key = self._read(i, trial.params)
            if point is None:
                continue
            taken.add(key)
            own += trial.source == 0
            kind: str = trial.status
            if trial.utility is None or not math.isfinite(trial.utility):
                # One that was stopped before it logged a number tells nothing, not even a failure.
                kind = {"completed": "failed", "stopped": "silent"}.get(kind, kind)
            points[kind].append(point)
            trials[kind].append(trial)
        shape = (-1, len(self._coordinates))
        stacked = {kind: np.array(points[kind]).reshape(shape) for kind in KINDS}
        return Evidence(
            completed=trials["completed"],
            stopped=trials["stopped"],
            scored=stacked["completed"],
            cut=stacked["stopped"],
            failed=stacked["failed"],
            pending=stacked["pending"],
            taken=frozenset(taken),
            own=own,
        )

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


def _magnitude(losses: Array) -> float:
    return float(np.abs(losses).max()) or 1.0
