"""What every parameter expression can do."""

import math
import numbers
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, fields
from textwrap import shorten
from typing import NamedTuple, TypeVar, dataclass_transform

import numpy as np
from numpy.typing import NDArray

from hdwidget.checks import finite_number, suggest_keywords
from hdwidget.errors import SpaceError
from hdwidget.shown import shown

__all__ = ["Condition", "Dimension", "Expression", "parameter_expression", "real_number", "unit"]

E = TypeVar("E", bound="Expression")


class Condition(NamedTuple):
    """When a nested dimension is active: while another one takes a certain option.

    Parameters
    ----------
    dimension
        The name of the choice's dimension, which has to be active itself.
    option
        The number of the option, counting equal ones once.
    """

    dimension: str
    option: int


@dataclass(frozen=True)
class Dimension:
    """One coordinate of the unit cube that a search space is encoded to.

    Parameters
    ----------
    name
        The parameter's name; for a nested expression the path to it: ``model[0].C`` is the entry
        ``C`` in option 0 of the choice ``model``.
    expression
        What is encoded in this coordinate: for a choice with nested options, which option it is.
    condition
        When the coordinate counts, or None when it always does.
    """

    name: str
    expression: "Expression"
    condition: Condition | None = None


# A dataclass without fields, so that `fields` knows the arguments of those that derive from it.
@dataclass(frozen=True, repr=False, eq=False)
class Expression(ABC):
    """A hyperparameter's possible values and their distribution: an immutable value.

    A new expression implements `encode`, `decode`, `contains` and `key`; a finite one `size`, `at`
    and `probabilities` as well. The others follow from these.
    """

    @abstractmethod
    def encode(self, value: object) -> float:
        """Return where `value` stands in the distribution.

        Parameters
        ----------
        value
            A value of this expression; a number outside its bounds counts as the nearest bound.

        Returns
        -------
        float
            In [0, 1]: the distribution function at `value`; for a discrete value the middle of its
            interval of probability.

        Raises
        ------
        SpaceError
            If `value` is not of this expression.
        """

    @abstractmethod
    def decode(self, u: float) -> object:
        """Return the `u`-quantile, the inverse of `encode`.

        Parameters
        ----------
        u
            In [0, 1]. Both ends give finite values.

        Returns
        -------
        object
            A plain Python value, never a numpy scalar.

        Raises
        ------
        SpaceError
            If `u` is outside [0, 1] or NaN.
        """

    @abstractmethod
    def contains(self, value: object) -> bool:
        """Tell whether `value` is one that this expression can take."""

    @abstractmethod
    def key(self, value: object) -> Hashable:
        """Return what is equal for values that are the same for this expression."""

    def recall(self, value: object) -> object:
        """Return the value that the record holds as `value`, which JSON may have changed.

        Raises
        ------
        SpaceError
            If `value` is not of this expression.
        """
        self.key(value)
        return value

    @property
    def size(self) -> int | None:
        """How many distinct values there are, None when they are infinitely many."""
        return None

    def at(self, index: int) -> object:  # noqa: ARG002  # finite expressions use it
        """Return the distinct value number `index`, in a fixed order: smaller numbers first.

        Raises
        ------
        SpaceError
            If the values are infinitely many.
        IndexError
            If `index` is not in ``range(size)``.
        """
        raise self._infinite()

    def probabilities(self) -> NDArray[np.float64]:
        """Return the probability of each distinct value, `(size,)` float64, in the order of `at`.

        Raises
        ------
        SpaceError
            If the values are infinitely many.
        """
        raise self._infinite()

    def support(self) -> list[tuple[object, float]]:
        """Return each distinct value with its probability, in the order of `at`.

        Raises
        ------
        SpaceError
            If the values are infinitely many.
        """
        return [(self.at(i), p) for i, p in enumerate(self.probabilities().tolist())]

    def sample(self, rng: np.random.Generator) -> object:
        """Draw one value.

        Parameters
        ----------
        rng
            The source of randomness; `width` numbers are taken from it, whatever comes out.
        """
        return self.decode_point(rng.random(self.width).tolist())

    @property
    def width(self) -> int:
        """How many coordinates a value takes: 1, and more for a choice with nested options."""
        return 1

    def dimensions(self, name: str, condition: Condition | None = None) -> Iterator[Dimension]:
        """Yield the `width` coordinates of a parameter called `name`."""
        yield Dimension(name, self, condition)

    def encode_point(self, value: object) -> list[float]:
        """Return the `width` coordinates of `value`, NaN for those that do not count."""
        return [self.encode(value)]

    def decode_point(self, point: Sequence[float]) -> object:
        """Return the value at `point`, the inverse of `encode_point`."""
        return self.decode(point[0])

    def axis_point(self, value: object) -> list[float]:
        """Return `value` as `width` numbers for a chart's axes, NaN for those that do not count.

        Raises
        ------
        SpaceError
            If `value` is not of this expression.
        """
        return [finite_number("value", value, error=SpaceError)]

    def from_axis(self, point: Sequence[float]) -> object:
        """Return the value that has these `width` numbers, the inverse of `axis_point`."""
        number = float(point[0])
        is_whole = number.is_integer() and isinstance(self.decode(0.5), int)
        return int(number) if is_whole else number

    def problem(self, name: str, value: object) -> str | None:
        """Return what is wrong with `value` for a parameter called `name`, None if nothing is."""
        if self.contains(value):
            return None
        this = shorten(repr(self), 200, placeholder=" …")
        return f"`{name}` must be a value of {this}, but got {name}={shown(value)}."

    def to_json(self) -> dict[str, object]:
        """Return the expression as JSON holds it; `expression_from_json` reads it."""
        return {"expression": type(self).__name__, **self.arguments()}

    def __repr__(self) -> str:
        arguments = (shown(value, None) for value in self.arguments().values())
        return f"{type(self).__name__}({', '.join(arguments)})"

    def __getstate__(self) -> dict[str, object]:
        # What is cached beside the arguments is found again; some of it holds for one process only.
        return self.arguments()

    def arguments(self) -> dict[str, object]:
        """Return the arguments that make this expression, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def _set(self, **arguments: object) -> None:
        """Put normalized arguments in place while the frozen value is being made."""
        for name, value in arguments.items():
            object.__setattr__(self, name, value)

    def _infinite(self) -> SpaceError:
        return SpaceError(f"Only finitely many values can be listed, but got {shown(self)}.")


@dataclass_transform(frozen_default=True)
def parameter_expression(cls: type[E]) -> type[E]:
    """Make a frozen dataclass of an expression, with help for misspelt keywords."""
    made = dataclass(frozen=True, repr=False)(cls)
    made.__init__ = suggest_keywords(made.__init__)
    return made


def real_number(value: object) -> float | None:
    """Return `value` as a float when it is a finite real number, else None."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def unit(u: float) -> float:
    """Return `u`, or raise SpaceError when it is not in [0, 1]."""
    if 0.0 <= u <= 1.0:
        return u
    msg = f"`0 <= u <= 1` must hold for a point of the unit cube, but got u={shown(u)}."
    raise SpaceError(msg)
