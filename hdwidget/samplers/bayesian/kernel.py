"""How alike the results of two configurations are, by their distance along each axis."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hyperparameters", "Kernel", "matern", "pairwise", "rational"]

Array = NDArray[np.float64]
# Puts the rational kernel's half width, in units of the length scale, near Matern's.
RATIONAL = 2.5


@dataclass(frozen=True)
class Hyperparameters:
    """What shapes the process.

    Parameters
    ----------
    weights
        `(axes,)` 1 / length^2 by axis: how fast the function varies along it.
    scale
        The variance of the function.
    noise
        The variance of an observation beside the function's.
    additive
        The share of the function's variance that is a sum of functions of one axis each, between
        0 and 1.
    likeness
        The correlation of the functions of two experiments, between 0 and 1.
    """

    weights: Array
    scale: float
    noise: float
    additive: float
    likeness: float = 1.0


class Kernel:
    """The covariance of the function at two points.

    With D_i the squared distance along axis i, 0 or 1 for categories, p the additive share and d
    axes: k = scale ((1 - p) matern(sum_i w_i D_i) + p / d sum_i rational(w_i D_i)).

    The sum learns an axis' own effect from all points, wherever they stand otherwise, the product
    how axes depend on one another; a mixture of both is what hyperparameters need [1]_ [2]_.

    Parameters
    ----------
    shape
        The hyperparameters.
    owner
        `(p,)` the axis that each feature is of.

    References
    ----------
    .. [1] Duvenaud, Nickisch and Rasmussen, "Additive Gaussian processes", NeurIPS 2011.
    .. [2] Ru et al., "Bayesian optimisation over multiple continuous and categorical inputs", ICML
       2020, arXiv 1906.08878.
    """

    def __init__(self, shape: Hyperparameters, owner: NDArray[np.intp]) -> None:
        self.shape = shape
        self.root = np.sqrt(shape.weights)[owner]
        self._owner = owner
        self._edges = np.searchsorted(owner, np.arange(len(shape.weights) + 1))
        self._each = shape.additive / len(shape.weights)

    def __call__(self, left: Array, right: Array) -> Array:
        """Return the covariances `(m, n)` of `(m, p)` and `(n, p)` scaled features."""
        shape = self.shape
        total = matern(_squared_distances(left, right))[0]
        total *= shape.scale * (1.0 - shape.additive)
        each = shape.scale * self._each
        for i, first in enumerate(self._edges[:-1]):
            columns = slice(first, self._edges[i + 1])
            # In place, because this is where the time goes: each / (1 + c r^2), as `rational`.
            squared = _along(left[:, columns], right[:, columns])
            squared *= RATIONAL / each
            squared += 1.0 / each
            total += np.reciprocal(squared, out=squared)
        return total

    def slopes(self, point: Array, others: Array) -> tuple[Array, Array]:
        """Return the covariances `(n,)` of a point with others, scaled, and their gradients.

        Parameters
        ----------
        point
            `(p,)` scaled features.
        others
            `(n, p)` scaled features.

        Returns
        -------
        covariances, gradients
            `(n,)` and, by feature before it was scaled, `(n, p)`.
        """
        shape = self.shape
        difference = point - others
        along = np.add.reduceat(difference**2, self._edges[:-1], axis=1)
        joint, joint_slope = matern(along.sum(axis=1))
        single, single_slope = rational(along)
        covariance = (1.0 - shape.additive) * joint + self._each * single.sum(axis=1)
        slope = (1.0 - shape.additive) * joint_slope[:, None]
        slope = slope + self._each * single_slope[:, self._owner]
        return shape.scale * covariance, 2.0 * shape.scale * slope * difference * self.root


def matern(squared: Array) -> tuple[Array, Array]:
    """Return the Matern-5/2 kernel and its derivative.

    With a = sqrt(5 r^2): k = (1 + a + a^2/3) exp(-a) and dk/d(r^2) = -5/6 (1 + a) exp(-a), which
    is finite at r = 0 [1]_.

    Parameters
    ----------
    squared
        r^2, of any shape.

    References
    ----------
    .. [1] Rasmussen and Williams, "Gaussian processes for machine learning", MIT Press 2006,
       equation 4.17.
    """
    a = np.sqrt(5.0 * squared)
    decay = np.exp(-a)
    slope = (1.0 + a) * decay
    return slope + (5.0 / 3.0) * squared * decay, (-5.0 / 6.0) * slope


def rational(squared: Array) -> tuple[Array, Array]:
    """Return the rational quadratic kernel 1 / (1 + c r^2) and its derivative by r^2.

    It has no exponential, of which there would be one for each axis.
    """
    kernel = 1.0 / (1.0 + RATIONAL * squared)
    return kernel, -RATIONAL * kernel * kernel


def pairwise(features: Array, owner: NDArray[np.intp], axes: int) -> Array:
    """Return each axis' squared distance of each pair of points.

    Parameters
    ----------
    features
        `(n, p)`, not scaled.
    owner
        `(p,)` the axis that each feature is of.
    axes
        How many axes there are.

    Returns
    -------
    ndarray
        `(axes, n (n - 1) / 2)`, the pairs in the order of ``np.tril_indices(n, -1)``.
    """
    i, j = np.tril_indices(len(features), -1)
    out = np.zeros((axes, len(i)))
    for column, own in enumerate(owner):
        out[own] += (features[i, column] - features[j, column]) ** 2
    return out


def _along(left: Array, right: Array) -> Array:
    """Return the squared distances `(m, n)` along one axis, which has few columns."""
    if left.shape[1] == 1:
        difference = left - right.T
        return np.square(difference, out=difference)
    return _squared_distances(left, right)


def _squared_distances(left: Array, right: Array) -> Array:
    squared = left @ right.T
    squared *= -2.0
    squared += np.einsum("ij,ij->i", left, left)[:, None]
    squared += np.einsum("ij,ij->i", right, right)
    return np.maximum(squared, 0.0, out=squared)
