"""No early termination: every run goes on to its end."""

from hdwidget.curves import LearningCurves
from hdwidget.policies.base import Decision, Policy

__all__ = ["NoTerminationPolicy"]


class NoTerminationPolicy(Policy):
    """Stop no run; this is what ``policy=None`` means.

    Examples
    --------
    >>> NoTerminationPolicy()
    NoTerminationPolicy()
    """

    def __init__(self) -> None:
        super().__init__()

    def decide(self, curves: LearningCurves, run: int, interval: int) -> Decision:
        """Decide that `run` goes on; see `Policy.decide`."""
        return Decision(
            stop=False,
            interval=interval,
            value=curves.best(run, interval),
            threshold=float("nan"),
            basis="no policy is set",
        )
