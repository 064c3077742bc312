"""Synthetic problems that a sampler's author may look at; each seed puts the optimum elsewhere."""

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
    quniform,
    randint,
    uniform,
)

from .problem import Problem
from .shifted import Core, level, rotation, shifted, target_of

__all__ = ["TUNE_SYNTHETIC"]

Array = NDArray[np.float64]


def _uniforms(count: int) -> dict[str, uniform]:
    return {f"x{i}": uniform(0, 1) for i in range(count)}


def _rastrigin(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a bowl with a regular grid of dents."""
    target = target_of(space, rng)

    def core(u: Array) -> float:
        z = 3.0 * (u - target)
        return float(np.sum(z * z + 1.5 * (1.0 - np.cos(2.0 * math.pi * z))))

    return core


def _valley(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return Rosenbrock's bent valley, its axes turned."""
    target, turned = target_of(space, rng, 0.25, 0.75), rotation(len(space.dimensions), rng)

    def core(u: Array) -> float:
        w = 1.0 + 2.0 * (turned @ (u - target))
        return float(np.sum(100.0 * (w[1:] - w[:-1] ** 2) ** 2 + (1.0 - w[:-1]) ** 2)) ** 0.5

    return core


def _kernels(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a ridge of C against gamma, in another place for each kernel; parameters nested."""
    places = rng.uniform(0.2, 0.8, (4, 3))
    places[2, 2] = (level(places[2, 2], 6) + 0.5) / 6.0  # a whole degree
    floors = [0.2, *rng.permutation([0.0, 0.03, 0.1])]
    weights = rng.permutation([0.0, 0.03])

    def core(u: Array) -> float:
        kernel, nested = level(u[0], 4), u[1:6]
        c = u[6] - places[kernel, 0]
        z = nested[~np.isnan(nested)]
        z = z - places[kernel, 1 : 1 + len(z)]
        ridge = 4.0 * (c + z[0]) ** 2 + 0.5 * (c - z[0]) ** 2 if len(z) else c * c
        cost = floors[kernel] + weights[level(u[7], 2)] + 0.5 * float(np.sum(np.abs(z[1:])))
        return cost + 1.0 - math.exp(-2.0 * ridge)

    return core


def _categories(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return the effects of three choices and of their pairs; the first one moves the numbers."""
    single, pair = rng.random((3, 5)), 0.6 * rng.random((2, 5, 5))
    table = (
        single[0][:, None, None]
        + single[1][None, :, None]
        + single[2]
        + pair[0][:, :, None]
        + pair[1][None, :, :]
    )
    table -= table.min()
    places = 0.5 + rng.uniform(-0.3, 0.3, 3) + rng.uniform(-0.15, 0.15, (5, 3))

    def core(u: Array) -> float:
        i, j, k = (level(x, 5) for x in u[:3])
        return float(table[i, j, k] + 3.0 * np.sum((u[3:] - places[i]) ** 2))

    return core


def _boxes(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return 40 corners that cost something, flat in between, and a faint bowl."""
    target = target_of(space, rng, 0.1, 0.9)
    axes = np.array([rng.choice(len(target), 2, replace=False) for _ in range(40)])
    cuts, costs = rng.random((40, 2)), rng.exponential(1.0, 40) / (1 + axes.min(axis=1))
    home = (target[axes] > cuts).all(axis=1)

    def core(u: Array) -> float:
        inside = (u[axes] > cuts).all(axis=1)
        return float(costs[inside != home].sum() + 0.5 * np.sum((u - target) ** 2))

    return core


def _waves(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a bowl under waves too short to be learned: what noise looks like."""
    target = target_of(space, rng)
    weights = 2.0 ** -np.arange(len(target))

    def core(u: Array) -> float:
        z = u - target
        waves = np.sum(1.0 - np.cos(70.0 * z)) * (1.0 + 2.0 * abs(z[0]))
        return float(4.0 * np.sum(weights * z * z) + 0.04 * waves)

    return core


def _network(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a net's loss: it explodes where the rate is too high, and becomes NaN beyond."""
    target = target_of(space, rng, 0.25, 0.7)
    costs = rng.permutation([0.0, 0.1, 0.25, 0.6])

    def core(u: Array) -> float:
        z = u - target
        rate = z[0] - 0.3 * z[4]  # larger batches want larger rates
        loss = 4.0 * rate**2 + np.dot([0.5, 1.0, 0.6, 0.2, 0.3], z[1:6] ** 2) + 0.05 * abs(z[7])
        if rate > 0.45:
            return math.nan
        return float(loss + costs[level(u[6], 4)]) * 10.0 ** (20.0 * max(rate - 0.2, 0.0))

    return core


def _wide(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a function of sixteen numbers of which four count for much."""
    target, order = target_of(space, rng), rng.permutation(len(space.dimensions))
    weights = 3.0 * 2.5 ** -np.arange(len(target))

    def core(u: Array) -> float:
        z = (u - target)[order]
        bend = 6.0 * (z[0] + z[1] ** 2 - z[2]) ** 2
        return float(np.sum(weights * np.abs(z) ** 1.5) + bend)

    return core


def _ackley(space: SearchSpace, rng: np.random.Generator) -> Core:
    """Return a funnel with dents."""
    target = target_of(space, rng)

    def core(u: Array) -> float:
        z = 5.0 * (u - target)
        funnel = 20.0 * (1.0 - math.exp(-0.2 * math.sqrt(np.mean(z * z))))
        return funnel + math.e - math.exp(np.mean(np.cos(math.pi * z)))

    return core


TUNE_SYNTHETIC = (
    Problem(
        "rastrigin",
        "synthetic",
        SearchSpace({**_uniforms(2), "a": lognormal(0, 1), "b": loguniform(-8, 0)}),
        shifted(_rastrigin),
    ),
    Problem(
        "valley",
        "synthetic",
        SearchSpace(
            {**_uniforms(2), "a": loguniform(-5, 5), "b": normal(0, 3), "c": uniform(-3, 2)}
        ),
        shifted(_valley),
    ),
    Problem(
        "kernels",
        "synthetic",
        SearchSpace(
            {
                "kernel": choice(
                    "linear",
                    {"kind": "rbf", "gamma": loguniform(-9, 3)},
                    {"kind": "poly", "gamma": loguniform(-6, 3), "degree": randint(6)},
                    {
                        "kind": "sigmoid",
                        "gamma": loguniform(-9, 0),
                        "coef0": uniform(-1, 1),
                    },
                ),
                "C": loguniform(-7, 7),
                "weight": choice("none", "balanced"),
            }
        ),
        shifted(_kernels),
    ),
    Problem(
        "categories",
        "synthetic",
        SearchSpace({name: choice("v", "w", "x", "y", "z") for name in "abc"} | _uniforms(3)),
        shifted(_categories),
    ),
    Problem(
        "boxes",
        "synthetic",
        SearchSpace(
            {
                **_uniforms(3),
                "a": loguniform(-5, 0),
                "b": randint(12),
                "c": choice("u", "v", "w"),
                "d": choice(16, 32, 64, 128),
            }
        ),
        shifted(_boxes),
    ),
    Problem(
        "waves",
        "synthetic",
        SearchSpace({**_uniforms(3), "a": loguniform(-8, 0), "b": lognormal(0, 1)}),
        shifted(_waves),
    ),
    Problem(
        "network",
        "synthetic",
        SearchSpace(
            {
                "rate": loguniform(math.log(1e-5), 0),
                "decay": loguniform(math.log(1e-7), math.log(1e-1)),
                "units": quniform(16, 512, 16),
                "layers": randint(6),
                "batch": qloguniform(math.log(8), math.log(256), 8),
                "dropout": uniform(0, 0.7),
                "activation": choice("relu", "tanh", "gelu", "elu"),
                "momentum": uniform(0.5, 0.99),
            }
        ),
        shifted(_network),
    ),
    Problem(
        "wide",
        "synthetic",
        SearchSpace(
            {
                **_uniforms(8),
                **{f"l{i}": loguniform(-6, 0) for i in range(3)},
                "n": lognormal(0, 1),
                "r": randint(10),
                "q": quniform(0, 4, 0.25),
                "c": choice("a", "b", "c"),
                "e": choice([True, False]),
            }
        ),
        shifted(_wide),
    ),
    Problem(
        "noisy funnel",
        "synthetic",
        SearchSpace({**_uniforms(4), "a": loguniform(-6, 0)}),
        shifted(_ackley),
        noise=0.5,
    ),
)
