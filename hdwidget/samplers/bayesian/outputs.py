"""The scale on which losses are about normal, which is what a Gaussian process expects."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Outputs"]

Array = NDArray[np.float64]
POWERS = np.linspace(-3.0, 3.0, 61)
# One divergence must not flatten the rest: losses count up to so many interquartile ranges.
MOST_RANGES = 10.0
# A power nearer to 0 is the logarithm, to more digits than its formula leaves.
LEAST_POWER = 1e-9


class Outputs:
    """Losses on a scale with mean 0 and deviation 1, and the way back.

    A power transform [1]_, its power the likeliest of a grid: deterministic, and 0.2 ms.

    Parameters
    ----------
    losses
        `(n,)` float64, lower is better, finite and not all the same; of any magnitude.

    Attributes
    ----------
    values : ndarray
        `(n,)` float64, the losses on the new scale; their order is kept.

    References
    ----------
    .. [1] Yeo and Johnson, "A new family of power transformations to improve normality or
       symmetry", Biometrika 87, 2000.
    """

    def __init__(self, losses: Array) -> None:
        # First of all, because squares must neither overflow nor underflow; again, because what
        # is clipped may have been of another magnitude than the rest.
        one = float(np.abs(losses).max())
        losses = losses / one
        self._ceiling = _ceiling(losses)
        losses = np.minimum(losses, self._ceiling)
        other = float(np.abs(losses).max())
        self._units = one, other
        losses = losses / other
        spread = float(losses.max() - losses.min())
        self._range = float(losses.min()) - spread, float(losses.max()) + spread
        self._mean, self._deviation = float(losses.mean()), float(losses.std())
        standard = (losses - self._mean) / self._deviation
        likelihood = _likelihood(standard, _yeo_johnson(standard, POWERS[:, None]))
        self._power = np.array(POWERS[np.argmax(likelihood)])
        powered = _yeo_johnson(standard, self._power)
        self._center, self._width = float(powered.mean()), float(powered.std())
        self.values = (powered - self._center) / self._width

    def at(self, losses: Array) -> Array:
        """Return the values that further losses have on the scale."""
        one, other = self._units
        losses = np.minimum(losses / one, self._ceiling) / other
        standard = (np.clip(losses, *self._range) - self._mean) / self._deviation
        return (_yeo_johnson(standard, self._power) - self._center) / self._width

    def losses(self, values: Array) -> Array:
        """Return the losses that values stand for, no further off than twice the range seen."""
        standard = _inverse(values * self._width + self._center, float(self._power))
        losses = np.clip(standard * self._deviation + self._mean, *self._range)
        one, other = self._units
        return losses * other * one


def _ceiling(losses: Array) -> float:
    low, middle, high = np.quantile(losses, [0.25, 0.5, 0.75])
    return float(middle + MOST_RANGES * (high - low)) if high > low else float(losses.max())


def _likelihood(standard: Array, powered: Array) -> Array:
    """Return the log likelihood of each power, `(k,)`, from the values transformed by it."""
    jacobian = (np.sign(standard) * np.log1p(np.abs(standard))).sum()
    spread = np.maximum(powered.var(axis=1), 1e-300)
    return -0.5 * len(standard) * np.log(spread) + (POWERS - 1.0) * jacobian


def _yeo_johnson(x: Array, power: Array) -> Array:
    log = np.log1p(np.abs(x))
    return np.where(x >= 0.0, _powered(log, power), -_powered(log, 2.0 - power))


def _powered(log: Array, power: Array) -> Array:
    """Return (exp(power * log) - 1) / power."""
    is_zero = np.abs(power) < LEAST_POWER
    safe = np.where(is_zero, 1.0, power)
    return np.where(is_zero, log, np.expm1(safe * log) / safe)


def _inverse(y: Array, power: float) -> Array:
    above = np.expm1(_unpowered(np.maximum(y, 0.0), power))
    below = -np.expm1(_unpowered(np.maximum(-y, 0.0), 2.0 - power))
    return np.where(y >= 0.0, above, below)


def _unpowered(y: Array, power: float) -> Array:
    """Return the inverse of `_powered`: a log, at most one whose exponential is finite."""
    if abs(power) < LEAST_POWER:
        return np.minimum(y, 700.0)
    # Beyond its bound, a negative power has no inverse: as far as it goes.
    inside = np.maximum(power * y, -1.0 + 1e-15)
    return np.minimum(np.log1p(inside) / power, 700.0)
