"""The likeliest hyperparameters of a Gaussian process, given its data and what is usual."""

import math

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.kernel import matern, pairwise
from hdwidget.samplers.bayesian.numerics import (
    cholesky,
    inverse_of_factored,
    minimum,
    solve_factored,
)
from hdwidget.samplers.bayesian.process import Hyperparameters

__all__ = ["Posterior", "fitted"]

Array = NDArray[np.float64]
# Normal priors of logarithms: mean and standard deviation. To the length's mean comes log(d) / 2.
LENGTH = (-0.3, 1.0)
SCALE = (0.0, 1.0)
NOISE = (-9.0, 2.5)
WEIGHT_BOUNDS = (-12.0, 10.0)
SCALE_BOUNDS = (-4.0, 5.0)
NOISE_BOUNDS = (math.log(1e-6), 0.0)
ITERATIONS = 40
# Where the search starts, beside the prior's mode: shorter lengths and more noise.
SHORTER, NOISIER = 2.0, 2.0
# The loss where rounding leaves the covariance indefinite: higher than any.
REFUSED = 1e10


class Posterior:
    """The density of the hyperparameters' logarithms, up to a constant.

    The length scales' prior grows with the square root of the number of axes, so that the process
    is not more complex in many dimensions than in few [1]_.

    Parameters
    ----------
    features, values, owner, extra
        The data; see `GaussianProcess`.
    axes
        How many axes there are.

    References
    ----------
    .. [1] Hvarfner, Hellsten and Nardi, "Vanilla Bayesian optimization performs great in high
       dimensions", ICML 2024, arXiv 2402.02229.
    """

    def __init__(
        self, features: Array, values: Array, owner: NDArray[np.intp], extra: Array, axes: int
    ) -> None:
        self._values, self._extra = values, extra
        # Only the pairs below the diagonal are ever looked at.
        self._pairs = np.tril_indices(len(values), -1)
        self._distances = pairwise(features, owner, axes)
        lengths = [-2.0 * LENGTH[0] - math.log(axes)] * axes
        self.mode = np.array([*lengths, SCALE[0], NOISE[0]])
        self._spread = np.array([2.0 * LENGTH[1]] * axes + [SCALE[1], NOISE[1]])
        self.bounds = np.array([WEIGHT_BOUNDS] * axes + [SCALE_BOUNDS, NOISE_BOUNDS])

    def loss(self, theta: Array) -> tuple[float, Array]:
        """Return minus the log density, and its gradient.

        Parameters
        ----------
        theta
            `(axes + 2,)`: the logarithms of the weights, of the scale and of the noise.
        """
        values, pairs = self._values, self._pairs
        weights, scale, noise = np.exp(theta[:-2]), math.exp(theta[-2]), math.exp(theta[-1])
        kernel, slope = matern(weights @ self._distances)
        covariance = np.zeros((len(values), len(values)), order="F")
        covariance[pairs] = scale * kernel
        covariance[np.diag_indices_from(covariance)] = scale + noise + self._extra
        factor = cholesky(covariance)
        if factor is None:
            return REFUSED, np.zeros_like(theta)
        alpha = solve_factored(factor, values)
        value = 0.5 * values @ alpha + np.log(np.diagonal(factor)).sum()
        inverse = inverse_of_factored(factor)
        # 2 d(log p) = tr((alpha alpha' - K^-1) dK), where each pair stands twice.
        inner = alpha[pairs[0]] * alpha[pairs[1]] - inverse[pairs]
        outer = (alpha**2 - np.diagonal(inverse)).sum()
        gradient = np.empty_like(theta)
        gradient[:-2] = -scale * weights * (self._distances @ (inner * slope))
        gradient[-2] = -scale * (inner @ kernel + 0.5 * outer)
        gradient[-1] = -0.5 * noise * outer
        away = (theta - self.mode) / self._spread
        return value + 0.5 * away @ away, gradient + away / self._spread


def fitted(
    features: Array, values: Array, owner: NDArray[np.intp], extra: Array, axes: int
) -> Hyperparameters:
    """Return the hyperparameters at the posterior's mode.

    Parameters
    ----------
    features, values, owner, extra, axes
        See `Posterior`.
    """
    posterior = Posterior(features, values, owner, extra, axes)
    shorter = posterior.mode.copy()
    shorter[:-2] += SHORTER
    shorter[-1] += NOISIER
    found = [
        minimum(posterior.loss, start, posterior.bounds, ITERATIONS)
        for start in (posterior.mode, shorter)
    ]
    theta, _ = min(found, key=lambda pair: pair[1])
    return Hyperparameters(np.exp(theta[:-2]), math.exp(theta[-2]), math.exp(theta[-1]))
