"""The bytes of a point and of a curve: what is in people's records must stay readable."""

import math

import numpy as np
import pytest

from hdwidget.store.blobs import pack_point, pack_series, unpack_points, unpack_series
from hdwidget.store.records import Series

STEP_3, NO_STEP = "0300000000000000", "0000000000000080"
TIME = "000000000000f83f"  # 1.5


@pytest.mark.parametrize(
    ("step", "value", "expected"),
    [
        (3, 0.5, ("00" + STEP_3 + TIME + "000000000000e03f", None)),
        (None, -1, ("01" + NO_STEP + TIME + "ffffffffffffffff", None)),
        (3, True, ("02" + STEP_3 + TIME + "0000000000000000", "true")),
        (3, "ä\0\ud800", ("02" + STEP_3 + TIME + "0000000000000000", r'"\u00e4\u0000\ud800"')),
        (3, 2**63, ("02" + STEP_3 + TIME + "0000000000000000", "9223372036854775808")),
    ],
)
def test_a_point_is_25_bytes(step, value, expected):
    point, text = pack_point(step, 1.5, value)
    assert (point.hex(), text) == expected


@pytest.mark.parametrize(
    ("values", "kind", "data"),
    [
        (np.array([1, -1]), "int64", b"\1" + b"\0" * 7 + b"\xff" * 8),
        (np.array([0.5]), "float64", bytes.fromhex("000000000000e03f")),
        ([True, None, math.inf], "json", "[true, null, Infinity]"),
    ],
)
def test_a_curve_is_packed_by_columns(values, kind, data):
    count = len(values)
    series = Series("loss", values, np.arange(count), np.full(count, 1.5))
    packed = pack_series(series)
    times, steps = bytes.fromhex(TIME) * count, np.arange(count).tobytes()
    assert packed == (count, kind, data, times, steps)
    again = unpack_series("loss", packed)
    assert list(again.values) == list(values)
    assert again.steps.tolist() == list(range(count))
    assert again.times.tolist() == [1.5] * count


def test_points_are_unpacked_after_what_was_there_before():
    before = Series("loss", np.array([1, 2]), None, np.array([0.0, 1.0]))
    points = "".join(pack_point(step, 2.0, 0.5)[0].hex() for step in (7, None))
    joined = unpack_points("loss", points, None, after=before)
    assert joined.values.tolist() == [1.0, 2.0, 0.5, 0.5]
    assert joined.steps.tolist() == [1, 2, 7, 4]
    assert joined.times.tolist() == [0.0, 1.0, 2.0, 2.0]


def test_a_nan_keeps_its_bits_beside_integers():
    points = "".join(pack_point(None, 0.0, value)[0].hex() for value in (math.nan, 1))
    values = unpack_points("loss", points, None).values
    assert values.dtype == np.float64
    assert math.isnan(values[0])
    assert values[1] == 1.0
