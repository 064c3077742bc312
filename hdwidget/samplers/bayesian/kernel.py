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
    """

    weights: Array
    scale: float
    noise: float
    additive: float


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
        widths = np.diff(self._edges)
        self._numbers = self._edges[:-1][widths == 1]
        # Of two categories it only counts whether they are the same, which a product of their
        # features, 0 but for one, tells for all such axes at once.
        self._options = np.flatnonzero(widths[owner] > 1)
        differing = rational(shape.weights)[0]
        self._differing = float(differing[widths > 1].sum())
        self._same = (2.0 * (1.0 - differing) / shape.weights)[owner][self._options]

    def __call__(self, left: Array, right: Array) -> Array:
        """Return the covariances `(m, n)` of `(m, p)` and `(n, p)` scaled features."""
        shape = self.shape
        total = _matern(_squared_distances(left, right))
        total *= shape.scale * (1.0 - shape.additive)
        each = shape.scale * self._each
        # This is where the time goes. Neighbours of one point have most coordinates in common.
        is_common = (left == left[:1]).all(axis=0)
        for i in self._numbers:
            rows = left[:1] if is_common[i] else left
            squared = rows[:, i : i + 1] - right[:, i]
            # In place: each / (1 + c r^2), as `rational`.
            np.square(squared, out=squared)
            squared *= RATIONAL / each
            squared += 1.0 / each
            total += np.reciprocal(squared, out=squared)
        if len(self._options):
            same = left[:, self._options] * (each * self._same)
            total += same @ right[:, self._options].T
            total += each * self._differing
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
            `(n,)` and, by feature before it was scaled, `(n, p)`; of use for numbers only.
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


def _matern(squared: Array) -> Array:
    """Return the Matern-5/2 kernel alone, in the place of r^2."""
    a = np.sqrt(5.0 * squared)
    squared *= 5.0 / 3.0
    squared += 1.0
    squared += a
    squared *= np.exp(np.negative(a, out=a), out=a)
    return squared


def _squared_distances(left: Array, right: Array) -> Array:
    squared = left @ right.T
    squared *= -2.0
    squared += np.einsum("ij,ij->i", left, left)[:, None]
    squared += np.einsum("ij,ij->i", right, right)
    return np.maximum(squared, 0.0, out=squared)
