"""The optimum of a function whose optimum no formula gives: many samples, then their mutations."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hdwidget.space import Condition, Dimension, SearchSpace, choice

__all__ = ["lowest", "random_points"]

Array = NDArray[np.float64]
SAMPLES, KEPT, CHILDREN, ROUNDS = 100_000, 100, 20, 400


def random_points(space: SearchSpace, count: int, rng: np.random.Generator) -> Array:
    """Return `(count, d)` encoded configurations, NaN where a dimension is not active.

    Dimensions have to be finite or continuous.
    """
    columns = [_random_column(dimension, count, rng) for dimension in space.dimensions]
    return _deactivated(space, np.column_stack(columns))


def lowest(space: SearchSpace, function: Callable[[Array], Array], seed: int) -> float:
    """Return the lowest value of `function`, of `(n, d)` encoded configurations, that is found."""
    rng = np.random.default_rng(seed)
    points = random_points(space, SAMPLES, rng)
    values = function(points)
    for _ in range(ROUNDS):
        best = np.argsort(values, kind="stable")[:KEPT]
        children = _mutated(space, np.repeat(points[best], CHILDREN, axis=0), rng)
        points = np.vstack([points[best], children])
        values = np.concatenate([values[best], function(children)])
    return float(values.min())


def _mutated(space: SearchSpace, points: Array, rng: np.random.Generator) -> Array:
    """Return the points with one or two coordinates drawn anew, or moved by little or much."""
    rows, dimensions = points.shape
    changed = points.copy()
    for _ in range(2):
        column = rng.integers(dimensions, size=rows)
        steps = rng.standard_normal(rows) * 10.0 ** rng.uniform(-4, 0, rows)
        for j, dimension in enumerate(space.dimensions):
            here = column == j
            drawn = _random_column(dimension, int(here.sum()), rng)
            if dimension.expression.size is None and not isinstance(dimension.expression, choice):
                moved = np.clip(changed[here, j] + steps[here], 0.0, 1.0)
                drawn = np.where(np.isnan(moved) | (rng.random(len(drawn)) < 0.2), drawn, moved)
            changed[here, j] = drawn
    # What a changed option has switched on is drawn anew.
    fresh = random_points(space, rows, rng)
    return _deactivated(space, np.where(np.isnan(changed), fresh, changed))


def _random_column(dimension: Dimension, count: int, rng: np.random.Generator) -> Array:
    expression = dimension.expression
    if isinstance(expression, choice):
        options = len(expression.labels)
        return (rng.integers(options, size=count) + 0.5) / options
    if expression.size is not None:
        levels = np.array([expression.encode(value) for value, _ in expression.support()])
        return rng.choice(levels, count)
    return rng.random(count)


def _deactivated(space: SearchSpace, points: Array) -> Array:
    names = [dimension.name for dimension in space.dimensions]
    filled = points.copy()
    for j, dimension in enumerate(space.dimensions):  # a choice comes before what it switches on
        if dimension.condition is not None:
            off = ~_taken(space, filled, names, dimension.condition)
            filled[off, j] = np.nan
            missing = np.isnan(filled[:, j]) & ~off
            filled[missing, j] = 0.5
    return filled


def _taken(
    space: SearchSpace, points: Array, names: list[str], condition: Condition
) -> NDArray[np.bool_]:
    parent = names.index(condition.dimension)
    options = len(space.dimensions[parent].expression.labels)
    return np.floor(points[:, parent] * options) == condition.option
