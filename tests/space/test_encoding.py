"""Encoding to the unit interval and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.errors import SpaceError
from hdwidget.space import (
    choice,
    lognormal,
    loguniform,
    normal,
    qlognormal,
    qloguniform,
    qnormal,
    quniform,
    randint,
    uniform,
)

reals = st.floats(-1e6, 1e6)
logs = st.floats(-30, 30)
spreads = st.floats(0.01, 50)
# A step that is coarse against the spread keeps the probability of each multiple above rounding.
steps = st.sampled_from([0.05, 0.1, 0.25, 1, 2.5, 16])
units = st.floats(0, 1)


def ordered(bounds, span):
    return st.builds(lambda low, width: (low, low + width), bounds, span)


bounds = ordered(reals, st.floats(1e-3, 1e6))
log_bounds = ordered(st.floats(-10, 10), st.floats(0.1, 8))

continuous = st.one_of(
    bounds.map(lambda b: uniform(*b)),
    log_bounds.map(lambda b: loguniform(*b)),
    st.builds(normal, reals, spreads),
    st.builds(lognormal, logs, st.floats(0.01, 3)),
)
grids = st.one_of(
    st.builds(lambda b, q: quniform(*b, q), bounds, steps),
    st.builds(lambda b, q: qloguniform(*b, q), log_bounds, steps),
    st.builds(qnormal, reals, spreads, steps),
    st.builds(qlognormal, st.floats(-5, 5), st.floats(0.1, 2), steps),
)
discrete = st.one_of(
    grids,
    st.builds(randint, st.integers(1, 2**48)),
    st.lists(st.one_of(st.integers(), st.text(), st.booleans(), st.none()), min_size=1).map(choice),
)


@given(continuous, st.floats(1e-6, 1 - 1e-6))
def test_a_continuous_value_comes_back_nearly(expression, u):
    value = expression.decode(u)
    assert expression.contains(value)
    again = expression.decode(expression.encode(value))
    assert again == pytest.approx(value, rel=1e-7, abs=1e-7)


@given(discrete, st.floats(1e-6, 1 - 1e-6))
def test_a_discrete_value_comes_back_exactly(expression, u):
    value = expression.decode(u)
    assert expression.contains(value)
    again = expression.decode(expression.encode(value))
    assert again == value
    assert type(again) is type(value)


@given(st.one_of(continuous, discrete), units)
def test_both_ways_stay_within_bounds(expression, u):
    value = expression.decode(u)
    assert expression.contains(value)
    assert 0.0 <= expression.encode(value) <= 1.0
    if isinstance(value, float):
        assert math.isfinite(value)


@given(st.one_of(continuous, grids), units, units)
def test_decoding_is_monotonic(expression, u, v):
    assert expression.decode(min(u, v)) <= expression.decode(max(u, v))


@given(discrete.filter(lambda e: e.size is not None), st.data())
def test_numbered_values_come_back(expression, data):
    value = expression.at(data.draw(st.integers(0, expression.size - 1)))
    assert expression.contains(value)
    key = expression.key(value)
    assert expression.key(expression.decode(expression.encode(value))) == key


@pytest.mark.parametrize(
    "expression",
    [
        uniform(0.1, 0.3),
        loguniform(-700, 709),
        normal(0, 1e300),
        lognormal(700, 50),
        quniform(0.1, 0.3, 0.1),
        qnormal(0, 1, 0.5),
        qlognormal(0, 3, 1),
        randint(3),
        choice("a", "b"),
    ],
    ids=repr,
)
def test_the_ends_are_finite_members(expression):
    for u in (0, 0.0, 1, 1.0):
        assert expression.contains(expression.decode(u))


@pytest.mark.parametrize("u", [-0.1, 1.1, math.nan])
@pytest.mark.parametrize("expression", [uniform(0, 1), qnormal(0, 1, 1), randint(3), choice(1, 2)])
def test_a_point_outside_the_unit_interval_is_an_error(expression, u):
    with pytest.raises(SpaceError, match=r"`0 <= u <= 1` must hold"):
        expression.decode(u)


def test_numbers_outside_their_bounds_encode_to_the_ends():
    assert uniform(0, 1).encode(7) == 1.0
    assert loguniform(0, 1).encode(-7) == 0.0
    assert lognormal(0, 1).encode(-7) == 0.0
    assert randint(4).encode(-7) == 0.125
    assert quniform(0, 3, 1).encode(7) == quniform(0, 3, 1).encode(3)


@pytest.mark.parametrize("expression", [uniform(0, 1), quniform(0, 1, 0.1), randint(3)], ids=repr)
@pytest.mark.parametrize("value", ["0.5", None, True, math.nan])
def test_encoding_what_is_no_number_is_an_error(expression, value):
    assert not expression.contains(value)
    with pytest.raises(SpaceError, match=r"`value` must be"):
        expression.encode(value)


def test_multiples_are_the_nearest_doubles_of_decimals():
    assert [quniform(0, 1, 0.1).at(i) for i in range(11)] == [
        0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0,
    ]  # fmt: skip
    assert quniform(0, 1, 0.1).decode(0.3) == 0.3


@pytest.mark.parametrize("q", [1, 16.0])
def test_an_integral_step_gives_ints(q):
    grid = quniform(0, 64, q)
    assert {type(grid.decode(u)) for u in (0.0, 0.3, 1.0)} == {int}
    assert grid.contains(32.0)


def test_a_bound_between_two_multiples_gives_the_outer_one_nothing():
    assert [v for v, _ in quniform(0.15, 0.45, 0.1).support()] == [0.2, 0.3, 0.4]
    assert quniform(0.5, 1.5, 1).support() == [(1, 1.0)]
    assert quniform(1.4999999999999998, 1.5, 1).size == 1


def test_multiples_may_leave_the_bounds_by_half_a_step():
    assert [v for v, _ in quniform(0.3, 2.6, 1).support()] == [0, 1, 2, 3]


def test_a_logarithmic_bound_may_be_given_as_the_number_meant():
    assert loguniform(math.log(0.001), math.log(0.1)).contains(0.001)
    assert not loguniform(math.log(0.001), math.log(0.1)).contains(0.00099)


def test_membership_of_numbers():
    assert uniform(0, 1).contains(1)
    assert not uniform(0, 1).contains(1.5)
    assert not normal(0, 1).contains(10**400)
    assert normal(0, 1).contains(-99)
    assert not lognormal(0, 1).contains(0)
    assert randint(3).contains(2.0)
    assert not randint(3).contains(3)
    assert not randint(3).contains(1.5)
    assert quniform(0, 1, 0.1).contains(0.1 * 3)
    assert not quniform(0, 1, 0.1).contains(0.31)
