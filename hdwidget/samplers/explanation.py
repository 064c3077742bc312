"""Why a sampler proposed a configuration."""

import math
from dataclasses import dataclass
from typing import Literal

from hdwidget.curves import PrimaryMetricGoal

__all__ = ["Explanation"]


@dataclass(frozen=True)
class Explanation:
    """What a sampler expected of a configuration when it proposed it.

    Numbers are of the utility: higher is better, a loss has its sign changed.

    Parameters
    ----------
    origin
        "initial" for a point of the design that a search begins with, "model" for one that was
        chosen by what had been learnt.
    mean
        What the model predicted, None where there was no model yet.
    deviation
        The standard deviation of the prediction, >= 0.
    expected_improvement
        By how much the best so far was expected to be surpassed, >= 0: the mean over what may come
        of it, with 0 where it does not surpass.
    """

    origin: Literal["initial", "model"]
    mean: float | None = None
    deviation: float | None = None
    expected_improvement: float | None = None

    def to_json(self, goal: PrimaryMetricGoal) -> dict[str, object]:
        """Return it in the metric's own units and direction, as the record keeps it.

        Returns
        -------
        dict
            ``{"origin": "model", "predicted": 0.93, "deviation": 0.01, "expected_improvement":
            0.002}``; what is not known, or is no finite number, is left out.
        """
        predicted = None if self.mean is None else goal.to_value(self.mean)
        numbers = {
            "predicted": predicted,
            "deviation": self.deviation,
            "expected_improvement": self.expected_improvement,
        }
        finite = {k: v for k, v in numbers.items() if v is not None and math.isfinite(v)}
        return {"origin": self.origin, **finite}
