"""The improvement that is to be expected, with what is under way taken into account."""

import math

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.acquisition import log_improvement, log_improvement_slope
from hdwidget.samplers.bayesian.model import Model

__all__ = ["Improvement"]

Array = NDArray[np.float64]
# Of the quadrature; and how many standard deviations it reaches.
NODES, REACH = 32, 6.0


class Improvement:
    """The expected improvement over the best trial, the mean over a model's processes.

    A trial that fails improves nothing, so it counts times the probability of success.

    Parameters
    ----------
    model
        What has been learnt.
    pending
        `(p, features)` the features of what is under way.

    Attributes
    ----------
    incumbents : ndarray
        `(k, d)` the points of the best trials.
    """

    def __init__(self, model: Model, pending: Array) -> None:
        self.incumbents = model.incumbents
        self._outputs = model.outputs
        self._bests, self._feasibility = model.bests, model.feasibility
        self._processes = model.processes
        if len(pending):
            self._processes = [process.believing(pending) for process in model.processes]

    def first_heights(self, features: Array) -> Array:
        """Return what `heights` is by the likeliest process alone, to choose what to look at."""
        heights = log_improvement(*self._processes[0].predict(features), self._bests[0])
        return heights + self._success(features)

    def heights(self, features: Array) -> Array:
        """Return the log expected improvement at `(m, p)` features, `(m,)`."""
        each = [
            log_improvement(*process.predict(features), best)
            for process, best in zip(self._processes, self._bests, strict=True)
        ]
        mean = np.logaddexp.reduce(each, axis=0) - np.log(len(each))
        return mean + self._success(features)

    def slope(self, feature: Array) -> tuple[float, Array]:
        """Return the log expected improvement at one point `(p,)`, and its gradient `(p,)`."""
        each = [
            log_improvement_slope(*process.slopes(feature), best)
            for process, best in zip(self._processes, self._bests, strict=True)
        ]
        heights = np.array([height for height, _ in each])
        total = float(np.logaddexp.reduce(heights))
        gradient = np.exp(heights - total) @ np.stack([gradient for _, gradient in each])
        height = total - math.log(len(each))
        if self._feasibility is None:
            return height, gradient
        success, success_gradient = self._feasibility.slope(feature)
        return height + success, gradient + success_gradient

    def _success(self, features: Array) -> Array:
        """Return the log probability that a trial succeeds."""
        if self._feasibility is None:
            return np.zeros(len(features))
        return self._feasibility.heights(features)

    def outlook(self, feature: Array) -> tuple[float, float, float]:
        """Return what loss is expected at one point `(p,)`.

        Returns
        -------
        mean, deviation, improvement
            In the losses' own units; the improvement over the best loss, and times the probability
            of success.
        """
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        parts: list[Array] = []
        gains: list[float] = []
        best = float(self._outputs.values.min())
        for process in self._processes:
            at, spread = (float(part[0]) for part in process.predict(feature[None]))
            parts.append(self._outputs.losses(at + spread * nodes))
            gains.append(self._gain(at, spread, best))
        losses = np.stack(parts)
        unit = float(np.abs(losses).max()) or 1.0  # squares must not overflow
        losses, weights = losses / unit, weights / weights.sum() / len(parts)
        mean = float((losses @ weights).sum())
        variance = float(((losses - mean) ** 2 @ weights).sum())
        success = math.exp(float(self._success(feature[None])[0]))
        return mean * unit, math.sqrt(variance) * unit, success * float(np.mean(gains))

    def _gain(self, mean: float, deviation: float, best: float) -> float:
        """Return the expected improvement in the losses' own units by one process."""
        # Over what is better than the best, as far as there is any probability.
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        top = min((best - mean) / deviation, REACH)
        z = top - REACH * (1.0 - nodes)
        density = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        losses = self._outputs.losses(np.append(mean + deviation * z, best))
        return float((losses[-1] - losses[:-1]) @ (weights * density)) * REACH
