"""Learning curves: the primary metric by run and interval, and what policies compare of it."""

import math
from array import array
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["LearningCurves", "PrimaryMetricGoal"]

_Scalar = TypeVar("_Scalar", bound=np.generic)

_FIRST_CAPACITY: Final = 64
_NO_NUMBER: Final = -math.inf


class PrimaryMetricGoal(StrEnum):
    """Whether the primary metric is to be as high or as low as possible.

    What is compared is a value's *utility*: the value itself when maximizing, its negative when
    minimizing, so that higher is better either way.
    """

    MAXIMIZE = "MAXIMIZE"
    MINIMIZE = "MINIMIZE"

    @property
    def sign(self) -> int:
        """Return what turns a value into its utility, and back: 1 or -1."""
        return 1 if self is PrimaryMetricGoal.MAXIMIZE else -1

    def to_value(self, utility: float) -> float:
        """Return the value that has this utility: NaN for ``-inf``, which is "no number"."""
        return math.nan if utility == _NO_NUMBER else self.sign * utility


class _Curve:
    """One run's values as logged, and what the next value is added to."""

    __slots__ = ("best", "mean", "numbers", "total", "values")

    def __init__(self) -> None:
        self.values = array("d")
        self.best = _NO_NUMBER
        self.mean = math.nan
        self.total = 0.0
        self.numbers = 0


