"""Numbers on a grid of step q: ``round(x / q) * q`` of a continuous expression's x."""

# ruff: noqa: D102  # what overrides a method inherits its docstring

import math
import sys
from collections.abc import Callable
from decimal import Context, Decimal
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from hdwidget.checks import finite_number
from hdwidget.errors import SpaceError
from hdwidget.shown import shown
from hdwidget.space.continuous import (
    Continuous,
    lognormal,
    loguniform,
    normal,
    positive,
    uniform,
)
from hdwidget.space.expression import Expression, parameter_expression, real_number, unit

__all__ = ["Quantized", "qlognormal", "qloguniform", "qnormal", "quniform"]

# Up to here one double in [0, 1] tells the points of a grid apart, through exp and log as well.
MOST_POINTS = 2**40
# 17 digits of q times 13 of the multiple fit, so that only the conversion to float rounds.
DECIMAL = Context(prec=40)


class Quantized(Expression):
    """The multiples of `q` nearest to a continuous expression's values, halves to even.

    A multiple is the double nearest to the decimal number, 0.3 and not 0.1 * 3, and an int when q
    is integral. The outermost multiples may lie outside the continuous bounds by up to q / 2.
    """

    q: float
    continuous: ClassVar[Callable[..., Continuous]]
    finite: ClassVar[bool]

    def __post_init__(self) -> None:
        self._set(**self.base.arguments(), q=positive("q", self.q))
        _ = self._multiples

    @cached_property
    def base(self) -> Continuous:
        """The continuous expression whose values are rounded."""
        return type(self).continuous(*list(self.arguments().values())[:2])

    @property
    def size(self) -> int | None:
        first, last = self._multiples
        return last - first + 1 if self.finite else None

    def encode(self, value: object) -> float:
        below, above = self._interval(self.key(value))
        return (below + above) / 2.0

    def decode(self, u: float) -> int | float:
        return self._value(self._nearest(self.base.quantile(unit(u))))

    def contains(self, value: object) -> bool:
        x = real_number(value)
        if x is None:
            return False
        multiple = self._nearest(x)
        return math.isclose(x, self._value(multiple), rel_tol=1e-12, abs_tol=1e-9 * self.q)

    def key(self, value: object) -> int:
        return self._nearest(finite_number("value", value, error=SpaceError))

    def at(self, index: int) -> int | float:
        if not self.finite:
            return super().at(index)  # pyright: ignore[reportReturnType]  # it raises
        first, last = self._multiples
        return self._value(range(first, last + 1)[index])

    def probabilities(self) -> NDArray[np.float64]:
        if not self.finite:
            return super().probabilities()
        first, last = self._multiples
        inner = [self.base.cdf((multiple + 0.5) * self.q) for multiple in range(first, last)]
        return np.diff(np.array([0.0, *inner, 1.0]))

    @cached_property
    def _multiples(self) -> tuple[int, int]:
        """The first and the last multiple of q with an interval of its own."""
        low, high = self.base.quantile(0.0) / self.q, self.base.quantile(1.0) / self.q
        # Of a subnormal step not even the decimal digits are exact.
        is_normal = self.q >= sys.float_info.min
        if not (is_normal and math.isfinite(low) and math.isfinite(high)):
            self._refuse_step()
        # A bound exactly between two multiples gives the outer one no probability; the slack sees
        # 0.15 / 0.1, which is a little less than 1.5, as such a bound.
        slack = 4.0 * np.finfo(float).eps
        first = math.floor(low + 0.5 + slack * max(1.0, abs(low)))
        last = max(math.ceil(high - 0.5 - slack * max(1.0, abs(high))), first)
        if self.finite and max(-first, last) > MOST_POINTS:
            self._refuse_step()
        return first, last

    def _refuse_step(self) -> None:
        msg = (
            f"`q` must not be so small that a value is more than {MOST_POINTS:g} steps from 0, "
            f"but got {shown(self)}. Take a larger q, or {shown(self.base)}."
        )
        raise SpaceError(msg)

    def _nearest(self, x: float) -> int:
        first, last = self._multiples
        multiple = x / self.q
        # Compared before it is rounded: the quotient may be infinite.
        return round(multiple) if first < multiple < last else first if multiple <= first else last

    def _value(self, multiple: int) -> int | float:
        if self.q.is_integer():
            return int(self.q) * multiple
        return float(DECIMAL.multiply(self._step, multiple))

    @cached_property
    def _step(self) -> Decimal:
        return Decimal(repr(self.q))

    def _interval(self, multiple: int) -> tuple[float, float]:
        """Return the distribution function at both ends of what rounds to this multiple."""
        first, last = self._multiples
        below = self.base.cdf((multiple - 0.5) * self.q) if multiple > first else 0.0
        above = self.base.cdf((multiple + 0.5) * self.q) if multiple < last else 1.0
        return below, above


