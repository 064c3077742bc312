"""Checks of what a user gave: each error says what must hold, what came, and how to mend it."""

import contextlib
import functools
import inspect
import math
import numbers
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeGuard, TypeVar, cast

from hdwidget.errors import ConfigurationError, UnexpectedKeywordError
from hdwidget.nearest import nearest
from hdwidget.shown import shown

__all__ = [
    "file_path",
    "finite_number",
    "is_text",
    "nearest",
    "positive_number",
    "suggest_keywords",
    "whole_number",
]

MOST_BITS = 128
"""Of a whole number: a record keeps one as it is, and so do messages."""

P = ParamSpec("P")
R = TypeVar("R")


def file_path(name: str, value: object) -> Path:
    """Return `value` as a path that a file system can hold, ``~`` expanded, or raise."""
    given = value
    if isinstance(value, str | os.PathLike) and value:
        path = cast("str | os.PathLike[Any]", value)
        with contextlib.suppress(TypeError, ValueError, RuntimeError):
            place = Path(path).expanduser()
            if b"\0" not in os.fsencode(place):
                return place
    msg = f"`{name}` must be a path, as a text or a Path, but got {name}={shown(given)}."
    raise ConfigurationError(msg)


def is_text(value: object) -> TypeGuard[str]:
    """Return whether `value` is a text that UTF-8 can hold: half of a surrogate pair is none."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def finite_number(
    name: str, value: object, *, error: type[ConfigurationError] = ConfigurationError
) -> float:
    """Return `value` as a float, or raise `error` naming the argument."""
    if type(value) is float and math.isfinite(value):
        return value  # what is asked most often; an abstract class takes its time to say so
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        msg = f"`{name}` must be a number, but got {name}={shown(value)}."
        raise error(msg)
    try:
        number = float(value)
    except OverflowError:  # an int beyond any float
        number = math.inf
    if not math.isfinite(number):
        msg = f"`{name}` must be finite, but got {name}={shown(value, 40)}."
        raise error(msg)
    return number


def positive_number(name: str, value: object) -> float:
    """Return `value` as a float > 0, or raise `ConfigurationError` naming the argument."""
    number = finite_number(name, value)
    if number <= 0:
        msg = f"`{name} > 0` must hold, but got {name}={value}."
        raise ConfigurationError(msg)
    return number


def whole_number(
    name: str,
    value: object,
    *,
    minimum: int,
    maximum: int | None = None,
    error: type[ConfigurationError] = ConfigurationError,
) -> int:
    """Return `value` as an int within ``[minimum, maximum]``, or raise `error` naming it."""
    span = f">= {minimum}" if maximum is None else f"in {minimum}..{maximum}"
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        msg = f"`{name}` must be a whole number {span}, but got {name}={shown(value)}."
        raise error(msg)
    number = int(value)
    if number.bit_length() > MOST_BITS:
        msg = f"`{name}` must be {span} and below 2**{MOST_BITS}, but got {shown(value, 40)}."
        raise error(msg)
    if number < minimum or (maximum is not None and number > maximum):
        msg = f"`{name}` must be {span}, but got {name}={shown(number, 40)}."
        raise error(msg)
    return number


def suggest_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """Make a misspelt keyword of `function` an error that suggests the nearest name."""
    signature = inspect.signature(function)
    known = [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]
    owner = function.__qualname__.removesuffix(".__init__")

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            problem = str(error)
        else:
            return function(*args, **kwargs)
        takes = ", ".join(known[1:] if known[:1] == ["self"] else known)
        for name in kwargs:
            if name not in known:
                msg = (
                    f"{owner}() takes no argument `{name}`.{nearest(name, known)} It takes {takes}."
                )
                raise UnexpectedKeywordError(msg)
        msg = f"{owner}(): {problem}. It takes {takes}."
        raise UnexpectedKeywordError(msg)

    return checked
