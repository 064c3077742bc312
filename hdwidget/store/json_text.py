"""JSON as the record keeps it: ASCII, with NaN and infinities, numpy's values as plain ones."""

import json
import reprlib
from typing import Any, cast

import numpy as np

from hdwidget.shown import MOST_BITS, shown

__all__ = ["as_recorded", "dump", "dump_lossy", "load", "plain_scalar"]

DEEPEST = 200

NUMPY_SCALARS: tuple[Any, ...] = (np.floating, np.integer, np.bool_)


def dump(value: object) -> str:
    """Return `value` as JSON.

    Raises
    ------
    TypeError, ValueError
        When JSON cannot hold it.
    """
    return json.dumps(value, default=_plain_numpy)


def dump_lossy(value: object) -> str:
    """Return `value` as JSON in which whatever JSON cannot hold is replaced by its `repr`.

    That is also what lies deeper than `DEEPEST` lists and dicts.
    """
    return json.dumps(_plain(value, DEEPEST))


def load(text: str) -> Any:  # noqa: ANN401  # whatever was dumped
    """Return the value of a JSON text of ours."""
    return {} if text == "{}" else json.loads(text)  # as most tags and properties are


def as_recorded(value: Any) -> Any:  # noqa: ANN401  # as `load`
    """Return `value` as it comes back from a record that holds what it can of it."""
    return load(dump_lossy(value))


def plain_scalar(value: Any) -> object:  # noqa: ANN401  # `item` is numpy's
    """Return numpy's numbers and bools as Python's, and anything else as it is."""
    if not isinstance(value, NUMPY_SCALARS):
        return value
    plain = value.item()
    return float(cast("float", plain)) if isinstance(plain, np.floating) else plain


def _plain_numpy(value: object) -> object:
    if isinstance(value, np.ndarray):
        return cast("object", value.tolist())
    if isinstance(value, NUMPY_SCALARS):
        return plain_scalar(value)
    msg = f"{type(value).__name__} is not JSON"
    raise TypeError(msg)


def _plain(value: object, depth: int) -> object:
    if value is None or isinstance(value, str | float):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= MOST_BITS else hex(value)
    if isinstance(value, dict | list | tuple):
        nested = cast("dict[object, object] | list[object]", value)
        return _plain_nested(nested, depth - 1) if depth else reprlib.repr(nested)
    try:
        return _plain(_plain_numpy(value), depth)
    except TypeError:
        return shown(value, None)


def _plain_nested(value: dict[object, object] | list[object], depth: int) -> object:
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else shown(key, None): _plain(item, depth)
            for key, item in value.items()
        }
    return [_plain(item, depth) for item in value]
