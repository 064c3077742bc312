"""The hyperparameters of a Gaussian process: the likeliest, and others that may be as well."""

import math

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.kernel import RATIONAL, Hyperparameters, matern, pairwise
from hdwidget.samplers.bayesian.numerics import (
    cholesky,
    inverse_of_factored,
    minimum,
    solve_factored,
)

__all__ = ["Posterior", "fitted", "likeliest"]

Array = NDArray[np.float64]
# Normal priors: mean and standard deviation of the logarithms of length, scale and noise, and of
# the logit of the additive share. To the length's mean comes log(d) / 2.
LENGTH = (-0.8, 1.0)
SCALE = (0.0, 1.0)
NOISE = (-6.0, 2.0)
ADDITIVE = (-1.0, 1.5)
WEIGHT_BOUNDS = (-12.0, 10.0)
OTHER_BOUNDS = [(-4.0, 5.0), (math.log(1e-6), 0.0), (-4.0, 4.0)]
OTHERS = len(OTHER_BOUNDS)
ITERATIONS = 40
# Where the search starts, beside the prior's mode: shorter lengths and more noise.
SHORTER, NOISIER = 2.0, 2.0
# The loss where rounding leaves the covariance indefinite: higher than any.
REFUSED = 1e10
# The mode, and so many draws of the posterior.
DRAWS = 3
# Of the difference that the Hessian is taken by.
STEP = 0.1
# A draw this much less likely than the mode, beyond what is usual, is where the posterior is not
# as normal as it was taken for: it is moved halfway back, and again, and then to the mode.
UNLIKELY = 4.0
BACK = (1.0, 0.5, 0.25, 0.0)


class Posterior:
    """The density of the hyperparameters' logarithms, up to a constant.

    The length scales' prior grows with the square root of the number of axes, so that the process
    is not more complex in many dimensions than in few [1]_.

    Parameters
    ----------
    features, values, extra
        The data; see `GaussianProcess`.
    owner
        `(p,)` the axis that each feature is of.
    axes
        How many axes there are.

    Attributes
    ----------
    prior, spread : ndarray
        `(axes + 3,)` the prior's mode and its standard deviations.
    bounds : ndarray
        `(axes + 3, 2)` the least and the greatest.

    References
    ----------
    .. [1] Hvarfner, Hellsten and Nardi, "Vanilla Bayesian optimization performs great in high
       dimensions", ICML 2024, arXiv 2402.02229.
    """

    def __init__(
        self, features: Array, values: Array, extra: Array, owner: NDArray[np.intp], axes: int
    ) -> None:
        self._values, self._extra = values, extra
        # Only the pairs below the diagonal are ever looked at.
        self._pairs = np.tril_indices(len(values), -1)
        self._distances = pairwise(features, owner, axes)
        weights = [-2.0 * LENGTH[0] - math.log(axes)] * axes
        self.prior = np.array([*weights, SCALE[0], NOISE[0], ADDITIVE[0]])
        self.spread = np.array([2.0 * LENGTH[1]] * axes + [SCALE[1], NOISE[1], ADDITIVE[1]])
        self.bounds = np.array([WEIGHT_BOUNDS] * axes + OTHER_BOUNDS)

    def loss(self, theta: Array) -> tuple[float, Array]:
        """Return minus the log density, and its gradient.

        Parameters
        ----------
        theta
            `(axes + 3,)`: the logarithms of the weights, of the scale and of the noise, and the
            logit of the additive share.
        """
        values, pairs, distances = self._values, self._pairs, self._distances
        shape = hyperparameters(theta)
        weights, scale, noise, share = shape.weights, shape.scale, shape.noise, shape.additive
        joint, joint_slope = matern(weights @ distances)
        # In place, because this is where the time goes: 1 / (1 + c w D), as `rational`.
        single = (RATIONAL * weights)[:, None] * distances
        single += 1.0
        np.reciprocal(single, out=single)
        mean_of_single = single.mean(axis=0)
        kernel = (1.0 - share) * joint + share * mean_of_single
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
        by_weight = (1.0 - share) * weights * (distances @ (inner * joint_slope))
        # w times the slope of the rational s by w is -c w D s^2 = s^2 - s.
        by_weight -= share / len(weights) * (single @ inner)
        by_weight += share / len(weights) * (np.square(single, out=single) @ inner)
        others = (
            scale * (inner @ kernel + 0.5 * outer),
            0.5 * noise * outer,
            scale * share * (1.0 - share) * (inner @ (mean_of_single - joint)),
        )
        gradient = -np.concatenate([scale * by_weight, others])
        away = (theta - self.prior) / self.spread
        return value + 0.5 * away @ away, gradient + away / self.spread


def fitted(posterior: Posterior, rng: np.random.Generator) -> list[Hyperparameters]:
    """Return the likeliest hyperparameters, then draws from around them.

    What few trials leave open, such as which axes matter, no single setting tells; several ask
    what to do whichever holds [1]_. The draws are from the normal distribution with the curvature
    of the posterior at its mode.

    Parameters
    ----------
    posterior
        What they are fitted to.
    rng
        The source of randomness.

    References
    ----------
    .. [1] Snoek, Larochelle and Adams, "Practical Bayesian optimization of machine learning
       algorithms", NeurIPS 2012, arXiv 1206.2944.
    """
    mode, lowest = _mode(posterior)
    roots = _inverse_root_of_curvature(posterior, mode)
    bound = lowest + 0.5 * len(mode) + UNLIKELY
    drawn = [
        _likely(posterior, mode, roots @ rng.standard_normal(len(mode)), bound)
        for _ in range(DRAWS)
    ]
    return [hyperparameters(theta) for theta in (mode, *drawn)]


def likeliest(posterior: Posterior) -> Hyperparameters:
    """Return the likeliest hyperparameters."""
    return hyperparameters(_mode(posterior)[0])


def hyperparameters(theta: Array) -> Hyperparameters:
    """Return what the logarithms stand for; see `Posterior.loss`."""
    scale, noise, logit = theta[-OTHERS:].tolist()
    share = 1.0 / (1.0 + math.exp(-logit))
    return Hyperparameters(np.exp(theta[:-OTHERS]), math.exp(scale), math.exp(noise), share)


def _mode(posterior: Posterior) -> tuple[Array, float]:
    shorter = posterior.prior.copy()
    shorter[:-OTHERS] += SHORTER
    shorter[1 - OTHERS] += NOISIER
    found = [
        minimum(posterior.loss, start, posterior.bounds, ITERATIONS)
        for start in (posterior.prior, shorter)
    ]
    return min(found, key=lambda pair: pair[1])


def _inverse_root_of_curvature(posterior: Posterior, mode: Array) -> Array:
    """Return R, R R' the covariance of the normal distribution with the curvature at the mode."""
    slope = posterior.loss(mode)[1]
    steps = STEP * np.eye(len(mode))
    hessian = np.stack([posterior.loss(mode + step)[1] - slope for step in steps]) / STEP
    curvatures, directions = np.linalg.eigh((hessian + hessian.T) / 2.0)
    # In no direction is less known than beforehand.
    curvatures = np.maximum(curvatures, posterior.spread.max() ** -2.0)
    return directions / np.sqrt(curvatures)


def _likely(posterior: Posterior, mode: Array, step: Array, bound: float) -> Array:
    """Return the first point on the way back to the mode whose loss is within the bound."""
    for share in BACK[:-1]:
        theta = np.clip(mode + share * step, *posterior.bounds.T)
        if posterior.loss(theta)[0] < bound:
            return theta
    return mode
