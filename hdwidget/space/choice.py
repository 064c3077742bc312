"""One of several options, which may be anything, nested expressions included."""

# ruff: noqa: D102  # what overrides a method inherits its docstring

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hdwidget.errors import SpaceError
from hdwidget.shown import shown
from hdwidget.space.expression import Condition, Dimension, Expression, unit
from hdwidget.space.template import Template, holds_expression, may_coincide
from hdwidget.space.values import (
    DEEPEST,
    fresh,
    identity,
    is_dict,
    is_shallow,
    loosely,
    value_to_json,
)

__all__ = ["choice"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class choice(Expression):  # noqa: N801  # HyperDrive's name
    """One of several options.

    Parameters
    ----------
    *options
        Values of any type, each as likely as any other; one list, tuple, range or 1-D array is
        taken apart into its elements. An option that is given twice is twice as likely. A dict may
        hold further expressions, at any depth: they count only when this option is taken, and the
        sampled value is the dict with their values.

    Raises
    ------
    SpaceError
        If there are no options, or two dicts with nested expressions cannot be told apart by their
        other entries.

    Examples
    --------
    >>> choice(16, 32, 64).decode(0.5)
    32
    >>> choice(["relu", "tanh"])
    choice('relu', 'tanh')
    >>> model = choice({"kind": "tree"}, {"kind": "forest", "trees": choice(10, 100)})
    >>> model.size
    3
    """

    options: tuple[object, ...]

    def __init__(self, *options: object) -> None:
        options = _elements(options)
        if not options:
            msg = "`choice` must have at least one option, but got none. Write choice('a', 'b')."
            raise SpaceError(msg)
        if not is_shallow(options):
            msg = (
                f"The options of a `choice` must hold at most {DEEPEST} lists, dicts and choices "
                f"in each other, but got {shown(options)}."
            )
            raise SpaceError(msg)
        self._set(options=tuple(map(fresh, options)))
        self._check_nested()

    # Equal options are one *branch*, as likely as they are many; what follows counts branches.

    @cached_property
    def _identities(self) -> tuple[Hashable, ...]:
        return tuple(map(identity, self.options))

    @cached_property
    def _counts(self) -> dict[Hashable, int]:
        """How many options are in each branch, in the order of their first."""
        return Counter(self._identities)

    @cached_property
    def _branches(self) -> list[object]:
        """The branches: a Template where expressions are nested, else the option itself."""
        first = dict(zip(reversed(self._identities), reversed(self.options), strict=True))
        return [
            Template(cast("dict[str, object]", option)) if holds_expression(option) else option
            for option in (first[same] for same in self._counts)
        ]

    @cached_property
    def _templates(self) -> dict[int, Template]:
        return {i: b for i, b in enumerate(self._branches) if isinstance(b, Template)}

    @cached_property
    def _edges(self) -> list[int]:
        """How many options come before each branch when equal ones stand together; then all."""
        return [0, *accumulate(self._counts.values())]

    @cached_property
    def _numbers(self) -> dict[Hashable, int]:
        return {same: i for i, same in enumerate(self._counts)}

    @cached_property
    def _loose(self) -> list[object]:
        return [None if isinstance(b, Template) else loosely(b) for b in self._branches]

    @cached_property
    def _starts(self) -> list[int] | None:
        """How many distinct values come before each branch, then all; None when infinite."""
        sizes = [b.size if isinstance(b, Template) else 1 for b in self._branches]
        finite = [size for size in sizes if size is not None]
        return [0, *accumulate(finite)] if len(finite) == len(sizes) else None

    @property
    def labels(self) -> list[str]:
        """The distinct options as texts, in order; of a dict with expressions its other entries."""
        return [_label(b.fixed) if isinstance(b, Template) else _label(b) for b in self._branches]

    @property
    def shares(self) -> NDArray[np.float64]:
        """The probability of each distinct option, in the order of `labels`: `(k,)` float64."""
        return np.diff(self._edges) / len(self.options)

    @property
    def size(self) -> int | None:
        return None if self._starts is None else self._starts[-1]

    @property
    def width(self) -> int:
        return 1 + sum(template.width for template in self._templates.values())

    def encode(self, value: object) -> float:
        """Return the middle of the interval of the option that `value` is of; see `Expression`."""
        i = self._branch(value)
        return (self._edges[i] + self._edges[i + 1]) / 2.0 / len(self.options)

    def decode(self, u: float) -> object:
        """Return the option at `u`; see `Expression`.

        Raises
        ------
        SpaceError
            If expressions are nested in the option: they need coordinates of their own, which
            `decode_point` and `SearchSpace.decode` take.
        """
        branch = self._branches[self._branch_at(u)]
        if isinstance(branch, Template):
            msg = (
                f"The expressions nested in {shown(branch.entries)} need a coordinate each, "
                "but got one number. Use `SearchSpace.decode`."
            )
            raise SpaceError(msg)
        return fresh(branch)

    def contains(self, value: object) -> bool:
        return self._find(value) is not None

    def key(self, value: object) -> Hashable:
        i = self._branch(value)
        return (i, *self._templates[i].key(value)) if i in self._templates else i

    def recall(self, value: object) -> object:
        i = self._branch(value)
        return (
            self._templates[i].recall(value) if i in self._templates else fresh(self._branches[i])
        )

    def at(self, index: int) -> object:
        if self._starts is None:
            return super().at(index)
        index = range(self._starts[-1])[index]
        i = bisect_right(self._starts, index) - 1
        branch = self._branches[i]
        return branch.at(index - self._starts[i]) if isinstance(branch, Template) else fresh(branch)

    def probabilities(self) -> NDArray[np.float64]:
        if self._starts is None:
            return super().probabilities()
        share = self.shares
        if not self._templates:
            return share
        return np.concatenate(
            [
                share[i] * b.probabilities() if isinstance(b, Template) else share[i : i + 1]
                for i, b in enumerate(self._branches)
            ]
        )

    def dimensions(self, name: str, condition: Condition | None = None) -> Iterator[Dimension]:
        yield Dimension(name, self, condition)
        for i, template in self._templates.items():
            yield from template.dimensions(f"{name}[{i}].", Condition(name, i))

    def encode_point(self, value: object) -> list[float]:
        taken = self._branch(value)
        point = [self.encode(value)]
        for i, template in self._templates.items():
            inactive = [math.nan] * template.width
            point += template.encode_point(value) if i == taken else inactive
        return point

    def axis_point(self, value: object) -> list[float]:
        taken = self._branch(value)
        point = [float(taken)]
        for i, template in self._templates.items():
            inactive = [math.nan] * template.width
            point += template.axis_point(value) if i == taken else inactive
        return point

    def decode_point(self, point: Sequence[float]) -> object:
        taken = self._branch_at(point[0])
        if taken in self._templates:
            return self._templates[taken].decode_point(self._nested(taken, point))
        return fresh(self._branches[taken])

    def from_axis(self, point: Sequence[float]) -> object:
        taken = int(point[0])
        if taken in self._templates:
            return self._templates[taken].from_axis(self._nested(taken, point))
        return fresh(self._branches[taken])

    def problem(self, name: str, value: object) -> str | None:
        for i, template in self._templates.items():
            if template.fits(value) and self._find(value) is None:
                return template.problem(f"{name}[{i}].", value)
        return super().problem(name, value)

    def to_json(self) -> dict[str, object]:
        return {"expression": "choice", "options": [value_to_json(o) for o in self.options]}

    def __repr__(self) -> str:
        if _elements(self.options) is not self.options:
            # Alone and unwrapped, a list would be taken apart again.
            return f"choice([{shown(self.options[0], None)}])"
        return f"choice({', '.join(shown(option, None) for option in self.options)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, choice) and self._identities == other._identities

    def __hash__(self) -> int:
        return hash(self._identities)

    def _find(self, value: object) -> int | None:
        """Return the branch that `value` is of; an exact match goes before a loose one."""
        try:
            exact = self._numbers.get(identity(value))
            loose = loosely(value)
        except RecursionError:  # an option is not that deep
            return None
        if exact is not None and exact not in self._templates:
            return exact
        for i, template in self._templates.items():
            if template.contains(value):
                return i
        for i, option in enumerate(self._loose):
            if i not in self._templates and option == loose:
                return i
        return None

    def _branch(self, value: object) -> int:
        """Return the branch of `value`, numbers in it within their bounds or not."""
        found = self._find(value)
        if found is not None:
            return found
        for i, template in self._templates.items():
            if template.fits(value):
                return i
        raise SpaceError(super().problem("value", value))

    def _nested(self, taken: int, point: Sequence[float]) -> Sequence[float]:
        """Return the part of a point that is of the expressions in one of the options."""
        start = 1 + sum(each.width for i, each in self._templates.items() if i < taken)
        return point[start : start + self._templates[taken].width]

    def _branch_at(self, u: float) -> int:
        last = len(self._edges) - 2
        return min(bisect_right(self._edges, unit(u) * len(self.options)) - 1, last)

    def _check_nested(self) -> None:
        for option in self.options:
            if holds_expression(option) and not isinstance(option, dict):
                msg = (
                    "An expression among the options must stand in a dict, but got "
                    f"{shown(option)}. Write choice({{'name': {shown(option)}}}, …)."
                )
                raise SpaceError(msg)
        for i, template in self._templates.items():
            for j, branch in enumerate(self._branches):
                other = branch.entries if isinstance(branch, Template) else branch
                if i != j and may_coincide(template.entries, other):
                    msg = (
                        "Options with nested expressions must be told apart by their other "
                        f"entries, but got {shown(template.entries)} and {shown(other)}. "
                        "Add one, such as {'kind': 'a', …} and {'kind': 'b', …}."
                    )
                    raise SpaceError(msg)


def _label(option: object) -> str:
    if is_dict(option):
        return ", ".join(f"{name}={_label(entry)}" for name, entry in option.items())
    return option if isinstance(option, str) else shown(fresh(option), None)


def _elements(options: tuple[object, ...]) -> tuple[object, ...]:
    """Return the elements of a single list, tuple, range or 1-D array, else the options."""
    if len(options) != 1:
        return options
    only = options[0]
    if isinstance(only, list | tuple | range):
        return tuple(cast("list[object]", only))
    if isinstance(only, np.ndarray) and only.ndim == 1:
        return tuple(cast("NDArray[np.generic]", only))
    return options
