"""What stopped trials would have come to, by the curves of those that were completed."""

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.base import Observation
from hdwidget.samplers.bayesian.outputs import Outputs

__all__ = ["forecast"]

Array = NDArray[np.float64]
# From fewer completed trials that got as far, nothing is forecast.
LEAST_COMPLETED = 4
# The variance, on the outputs' scale, of a value of which only the bound is known.
VAGUE = 0.5
# Before anything is seen, half of a trial's lead or lag is expected to remain at the end; so many
# standard trials' worth of belief.
SLOPE, BELIEF = 0.5, 2.0
# A forecast is never taken to be surer than this.
LEAST_VARIANCE = 0.01


def forecast(
    outputs: Outputs, completed: list[Observation], stopped: list[Observation]
) -> tuple[Array, Array]:
    """Return what each stopped trial is expected to have come to.

    A stopped trial has shown a bound, of an earlier interval: taken at its face, it would make its
    whole neighbourhood look bad. The completed trials tell by a linear regression what became of
    values at that interval.

    Parameters
    ----------
    outputs
        The scale of values: lower is better.
    completed, stopped
        The trials that ended by themselves, and those that were stopped; with a utility all.

    Returns
    -------
    values, variances
        `(s,)` float64 each, on the outputs' scale.
    """
    values = outputs.at(-np.array([trial.utility for trial in stopped], dtype=float))
    variances = np.full(len(stopped), VAGUE)
    if len(completed) < LEAST_COMPLETED:
        return values, variances
    ends = outputs.at(-np.array([trial.utility for trial in completed], dtype=float))
    curves = [_best_so_far(trial) for trial in completed]
    for interval in sorted({trial.intervals for trial in stopped}):
        reached = [i for i, c in enumerate(curves) if 0 < interval <= len(c)]
        reached = [i for i in reached if np.isfinite(curves[i][interval - 1])]
        if len(reached) < LEAST_COMPLETED:
            continue
        then = outputs.at(np.array([curves[i][interval - 1] for i in reached]))
        here = [j for j, trial in enumerate(stopped) if trial.intervals == interval]
        values[here], variances[here] = _regressed(then, ends[reached], values[here])
    return values, variances


def _best_so_far(trial: Observation) -> Array:
    """Return the lowest loss up to each interval, `(intervals,)`, NaN before the first number."""
    return np.fmin.accumulate(-np.asarray(trial.curve, dtype=float))


def _regressed(then: Array, ends: Array, now: Array) -> tuple[Array, Array]:
    """Return what ends to expect from where values are now, and the variances."""
    middle, end = then.mean(), ends.mean()
    away = then - middle
    precision = away @ away + BELIEF
    slope = (away @ (ends - end) + BELIEF * SLOPE) / precision
    rest = ends - end - slope * away
    variance = rest @ rest / (len(then) - 2.0) + LEAST_VARIANCE
    expected = end + slope * (now - middle)
    variances = variance * (1.0 + 1.0 / len(then) + (now - middle) ** 2 / precision)
    return np.minimum(expected, now), variances
