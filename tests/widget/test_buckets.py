"""Curves in buckets: bounded, honest about extremes, the same however they came."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.widget.buckets import Buckets
from hdwidget.widget.wire import pack_curve

values = st.floats(width=64) | st.sampled_from(
    [math.nan, math.inf, -math.inf, 1e300, 3.5e38, 0.0, -0.0]
)
steps = st.integers(0, 10**7).map(float)
capacities = st.sampled_from([2, 4, 6, 10])


def appended(capacity, points):
    curve = Buckets(capacity)
    for value, step, time in points:
        curve.append(value, step, time)
    return curve


@given(capacities, st.lists(st.tuples(values, steps, st.floats(0, 1e6)), min_size=1, max_size=60))
def test_one_by_one_or_all_at_once(capacity, points):
    columns = (np.array(column, dtype=np.float64) for column in zip(*points, strict=True))
    at_once = Buckets.of(capacity, *columns)
    assert pack_curve(0, 0, appended(capacity, points)) == pack_curve(0, 0, at_once)
    assert len(at_once.last) <= capacity


@given(capacities, st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=80))
def test_no_extreme_is_lost(capacity, numbers):
    curve = appended(capacity, [(number, seq, seq) for seq, number in enumerate(numbers)])
    starts = range(0, len(numbers), curve.width)
    chunks = [numbers[start : start + curve.width] for start in starts]
    assert list(curve.low) == [min(chunk) for chunk in chunks]
    assert list(curve.high) == [max(chunk) for chunk in chunks]
    assert list(curve.last) == [chunk[-1] for chunk in chunks]


def test_the_width_doubles_when_the_capacity_is_full():
    curve = Buckets(4)
    widths = []
    for seq in range(17):
        curve.append(float(seq), seq, seq)
        widths.append((curve.width, len(curve.last)))
    assert widths[3:6] == [(1, 4), (2, 3), (2, 3)]
    assert widths[-2:] == [(4, 4), (8, 3)]


def test_what_is_not_finite_is_a_gap():
    curve = appended(2, [(math.nan, 1, 0), (1.0, 2, 0), (math.inf, 3, 0), (math.nan, 4, 0)])
    np.testing.assert_equal(np.asarray(curve.low), [1.0, math.nan])
    np.testing.assert_equal(np.asarray(curve.last), [1.0, math.nan])


@pytest.mark.parametrize(
    ("taken", "even"),
    [([1, 2, 3], True), ([0, 10, 20], True), ([7], True), ([0, 1, 3], False), ([5, 5, 6], False)],
)
def test_steps_are_even(taken, even):
    assert appended(8, [(0.0, step, 0.0) for step in taken]).steps_are_even is even
