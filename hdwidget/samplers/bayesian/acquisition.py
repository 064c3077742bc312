"""The logarithm of the expected improvement."""

import math

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.numerics import erfcx, log_ndtr, ndtr

__all__ = ["log_improvement", "log_improvement_slope"]

Array = NDArray[np.float64]
HALF_LOG_TAU = 0.5 * math.log(2.0 * math.pi)
# From here on, phi(z) + z Phi(z) loses no digits to cancellation that matter.
DIRECT = -1.0
# Below, 1 + z Phi / phi is its asymptote 1 / z^2 to more digits than erfcx leaves of it.
ASYMPTOTIC = -1e4


def log_improvement(mean: Array, deviation: Array, best: float) -> Array:
    """Return log E[max(best - f, 0)] for f ~ N(mean, deviation^2), lower is better.

    Stable where the improvement itself underflows [1]_, so that there is always a slope to climb.

    Parameters
    ----------
    mean, deviation
        `(m,)` each, the deviation > 0.
    best
        What is to be improved on.

    References
    ----------
    .. [1] Ament et al., "Unexpected improvements to expected improvement for Bayesian
       optimization", NeurIPS 2023, arXiv 2310.20708.
    """
    return np.log(deviation) + _log_h((best - mean) / deviation)


def log_improvement_slope(
    mean: float, deviation: float, mean_slope: Array, deviation_slope: Array, best: float
) -> tuple[float, Array]:
    """Return `log_improvement` at one point, with its gradient from those of mean and deviation."""
    z = (best - mean) / deviation
    at = np.array([z])
    log_h = _log_h(at)
    ratio = float(np.exp(log_ndtr(at) - log_h)[0])  # h'(z) / h(z), for h' = Phi
    gradient = (deviation_slope * (1.0 - ratio * z) - mean_slope * ratio) / deviation
    return math.log(deviation) + float(log_h[0]), gradient


def _log_h(z: Array) -> Array:
    """Return log h(z), h(z) = phi(z) + z Phi(z)."""
    out = np.empty_like(z)
    high = z > DIRECT
    upper = z[high]
    out[high] = np.log(np.exp(-0.5 * upper**2 - HALF_LOG_TAU) + upper * ndtr(upper))
    lower = z[~high]
    # h / phi = 1 + z Phi(z) / phi(z), and Phi(z) / phi(z) = sqrt(pi / 2) erfcx(-z / sqrt 2).
    ratio = 1.0 + math.sqrt(math.pi / 2.0) * lower * erfcx(-lower / math.sqrt(2.0))
    ratio = np.where(lower < ASYMPTOTIC, lower**-2.0, ratio)
    out[~high] = -0.5 * lower**2 - HALF_LOG_TAU + np.log(ratio)
    return out
