"""The posterior of a Gaussian process: what is expected where, and how surely."""

import math

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.kernel import Kernel
from hdwidget.samplers.bayesian.numerics import inverse_of_lower

__all__ = ["GaussianProcess"]

Array = NDArray[np.float64]
# Less is what rounding leaves where the function is known.
LEAST_VARIANCE = 1e-12


class GaussianProcess:
    """The posterior of a process whose mean is 0 far from the data.

    Parameters
    ----------
    features
        `(n, p)` float64.
    values
        `(n,)` float64, about standardized.
    extra
        `(n,)` the variance of each value of its own, beside the noise.
    kernel
        The covariance, with the hyperparameters.
    sources
        `(n,)` the experiment that each point is of: 0 is the one whose function is predicted [1]_.
        None when they are all of that one.

    References
    ----------
    .. [1] Swersky, Snoek and Adams, "Multi-task Bayesian optimization", NeurIPS 2013.
    """

    def __init__(
        self,
        features: Array,
        values: Array,
        extra: Array,
        kernel: Kernel,
        sources: NDArray[np.intp] | None = None,
    ) -> None:
        self._features, self._values, self._extra = features, values, extra
        self._sources = np.zeros(len(values), dtype=np.intp) if sources is None else sources
        self._kernel = kernel
        self._scaled = features * kernel.root
        covariance = kernel(self._scaled, self._scaled)
        shape = kernel.shape
        # How much of what is learnt at each point holds for the function that is predicted.
        self._likeness = np.where(self._sources == 0, 1.0, shape.likeness)
        if self._sources.any():
            covariance[self._sources[:, None] != self._sources] *= shape.likeness
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
        cross = self._kernel(features * self._kernel.root, self._scaled) * self._likeness
        half = cross @ self._inverse.T
        variance = self._kernel.shape.scale - np.einsum("ij,ij->i", half, half)
        return cross @ self._alpha, np.sqrt(np.maximum(variance, LEAST_VARIANCE))

    def slopes(self, feature: Array) -> tuple[float, float, Array, Array]:
        """Return mean and deviation at one point `(p,)`, and the gradients `(p,)` of both."""
        cross, gradients = self._kernel.slopes(feature * self._kernel.root, self._scaled)
        cross, gradients = cross * self._likeness, gradients * self._likeness[:, None]
        half = self._inverse @ cross
        deviation = math.sqrt(max(self._kernel.shape.scale - half @ half, LEAST_VARIANCE))
        falling = (self._inverse.T @ half) @ gradients / deviation
        return float(cross @ self._alpha), deviation, self._alpha @ gradients, -falling

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
            np.vstack([self._features, features]),
            np.concatenate([self._values, self.predict(features)[0]]),
            np.concatenate([self._extra, np.zeros(len(features))]),
            self._kernel,
            np.concatenate([self._sources, np.zeros(len(features), dtype=np.intp)]),
        )
