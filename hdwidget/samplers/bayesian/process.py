"""The posterior of a Gaussian process: what is expected where, and how surely."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.kernel import matern, squared_distances
from hdwidget.samplers.bayesian.numerics import inverse_of_lower

__all__ = ["GaussianProcess", "Hyperparameters"]

Array = NDArray[np.float64]
# Less is what rounding leaves where the function is known.
LEAST_VARIANCE = 1e-12


@dataclass(frozen=True)
class Hyperparameters:
    """What shapes the process.

    Parameters
    ----------
    weights
        `(axes,)` 1 / length^2 by axis: how fast the function varies.
    scale
        The variance of the function.
    noise
        The variance of an observation beside the function's.
    """

    weights: Array
    scale: float
    noise: float


class GaussianProcess:
    """The posterior of a process whose mean is 0 far from the data.

    Parameters
    ----------
    features
        `(n, p)` float64.
    values
        `(n,)` float64, about standardized.
    owner
        `(p,)` the axis that each feature is of.
    shape
        The process' hyperparameters.
    extra
        `(n,)` the variance of each value of its own, beside the noise.
    """

    def __init__(
        self,
        features: Array,
        values: Array,
        owner: NDArray[np.intp],
        shape: Hyperparameters,
        extra: Array,
    ) -> None:
        self.features, self.values, self.extra = features, values, extra
        self.owner, self.shape = owner, shape
        self._root = np.sqrt(shape.weights)[owner]
        self._scaled = features * self._root
        covariance = shape.scale * matern(squared_distances(self._scaled, self._scaled))[0]
        covariance[np.diag_indices_from(covariance)] = shape.scale + shape.noise + extra
        # L^-1 itself, because a product is several times as fast as a triangular solve.
        factor = np.linalg.cholesky(covariance).astype(np.float64, copy=False)
        self._inverse = np.tril(inverse_of_lower(factor))
        self._alpha = self._inverse.T @ (self._inverse @ values)

    def predict(self, features: Array) -> tuple[Array, Array]:
        """Return the mean and the standard deviation of the function, `(m,)` each.

        Parameters
        ----------
        features
            `(m, p)` float64.
        """
        scale = self.shape.scale
        cross = scale * matern(squared_distances(features * self._root, self._scaled))[0]
        half = cross @ self._inverse.T
        variance = scale - np.einsum("ij,ij->i", half, half)
        return cross @ self._alpha, np.sqrt(np.maximum(variance, LEAST_VARIANCE))

    def slopes(self, feature: Array) -> tuple[float, float, Array, Array]:
        """Return mean and deviation at one point `(p,)`, and the gradients `(p,)` of both."""
        scale = self.shape.scale
        difference = feature * self._root - self._scaled
        kernel, slope = matern(np.einsum("ij,ij->i", difference, difference))
        cross = scale * kernel
        half = self._inverse @ cross
        deviation = math.sqrt(max(scale - half @ half, LEAST_VARIANCE))
        # d cross_j / dx = 2 scale k'(r_j^2) root * difference_j
        both = np.stack([self._alpha, self._inverse.T @ half], axis=1)
        both *= (2.0 * scale * slope)[:, None]
        gradients = (difference.T @ both) * self._root[:, None]
        return float(cross @ self._alpha), deviation, gradients[:, 0], -gradients[:, 1] / deviation

    def believing(self, features: Array) -> "GaussianProcess":
        """Return the process with further points `(m, p)` at what it expects there.

        The mean stays what it is, and there is nothing more to learn at these points: what is
        under way is not proposed again [1]_.

        References
        ----------
        .. [1] Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to parallelize
           optimization", 2010: the kriging believer.
        """
        return GaussianProcess(
            np.vstack([self.features, features]),
            np.concatenate([self.values, self.predict(features)[0]]),
            self.owner,
            self.shape,
            np.concatenate([self.extra, np.zeros(len(features))]),
        )