class LearningCurves:
    """The primary metric's values by run and interval, with best-so-far and running mean.

    A run is a dense index 0, 1, 2, …; runs may log in any order and at any pace. A run's N-th
    value is its interval N, counted from 1. NaN and both infinities are *no number*: they count as
    an interval and `values` returns them as logged, but they never become a run's best and are left
    out of its mean.

    The curves are owned by one thread (the engine's loop). They take about 24 bytes a value.

    Parameters
    ----------
    goal : PrimaryMetricGoal
        Whether higher or lower values are better.

    Examples
    --------
    >>> curves = LearningCurves(PrimaryMetricGoal.MAXIMIZE)
    >>> curves.extend(0, [0.5, 0.8, 0.7])
    3
    >>> curves.append(1, 0.6)
    1
    >>> curves.best(0), curves.best(0, interval=1), curves.best_overall()
    (0.8, 0.5, (0, 0.8))
    >>> curves.utilities_at(1)  # of the best up to interval 1, of the runs that have reached it
    array([0.5, 0.6])
    """

    def __init__(self, goal: PrimaryMetricGoal) -> None:
        self.goal = goal
        self._curves: list[_Curve] = []
        # Row = interval, column = run: what a decision reads of all runs lies side by side.
        # Cells are written once, when a run reaches the interval, and `_logged` says which are.
        self._best = np.empty((_FIRST_CAPACITY, _FIRST_CAPACITY))
        self._mean = np.empty((_FIRST_CAPACITY, _FIRST_CAPACITY))
        self._latest_mean = np.empty(_FIRST_CAPACITY)
        self._logged = np.empty(_FIRST_CAPACITY, dtype=np.int64)
        self._finished = np.empty(_FIRST_CAPACITY, dtype=np.bool_)

    def __len__(self) -> int:
        return len(self._curves)

    def append(self, run: int, value: float) -> int:
        """Add one logged value of `run` and return its interval, counted from 1.

        Raises
        ------
        IndexError
            If `run` is negative.
        """
        return self.extend(run, (value,))

    def extend(self, run: int, values: Iterable[float]) -> int:
        """Add logged values of `run`, in order, and return how many it has logged now.

        One call with many values leaves the very state that as many calls of `append` leave, so
        that an engine rebuilt from its record decides as the first one would have. A finished run
        that logs again has been resumed and is no longer finished.

        Raises
        ------
        IndexError
            If `run` is negative.
        """
        added = array("d", values)
        curve = self._open(run)
        start = len(curve.values)
        if not added:
            return start
        curve.values.extend(added)
        stop = len(curve.values)
        self._reserve(stop)

        sign = self.goal.sign
        best, mean, total, numbers = curve.best, curve.mean, curve.total, curve.numbers
        bests: list[float] = []
        means: list[float] = []
        for value in added:
            if math.isfinite(value):
                utility = sign * value
                total += utility
                numbers += 1
                best = max(best, utility)
                # Rounding must not lift a mean above the best: three times 0.1, divided by three,
                # is more than 0.1, and a run would be stopped for its own flat curve.
                mean = min(total / numbers, best)
            bests.append(best)
            means.append(mean)
        curve.best, curve.mean, curve.total, curve.numbers = best, mean, total, numbers

        self._best[start:stop, run] = bests
        self._mean[start:stop, run] = means
        self._latest_mean[run] = mean
        self._logged[run] = stop
        self._finished[run] = False
        return stop

    def finish(self, run: int) -> None:
        """Note that `run` has ended, in whatever status.

        Raises
        ------
        IndexError
            If `run` is negative.
        """
        self._open(run)
        self._finished[run] = True

    def intervals(self, run: int) -> int:
        """Return how many values `run` has logged; 0 for a run that is not known yet."""
        return len(self._curves[run].values) if 0 <= run < len(self) else 0

    def values(self, run: int) -> NDArray[np.float64]:
        """Return what `run` has logged, as logged: `(intervals(run),)` float64, a copy."""
        return np.array(self._curves[run].values if 0 <= run < len(self) else [], dtype=np.float64)

    def utilities(self, run: int) -> NDArray[np.float64]:
        """Return the utility of each value of `run`: `(intervals(run),)` float64, NaN for none."""
        values = self.values(run)
        return np.where(np.isfinite(values), self.goal.sign * values, math.nan)

    def best(self, run: int, interval: int | None = None) -> float:
        """Return the best value of `run`, up to and including `interval` if one is given.

        NaN where the run has logged no number so far.

        Raises
        ------
        IndexError
            If the run has not reached `interval`.
        """
        if interval is not None:
            return self.goal.to_value(self.utility(run, interval))
        return self.goal.to_value(self._curves[run].best) if 0 <= run < len(self) else math.nan

    def best_overall(self) -> tuple[int, float] | None:
        """Return the best run (the first of equals) and its best value; None without a number."""
        run = max(range(len(self)), key=lambda run: self._curves[run].best, default=None)
        if run is None or self._curves[run].best == _NO_NUMBER:
            return None
        return run, self.best(run)

    def utility(self, run: int, interval: int) -> float:
        """Return the utility of the best of `run` up to `interval`; ``-inf`` without a number.

        Raises
        ------
        IndexError
            If the run has not reached `interval`.
        """
        reached = self.intervals(run)
        if not 1 <= interval <= reached:
            msg = (
                f"Run {run} has logged {reached} values, so there is no interval {interval} of it."
            )
            raise IndexError(msg)
        return self._best.item(interval - 1, run)

    def utilities_at(self, interval: int, *, include_finished: bool = True) -> NDArray[np.float64]:
        """Return the utilities of the runs' best up to `interval`, of those that have reached it.

        Parameters
        ----------
        interval : int
            The interval, counted from 1.
        include_finished : bool
            Whether runs that have ended take part.

        Returns
        -------
        numpy.ndarray
            `(k,)` float64 in the order of the runs; higher is better, ``-inf`` is no number.
        """
        runs = len(self)
        taken = self._logged[:runs] >= interval
        if not include_finished:
            taken &= ~self._finished[:runs]
        return self._row(self._best, interval)[taken]

    def mean_utilities_at(self, interval: int) -> NDArray[np.float64]:
        """Return the mean utility of each run's first `interval` values, or of those it has.

        A run that is behind `interval`, or ended before it, takes part with what it has logged.

        Returns
        -------
        numpy.ndarray
            `(k,)` float64 in the order of the runs; higher is better. Runs without a number among
            those values are left out.
        """
        runs = len(self)
        reached = self._logged[:runs] >= interval
        means = np.where(reached, self._row(self._mean, interval), self._latest_mean[:runs])
        return means[~np.isnan(means)]

    def _row(self, matrix: NDArray[np.float64], interval: int) -> NDArray[np.float64]:
        """Return the row of `interval`; any row will do for one that no run has reached."""
        return matrix[min(interval, len(matrix)) - 1, : len(self)]

    def _open(self, run: int) -> _Curve:
        """Return the curve of `run`; the runs up to it become known."""
        if run < 0:
            msg = f"`run >= 0` must hold, but got run={run}."
            raise IndexError(msg)
        known = len(self)
        if run >= known:
            capacity = len(self._logged)
            if run >= capacity:
                self._resize(len(self._best), max(run + 1, 2 * capacity))
            self._curves.extend(_Curve() for _ in range(known, run + 1))
            self._latest_mean[known : run + 1] = math.nan
            self._logged[known : run + 1] = 0
            self._finished[known : run + 1] = False
        return self._curves[run]

    def _reserve(self, intervals: int) -> None:
        """Make room for a run with this many intervals."""
        capacity = len(self._best)
        if intervals > capacity:
            self._resize(max(intervals, 2 * capacity), len(self._logged))

    def _resize(self, intervals: int, runs: int) -> None:
        """Move to arrays of this capacity."""
        self._best = _grown(self._best, (intervals, runs))
        self._mean = _grown(self._mean, (intervals, runs))
        self._latest_mean = _grown(self._latest_mean, (runs,))
        self._logged = _grown(self._logged, (runs,))
        self._finished = _grown(self._finished, (runs,))


def _grown(matrix: NDArray[_Scalar], shape: tuple[int, ...]) -> NDArray[_Scalar]:
    """Return an array of this larger shape that starts with `matrix`; the rest is unset."""
    larger = np.empty(shape, dtype=matrix.dtype)
    larger[tuple(slice(length) for length in matrix.shape)] = matrix
    return larger
