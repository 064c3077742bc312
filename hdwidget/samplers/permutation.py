"""A finite space in the order in which random draws without repetition would find it."""

import numpy as np
from numpy.typing import NDArray

from hdwidget.space import SearchSpace

__all__ = ["weighted_permutation"]

# Keeps this stream apart from the points that the same seed draws.
STREAM = 1
# A product of many tails may underflow to 0; such a configuration still has its place, the last.
LEAST_PROBABILITY = 1e-300


def weighted_permutation(space: SearchSpace, seed: int) -> NDArray[np.int64]:
    """Return the numbers of all configurations, each place drawn from what is left.

    DESIGN.md's keyed permutation in its weighted form: the smallest of ``e_x / p_x``, with
    ``e_x ~ Exp(1)``, is x with probability ``p_x``, and the order of the keys is that of drawing
    without replacement with these probabilities [1]_; with equal ones it is a uniform permutation.

    Parameters
    ----------
    space
        A finite space; time and memory grow with its size.
    seed
        A whole number >= 0.

    Returns
    -------
    ndarray
        `(size,)` int64, a permutation of ``range(size)``.

    References
    ----------
    .. [1] Efraimidis and Spirakis, "Weighted random sampling with a reservoir", Inf. Process.
       Lett. 97, 2006.
    """
    probabilities = space.probabilities()
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, STREAM])))
    exponential = -np.log1p(-rng.random(len(probabilities)))
    keys = exponential / np.maximum(probabilities, LEAST_PROBABILITY)
    return np.argsort(keys, kind="stable")
