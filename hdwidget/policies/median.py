"""The median stopping policy: a run must do at least as well as the others do on average."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hdwidget.checks import suggest_keywords
from hdwidget.curves import LearningCurves
from hdwidget.policies.base import Decision, Policy

__all__ = ["MedianStoppingPolicy"]

_BASIS: Final = "the median of the running averages of {} runs"


class MedianStoppingPolicy(Policy):
    """Stop a run whose best is worse than the median of the runs' running averages.

    At interval N a run's best up to N is compared with the median, over all runs that have logged
    the metric, of each one's average over its first N values. The rule is the one of Golovin et
    al., *Google Vizier: A Service for Black-Box Optimization* (KDD 2017), which averages the
    completed runs only; here a run that was stopped, or is still behind N, takes part with the
    values that it has, so that the policy can act before the first runs complete.

    Parameters
    ----------
    evaluation_interval : int
        The policy is due at every interval that is a multiple of this one, at least 1.
    delay_evaluation : int
        The first interval at which the policy may be due, at least 0.

    Raises
    ------
    ConfigurationError
        If an argument does not hold.

    Examples
    --------
    >>> from hdwidget.curves import PrimaryMetricGoal
    >>> curves = LearningCurves(PrimaryMetricGoal.MINIMIZE)
    >>> curves.extend(0, [0.9, 0.5]), curves.extend(1, [0.8, 0.6]), curves.extend(2, [1.2, 1.1])
    (2, 2, 2)
    >>> print(MedianStoppingPolicy().decide(curves, run=2, interval=2).reason)
    best 1.1 up to interval 2 is above 0.7, the median of the running averages of 3 runs
    """

    @suggest_keywords
    def __init__(self, evaluation_interval: int = 1, delay_evaluation: int = 0) -> None:
        super().__init__(evaluation_interval, delay_evaluation)

    def decide(self, curves: LearningCurves, run: int, interval: int) -> Decision:
        """Decide whether `run` is worse than the median at `interval`; see `Policy.decide`."""
        means = curves.mean_utilities_at(interval)
        return Decision.of_utilities(
            curves.goal,
            interval,
            utility=curves.utility(run, interval),
            threshold=_median(means),
            basis=_BASIS,
            numbers=(len(means),),
        )


def _median(numbers: NDArray[np.float64]) -> float:
    """Return the median, ``-inf`` of nothing; `np.median` takes nearly twice as long."""
    count = len(numbers)
    if count == 0:
        return -math.inf
    below, above = (count - 1) // 2, count // 2  # the same one when the count is odd
    ordered = np.partition(numbers, (below, above))
    return (ordered.item(below) + ordered.item(above)) / 2
