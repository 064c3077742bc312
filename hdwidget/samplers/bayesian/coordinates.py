"""What the model sees of a configuration: a point of the unit cube, and features."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hdwidget.space import Dimension, Expression, SearchSpace, choice
from hdwidget.space.quantized import Quantized

__all__ = ["Axis", "Coordinates"]

Array = NDArray[np.float64]
# A grid with more values is searched as a continuum, and rounded at the end.
MOST_LEVELS = 128
# What stands in either tail of an endless grid counts as the last level before it.
TAIL = 5e-4
# A trial so close to another one in every coordinate tells nothing new.
NEAR = 1e-3
# Two options have no order to speak of.
SHORTEST_SCALE = 3
# Where a coordinate stands that does not count: the same for all, so that it adds no distance.
NEUTRAL = 0.5


@dataclass(frozen=True)
class Axis:
    """One coordinate of the unit cube: its levels, and whether their order means anything.

    Parameters
    ----------
    edges
        `(k + 1,)` where the intervals of the k levels begin and end; None for a continuum.
    is_category
        Whether two levels are merely the same or not.
    parent
        The number of the choice's axis that has to take the level `option`; -1 when it always
        counts.
    option
        The level of the parent at which this coordinate counts.
    """

    edges: Array | None
    is_category: bool
    parent: int
    option: int

    @property
    def levels(self) -> int:
        """How many levels there are, 0 for a continuum."""
        return 0 if self.edges is None else len(self.edges) - 1

    @property
    def middles(self) -> Array:
        """Where each level stands, `(k,)`."""
        edges = np.empty(0) if self.edges is None else self.edges
        return (edges[:-1] + edges[1:]) / 2.0

    def level(self, u: Array) -> NDArray[np.intp]:
        """Return the number of the level at each coordinate; 0 for a continuum."""
        inner = np.empty(0) if self.edges is None else self.edges[1:-1]
        return np.searchsorted(inner, u, side="right")


class Coordinates:
    """The axes of a space.

    Every expression is encoded through its own distribution. Points are *snapped* before the model
    sees them, so that it is asked about what would be run: a coordinate with levels stands at its
    level's middle, one that is nested in an option that is not taken at a neutral place.

    Parameters
    ----------
    space
        What is searched.

    Attributes
    ----------
    axes : list of Axis
        One for each of the space's dimensions.
    owner : ndarray
        `(p,)` the axis that each feature is of.
    """

    def __init__(self, space: SearchSpace) -> None:
        self._space = space
        numbers = {dimension.name: i for i, dimension in enumerate(space.dimensions)}
        self.axes = [_axis(dimension, numbers) for dimension in space.dimensions]
        self.leveled = [i for i, axis in enumerate(self.axes) if axis.levels]
        self._nested = [i for i, axis in enumerate(self.axes) if axis.parent >= 0]
        self._nearness = np.array([0.0 if axis.levels else NEAR for axis in self.axes])
        widths = [axis.levels if axis.is_category else 1 for axis in self.axes]
        self.owner = np.repeat(np.arange(len(self.axes)), widths)
        self._column = np.cumsum([0, *widths[:-1]])

    def __len__(self) -> int:
        return len(self.axes)

    def encode(self, params: Mapping[str, object]) -> Array:
        """Return the snapped point `(d,)` of a configuration."""
        point = self._space.encode(params)
        return self.snap(np.where(np.isnan(point), NEUTRAL, point)[None])[0]

    def snap(self, points: Array) -> Array:
        """Return the points `(m, d)` that stand for the configurations at `points`."""
        snapped = np.clip(points, 0.0, 1.0)
        for i in self.leveled:
            axis = self.axes[i]
            snapped[:, i] = axis.middles[axis.level(snapped[:, i])]
        if self._nested:
            is_off = ~self._counts(snapped)
            for i in self._nested:
                axis = self.axes[i]
                neutral = axis.middles[axis.levels // 2] if axis.levels else NEUTRAL
                snapped[is_off[:, i], i] = neutral
        return snapped

    def features(self, points: Array) -> Array:
        """Return `(m, p)` features of snapped points.

        A number is its coordinate; a category a column for each level, so scaled that the squared
        distance of two is 0 or 1.
        """
        columns: list[Array] = []
        for i, axis in enumerate(self.axes):
            if axis.is_category:
                columns.append(np.eye(axis.levels)[axis.level(points[:, i])] * np.sqrt(0.5))
            else:
                columns.append(points[:, i : i + 1])
        return np.hstack(columns)

    def neighbours(self, point: Array) -> Array:
        """Return the points `(m, d)` with each level of each axis in turn."""
        blocks: list[Array] = []
        for i in self.leveled:
            block = np.repeat(point[None], self.axes[i].levels, axis=0)
            block[:, i] = self.axes[i].middles
            blocks.append(block)
        return self.snap(np.vstack(blocks))

    def free(self, point: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the continuous axes that count at a snapped point, and the feature of each."""
        counts = self._counts(point[None])[0]
        free = np.array([i for i, a in enumerate(self.axes) if not a.levels and counts[i]], int)
        return free, self._column[free]

    def is_near(self, point: Array, known: Array) -> bool:
        """Tell whether one of the points `(n, d)` is next to `point`, at the same levels."""
        return bool((np.abs(known - point) <= self._nearness).all(axis=1).any())

    def _counts(self, points: Array) -> NDArray[np.bool_]:
        """Tell of each coordinate of points at their levels whether it counts, `(m, d)`."""
        counts = np.ones(points.shape, dtype=bool)
        for i in self._nested:  # a parent stands before what is nested in it
            axis = self.axes[i]
            is_taken = self.axes[axis.parent].level(points[:, axis.parent]) == axis.option
            counts[:, i] = counts[:, axis.parent] & is_taken
        return counts


def _axis(dimension: Dimension, numbers: Mapping[str, int]) -> Axis:
    expression, condition = dimension.expression, dimension.condition
    parent = -1 if condition is None else numbers[condition.dimension]
    option = -1 if condition is None else condition.option
    is_category = isinstance(expression, choice) and not _is_ordered(expression)
    return Axis(_edges(expression), is_category, parent, option)


def _is_ordered(expression: choice) -> bool:
    """Tell whether the options are numbers that rise or fall, three at least: a scale."""
    options = list(dict.fromkeys(expression.options)) if _are_numbers(expression) else []
    rising = sorted(cast("list[float]", options))
    return len(options) >= SHORTEST_SCALE and options in (rising, rising[::-1])


def _are_numbers(expression: choice) -> bool:
    return all(isinstance(o, int | float) and not isinstance(o, bool) for o in expression.options)


def _edges(expression: Expression) -> Array | None:
    """Return the edges of an expression's levels, None where they are too many or none."""
    if isinstance(expression, choice):
        return _cumulated(expression.shares)
    if expression.size is not None:
        return _cumulated(expression.probabilities()) if expression.size <= MOST_LEVELS else None
    if isinstance(expression, Quantized):
        first = expression.key(expression.decode(TAIL))
        last = expression.key(expression.decode(1.0 - TAIL))
        if last - first < MOST_LEVELS:
            halves = np.arange(first, last) + 0.5
            inner = [expression.base.cdf(float(half) * expression.q) for half in halves]
            return np.array([0.0, *inner, 1.0])
    return None


def _cumulated(shares: Array) -> Array:
    edges = np.concatenate([[0.0], np.cumsum(shares)])
    edges[-1] = 1.0
    return edges
