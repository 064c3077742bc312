"""What has been learnt from the trials: predictions, and where to improve on the best."""

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.acquisition import log_improvement, log_improvement_slope
from hdwidget.samplers.bayesian.coordinates import Coordinates
from hdwidget.samplers.bayesian.evidence import Evidence
from hdwidget.samplers.bayesian.fit import fitted
from hdwidget.samplers.bayesian.outputs import Outputs
from hdwidget.samplers.bayesian.process import GaussianProcess

__all__ = ["Model"]

Array = NDArray[np.float64]
# More points make the fit slower, and the hyperparameters hardly better.
MOST_FITTED = 150
# More make every prediction slower.
MOST_KNOWN = 500
# A failed trial counts as the worst loss with so much variance: there is no improvement to be
# expected close by, and little is said about further off.
FAILURE_VARIANCE = 0.25
# How many of the best the search begins with: a share of the trials, within bounds.
INCUMBENT_SHARE, LEAST_INCUMBENTS, MOST_INCUMBENTS = 0.2, 3, 8


class Model:
    """A Gaussian process of the trials' losses, and the expected improvement over their best.

    Parameters
    ----------
    coordinates
        The axes.
    evidence
        The trials; at least two different losses.
    """

    def __init__(self, coordinates: Coordinates, evidence: Evidence) -> None:
        self._coordinates = coordinates
        self.outputs = Outputs(evidence.losses)
        order = np.argsort(self.outputs.values, kind="stable")
        count = max(LEAST_INCUMBENTS, min(MOST_INCUMBENTS, int(INCUMBENT_SHARE * len(order))))
        self.incumbents = evidence.scored[order[:count]]
        features, owner = coordinates.features(evidence.scored), coordinates.owner
        chosen = _best_and_some(order, MOST_FITTED)
        values = self.outputs.values
        shape = fitted(
            features[chosen], values[chosen], owner, np.zeros(len(chosen)), len(coordinates)
        )
        known = _best_and_some(order, MOST_KNOWN)
        failed = coordinates.features(evidence.failed)[-MOST_KNOWN:]
        process = GaussianProcess(
            np.vstack([features[known], failed]),
            np.concatenate([values[known], np.full(len(failed), values.max())]),
            owner,
            shape,
            np.concatenate([np.zeros(len(known)), np.full(len(failed), FAILURE_VARIANCE)]),
        )
        # What is expected at the best point, rather than what luck has observed there.
        self.best = float(process.predict(features[known])[0].min())
        if len(evidence.pending):
            process = process.believing(coordinates.features(evidence.pending))
        self.process = process

    def heights(self, features: Array) -> Array:
        """Return the log expected improvement, `(m,)`; see `Acquisition`."""
        return log_improvement(*self.process.predict(features), self.best)

    def slope(self, feature: Array) -> tuple[float, Array]:
        """Return the log expected improvement at one point, and its gradient."""
        return log_improvement_slope(*self.process.slopes(feature), self.best)


def _best_and_some(order: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return which points to take, at most so many: the best, and some of each rank below."""
    if len(order) <= most:
        return np.arange(len(order))
    half = most // 2
    stride = np.linspace(half, len(order) - 1, most - half).astype(int)
    return np.sort(np.concatenate([order[:half], order[stride]]))
