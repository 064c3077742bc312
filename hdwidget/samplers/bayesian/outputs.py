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
        losses, one = _scaled(losses)
        losses, other = _scaled(_clipped(losses))
        self._unit = one * other
        spread = float(losses.max() - losses.min())
        self._range = float(losses.min()) - spread, float(losses.max()) + spread
        standard, self._mean, self._deviation = _standard(losses)
        powered = _yeo_johnson(standard, POWERS[:, None])
        self._power = float(POWERS[np.argmax(_likelihood(standard, powered))])
        powered = _yeo_johnson(standard, np.array(self._power))
        self.values, self._center, self._width = _standard(powered)

    def losses(self, values: Array) -> Array:
        """Return the losses that values stand for, no further off than twice the range seen."""
        standard = _inverse(values * self._width + self._center, self._power)
        return np.clip(standard * self._deviation + self._mean, *self._range) * self._unit


def _scaled(losses: Array) -> tuple[Array, float]:
    unit = float(np.abs(losses).max())
    return losses / unit, unit


def _standard(values: Array) -> tuple[Array, float, float]:
    mean = float(values.mean())
    deviation = float(values.std())
    return (values - mean) / deviation, mean, deviation


def _clipped(losses: Array) -> Array:
    low, middle, high = np.quantile(losses, [0.25, 0.5, 0.75])
    if high == low:
        return losses
    return np.minimum(losses, middle + MOST_RANGES * (high - low))


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
