"""Where trials succeed: learnt from those that failed."""

import math

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.fit import Posterior, likeliest
from hdwidget.samplers.bayesian.kernel import Kernel
from hdwidget.samplers.bayesian.numerics import log_ndtr
from hdwidget.samplers.bayesian.process import GaussianProcess

__all__ = ["Feasibility"]

Array = NDArray[np.float64]
# What counts as failed: a process is fitted to 0 for a success and 1 for a failure.
MIDDLE = 0.5
HALF_LOG_TAU = 0.5 * math.log(2.0 * math.pi)


class Feasibility:
    """The probability that a trial succeeds, by a Gaussian process of its own.

    It has length scales of its own: what makes trials fail is not what makes them good. Where
    nothing is known, a success is more likely than not.

    Parameters
    ----------
    succeeded, failed
        `(n, p)` and `(f, p)` features, a failure at least.
    owner
        `(p,)` the axis that each feature is of.
    axes
        How many axes there are.
    """

    def __init__(self, succeeded: Array, failed: Array, owner: NDArray[np.intp], axes: int) -> None:
        features = np.vstack([succeeded, failed])
        values = np.repeat([0.0, 1.0], [len(succeeded), len(failed)])
        posterior = Posterior(features, values, np.zeros(len(values)), owner, axes)
        kernel = Kernel(likeliest(posterior), owner)
        self._process = GaussianProcess(features, values, np.zeros(len(values)), kernel)

    def heights(self, features: Array) -> Array:
        """Return the log probability of success at `(m, p)` features, `(m,)`."""
        mean, deviation = self._process.predict(features)
        return log_ndtr((MIDDLE - mean) / deviation)

    def slope(self, feature: Array) -> tuple[float, Array]:
        """Return the log probability at one point `(p,)`, and its gradient `(p,)`."""
        mean, deviation, mean_slope, deviation_slope = self._process.slopes(feature)
        z = (MIDDLE - mean) / deviation
        height = float(log_ndtr(np.array([z]))[0])
        ratio = math.exp(-0.5 * z * z - HALF_LOG_TAU - height)  # phi / Phi
        return height, -ratio * (mean_slope + z * deviation_slope) / deviation
