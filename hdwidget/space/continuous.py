"""Real numbers: uniform, normal, and both on the logarithmic scale."""

# ruff: noqa: D102  # what overrides a method inherits its docstring

import math
from abc import abstractmethod
from statistics import NormalDist

from hdwidget.checks import finite_number
from hdwidget.errors import SpaceError
from hdwidget.shown import shown
from hdwidget.space.expression import Expression, parameter_expression, real_number, unit

__all__ = ["Continuous", "lognormal", "loguniform", "normal", "positive", "uniform"]

# Natural logarithms whose exponential is a normal, finite double.
LOWEST_LOG, HIGHEST_LOG = -708.0, 709.0
# The steps of a double next to 0 and to 1 that a generator's 53 bits can take: the normal
# quantile is finite there (-8.3 and 8.2 standard deviations).
LOWEST_U, HIGHEST_U = 2.0**-54, 1.0 - 2.0**-53
STANDARD_NORMAL = NormalDist()


class Continuous(Expression):
    """A real number, given by its distribution function and the inverse of it."""

    @abstractmethod
    def cdf(self, x: float) -> float:
        """Return the probability of a value <= `x`, for every finite `x`."""

    @abstractmethod
    def quantile(self, u: float) -> float:
        """Return the finite `x` with ``cdf(x) == u``, `u` in [0, 1]."""

    @abstractmethod
    def covers(self, x: float) -> bool:
        """Tell whether the finite number `x` is within the bounds."""

    def encode(self, value: object) -> float:
        return self.cdf(finite_number("value", value, error=SpaceError))

    def decode(self, u: float) -> float:
        return self.quantile(unit(u))

    def contains(self, value: object) -> bool:
        x = real_number(value)
        return x is not None and self.covers(x)

    def key(self, value: object) -> float:
        return finite_number("value", value, error=SpaceError)


@parameter_expression
class uniform(Continuous):  # noqa: N801  # HyperDrive's name
    """A real number between two bounds, each as likely as any other.

    Parameters
    ----------
    low, high
        The bounds, ``low < high``.

    Raises
    ------
    SpaceError
        If a bound is not a finite number, or ``low >= high``.

    Examples
    --------
    >>> uniform(0.1, 0.9).decode(0.5)
    0.5
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        low, high = _ordered(self.low, self.high)
        self._set(low=low, high=high)

    def cdf(self, x: float) -> float:
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)

    def quantile(self, u: float) -> float:
        return min(max(self.low + u * (self.high - self.low), self.low), self.high)

    def covers(self, x: float) -> bool:
        return self.low <= x <= self.high


@parameter_expression
class loguniform(Continuous):  # noqa: N801  # HyperDrive's name
    """A positive number whose natural logarithm is uniform: ``exp(uniform(low, high))``.

    Parameters
    ----------
    low, high
        The natural *logarithms* of the bounds, ``low < high``. For numbers from 0.001 to 0.1 write
        ``loguniform(math.log(0.001), math.log(0.1))``; ``loguniform(0.001, 0.1)`` is valid as well,
        but means numbers from 1.001 to 1.105.

    Raises
    ------
    SpaceError
        If ``low >= high``, or a bound is not the logarithm of a positive double.

    Examples
    --------
    >>> round(loguniform(math.log(0.001), math.log(0.1)).decode(0.5), 6)
    0.01
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        low, high = _ordered(self.low, self.high)
        self._set(low=_logarithm("low", low), high=_logarithm("high", high))

    def cdf(self, x: float) -> float:
        if x <= 0.0:
            return 0.0
        return min(max((math.log(x) - self.low) / (self.high - self.low), 0.0), 1.0)

    def quantile(self, u: float) -> float:
        return math.exp(min(max(self.low + u * (self.high - self.low), self.low), self.high))

    def covers(self, x: float) -> bool:
        # Bounds are written as logarithms, so that the number meant is only near exp(low).
        slack = 1e-9
        return x > 0.0 and self.low - slack <= math.log(x) <= self.high + slack


