"""Numbered points of the unit cube: independent ones, and a Sobol sequence."""

import inspect
from collections.abc import Callable
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from hdwidget.errors import SpaceError

__all__ = ["Draws", "RandomDraws", "SobolDraws"]

# What scipy has direction numbers for.
MOST_SOBOL_DIMENSIONS = 21201


class Draws(Protocol):
    """A sequence of points, any of which can be asked for at any time."""

    def point(self, index: int) -> NDArray[np.float64]:
        """Return point number `index`, `(d,)` float64 in [0, 1)."""
        ...


class RandomDraws:
    """Independent uniform points: point i depends on the seed and on i only.

    Philox is a generator made for this: a keyed function of a counter [1]_.

    Parameters
    ----------
    seed
        A whole number >= 0.
    dimensions
        How many coordinates a point has.

    References
    ----------
    .. [1] Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
    """

    def __init__(self, seed: int, dimensions: int) -> None:
        self._key = np.random.SeedSequence(seed).generate_state(2, np.uint64)
        self._dimensions = dimensions

    def point(self, index: int) -> NDArray[np.float64]:
        """Return point number `index`, `(d,)` float64 in [0, 1)."""
        # The lowest of the counter's four words counts within the point.
        bits = np.random.Philox(key=self._key, counter=[0, index, 0, 0])
        return np.random.Generator(bits).random(self._dimensions)


class SobolDraws:
    """A scrambled Sobol sequence [1]_: the first points cover the cube more evenly than chance.

    Each point on its own is uniform, by Owen's scrambling. Points are kept once they are found, so
    that asking for them in order costs the same for each.

    Parameters
    ----------
    seed
        A whole number >= 0, of the scrambling.
    dimensions
        How many coordinates a point has, at most 21201.

    Raises
    ------
    SpaceError
        If there are more dimensions.

    References
    ----------
    .. [1] Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections",
       SIAM J. Sci. Comput. 30, 2008.
    """

    def __init__(self, seed: int, dimensions: int) -> None:
        if dimensions > MOST_SOBOL_DIMENSIONS:
            msg = (
                f'`rule="sobol"` takes at most {MOST_SOBOL_DIMENSIONS} dimensions, but the space '
                f'has {dimensions}. Use rule="random".'
            )
            raise SpaceError(msg)
        # scipy.stats takes a second to import: not for those who do without it.
        from scipy.stats import qmc  # noqa: PLC0415

        sobol = cast("Callable[..., Any]", qmc.Sobol)
        # scipy 1.15 renamed the argument, and one of the names warns sooner or later.
        name = "rng" if "rng" in inspect.signature(sobol).parameters else "seed"
        self._engine = sobol(dimensions, scramble=True, **{name: np.random.default_rng(seed)})
        self._points = np.empty((0, dimensions))

    def point(self, index: int) -> NDArray[np.float64]:
        """Return point number `index`, `(d,)` float64 in [0, 1)."""
        while index >= len(self._points):
            # A power of two at first, because scipy warns otherwise; then as many again.
            block = cast("NDArray[np.float64]", self._engine.random(max(64, len(self._points))))
            self._points = np.vstack([self._points, block])
        return self._points[index]
