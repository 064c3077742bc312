"""One fuzzer at two lengths: short in `make test`, long in `make test-all`."""

import contextlib
import functools
import inspect
import sys

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

__all__ = ["at_two_lengths", "each_of", "fuzzed"]

LONGEST_SPELLED_OUT = 4300
"""Digits: Python's usual limit."""


class Drawn(dict):
    """Arguments that are shown whatever they are: some raise when they are asked for a text."""

    def __repr__(self):
        return ", ".join(f"{name}={_shown(value)}" for name, value in self.items())


def _shown(value):
    try:
        return f"{value!r:.2000}"
    except Exception as error:  # noqa: BLE001  # whatever it raises
        return f"<{type(value).__name__}, which cannot be shown: {error}>"


class Strategies(dict):
    """Strategies that are not shown: their texts fill pages."""

    def __repr__(self):
        return ", ".join(self)


@contextlib.contextmanager
def longest_spelled_out(digits):
    """Set how many digits of a number Python spells out; 0 for all."""
    usual = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(digits)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(usual)


@st.composite
def _arguments(draw, strategies):
    return Drawn({name: draw(strategy) for name, strategy in strategies.items()})


def each_of(test, examples, seed, **strategies):
    """Call `test` with so many examples of the strategies; the same ones for the same seed."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        print_blob=False,
    )
    @given(drawn=_arguments(Strategies(strategies)))
    def each(drawn):
        with longest_spelled_out(LONGEST_SPELLED_OUT):
            test(**drawn)

    with longest_spelled_out(0):  # hypothesis shows what it tries
        each()


def at_two_lengths(short, long):
    """Return a mark that gives a test `examples`, so many of which are slow, and a `seed`.

    The seed is the same each time, but for ``--hypothesis-seed=N``.
    """
    return pytest.mark.parametrize("examples", [short, pytest.param(long, marks=pytest.mark.slow)])


def fuzzed(short, long, **strategies):
    """Return a decorator that calls a test with `short` examples, and `long` ones where it is slow.

    Fixtures are made once for all examples.
    """

    def decorate(test):
        fixtures = [name for name in inspect.signature(test).parameters if name not in strategies]

        @at_two_lengths(short, long)
        @functools.wraps(test)
        def at_length(examples, seed, **made):
            each_of(functools.partial(test, **made), examples, seed, **strategies)

        at_length.__signature__ = inspect.Signature(
            [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)
                for name in ("examples", "seed", *fixtures)
            ]
        )
        return at_length

    return decorate