@parameter_expression
class quniform(Quantized):  # noqa: N801  # HyperDrive's name
    """A uniformly distributed number on a grid: ``round(uniform(low, high) / q) * q``.

    Parameters
    ----------
    low, high
        The bounds before rounding, ``low < high``. The first and the last multiple are less likely
        than the others when a bound is a multiple itself, since only one side rounds to it.
    q
        The step, ``q > 0``. An integral q gives Python ints.

    Raises
    ------
    SpaceError
        If an argument is not a finite number, ``low >= high`` or ``q <= 0``.

    Examples
    --------
    >>> grid = quniform(16, 64, 16)
    >>> [grid.at(i) for i in range(grid.size)]
    [16, 32, 48, 64]
    """

    low: float
    high: float
    q: float
    continuous: ClassVar[Callable[..., Continuous]] = uniform
    finite: ClassVar[bool] = True


@parameter_expression
class qloguniform(Quantized):  # noqa: N801  # HyperDrive's name
    """A log-uniform number on a grid: ``round(exp(uniform(low, high)) / q) * q``.

    Parameters
    ----------
    low, high
        The natural *logarithms* of the bounds before rounding, ``low < high``.
    q
        The step, ``q > 0``. An integral q gives Python ints.

    Raises
    ------
    SpaceError
        If ``low >= high``, ``q <= 0``, or a bound is not the logarithm of a positive double.

    Examples
    --------
    >>> qloguniform(math.log(1), math.log(256), 1).decode(0.5)
    16
    """

    low: float
    high: float
    q: float
    continuous: ClassVar[Callable[..., Continuous]] = loguniform
    finite: ClassVar[bool] = True


@parameter_expression
class qnormal(Quantized):  # noqa: N801  # HyperDrive's name
    """A normally distributed number on a grid: ``round(normal(mu, sigma) / q) * q``.

    Parameters
    ----------
    mu, sigma
        The mean and the standard deviation before rounding, ``sigma > 0``.
    q
        The step, ``q > 0``. An integral q gives Python ints.

    Raises
    ------
    SpaceError
        If an argument is not a finite number, ``sigma <= 0`` or ``q <= 0``.

    Examples
    --------
    >>> qnormal(100, 10, 5).decode(0.9)
    115
    """

    mu: float
    sigma: float
    q: float
    continuous: ClassVar[Callable[..., Continuous]] = normal
    finite: ClassVar[bool] = False


@parameter_expression
class qlognormal(Quantized):  # noqa: N801  # HyperDrive's name
    """A log-normal number on a grid: ``round(exp(normal(mu, sigma)) / q) * q``.

    Parameters
    ----------
    mu, sigma
        The mean and the standard deviation of the *logarithm* before rounding, ``sigma > 0``.
    q
        The step, ``q > 0``. An integral q gives Python ints.

    Raises
    ------
    SpaceError
        If ``sigma <= 0``, ``q <= 0``, or `mu` is not the logarithm of a positive double.

    Examples
    --------
    >>> qlognormal(math.log(100), 1, 1).decode(0.5)
    100
    """

    mu: float
    sigma: float
    q: float
    continuous: ClassVar[Callable[..., Continuous]] = lognormal
    finite: ClassVar[bool] = False
