import fractions
import math

import numpy as np
import pytest

from hdwidget.checks import finite_number, nearest, suggest_keywords, whole_number
from hdwidget.errors import ConfigurationError, SpaceError, UnexpectedKeywordError


class TestFiniteNumber:
    @pytest.mark.parametrize("value", [1, 1.0, np.float32(1), np.int8(1), fractions.Fraction(1)])
    def test_any_real_number_becomes_a_float(self, value):
        number = finite_number("q", value)
        assert number == 1.0
        assert type(number) is float

    @pytest.mark.parametrize("value", ["1", None, True, 1j, [1]])
    def test_what_is_no_number(self, value):
        with pytest.raises(ConfigurationError, match="`q` must be a number, but got q="):
            finite_number("q", value)

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    def test_what_is_not_finite(self, value):
        with pytest.raises(SpaceError, match=f"`q` must be finite, but got q={value}"):
            finite_number("q", value, error=SpaceError)


class TestWholeNumber:
    @pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
    def test_any_integer_becomes_an_int(self, value):
        number = whole_number("n", value, minimum=3, maximum=3)
        assert number == 3
        assert type(number) is int

    @pytest.mark.parametrize("value", [3.0, "3", True, None])
    def test_what_is_no_integer(self, value):
        with pytest.raises(ConfigurationError, match="`n` must be a whole number >= 1, but got n="):
            whole_number("n", value, minimum=1)

    def test_what_is_outside(self):
        with pytest.raises(ConfigurationError, match="`n` must be >= 1, but got n=0"):
            whole_number("n", 0, minimum=1)
        with pytest.raises(SpaceError, match=r"`n` must be in 1\.\.99, but got n=100"):
            whole_number("n", 100, minimum=1, maximum=99, error=SpaceError)


def test_the_nearest_name():
    assert nearest("acuracy", ["loss", "accuracy"]) == " Did you mean `accuracy`?"
    assert nearest("zzz", ["loss", "accuracy"]) == ""
    assert nearest("x", iter(())) == ""


class TestSuggestKeywords:
    class Policy:
        @suggest_keywords
        def __init__(self, slack, *, delay=0):
            self.given = (slack, delay)

    def test_what_is_right_goes_through(self):
        assert self.Policy(1, delay=2).given == (1, 2)
        assert self.Policy(slack=3).given == (3, 0)

    def test_what_is_misspelt(self):
        with pytest.raises(
            UnexpectedKeywordError,
            match=r"Policy\(\) takes no argument `dely`\. Did you mean `delay`\? It takes slack, d",
        ):
            self.Policy(1, dely=2)

    def test_a_function(self):
        @suggest_keywords
        def score(value): ...

        with pytest.raises(UnexpectedKeywordError, match=r"score\(\) takes no argument `x`\. It"):
            score(x=1)

    def test_what_is_missing_is_named(self):
        with pytest.raises(TypeError, match="missing a required argument: 'slack'"):
            self.Policy()
