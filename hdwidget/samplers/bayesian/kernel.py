"""How alike two configurations are: a Matern kernel of the squared distance."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["matern", "pairwise", "squared_distances"]

Array = NDArray[np.float64]


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


def squared_distances(left: Array, right: Array) -> Array:
    """Return the `(m, n)` squared distances of `(m, p)` and `(n, p)` scaled features."""
    squared = left @ right.T
    squared *= -2.0
    squared += np.einsum("ij,ij->i", left, left)[:, None]
    squared += np.einsum("ij,ij->i", right, right)
    return np.maximum(squared, 0.0, out=squared)


def pairwise(features: Array, owner: NDArray[np.intp], axes: int) -> Array:
    """Return each axis' squared distance of each pair of points.

    Parameters
    ----------
    features
        `(n, p)`.
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