@parameter_expression
class normal(Continuous):  # noqa: N801  # HyperDrive's name
    """A normally distributed real number.

    Parameters
    ----------
    mu, sigma
        The mean and the standard deviation, ``sigma > 0``.

    Raises
    ------
    SpaceError
        If an argument is not a finite number, or ``sigma <= 0``.

    Examples
    --------
    >>> normal(10, 2).decode(0.5)
    10.0
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        mu = finite_number("mu", self.mu, error=SpaceError)
        sigma = positive("sigma", self.sigma)
        if not math.isfinite(abs(mu) + 9.0 * sigma):
            msg = f"`mu + 9 * sigma` must be finite, but got mu={mu}, sigma={sigma}."
            raise SpaceError(msg)
        self._set(mu=mu, sigma=sigma)

    def cdf(self, x: float) -> float:
        return _standard_normal_cdf((x - self.mu) / self.sigma)

    def quantile(self, u: float) -> float:
        return self.mu + self.sigma * _standard_normal_quantile(u)

    def covers(self, x: float) -> bool:
        return math.isfinite(x)


@parameter_expression
class lognormal(Continuous):  # noqa: N801  # HyperDrive's name
    """A positive number whose natural logarithm is normal: ``exp(normal(mu, sigma))``.

    Parameters
    ----------
    mu, sigma
        The mean and the standard deviation of the *logarithm*, ``sigma > 0``.

    Raises
    ------
    SpaceError
        If ``sigma <= 0``, or `mu` is not the logarithm of a positive double.

    Examples
    --------
    >>> lognormal(0, 1).decode(0.5)
    1.0
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        mu = finite_number("mu", self.mu, error=SpaceError)
        self._set(mu=_logarithm("mu", mu), sigma=positive("sigma", self.sigma))

    def cdf(self, x: float) -> float:
        return _standard_normal_cdf((math.log(x) - self.mu) / self.sigma) if x > 0.0 else 0.0

    def quantile(self, u: float) -> float:
        exponent = self.mu + self.sigma * _standard_normal_quantile(u)
        return math.exp(min(max(exponent, LOWEST_LOG), HIGHEST_LOG))

    def covers(self, x: float) -> bool:
        return x > 0.0


def positive(name: str, value: object) -> float:
    """Return `value` as a float > 0, or raise SpaceError naming the argument."""
    number = finite_number(name, value, error=SpaceError)
    if number <= 0.0:
        msg = f"`{name} > 0` must hold, but got {name}={shown(value)}."
        raise SpaceError(msg)
    return number


def _ordered(low: object, high: object) -> tuple[float, float]:
    """Return the bounds as floats, or raise SpaceError when they do not bound an interval."""
    first = finite_number("low", low, error=SpaceError)
    last = finite_number("high", high, error=SpaceError)
    if first >= last:
        fixed = f"For a fixed value write choice({shown(low)})"
        remedy = fixed if first == last else "Exchange the two"
        msg = f"`low < high` must hold, but got low={shown(low)}, high={shown(high)}. {remedy}."
        raise SpaceError(msg)
    if not math.isfinite(last - first):
        msg = f"`high - low` must be finite, but got low={shown(low)}, high={shown(high)}."
        raise SpaceError(msg)
    return first, last


def _standard_normal_cdf(z: float) -> float:
    # erfc keeps its precision in the lower tail, where NormalDist.cdf (before 3.12) loses it.
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _standard_normal_quantile(u: float) -> float:
    return STANDARD_NORMAL.inv_cdf(min(max(u, LOWEST_U), HIGHEST_U))


def _logarithm(name: str, value: float) -> float:
    """Return `value`, or raise SpaceError when it is not the logarithm of a positive double."""
    if LOWEST_LOG <= value <= HIGHEST_LOG:
        return value
    msg = (
        f"`{name}` must be a natural logarithm in [{LOWEST_LOG:g}, {HIGHEST_LOG:g}], so that its "
        f"exponential is a positive finite number, but got {name}={shown(value)}."
    )
    if value > 0.0:
        msg += f" If {value:g} is meant itself, write {name}=math.log({value:g})."
    raise SpaceError(msg)
