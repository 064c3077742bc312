"""The bandit policy: a run may lag the best by so much and no more."""

from typing import Final

from hdwidget.checks import finite_number, suggest_keywords
from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.errors import ConfigurationError
from hdwidget.policies.base import Decision, Policy
from hdwidget.shown import shown

__all__ = ["BanditPolicy"]

_BY_FACTOR: Final = "the bandit's threshold (best {:.4g}, slack_factor {:g})"
_BY_AMOUNT: Final = "the bandit's threshold (best {:.4g}, slack_amount {:g})"


class BanditPolicy(Policy):
    """Stop a run whose best is outside the slack of the best run at the same interval.

    Runs are compared by their best up to and including the interval, among the runs that have
    reached it. With ``slack_factor=f`` a run is stopped below ``best / (1 + f)`` when maximizing
    and above ``best * (1 + f)`` when minimizing; a negative best keeps its slack on the worse side:
    ``best - |best| * f / (1 + f)`` and ``best + |best| * f``. With ``slack_amount=a`` it is
    stopped below ``best - a``, or above ``best + a``. The best run is never outside.

    Parameters
    ----------
    evaluation_interval : int
        The policy is due at every interval that is a multiple of this one, at least 1.
    slack_factor : float, optional
        The slack as a ratio, > 0.
    slack_amount : float, optional
        The slack in units of the metric, > 0. Exactly one of the two is to be given.
    delay_evaluation : int
        The first interval at which the policy may be due, at least 0.

    Raises
    ------
    ConfigurationError
        If an argument does not hold, or not exactly one slack is given.

    Examples
    --------
    >>> curves = LearningCurves(PrimaryMetricGoal.MAXIMIZE)
    >>> curves.append(0, 0.8), curves.append(1, 0.61)
    (1, 1)
    >>> decision = BanditPolicy(slack_factor=0.2).decide(curves, run=1, interval=1)
    >>> decision.stop, round(decision.threshold, 3)
    (True, 0.667)
    >>> print(decision.reason)  # doctest: +NORMALIZE_WHITESPACE
    best 0.61 up to interval 1 is below 0.6667, the bandit's threshold
    (best 0.8, slack_factor 0.2)
    """

    @suggest_keywords
    def __init__(
        self,
        evaluation_interval: int = 1,
        slack_factor: float | None = None,
        slack_amount: float | None = None,
        delay_evaluation: int = 0,
    ) -> None:
        super().__init__(evaluation_interval, delay_evaluation)
        if (slack_factor is None) == (slack_amount is None):
            msg = (
                "Exactly one of `slack_factor` and `slack_amount` must be given, but got "
                f"slack_factor={shown(slack_factor)} and slack_amount={shown(slack_amount)}. Give "
                "slack_factor=0.1 for a tenth of the best value, or slack_amount=0.1 for 0.1 in "
                "units of the metric."
            )
            raise ConfigurationError(msg)
        self.slack_factor = _slack("slack_factor", slack_factor)
        self.slack_amount = _slack("slack_amount", slack_amount)

    def decide(self, curves: LearningCurves, run: int, interval: int) -> Decision:
        """Decide whether `run` is outside the slack at `interval`; see `Policy.decide`."""
        goal = curves.goal
        best = curves.utilities_at(interval).max().item()
        if self.slack_factor is not None:
            basis, slack = _BY_FACTOR, self.slack_factor
            minimizing = goal is PrimaryMetricGoal.MINIMIZE
            allowed = abs(best) * (slack if minimizing else slack / (1 + slack))
        else:
            assert self.slack_amount is not None
            basis, slack = _BY_AMOUNT, self.slack_amount
            allowed = slack
        return Decision.of_utilities(
            goal,
            interval,
            utility=curves.utility(run, interval),
            threshold=best - allowed,
            basis=basis,
            numbers=(goal.to_value(best), slack),
        )


def _slack(name: str, value: float | None) -> float | None:
    """Return a slack that was given as a float > 0, and None for one that was not."""
    if value is None:
        return None
    slack = finite_number(name, value)
    if slack <= 0:
        msg = (
            f"`{name} > 0` must hold, but got {name}={slack:g}: without slack every run but the "
            "best would be stopped."
        )
        raise ConfigurationError(msg)
    return slack
