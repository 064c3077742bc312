"""The options of a choice, which may be anything: what is the same, a copy, the written form."""

import math
import re
from collections.abc import Hashable
from typing import Any, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from hdwidget.shown import MOST_BITS, shown
from hdwidget.space.expression import Expression

__all__ = [
    "DEEPEST",
    "fresh",
    "identity",
    "is_dict",
    "is_items",
    "is_shallow",
    "loosely",
    "same",
    "value_to_json",
]

DEEPEST = 50
"""So many lists, dicts and choices may be in each other: a record holds 200 levels of JSON."""

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
NOT_A_NUMBER = (math.nan,)
"""Stands for NaN: it is equal to itself, and to nothing that a record holds."""

# Keys that mark what JSON has no notation for. A dict that has one of them as its own key is
# written inside {"dict": …}.
TAGS = frozenset({"dict", "expression", "items", "repr", "tuple"})


def is_dict(value: object) -> TypeGuard[dict[object, object]]:
    """Tell whether `value` is a dict, of whatever it may be."""
    return isinstance(value, dict)


def is_items(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    """Tell whether `value` is a list or a tuple, of whatever it may be."""
    return isinstance(value, list | tuple)


def identity(value: object) -> Hashable:
    """Return what is equal for values that are the same, type and all.

    1, 1.0 and True are three values: to scikit-learn's ``max_features`` 1 is one feature and 1.0
    is all of them. What can neither be hashed nor looked into is the same only as itself.
    """
    if is_dict(value):
        return dict, frozenset((identity(k), identity(v)) for k, v in value.items())
    if is_items(value):
        return type(value), tuple(map(identity, value))
    if type(value) is np.ndarray:
        array = cast("NDArray[np.generic]", value)
        return np.ndarray, array.dtype.str, array.shape, array.tobytes()
    if isinstance(value, float) and math.isnan(value):
        return float, "nan"
    try:
        hash(value)
    except TypeError:
        return type(value), id(value)
    return type(value), value


def loosely(value: object) -> object:
    """Return `value` as a record gives it back, in a form that compares with ``==``.

    Lists for tuples, plain numbers, and texts for names and for whatever JSON cannot hold. 1 is
    1.0: a value that went through JSON or a data frame finds its option.
    """
    if isinstance(value, np.ndarray):
        return loosely(cast("object", value.tolist()))
    if isinstance(value, np.generic):
        return loosely(_plain_scalar(value))
    if is_dict(value):
        return {k if isinstance(k, str) else shown(k, None): loosely(v) for k, v in value.items()}
    if is_items(value):
        return [loosely(item) for item in value]
    if isinstance(value, float):
        return NOT_A_NUMBER if math.isnan(value) else value
    small = isinstance(value, int) and value.bit_length() <= MOST_BITS
    return value if value is None or small else _written(value)


def _written(value: object) -> str:
    """Return the text that stands for `value` in a record, without an address.

    Those of functions and objects change with each process.
    """
    text = value if isinstance(value, str) else shown(value, None)
    return ADDRESS.sub("", text) if " at 0x" in text else text


def same(one: object, other: object) -> bool:
    """Tell whether two values are the same, or would be in a record."""
    try:
        return identity(one) == identity(other) or loosely(one) == loosely(other)
    except RecursionError:  # an option is not that deep
        return False


def is_shallow(value: object, within: tuple[object, ...] = ()) -> bool:
    """Tell whether no more than `DEEPEST` lists, dicts and choices are in each other."""
    if isinstance(value, Expression):
        parts = getattr(value, "options", ())
    else:
        parts = value.values() if is_dict(value) else value if is_items(value) else ()
    if not parts:
        return True
    if len(within) == DEEPEST or any(value is outer for outer in within):
        return False
    return all(is_shallow(part, (*within, value)) for part in parts)


def fresh(value: object) -> object:
    """Return a copy of dicts, lists and tuples, with numpy scalars as plain Python values.

    What a trial does to its list must not change the space.
    """
    if is_dict(value):
        return {k: fresh(v) for k, v in value.items()}
    if is_items(value) and type(value) in (list, tuple):
        return type(value)(map(fresh, value))
    return _plain_scalar(value) if isinstance(value, np.generic) else value


def _plain_scalar(value: Any) -> object:  # noqa: ANN401  # numpy's
    plain = value.item()
    if isinstance(plain, np.generic):  # of more digits than Python's numbers have
        return complex(plain) if isinstance(plain, np.complexfloating) else float(plain)  # pyright: ignore[reportArgumentType, reportUnknownArgumentType]
    return plain


def value_to_json(value: object) -> object:
    """Return an option as JSON holds it.

    A tuple is ``{"tuple": […]}``, a dict whose keys are not all texts ``{"items": [[key, value]]}``
    and a nested expression ``{"expression": …}``; what JSON cannot hold is ``{"repr": "…"}``, for
    people to read, and comes back as that text.
    """
    if isinstance(value, Expression):
        return value.to_json()
    if is_dict(value):
        if not all(isinstance(name, str) for name in value):  # such as {0: 1.0, 1: 5.0}
            return {"items": [list(map(value_to_json, item)) for item in value.items()]}
        written = {name: value_to_json(entry) for name, entry in value.items()}
        return written if TAGS.isdisjoint(written) else {"dict": written}
    if is_items(value) and type(value) in (list, tuple):
        items = list(map(value_to_json, value))
        return items if isinstance(value, list) else {"tuple": items}
    return value if _is_held(value) else {"repr": shown(value, None)}


def _is_held(value: object) -> bool:
    """Tell whether JSON has a notation for a value that is neither a list nor a dict."""
    if type(value) is int:
        return value.bit_length() <= MOST_BITS
    if type(value) is float:
        return math.isfinite(value)
    return value is None or type(value) in (bool, str)
