"""A dict that holds expressions: the options of a conditional space, and the space itself."""

import itertools
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hdwidget.errors import SpaceError
from hdwidget.shown import shown
from hdwidget.space.expression import Condition, Dimension, Expression
from hdwidget.space.values import fresh, is_dict, is_items, same

__all__ = ["Template", "holds_expression", "may_coincide"]


class Template:
    """A dict with expressions in it, at any depth of dicts: a configuration fills them in.

    Parameters
    ----------
    entries
        What every configuration is a copy of, with a value in the place of each expression.

    Raises
    ------
    SpaceError
        If a dict with an expression has a key that is no text, or an expression is in a list.
    """

    def __init__(self, entries: Mapping[str, object]) -> None:
        self.entries = dict(entries)
        slots = list(_slots(cast("dict[object, object]", self.entries)))
        self.paths = [".".join(path) for path, _ in slots]
        self.expressions = [expression for _, expression in slots]
        self._is_flat = len(slots) == len(self.entries) == sum(len(path) for path, _ in slots)
        sizes = [expression.size for expression in self.expressions]
        finite = [size for size in sizes if size is not None]
        self.size = math.prod(finite) if len(finite) == len(sizes) else None
        widths = (expression.width for expression in self.expressions)
        self._edges = [0, *itertools.accumulate(widths)]
        self.width = self._edges[-1]

    def at(self, index: int) -> dict[str, object]:
        """Return the configuration number `index`; the last expression varies fastest."""
        values: list[object] = []
        for expression in reversed(self.expressions):
            index, digit = divmod(index, expression.size or 1)
            values.append(expression.at(digit))
        return self._filled(reversed(values))

    def probabilities(self) -> NDArray[np.float64]:
        """Return the probability of each configuration, `(size,)`, in the order of `at`."""
        each = (expression.probabilities() for expression in self.expressions)
        return reduce(lambda outer, inner: np.outer(outer, inner).ravel(), each)

    def encode_point(self, value: object) -> list[float]:
        """Return the `width` coordinates of a configuration that fits."""
        return [
            u
            for expression, part in zip(self.expressions, self._parts(value), strict=True)
            for u in expression.encode_point(part)
        ]

    def axis_point(self, value: object) -> list[float]:
        """Return the `width` numbers of a configuration for a chart's axes."""
        return [
            number
            for expression, part in zip(self.expressions, self._parts(value), strict=True)
            for number in expression.axis_point(part)
        ]

    @property
    def fixed(self) -> dict[str, object]:
        """The entries that are the same in every configuration."""
        return {name: e for name, e in self.entries.items() if not holds_expression(e)}

    def decode_point(self, point: Sequence[float]) -> dict[str, object]:
        """Return the configuration at `point`, the inverse of `encode_point`."""
        coordinates = itertools.starmap(slice, itertools.pairwise(self._edges))
        return self._filled(
            expression.decode_point(point[part])
            for expression, part in zip(self.expressions, coordinates, strict=True)
        )

    def from_axis(self, point: Sequence[float]) -> dict[str, object]:
        """Return the configuration that has these numbers, the inverse of `axis_point`."""
        numbers = itertools.starmap(slice, itertools.pairwise(self._edges))
        return self._filled(
            expression.from_axis(point[part])
            for expression, part in zip(self.expressions, numbers, strict=True)
        )

    def recall(self, value: object) -> dict[str, object]:
        """Return the configuration that the record holds as `value`."""
        return self._filled(
            expression.recall(part)
            for expression, part in zip(self.expressions, self._parts(value), strict=True)
        )

    def key(self, value: object) -> tuple[Hashable, ...]:
        """Return what is equal for configurations that are the same."""
        return tuple(
            expression.key(part)
            for expression, part in zip(self.expressions, self._parts(value), strict=True)
        )

    def fits(self, value: object) -> bool:
        """Tell whether `value` has the fixed entries of this dict, whatever fills the others."""
        return _taken(self.entries, value, [])

    def contains(self, value: object) -> bool:
        """Tell whether `value` is a configuration of this dict."""
        parts: list[object] = []
        return _taken(self.entries, value, parts) and all(
            expression.contains(part)
            for expression, part in zip(self.expressions, parts, strict=True)
        )

    def problem(self, name: str, value: object) -> str | None:
        """Return what is wrong with a configuration that fits, None if nothing is."""
        for path, expression, part in zip(
            self.paths, self.expressions, self._parts(value), strict=True
        ):
            problem = expression.problem(f"{name}{path}", part)
            if problem is not None:
                return problem
        return None

    def dimensions(self, name: str, condition: Condition | None = None) -> Iterator[Dimension]:
        """Yield the `width` coordinates, their paths after `name`."""
        for path, expression in zip(self.paths, self.expressions, strict=True):
            yield from expression.dimensions(f"{name}{path}", condition)

    def _filled(self, values: Iterable[object]) -> dict[str, object]:
        filled = _filled(self.entries, iter(values))
        return cast("dict[str, object]", filled)

    def _parts(self, value: object) -> list[object]:
        if self._is_flat and is_dict(value) and value.keys() == self.entries.keys():
            return [value[name] for name in self.entries]
        parts: list[object] = []
        if not _taken(self.entries, value, parts):
            form = shown(self.entries)
            msg = f"A configuration must have the form of {form}, but got {shown(value)}."
            raise SpaceError(msg)
        return parts


