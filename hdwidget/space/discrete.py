"""Whole numbers."""

# ruff: noqa: D102  # what overrides a method inherits its docstring

import numpy as np
from numpy.typing import NDArray

from hdwidget.checks import finite_number, whole_number
from hdwidget.errors import SpaceError
from hdwidget.space.expression import Expression, parameter_expression, real_number, unit

__all__ = ["randint"]

# Up to here one double in [0, 1] tells the numbers apart, with bits to spare for rounding.
MOST_NUMBERS = 2**48


@parameter_expression
class randint(Expression):  # noqa: N801  # HyperDrive's name
    """A whole number in ``[0, upper)``, each as likely as any other.

    Parameters
    ----------
    upper
        The first number that is too large, from 1 to 2**48.

    Raises
    ------
    SpaceError
        If `upper` is not a whole number in this range.

    Examples
    --------
    >>> [randint(4).decode(u) for u in (0.0, 0.3, 1.0)]
    [0, 1, 3]
    """

    upper: int

    def __post_init__(self) -> None:
        upper = whole_number("upper", self.upper, minimum=1, maximum=MOST_NUMBERS, error=SpaceError)
        self._set(upper=upper)

    @property
    def size(self) -> int:
        return self.upper

    def encode(self, value: object) -> float:
        return (self.key(value) + 0.5) / self.upper

    def decode(self, u: float) -> int:
        return min(int(unit(u) * self.upper), self.upper - 1)

    def contains(self, value: object) -> bool:
        x = real_number(value)
        return x is not None and x.is_integer() and 0 <= x < self.upper

    def key(self, value: object) -> int:
        number = finite_number("value", value, error=SpaceError)
        return min(max(round(number), 0), self.upper - 1)

    def at(self, index: int) -> int:
        return range(self.upper)[index]

    def probabilities(self) -> NDArray[np.float64]:
        return np.full(self.upper, 1.0 / self.upper)
