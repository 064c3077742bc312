"""A learning curve in a bounded number of buckets, as the page draws it."""

import math
from array import array
from typing import cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["Buckets"]


class Buckets:
    """One metric of one run: the extremes, the last value, its step and its time of each bucket.

    Value number `seq` falls into bucket ``seq // width``. Before there are more buckets than
    `capacity`, they are merged in pairs and the width doubles. The page does the very same
    (``js/src/state/curve.ts``), so that its curve is ours, however it came.

    Parameters
    ----------
    capacity : int
        How many buckets there are at most; even.

    Attributes
    ----------
    width : int
        Values in a bucket, a power of two.
    count : int
        Values so far.
    low, high, last, step, time : array of float32
        By bucket. The first three are NaN without a finite value; `time` in seconds.
    first_step, stride : float
        The first step, and the distance from it to the second.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.width = 1
        self.count = 0
        self.low = array("f")
        self.high = array("f")
        self.last = array("f")
        self.step = array("f")
        self.time = array("f")
        self.first_step = 1.0
        self.stride = 1.0

    @classmethod
    def of(
        cls,
        capacity: int,
        values: NDArray[np.float64],
        steps: NDArray[np.float64],
        times: NDArray[np.float64],
    ) -> "Buckets":
        """Return what appending all of these leaves, for `(n,)` arrays with n > 0."""
        made = cls(capacity)
        made.count = len(values)
        while made.count > capacity * made.width:
            made.width *= 2
        with np.errstate(over="ignore"):
            single = values.astype(np.float32)
        single[~np.isfinite(single)] = np.nan
        single += 0.0
        starts = np.arange(0, made.count, made.width)
        ends = np.minimum(starts + made.width, made.count) - 1
        made.low = _array(np.fmin.reduceat(single, starts))
        made.high = _array(np.fmax.reduceat(single, starts))
        made.last = _array(single[ends])
        made.step = _array(steps[ends])
        made.time = _array(times[ends])
        made.first_step = float(steps[0])
        if made.count > 1:
            made.stride = float(steps[1]) - made.first_step
        return made

    def append(self, value: float, step: float, time: float) -> None:
        """Add a value; one that single precision does not hold counts as NaN."""
        if self.count == self.capacity * self.width:
            self._merge()
        if self.count == 0:
            self.first_step = step
        elif self.count == 1:
            self.stride = step - self.first_step
        shown = _single(value)
        if self.count % self.width == 0:
            self.low.append(shown)
            self.high.append(shown)
            self.last.append(shown)
            self.step.append(step)
            self.time.append(time)
        else:
            self.last[-1] = shown
            self.step[-1] = step
            self.time[-1] = time
            if not shown >= self.low[-1]:  # also where either is NaN
                self.low[-1] = _first_number(shown, self.low[-1])
            if not shown <= self.high[-1]:
                self.high[-1] = _first_number(shown, self.high[-1])
        self.count += 1

    @property
    def steps_are_even(self) -> bool:
        """Whether every step follows from the first one and the stride."""
        ends = np.minimum(np.arange(1, len(self.step) + 1) * self.width, self.count) - 1
        even = (self.first_step + self.stride * ends).astype(np.float32)
        return bool(np.array_equal(even, np.asarray(self.step)))

    def _merge(self) -> None:
        self.width *= 2
        self.low = _array(_pairs(self.low, np.fmin))
        self.high = _array(_pairs(self.high, np.fmax))
        self.last, self.step, self.time = self.last[1::2], self.step[1::2], self.time[1::2]


def _single(value: float) -> float:
    """Return a value in single precision, NaN if it is not finite there."""
    (rounded,) = array("f", (value,))
    return rounded + 0.0 if math.isfinite(rounded) else math.nan  # -0 is 0, or extremes differ


def _pairs(column: "array[float]", combine: np.ufunc) -> NDArray[np.float32]:
    numbers = np.asarray(column)
    return cast("NDArray[np.float32]", combine(numbers[0::2], numbers[1::2]))


def _first_number(value: float, other: float) -> float:
    return other if math.isnan(value) else value


def _array(numbers: NDArray[np.floating]) -> "array[float]":
    return array("f", numbers.astype(np.float32).tobytes())