def holds_expression(value: object) -> bool:
    """Tell whether `value` is an expression or a dict, list or tuple that holds one."""
    if isinstance(value, Expression):
        return True
    parts = value.values() if is_dict(value) else value if is_items(value) else ()
    return any(map(holds_expression, parts))


def may_coincide(one: object, other: object) -> bool:
    """Tell whether two options might give the same value; True when it is not plain that not."""
    if holds_expression(one) and holds_expression(other):
        either = isinstance(one, Expression) or isinstance(other, Expression)
        return either or _entries_may_coincide(one, other)
    if isinstance(one, Expression):
        return one.contains(other)
    if isinstance(other, Expression):
        return other.contains(one)
    return _entries_may_coincide(one, other)


def _entries_may_coincide(one: object, other: object) -> bool:
    if is_dict(one) and is_dict(other):
        return one.keys() == other.keys() and all(
            may_coincide(entry, other[name]) for name, entry in one.items()
        )
    return same(one, other)


def _slots(
    entries: Mapping[object, object], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Expression]]:
    """Yield each expression with the path to it."""
    for name, entry in entries.items():
        if not isinstance(name, str):
            msg = f"The names in a dict with expressions must be texts, but got {shown(name)}."
            raise SpaceError(msg)
        if isinstance(entry, Expression):
            yield (*path, name), entry
        elif is_dict(entry):
            if holds_expression(entry):
                yield from _slots(entry, (*path, name))
        elif holds_expression(entry):
            msg = (
                f"An expression inside a list is not sampled, but got {name}={shown(entry)}. "
                "Give each element a name in a dict."
            )
            raise SpaceError(msg)


def _filled(entry: object, values: Iterator[object]) -> object:
    """Return a copy of `entry` with the next values in the places of its expressions."""
    if isinstance(entry, Expression):
        return next(values)
    if is_dict(entry):
        return {name: _filled(nested, values) for name, nested in entry.items()}
    return fresh(entry)


def _taken(entry: object, value: object, parts: list[object]) -> bool:
    """Append what stands in the places of expressions; False when the rest is not the same."""
    if isinstance(entry, Expression):
        parts.append(value)
        return True
    if is_dict(entry) and is_dict(value) and entry.keys() == value.keys():
        return all(_taken(nested, value[name], parts) for name, nested in entry.items())
    return same(entry, value)  # in a record the keys are texts
