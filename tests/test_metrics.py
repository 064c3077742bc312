"""What may be logged, and as what it is kept."""

import enum
import fractions
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.errors import MetricError
from hdwidget.metrics import number_of, plain_name, plain_step, plain_value

PLAIN = st.booleans() | st.integers() | st.floats() | st.text()


class Level(enum.IntEnum):
    HIGH = 3


class Mode(enum.StrEnum):
    FAST = "fast"


class OldMode(str, enum.Enum):  # noqa: UP042  # as people wrote it
    FAST = "fast"


class Scalar:
    """Like a tensor of a library that we do not know."""

    def __init__(self, *values):
        self.values = values

    def item(self):
        if len(self.values) != 1:
            raise RuntimeError
        return self.values[0]


@given(PLAIN)
def test_plain_values_stay_what_they_are(value):
    kept = plain_value("loss", value)
    assert type(kept) is type(value)
    assert repr(kept) == repr(value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (np.float16(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.int64(-3), -3),
        (np.uint8(200), 200),
        (np.bool_(1), True),
        (np.str_("text"), "text"),
        (np.array(1.5), 1.5),
        (np.array([2]), 2),
        (fractions.Fraction(1, 4), 0.25),
        (Level.HIGH, 3),
        (Mode.FAST, "fast"),
        (OldMode.FAST, "fast"),
        (Scalar(0.25), 0.25),
        (Scalar(7), 7),
        (Decimal("0.5"), 0.5),
        (Path("outputs") / "best.pt", str(Path("outputs/best.pt"))),
    ],
    ids=repr,
)
def test_what_stands_for_a_plain_value_is_kept_as_that(value, kept):
    plain = plain_value("loss", value)
    assert plain == kept
    assert type(plain) is type(kept)


@pytest.mark.parametrize(
    "value",
    [None, 1j, b"bytes", {}, object(), np.datetime64("2026-01-01"), float],
    ids=repr,
)
def test_anything_else_is_refused_by_its_name_and_type(value):
    expected = (
        rf"`loss` must be a number, a text or a bool to be logged, but got {type(value).__name__}"
    )
    with pytest.raises(MetricError, match=expected):
        plain_value("loss", value)


@pytest.mark.parametrize("value", [[0.5], (1, 2), np.arange(3), np.array([])], ids=repr)
def test_several_values_are_pointed_to_log_list(value):
    with pytest.raises(MetricError, match=r"Use `run.log_list\('loss', values\)` for several"):
        plain_value("loss", value)


def test_a_tensor_of_several_elements_is_refused():
    with pytest.raises(MetricError, match="but got Scalar"):
        plain_value("loss", Scalar(1, 2))


def test_a_long_value_is_cut_in_the_message():
    with pytest.raises(MetricError) as caught:
        plain_value("loss", list(range(10_000)))
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["", None, 3, b"loss"])
def test_a_name_is_a_text_that_is_not_empty(name):
    with pytest.raises(MetricError, match="a metric's name must be a text that is not empty"):
        plain_name(name)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_step_is_kept_to_the_last_digit(step):
    assert plain_step("loss", step) == step


@pytest.mark.parametrize(
    ("step", "kept"),
    [(None, None), (3.0, 3), (np.int64(4), 4), (np.float32(5), 5), (-1, -1), (Level.HIGH, 3)],
)
def test_a_step_is_a_whole_number_however_it_is_written(step, kept):
    plain = plain_step("loss", step)
    assert plain == kept
    assert type(plain) is type(kept)


@pytest.mark.parametrize("step", [1.5, True, "3", math.nan, math.inf, [1], object()], ids=repr)
def test_another_step_is_refused(step):
    with pytest.raises(
        MetricError, match="the step of `loss` must be a whole number, but got step="
    ):
        plain_step("loss", step)


@given(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False))
def test_the_primary_metric_is_a_float(value):
    number = number_of("loss", value)
    assert type(number) is float
    assert number == value


def test_the_primary_metric_may_be_nan():
    assert math.isnan(number_of("loss", math.nan))


@pytest.mark.parametrize(("value", "number"), [(10**400, math.inf), (-(10**400), -math.inf)])
def test_a_number_beyond_all_floats_is_infinite(value, number):
    assert number_of("loss", value) == number


@pytest.mark.parametrize("value", ["0.5", "", True, False])
def test_the_primary_metric_is_no_text_and_no_bool(value):
    expected = f"`loss` must be logged as a number, but got {type(value).__name__}: {value!r}"
    with pytest.raises(MetricError, match=expected):
        number_of("loss", value)
