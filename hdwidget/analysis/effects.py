"""How far each parameter moves a metric over the search space, measured on regression trees."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from hdwidget.space import SearchSpace, choice
from hdwidget.space.expression import Expression

__all__ = ["REPLICATES", "effects"]

REPLICATES = 32
"""So many samples of the runs, with replacement, are measured: their spread is the uncertainty."""
TREES = 16
"""Trees for each sample. They differ in which half of the parameters each split may look at."""
WALKS = 512
"""Walks through the space for each sample, see `_walk`."""
LEVELS = 1024
"""A parameter's distribution is taken as so many equally likely values, fewer than 2**15."""

INACTIVE = -1.0
"""What trees see where a nested parameter does not count: a split can tell it from all values."""


def effects(
    space: SearchSpace,
    points: NDArray[np.float64],
    utilities: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Measure the effect of each of a space's dimensions, on samples of the runs.

    An effect is a Shapley effect [1]_: the part of the metric's variance over the space, with every
    parameter drawn from its own expression, that goes with this parameter alone, and an equal share
    of each part that goes with several together. All of them sum to the variance. A nested
    parameter counts where it is active.

    The metric over the space is what regression trees make of the runs, as in fANOVA [2]_. Trees
    find some effect in anything, so every parameter competes with a shuffled copy of itself, whose
    effect is chance's, and is taken off: of a parameter without effect there remains 0 on average.

    Parameters
    ----------
    space
        What was searched, with `d` dimensions.
    points
        `(n, d)` in [0, 1], the runs' encoded configurations; NaN where a dimension does not count.
    utilities
        `(n,)`, what the runs have reached.
    rng
        The source of randomness.

    Returns
    -------
    ndarray
        `(REPLICATES, d)` float64, parts of the variance in units of the utilities' own variance;
        some are below 0, by chance.

    References
    ----------
    .. [1] Owen, "Sobol' indices and Shapley value", SIAM/ASA J. Uncertainty Quantification 2, 2014.
    .. [2] Hutter, Hoos and Leyton-Brown, "An efficient approach for assessing hyperparameter
       importance", ICML 2014.
    """
    grid = _Grid(space)
    scaled = _standardized(utilities)
    found: list[NDArray[np.float64]] = []
    for _ in range(REPLICATES):
        places = _places(points, rng)
        runs = grid.features(np.hstack([places, rng.permutation(places)]))
        sample = rng.integers(len(runs), size=len(runs))
        order, stops = _walk(2 * points.shape[1], rng)
        values = _predicted(runs[sample], scaled[sample], grid.features(stops), rng)
        own, chance = np.split(_shapley(order, values), 2)
        found.append(own - chance)
    return np.array(found)


class _Grid:
    """The space's distribution: `LEVELS` equally likely values of each dimension.

    Parameters
    ----------
    space
        With `d` dimensions.
    """

    def __init__(self, space: SearchSpace) -> None:
        self._columns = [_columns(dimension.expression) for dimension in space.dimensions]
        numbers = {dimension.name: i for i, dimension in enumerate(space.dimensions)}
        self._conditions = [
            (i, numbers[dimension.condition.dimension], dimension.condition.option)
            for i, dimension in enumerate(space.dimensions)
            if dimension.condition is not None
        ]

    def features(self, places: NDArray[np.int16]) -> NDArray[np.float32]:
        """Return what trees see of points.

        Parameters
        ----------
        places
            `(…, 2 d)`, the levels of all dimensions, and of their shuffled copies, which are active
            where these are.

        Returns
        -------
        ndarray
            `(…, f)`: a number in a column, a choice in one for each option; `INACTIVE` in all of
            those that do not count.
        """
        own, copies = np.split(places, 2, axis=-1)
        active = self._active(own)
        parts = [
            np.where(active[..., i, None], column[of[..., i]], np.float32(INACTIVE))
            for of in (own, copies)
            for i, column in enumerate(self._columns)
        ]
        return np.concatenate(parts, axis=-1)

    def _active(self, places: NDArray[np.int16]) -> NDArray[np.bool_]:
        active = np.ones(places.shape, np.bool_)
        # A choice comes before what is nested in it, so that these are settled in their order.
        for i, parent, option in self._conditions:
            taken = self._columns[parent][places[..., parent], option] == 1.0
            active[..., i] = active[..., parent] & taken
        return active


def _columns(expression: Expression) -> NDArray[np.float32]:
    """Return `(LEVELS, columns)`, what trees see of each level.

    Options of a choice have a column each: they have no order, and a split can tell any one of them
    from the rest.
    """
    rest = [0.5] * (expression.width - 1)  # of what is nested in a choice
    values = [expression.decode_point([(i + 0.5) / LEVELS, *rest]) for i in range(LEVELS)]
    if isinstance(expression, choice):
        options = [expression.axis_point(value)[0] for value in values]
        return np.equal.outer(options, np.arange(len(expression.labels))).astype(np.float32)
    return np.array([[expression.encode(value)] for value in values], np.float32)


def _places(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int16]:
    """Return the levels of `(n, d)` encoded points, random ones where they do not count."""
    drawn = np.where(np.isnan(points), rng.random(points.shape), points)
    return np.minimum(drawn * LEVELS, LEVELS - 1).astype(np.int16)


def _standardized(utilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return utilities of mean 0 and deviation 1, 0 when all are the same."""
    largest = np.abs(utilities).max()
    centred = utilities / (largest or 1.0)  # so that no square overflows
    if np.ptp(centred) == 0.0:
        return np.zeros_like(centred)
    centred = centred - centred.mean()
    return centred / centred.std()


def _walk(width: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
    """Return walks from one random point of the space to another, a coordinate at each step.

    Returns
    -------
    order : ndarray
        `(WALKS, width)`, which coordinate changes at each step.
    stops : ndarray
        `(width + 1, WALKS, width)`, the levels of all coordinates before and after each step.
    """
    order = rng.permuted(np.tile(np.arange(width), (WALKS, 1)), axis=1)
    ends: NDArray[np.int16] = rng.integers(LEVELS, size=(2, WALKS, width), dtype=np.int16)
    changed = np.argsort(order, axis=1) < np.arange(width + 1)[:, None, None]
    return order, ends[changed.astype(np.int8), np.arange(WALKS)[:, None], np.arange(width)]


def _predicted(
    runs: NDArray[np.float32],
    utilities: NDArray[np.float64],
    stops: NDArray[np.float32],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return what trees that were grown on `(n, f)` runs make of `(…, f)` stops."""
    # It takes a while to import: not for those who do without it.
    from sklearn.tree import DecisionTreeRegressor  # noqa: PLC0415

    grown = cast("Callable[..., Any]", DecisionTreeRegressor)
    rows = stops.reshape(-1, stops.shape[-1])
    total = np.zeros(len(rows))
    for seed in rng.integers(2**31, size=TREES).tolist():
        tree = grown(max_features=0.5, random_state=seed).fit(runs, utilities)
        total += tree.predict(rows)
    return (total / TREES).reshape(stops.shape[:-1])


def _shapley(order: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Shapley effects of a function that was evaluated along walks.

    For a walk from x to y the terms of its steps sum to (f(x) - f(y))^2 / 2, whose mean is the
    variance; see Goda, "A simple algorithm for global sensitivity analysis with Shapley effects",
    Reliability Engineering & System Safety 213, 2021.

    Parameters
    ----------
    order
        `(walks, width)`, which coordinate changes at each step.
    values
        `(width + 1, walks)`, the function before and after each step.
    """
    before, after = values[:-1], values[1:]
    terms = (values[0] - (before + after) / 2) * (before - after)
    walks, width = order.shape
    return np.bincount(order.T.ravel(), terms.ravel(), minlength=width) / walks
