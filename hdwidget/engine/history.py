"""What a sampler gets to see of the trials so far."""

import math
from array import array
from collections.abc import Sequence
from typing import Literal, overload

from hdwidget.curves import LearningCurves
from hdwidget.engine.trial import Trial
from hdwidget.samplers import Observation
from hdwidget.status import RunStatus, StopReason

__all__ = ["History"]


class History(Sequence[Observation]):
    """The trials as observations, made when they are looked at: most samplers never look.

    Parameters
    ----------
    trials : sequence of Trial
        Which are looked at as they stand.
    curves : LearningCurves
        Theirs.
    earlier : sequence of Observation
        What other experiments have found, before all of these.
    """

    def __init__(
        self,
        trials: Sequence[Trial],
        curves: LearningCurves,
        earlier: Sequence[Observation] = (),
    ) -> None:
        self._earlier = earlier
        self._trials = trials
        self._curves = curves
        self._known: dict[int, Observation] = {}

    def __len__(self) -> int:
        return len(self._earlier) + len(self._trials)

    @overload
    def __getitem__(self, index: int) -> Observation: ...
    @overload
    def __getitem__(self, index: slice) -> list[Observation]: ...
    def __getitem__(self, index: int | slice) -> Observation | list[Observation]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        count = len(self._earlier)
        return (
            self._earlier[place]
            if place < count
            else self._observation(self._trials[place - count])
        )

    def _observation(self, trial: Trial) -> Observation:
        intervals, status = self._curves.intervals(trial.index), _standing(trial)
        known = self._known.get(trial.index)
        if known is not None and (known.intervals, known.status) == (intervals, status):
            return known
        best = self._curves.utility(trial.index, intervals) if intervals else -math.inf
        observation = Observation(
            params=trial.spec.params,
            utility=best if math.isfinite(best) else None,
            intervals=intervals,
            status=status,
            # As compact as what it is copied from.
            curve=array("d", self._curves.utilities(trial.index).tobytes()),
        )
        self._known[trial.index] = observation
        return observation


def _standing(trial: Trial) -> Literal["pending", "completed", "stopped", "failed"]:
    if trial.status is RunStatus.COMPLETED:
        return "completed"
    if trial.status is RunStatus.FAILED:
        return "failed"
    if trial.status is RunStatus.CANCELED:
        by_verdict = trial.reason in (StopReason.POLICY, StopReason.USER)
        return "stopped" if by_verdict else "failed"
    return "pending"
