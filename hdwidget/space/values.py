"""The options of a choice, which may be anything: what is the same, a copy, the written form."""

import math
from collections.abc import Hashable
from typing import TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from hdwidget.space.expression import Expression

__all__ = ["fresh", "identity", "is_dict", "is_items", "loosely", "same", "value_to_json"]

# Keys that mark what JSON has no notation for. A dict that has one of them as its own key is
# written inside {"dict": …}.
TAGS = frozenset({"dict", "expression", "repr", "tuple"})


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
    if isinstance(value, np.ndarray):
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
    """Return `value` as a record would give it back.

    Lists for tuples, plain numbers, and ``{"repr": …}`` for what JSON cannot hold. It compares
    with ``==``, so that 1 is 1.0: a record that went through JSON or a data frame finds its
    option.
    """
    if isinstance(value, np.generic | np.ndarray):
        return loosely(cast("object", value.tolist()))
    if is_dict(value):
        return {k: loosely(v) for k, v in value.items()}
    if is_items(value):
        return [loosely(item) for item in value]
    if value is None or isinstance(value, int | float | str):
        return value
    return {"repr": repr(value)}


def same(one: object, other: object) -> bool:
    """Tell whether two values are the same, or would be in a record."""
    return identity(one) == identity(other) or loosely(one) == loosely(other)


def fresh(value: object) -> object:
    """Return a copy of dicts, lists and tuples, with numpy scalars as plain Python values.

    What a trial does to its list must not change the space.
    """
    if is_dict(value):
        return {k: fresh(v) for k, v in value.items()}
    if is_items(value) and type(value) in (list, tuple):
        return type(value)(map(fresh, value))
    return cast("object", value.item()) if isinstance(value, np.generic) else value


def value_to_json(value: object) -> object:
    """Return an option as JSON holds it.

    A tuple is ``{"tuple": […]}`` and a nested expression ``{"expression": …}``; what JSON cannot
    hold is ``{"repr": "…"}``, for people to read, and comes back as that text.
    """
    if isinstance(value, Expression):
        return value.to_json()
    if is_dict(value):
        if not all(isinstance(name, str) for name in value):
            return {"repr": repr(value)}
        written = {name: value_to_json(entry) for name, entry in value.items()}
        return written if TAGS.isdisjoint(written) else {"dict": written}
    if is_items(value) and type(value) in (list, tuple):
        items = list(map(value_to_json, value))
        return items if isinstance(value, list) else {"tuple": items}
    held = value is None or type(value) in (bool, int, str)
    if held or (type(value) is float and math.isfinite(value)):
        return value
    return {"repr": repr(value)}
