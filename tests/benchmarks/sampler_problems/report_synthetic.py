"""Synthetic problems that are held out; each seed puts the optimum elsewhere."""

import math

import numpy as np
from numpy.typing import NDArray

from hdwidget.space import (
    SearchSpace,
    choice,
    lognormal,
    loguniform,
    normal,
    qloguniform,
    qnormal,
    quniform,
    randint,
    uniform,
)

from .problem import Problem
from .shifted import Core, level, rotation, shifted, target_of

__all__ = ["REPORT_SYNTHETIC"]

Array = NDArray[np.float64]


def _levy(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return Levy's function, long dents across a bowl."""
    target = target_of(space, rng)

    def core(u: Array) -> float:
        w = 1.0 + 2.5 * (u - target)
        first = math.sin(math.pi * w[0]) ** 2
        inner = (w[:-1] - 1.0) ** 2 * (1.0 + 10.0 * np.sin(math.pi * w[:-1] + 1.0) ** 2)
        last = (w[-1] - 1.0) ** 2 * (1.0 + math.sin(2.0 * math.pi * w[-1]) ** 2)
        return float(first + inner.sum() + last)

    return core


def _cigar(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return an ellipsoid, 1 to 300 long and turned, of which the log counts."""
    target, turned = target_of(space, rng), rotation(len(space.dimensions), rng)
    weights = np.geomspace(1.0, 300.0, len(target))

    def core(u: Array) -> float:
        z = turned @ (u - target)
        return math.log1p(float(np.dot(weights, z * z)))

    return core


def _boosters(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a rate against a number of rounds, and what each of three boosters adds."""
    target = rng.uniform(0.2, 0.8, 5)
    floors = rng.permutation([0.0, 0.05, 0.12])
    target[1] = space["rounds"].encode(space["rounds"].decode(target[1]))
    depth = (level(target[2], 10) + 0.5) / 10.0

    def core(u: Array) -> float:
        rate, rounds, booster, nested = u[0], u[1], level(u[2], 3), u[3:8]
        product = (rate + rounds) - (target[0] + target[1])
        cost = 3.0 * product**2 + 0.3 * (rate - target[0]) ** 2 + 0.2 * abs(u[8] - target[4])
        if booster == 0:
            inner = 2.0 * (nested[0] - depth) ** 2 + 0.7 * abs(nested[1] - target[3])
        elif booster == 1:
            inner = 1.5 * float(np.max(np.abs(nested[2:4] - target[2:4])))
        else:
            inner = 1.2 * abs(nested[4] - target[3]) * (1.0 + 2.0 * u[8])
        return float(floors[booster] + cost + inner)

    return core


def _recipes(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return four choices and a count whose effects depend on one another, and two amounts."""
    sizes = (2, 3, 4, 6, 8)
    pairs = [(i, j, rng.random((sizes[i], sizes[j]))) for i in range(5) for j in range(i)]
    ranges = np.ix_(*map(np.arange, sizes))
    table = sum((effects[ranges[i], ranges[j]] for i, j, effects in pairs), np.zeros(sizes))
    table -= table.min()
    places = rng.uniform(0.2, 0.8, (6, 2))

    def core(u: Array) -> float:
        taken = tuple(level(x, size) for x, size in zip(u[:5], sizes, strict=True))
        return float(table[taken] + 2.0 * np.abs(u[5:] - places[taken[3]]).sum())

    return core


def _terraces(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a hill in steps: a change shows only where it crosses an edge."""
    target = target_of(space, rng)
    widths = rng.uniform(0.05, 0.12, len(target))
    weights = rng.permutation(np.geomspace(1.0, 0.15, len(target)))

    def core(u: Array) -> float:
        steps = np.floor(np.abs(u - target) / widths) * widths
        return float(np.dot(weights, steps) + 2.0 * (steps.max() > 0.5))

    return core


def _fractal(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return Weierstrass' function: the same roughness however near one looks."""
    target = target_of(space, rng)
    scales = 3.0 ** np.arange(6)
    heights = 0.5 ** np.arange(6)

    def core(u: Array) -> float:
        z = u - target
        rough = heights * (1.0 - np.cos(2.0 * math.pi * z[:, None] * scales))
        return float(rough.sum() / len(z) + 4.0 * np.mean(np.abs(z)))

    return core


def _edge(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return what training gives whose best rate is just below where it diverges."""
    target = target_of(space, rng, 0.3, 0.7)
    costs = rng.permutation([0.0, 0.1, 0.3])

    def core(u: Array) -> float:
        z = u - target
        beyond = z[0] + 0.6 * z[1]  # momentum makes steps longer
        if beyond > 0.4:
            return math.nan
        loss = 2.5 * abs(beyond) + 1.5 * z[1] ** 2 + abs(z[2]) + 0.5 * z[3] ** 2
        return float(loss + costs[level(u[4], 3)] + 10.0 ** (25.0 * max(beyond, 0.0)) - 1.0)

    return core


def _twenty(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a function of twenty numbers, five of which count, two of them together."""
    target, order = target_of(space, rng), rng.permutation(len(space.dimensions))

    def core(u: Array) -> float:
        z = (u - target)[order]
        main = 3.0 * z[0] ** 2 + 2.0 * abs(z[1]) + 4.0 * (z[2] * 2.0 + z[3]) ** 2 + z[4] ** 2
        return float(main + 0.05 * np.sum(z[5:] ** 2) + z[3] ** 2)

    return core


def _noisy_basins(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a broad basin and a narrow, deeper one."""
    narrow = target_of(space, rng)
    broad = target_of(space, rng)

    def core(u: Array) -> float:
        near, far = np.sum((u - narrow) ** 2), np.sum((u - broad) ** 2)
        return float((1.5 + 0.4 * min(far, 1.0)) * (1.0 - math.exp(-12.0 * near)))

    return core


def _uniforms(count: int) -> dict[str, uniform]:
    return {f"x{i}": uniform(0, 1) for i in range(count)}


REPORT_SYNTHETIC = (
    Problem(
        "levy",
        "synthetic",
        SearchSpace({**_uniforms(3), "a": loguniform(-6, 2), "b": normal(5, 2)}),
        shifted(_levy),
    ),
    Problem(
        "cigar",
        "synthetic",
        SearchSpace(
            {
                **_uniforms(2),
                "a": loguniform(-9, -1),
                "b": lognormal(1, 2),
                "c": normal(0, 1),
                "d": uniform(-5, 15),
            }
        ),
        shifted(_cigar),
    ),
    Problem(
        "boosters",
        "synthetic",
        SearchSpace(
            {
                "rate": loguniform(math.log(1e-3), 0),
                "rounds": qloguniform(math.log(10), math.log(1000), 10),
                "booster": choice(
                    {"kind": "tree", "depth": randint(10), "leaf": loguniform(0, 5)},
                    {"kind": "linear", "l1": loguniform(-9, 2), "l2": loguniform(-9, 2)},
                    {"kind": "dart", "drop": uniform(0, 0.5)},
                ),
                "subsample": uniform(0.2, 1),
            }
        ),
        shifted(_boosters),
    ),
    Problem(
        "recipes",
        "synthetic",
        SearchSpace(
            {
                "scale": choice([False, True]),
                "fill": choice("mean", "median", "zero"),
                "select": choice("none", "variance", "tree", "l1"),
                "model": choice(*"uvwxyz"),
                "folds": randint(8),
                "a": uniform(0, 1),
                "b": loguniform(-7, 0),
            }
        ),
        shifted(_recipes),
    ),
    Problem(
        "terraces",
        "synthetic",
        SearchSpace(
            {
                **_uniforms(3),
                "a": quniform(0, 1, 0.05),
                "b": qnormal(100, 15, 5),
                "c": loguniform(-4, 4),
            }
        ),
        shifted(_terraces),
    ),
    Problem(
        "fractal",
        "synthetic",
        SearchSpace({**_uniforms(2), "a": loguniform(-6, 0), "b": lognormal(0, 0.5)}),
        shifted(_fractal),
    ),
    Problem(
        "edge",
        "synthetic",
        SearchSpace(
            {
                "rate": loguniform(math.log(1e-5), math.log(10)),
                "momentum": uniform(0, 0.99),
                "decay": loguniform(math.log(1e-6), math.log(1e-1)),
                "warmup": quniform(0, 1000, 50),
                "optimizer": choice("sgd", "nesterov", "lion"),
            }
        ),
        shifted(_edge),
    ),
    Problem(
        "twenty",
        "synthetic",
        SearchSpace(
            {
                **_uniforms(7),
                **{f"l{i}": loguniform(-8, 1) for i in range(5)},
                **{f"n{i}": normal(0, 1) for i in range(3)},
                "r": randint(25),
                "q": quniform(0, 10, 0.5),
                "c": choice("a", "b", "c", "d"),
                "e": choice("on", "off"),
                "f": randint(4),
            }
        ),
        shifted(_twenty),
    ),
    Problem(
        "noisy basins",
        "synthetic",
        SearchSpace({**_uniforms(2), "a": loguniform(-3, 3), "b": quniform(0, 2, 0.1)}),
        shifted(_noisy_basins),
        noise=0.1,
    ),
)
