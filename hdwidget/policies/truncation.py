"""The truncation selection policy: the worst share of the runs is stopped."""

from typing import Final

import numpy as np

from hdwidget.checks import suggest_keywords, whole_number
from hdwidget.curves import LearningCurves
from hdwidget.errors import ConfigurationError
from hdwidget.policies.base import Decision, Policy
from hdwidget.shown import shown

__all__ = ["TruncationSelectionPolicy"]

_BASIS: Final = "the border of the worst {} % ({} of the {} runs compared)"


class TruncationSelectionPolicy(Policy):
    """Stop a run that is among the worst share of the runs at the same interval.

    Among the n runs that have reached the interval, compared by their best up to and including it,
    ``k = floor(n * truncation_percentage / 100)`` are to go: a run is stopped when it is strictly
    worse than the (k + 1)-th worst, so that runs which tie at the border stay.

    Parameters
    ----------
    truncation_percentage : int
        The share of the runs to stop at each interval, in percent, 1 to 99.
    evaluation_interval : int
        The policy is due at every interval that is a multiple of this one, at least 1.
    delay_evaluation : int
        The first interval at which the policy may be due, at least 0.
    exclude_finished_jobs : bool
        Whether only the runs that have not ended are compared. With few runs at once the policy
        then seldom acts: 20 % of four running is none.

    Raises
    ------
    ConfigurationError
        If an argument does not hold.

    Examples
    --------
    >>> from hdwidget.curves import PrimaryMetricGoal
    >>> curves = LearningCurves(PrimaryMetricGoal.MAXIMIZE)
    >>> [curves.append(run, accuracy) for run, accuracy in enumerate([0.9, 0.7, 0.8, 0.6, 0.85])]
    [1, 1, 1, 1, 1]
    >>> print(TruncationSelectionPolicy(20).decide(curves, run=3, interval=1).reason)
    best 0.6 up to interval 1 is below 0.7, the border of the worst 20 % (1 of the 5 runs compared)
    """

    @suggest_keywords
    def __init__(
        self,
        truncation_percentage: int,
        evaluation_interval: int = 1,
        delay_evaluation: int = 0,
        exclude_finished_jobs: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> None:
        super().__init__(evaluation_interval, delay_evaluation)
        self.truncation_percentage = whole_number(
            "truncation_percentage", truncation_percentage, minimum=1, maximum=99
        )
        is_number = isinstance(exclude_finished_jobs, int | np.bool_)  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
        if not is_number or exclude_finished_jobs not in (True, False):
            msg = (
                "`exclude_finished_jobs` must be True or False, but got "
                f"exclude_finished_jobs={shown(exclude_finished_jobs)}."
            )
            raise ConfigurationError(msg)
        self.exclude_finished_jobs = bool(exclude_finished_jobs)

    def decide(self, curves: LearningCurves, run: int, interval: int) -> Decision:
        """Decide whether `run` is in the worst share at `interval`; see `Policy.decide`."""
        utilities = curves.utilities_at(interval, include_finished=not self.exclude_finished_jobs)
        count = len(utilities)
        worst = count * self.truncation_percentage // 100
        return Decision.of_utilities(
            curves.goal,
            interval,
            utility=curves.utility(run, interval),
            threshold=np.partition(utilities, worst).item(worst),
            basis=_BASIS,
            numbers=(self.truncation_percentage, worst, count),
        )
