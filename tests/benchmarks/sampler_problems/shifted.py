"""What synthetic problems have in common: an optimum of 0 in a place that the seed decides."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from hdwidget.space import SearchSpace

from .problem import Function

__all__ = ["Core", "level", "rotation", "shifted", "target_of"]

Array = NDArray[np.float64]
Core = Callable[[Array], float]
"""The loss of an encoded configuration."""


def shifted(
    make: Callable[[SearchSpace, np.random.Generator], Core],
) -> Callable[[SearchSpace, np.random.Generator], tuple[Function, float]]:
    """Make a function of configurations, whose optimum is 0, of one of their points."""

    def made(space: SearchSpace, rng: np.random.Generator) -> tuple[Function, float]:
        core = make(space, rng)

        def function(params: Mapping[str, object]) -> float:
            return core(space.encode(params))

        return function, 0.0

    return made


def target_of(
    space: SearchSpace, rng: np.random.Generator, low: float = 0.15, high: float = 0.85
) -> Array:
    """Return the `(d,)` point of a configuration well inside the space."""
    return space.encode(space.decode(rng.uniform(low, high, len(space.dimensions))))


def rotation(dimensions: int, rng: np.random.Generator) -> Array:
    """Return a random `(d, d)` rotation."""
    q, r = np.linalg.qr(rng.standard_normal((dimensions, dimensions)))
    return q * np.sign(np.diag(r))


def level(u: float, options: int) -> int:
    """Return which of the options a coordinate stands for."""
    return int(u * options)
