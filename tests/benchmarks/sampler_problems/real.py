"""Problems of the real tasks: their tables, and the surrogates of those that are no grid."""

import math
from collections.abc import Mapping

import numpy as np

from hdwidget.space import SearchSpace

from .kept import kept
from .problem import Function, Problem
from .surrogates import Features, loaded
from .task import Task

__all__ = ["surrogate_problem", "table_problem"]


def table_problem(task: Task) -> Problem:
    """Return the problem of a task whose every configuration was evaluated."""

    def make(space: SearchSpace, _: np.random.Generator) -> tuple[Function, float]:
        losses = kept(task.name)["losses"].astype(float)
        rows = {space.key(params): i for i, params in enumerate(space.enumerate())}

        def function(params: Mapping[str, object]) -> float:
            return float(losses[rows[space.key(params)]])

        return function, float(np.nanmin(losses))

    return Problem(task.name, "table", task.space, make)


def surrogate_problem(task: Task) -> Problem:
    """Return the problem of the surrogate of a task."""

    def make(space: SearchSpace, _: np.random.Generator) -> tuple[Function, float]:
        arrays = kept(task.name)
        features, model = Features(space), loaded(task.kept_as, arrays)

        def function(params: Mapping[str, object]) -> float:
            return math.exp(model(features(space.encode(params)[None, :]))[0])

        return function, math.exp(arrays["optimum"])

    return Problem(task.name, "surrogate", task.space, make)
