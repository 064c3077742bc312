"""What may be logged: numbers, texts and truth values, stored plain."""

import contextlib
import math
import numbers
import os
from typing import Any, TypeAlias, cast

from hdwidget.errors import MetricError
from hdwidget.shown import MOST_BITS, shown

__all__ = ["MetricValue", "number_of", "plain_name", "plain_step", "plain_value"]

MetricValue: TypeAlias = int | float | bool | str | dict[str, Any]
"""A number, a truth value or a text; a dict is a row, a table or an artifact of `tables`."""


def plain_name(name: object) -> str:
    """Return `name`, or raise `MetricError` where it is no text or empty."""
    try:
        if isinstance(name, str) and name.encode():  # half of a surrogate pair cannot be
            return str.__str__(name)
    except UnicodeEncodeError:
        pass
    msg = f"a metric's name must be a text that is not empty, but got {shown(name)}."
    raise MetricError(msg)


def plain_value(name: str, value: object) -> MetricValue:
    """Return a logged value as a plain Python number, text or truth value.

    Scalars of NumPy, PyTorch and the like (whatever has ``item()`` and one element, or is a float
    on request) are unwrapped; a path becomes its text.

    Raises
    ------
    MetricError
        For anything else; a list or a tuple is pointed to `log_list`.
    """
    # Subclasses (an IntEnum, numpy.float64, numpy.str_) are stored as what they stand for.
    if isinstance(value, str):
        return str.__str__(value)  # of a `class Mode(str, Enum)` the value, not "Mode.FAST"
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return _short(name, kind(value))
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)  # pyright: ignore[reportUnknownArgumentType]  # of text or bytes
    plain = _unwrapped(value)
    if plain is not None:
        return _short(name, plain)
    hint = (
        f" Use `run.log_list({shown(name)}, values)` for several values."
        if issubclass(type(value), list | tuple) or hasattr(value, "__array__")
        else ""
    )
    msg = (
        f"`{name}` must be a number, a text or a bool to be logged, "
        f"but got {type(value).__name__}: {shown(value, 80)}.{hint}"
    )
    raise MetricError(msg)


def _short(name: str, value: MetricValue) -> MetricValue:
    """Return `value`, or raise where it is an integer that Python does not spell out."""
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        msg = f"`{name}` must have at most {MOST_BITS} bits, but got {shown(value, 40)}."
        raise MetricError(msg)
    return value


def _unwrapped(value: Any) -> MetricValue | None:  # noqa: ANN401  # whatever was logged
    """Return the one number or text that an object of a library stands for, if it does."""
    if isinstance(value, numbers.Integral):
        return int(value)
    try:
        if isinstance(value, numbers.Real):
            return float(value)
        if callable(getattr(value, "item", None)):
            inner = value.item()
            return inner if isinstance(inner, str | bool | int | float) else None
        # A Decimal, a tensor of TensorFlow.
        return float(value) if hasattr(cast("object", type(value)), "__float__") else None
    except (ArithmeticError, RuntimeError, TypeError, ValueError):
        return None  # more than one element, or more than a float can be


def plain_step(name: str, step: object) -> int | None:
    """Return a logged step as an int, or None where none was given."""
    if step is None:
        return None
    if not isinstance(step, bool):
        if isinstance(step, numbers.Integral):
            return int(step)  # not by way of a float, which ends at 2^53
        with contextlib.suppress(ArithmeticError, ValueError):
            if isinstance(step, numbers.Real) and float(step).is_integer():
                return int(float(step))
    msg = f"the step of `{name}` must be a whole number, but got step={shown(step)}."
    raise MetricError(msg)


def number_of(name: str, value: MetricValue) -> float:
    """Return a value of the primary metric as a float, or raise `MetricError` naming it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = (
            f"the primary metric `{name}` must be logged as a number, "
            f"but got {type(value).__name__}: {shown(value, 80)}."
        )
        raise MetricError(msg)
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
