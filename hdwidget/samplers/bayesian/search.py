"""Where the acquisition is highest: many points at once, then climbs from the best of them."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.coordinates import Coordinates
from hdwidget.samplers.bayesian.numerics import minimum

__all__ = ["SPREAD", "Acquisition", "candidates", "highest"]

Array = NDArray[np.float64]
# Points all over the cube, and points near the incumbents.
SPREAD, NEAR = 512, 256
# So many of them are looked at closely.
CLOSELY = 100
CLIMBS, ROUNDS, ITERATIONS = 3, 4, 25
# Climbs begin no closer to one another in each coordinate.
APART = 0.05
# What a round has to gain for another one.
GAIN = 1e-3
STEPS = np.array([0.2, 0.1, 0.03])
# Fewer levels are drawn anew, rather than stepped along.
FEW_LEVELS = 7
# Where every coordinate moves a little, levels mostly stay.
STAYING = 0.8


class Acquisition(Protocol):
    """What is sought the maximum of."""

    def first_heights(self, features: Array) -> Array:
        """Return about its height `(m,)` at each of `(m, p)` features, at less cost."""
        ...

    def heights(self, features: Array) -> Array:
        """Return its height `(m,)` at each of `(m, p)` features."""
        ...

    def slope(self, feature: Array) -> tuple[float, Array]:
        """Return its height at one point `(p,)`, and the gradient `(p,)`."""
        ...


def candidates(
    coordinates: Coordinates, incumbents: Array, net: Array, rng: np.random.Generator
) -> Array:
    """Return `(m, d)` snapped points: a net over the cube, and changed incumbents.

    Parameters
    ----------
    coordinates
        The axes.
    incumbents
        `(k, d)` the best points so far.
    net
        `(SPREAD, d)` even points, which are shifted.
    rng
        The source of randomness.
    """
    axes = len(coordinates)
    spread = (net + rng.random(axes)) % 1.0
    kind = np.arange(NEAR) % 3
    parent = incumbents[rng.integers(len(incumbents), size=NEAR)]
    # A third changes one coordinate, a third some three, a third all by a little.
    share = np.array([1.0 / axes, min(1.0, 3.0 / axes), 1.0])[kind]
    is_changed = rng.random((NEAR, axes)) < share[:, None]
    is_changed[np.arange(NEAR), rng.integers(axes, size=NEAR)] = True
    moved = parent + STEPS[kind][:, None] * rng.standard_normal((NEAR, axes))
    for i in coordinates.leveled:
        axis = coordinates.axes[i]
        anew = rng.random(NEAR)
        stays = (kind == 2) & (rng.random(NEAR) < STAYING)  # noqa: PLR2004  # the third third
        is_drawn = axis.is_category or axis.levels < FEW_LEVELS
        moved[:, i] = np.where(stays, parent[:, i], anew if is_drawn else moved[:, i])
    near = np.where(is_changed, np.clip(moved, 0.0, 1.0), parent)
    return coordinates.snap(np.vstack([spread, near]))


def highest(coordinates: Coordinates, acquisition: Acquisition, pool: Array) -> list[Array]:
    """Return points in the order of preference: local maxima, then the pool's.

    Parameters
    ----------
    coordinates
        The axes.
    acquisition
        What is climbed.
    pool
        `(m, d)` snapped points to begin with.
    """
    first = acquisition.first_heights(coordinates.features(pool))
    pool = pool[np.argsort(-first, kind="stable")[:CLOSELY]]
    heights = acquisition.heights(coordinates.features(pool))
    order = np.argsort(-heights, kind="stable")
    tops = [
        _climbed(coordinates, acquisition, start, height)
        for start, height in _apart(pool[order], heights[order])
    ]
    tops.sort(key=lambda top: -top[1])
    return [*(point for point, _ in tops), *pool[order]]


def _apart(pool: Array, heights: Array) -> list[tuple[Array, float]]:
    """Return the first points that are not next to an earlier one."""
    chosen: list[tuple[Array, float]] = []
    for point, height in zip(pool, heights, strict=True):
        if all(np.abs(point - other).max() > APART for other, _ in chosen):
            chosen.append((point, float(height)))
            if len(chosen) == CLIMBS:
                break
    return chosen


def _climbed(
    coordinates: Coordinates, acquisition: Acquisition, point: Array, height: float
) -> tuple[Array, float]:
    """Return a local maximum: no other level of an axis and no way along the others is higher."""
    for _ in range(ROUNDS):
        before = height
        point, height = _stepped(coordinates, acquisition, point, height)
        point, height = _ascended(coordinates, acquisition, point, height)
        if height - before < GAIN or not coordinates.leveled:
            break
    return point, height


def _stepped(
    coordinates: Coordinates, acquisition: Acquisition, point: Array, height: float
) -> tuple[Array, float]:
    """Change the level that gains most, again and again."""
    for _ in range(2 * len(coordinates.leveled)):
        around = coordinates.neighbours(point)
        heights = acquisition.heights(coordinates.features(around))
        best = int(np.argmax(heights))
        if heights[best] <= height + 1e-9:  # rounding is no gain
            break
        point, height = around[best], float(heights[best])
    return point, height


def _ascended(
    coordinates: Coordinates, acquisition: Acquisition, point: Array, height: float
) -> tuple[Array, float]:
    """Follow the slope along the continuous axes."""
    free, columns = coordinates.free(point)
    if not len(free):
        return point, height
    feature = coordinates.features(point[None])[0]

    def loss(u: Array) -> tuple[float, Array]:
        feature[columns] = u
        top, gradient = acquisition.slope(feature)
        return -top, -gradient[columns]

    bounds = np.tile([0.0, 1.0], (len(free), 1))
    found, lowest = minimum(loss, point[free], bounds, ITERATIONS)
    if -lowest <= height:
        return point, height
    moved = point.copy()
    moved[free] = found
    return moved, -lowest
