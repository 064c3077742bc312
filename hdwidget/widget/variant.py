"""A configuration that a person has put together on the page, field by field."""

import math
from collections.abc import Mapping, Sequence
from typing import cast

from hdwidget.errors import ConfigurationError
from hdwidget.space import SearchSpace, choice
from hdwidget.space.expression import Dimension, real_number

__all__ = ["InvalidFieldsError", "configuration"]


class InvalidFieldsError(ConfigurationError):
    """Values that are not of the space.

    Attributes
    ----------
    fields : mapping of int to str
        What must hold of each field that is wrong, by its dimension of the space.
    """

    def __init__(self, fields: Mapping[int, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


def configuration(space: SearchSpace, values: object) -> dict[str, object]:
    """Return the configuration that has the values of a form's fields.

    Parameters
    ----------
    space : SearchSpace
        What is searched.
    values : list
        A number for each of the space's dimensions: of a choice the index of its option. Those of
        options that are not taken may be anything.

    Raises
    ------
    InvalidFieldsError
        Values are not of their expressions.
    ConfigurationError
        There are more or fewer of them than dimensions.
    """
    if not isinstance(values, list) or len(cast("list[object]", values)) != len(space.dimensions):
        message = "the search space has changed since: look at its parameters again."
        raise ConfigurationError(message)
    numbers = [real_number(value) for value in cast("list[object]", values)]
    taken = _taken(space, numbers)
    problems = {
        index: problem
        for index, (dimension, number) in enumerate(zip(space.dimensions, numbers, strict=True))
        if taken[index] and (problem := _problem(dimension, number)) is not None
    }
    if problems:
        raise InvalidFieldsError(problems)
    point = [
        math.nan if number is None or not counts else number
        for number, counts in zip(numbers, taken, strict=True)
    ]
    return space.from_axis(point)


def _taken(space: SearchSpace, numbers: Sequence[float | None]) -> list[bool]:
    """Tell of each dimension whether it counts: whether its option is taken, if it is nested."""
    options: dict[str, float | None] = {}
    counts: list[bool] = []
    for dimension, number in zip(space.dimensions, numbers, strict=True):
        when = dimension.condition
        counts.append(when is None or options.get(when.dimension) == when.option)
        options[dimension.name] = number if counts[-1] else None
    return counts


def _problem(dimension: Dimension, number: float | None) -> str | None:
    expression, name = dimension.expression, dimension.name
    if isinstance(expression, choice):
        options = range(len(expression.labels))
        return None if number in options else f"`{name}` must be one of its options."
    if number is None:
        return f"`{name}` must be a number."
    return expression.problem(name, expression.from_axis([number]))
