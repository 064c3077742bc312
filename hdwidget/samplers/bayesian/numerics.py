"""scipy's routines that the model needs, typed, and loaded when they are first called.

scipy takes 0.3 s to import, which only those who search with a model should wait for.
"""

# ruff: noqa: PLC0415  # imports stand in the functions: see above

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "cholesky",
    "erfcx",
    "inverse_of_factored",
    "inverse_of_lower",
    "log_ndtr",
    "minimum",
    "ndtr",
    "solve_factored",
]

Array = NDArray[np.float64]


def ndtr(x: Array) -> Array:
    """Return the normal distribution function."""
    return _special().ndtr(x)


def log_ndtr(x: Array) -> Array:
    """Return the logarithm of the normal distribution function."""
    return _special().log_ndtr(x)


def erfcx(x: Array) -> Array:
    """Return ``exp(x**2) * erfc(x)``."""
    return _special().erfcx(x)


def cholesky(matrix: Array) -> Array | None:
    """Return the lower factor of a symmetric matrix, None when it is not positive definite.

    Only the lower triangle is read and written; what is above stays as it was. A matrix in
    Fortran's order is overwritten.
    """
    factor, info = _lapack().dpotrf(matrix, lower=1, clean=0, overwrite_a=1)
    return None if info else factor


def solve_factored(factor: Array, values: Array) -> Array:
    """Return ``(L L')^-1 values`` of a lower factor L."""
    return _lapack().dpotrs(factor, values, lower=1)[0].reshape(values.shape)


def inverse_of_factored(factor: Array) -> Array:
    """Return the lower triangle of ``(L L')^-1``, in the place of L."""
    return _lapack().dpotri(factor, lower=1, overwrite_c=1)[0]


def inverse_of_lower(factor: Array) -> Array:
    """Return the lower triangle of ``L^-1``."""
    return _lapack().dtrtri(factor, lower=1)[0]


def minimum(
    loss: Callable[[Array], tuple[float, Array]],
    start: Array,
    bounds: NDArray[np.float64],
    iterations: int,
) -> tuple[Array, float]:
    """Return a local minimum and its loss, by L-BFGS-B.

    Parameters
    ----------
    loss
        Returns the loss and its gradient.
    start
        `(d,)` where to begin.
    bounds
        `(d, 2)` the least and the greatest of each coordinate.
    iterations
        At most so many.
    """
    found = _optimize().minimize(
        loss,
        np.clip(start, bounds[:, 0], bounds[:, 1]),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": iterations, "ftol": 1e-5, "gtol": 1e-3},
    )
    return found.x, float(found.fun)


def _special() -> Any:  # noqa: ANN401  # scipy says nothing of its types; nor below
    from scipy import special

    return special


def _lapack() -> Any:  # noqa: ANN401
    from scipy.linalg import lapack

    return cast("Any", lapack)


def _optimize() -> Any:  # noqa: ANN401
    from scipy import optimize

    return cast("Any", optimize)
