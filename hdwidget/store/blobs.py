"""Metric points as bytes: one by one while a run lives, column by column once it has ended.

A live point is one row with a 25-byte `point`, not a column for each field: SQLite can then join
the points of a series by itself (``group_concat(hex(point))``) and give them back as one value.
Fetching them row by row takes and releases Python's global lock once per row; beside a busy cell
that made 1000 points cost 770 ms, where the joined ones cost 6 ms.
"""

import struct
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from hdwidget.errors import MetricError
from hdwidget.shown import shown
from hdwidget.store import json_text
from hdwidget.store.records import Series

__all__ = ["Columns", "pack_point", "pack_series", "unpack_points", "unpack_series"]

FLOAT, INT, JSON = range(3)
NO_STEP = -(2**63)
KINDS = ("float64", "int64", "json")
FLOAT_POINT = struct.Struct("<Bqdd")
INT_POINT = struct.Struct("<Bqdq")
POINT = np.dtype([("kind", "u1"), ("step", "<i8"), ("time", "<f8"), ("value", "<f8")])
EXACT_IN_FLOAT = 2**53

Columns = tuple[int, str, bytes | str, bytes, bytes | None]
"""A curve's count, kind, values, times and steps, as its row in the record holds them."""


def pack_point(step: int | None, time: float, value: object) -> tuple[bytes, str | None]:
    """Pack one logged value, and say as JSON what the 25 bytes cannot hold.

    Parameters
    ----------
    step : int or None
        Within 64 bits.
    time : float
        UTC epoch seconds.
    value : object
        A number or a bool, numpy's too, a text, or lists and dicts of these.

    Returns
    -------
    tuple of bytes and str or None
        The point, and the value's JSON unless it is a float or an int within 64 bits.

    Raises
    ------
    MetricError
        When JSON cannot hold `value`, or `step` is no whole number.
    """
    text = None
    value = json_text.plain_scalar(value)
    if isinstance(value, float):
        pack, kind, number = FLOAT_POINT.pack, FLOAT, value
    elif _fits_int64(value):
        pack, kind, number = INT_POINT.pack, INT, value
    else:
        pack, kind, number = FLOAT_POINT.pack, JSON, 0.0
        text = _json_value(value)
    try:
        return pack(kind, NO_STEP if step is None else step, time, number), text
    except struct.error as error:
        msg = (
            f"`step` must be a whole number within 64 bits and `time` seconds, "
            f"but got step={shown(step)}, time={shown(time)}."
        )
        raise MetricError(msg) from error


def unpack_points(
    name: str, points: str, texts: str | None, *, after: Series | None = None
) -> Series:
    """Build a series from the hexadecimal points of its rows, in order.

    Parameters
    ----------
    name : str
        The metric.
    points : str
        The points' hexadecimal bytes, joined.
    texts : str or None
        A JSON list with each row's JSON, null where it has none; None when no row has any.
    after : Series or None
        What the run had logged before it was resumed; the result begins with it.
    """
    rows = np.frombuffer(bytes.fromhex(points), POINT)
    values, steps, times = _values(rows, texts), rows["step"], rows["time"].copy()
    if after is not None:
        before = np.full(len(after), NO_STEP) if after.steps is None else after.steps
        values = _joined(after.values, values)
        steps = np.concatenate([before, steps])
        times = np.concatenate([after.times, times])
    return Series(name, values, _filled(steps), times)


def pack_series(series: Series) -> Columns:
    """Pack a series into the columns of its row."""
    if isinstance(series.values, list):
        kind, data = "json", json_text.dump(series.values)
    else:
        kind, data = series.values.dtype.name, series.values.tobytes()
    steps = None if series.steps is None else series.steps.tobytes()
    return len(series), kind, data, series.times.tobytes(), steps


def unpack_series(name: str, columns: Columns) -> Series:
    """Build a series from the columns of its row, without copying numbers.

    Raises
    ------
    ValueError, TypeError
        When they do not hold what `pack_series` has packed.
    """
    count, kind, data, times, steps = columns
    if kind not in KINDS:
        msg = f"curve {name!r} is of kind {kind!r}"
        raise ValueError(msg)
    series = Series(
        name,
        json_text.load(data) if isinstance(data, str) else np.frombuffer(data, kind),
        None if steps is None else np.frombuffer(steps, np.int64),
        np.frombuffer(times, np.float64),
    )
    lengths = [len(series), len(series.times), count if series.steps is None else len(series.steps)]
    if lengths != [count] * 3:
        msg = f"curve {name!r} has not the {count} values that it should have"
        raise ValueError(msg)
    return series


def _fits_int64(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and NO_STEP <= value < -NO_STEP


def _json_value(value: object) -> str:
    try:
        return json_text.dump(value)
    except (TypeError, ValueError, RecursionError) as error:
        msg = (
            f"A metric's value must be a number, a bool, a text, or lists and dicts of these, "
            f"but got {shown(value, 80)} ({type(value).__name__})."
        )
        raise MetricError(msg) from error


def _values(rows: NDArray[np.void], texts: str | None) -> Any:  # noqa: ANN401  # `Series.values`
    kinds = rows["kind"]
    if texts is not None:
        numbers = _numbers(rows)
        return [
            value if kind == JSON else number
            for kind, number, value in zip(kinds, numbers, json_text.load(texts), strict=True)
        ]
    integers = rows["value"].copy().view(np.int64)
    if (kinds == INT).all():
        return integers
    if _exact_in_float(integers[kinds == INT]):
        return np.where(kinds == INT, integers, rows["value"])
    return _numbers(rows)


def _numbers(rows: NDArray[np.void]) -> list[int | float]:
    floats = rows["value"].copy()
    integers = floats.view(np.int64).tolist()
    pairs = zip(rows["kind"], integers, floats.tolist(), strict=True)
    return [integer if kind == INT else number for kind, integer, number in pairs]


def _filled(steps: NDArray[np.int64]) -> NDArray[np.int64] | None:
    missing = steps == NO_STEP
    if missing.all():
        return None
    return np.where(missing, np.arange(1, len(steps) + 1), steps)


def _exact_in_float(values: NDArray[Any]) -> bool:
    small = (values >= -EXACT_IN_FLOAT) & (values <= EXACT_IN_FLOAT)
    return values.dtype.kind == "f" or bool(small.all())


def _joined(earlier: Any, later: Any) -> Any:  # noqa: ANN401  # `Series.values`
    parts = [earlier, later]
    if all(isinstance(part, np.ndarray) for part in parts) and (
        earlier.dtype == later.dtype or all(_exact_in_float(part) for part in parts)
    ):
        return np.concatenate(parts)
    return [value for part in parts for value in _plain_list(part)]


def _plain_list(values: Any) -> Any:  # noqa: ANN401  # `Series.values`
    return values.tolist() if isinstance(values, np.ndarray) else values
