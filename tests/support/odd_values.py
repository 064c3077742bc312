"""What people, their libraries and their mistakes hand over where a number or a text is meant."""

import collections
import datetime as dt
import decimal
import enum
import fractions
import functools
import itertools
import math
import re
import types
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

__all__ = ["ANYTHING", "HASHABLE", "LETTERS", "NUMBERS", "SCALARS", "TEXTS", "ends", "nested"]


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Word(str):
    __slots__ = ()


class Amount(float):
    pass


class Unhashable:
    __hash__ = None


class Undecided:
    """As an array or a data frame: compares to what has no truth."""

    def __eq__(self, other):
        return self

    __hash__ = None

    def __bool__(self):
        message = "the truth value is ambiguous"
        raise ValueError(message)


class Mute:
    """As a proxy whose object is gone."""

    def __repr__(self):
        message = "the object is gone"
        raise ReferenceError(message)

    __str__ = __repr__


class OneElement:
    """As a tensor, with one element that is no number."""

    def item(self):
        return object()


class Array:
    """As a tensor on another device."""

    def __array__(self, *_args, **_kwargs):
        message = "copy it to the CPU first"
        raise TypeError(message)

    def __float__(self):
        message = "copy it to the CPU first"
        raise TypeError(message)


def endless():
    ring = []
    ring.append(ring)
    return ring


def endless_dict():
    ring = {}
    ring["again"] = ring
    return ring


def deep(levels=3000):
    return functools.reduce(lambda inner, _: [inner], range(levels), 1)


LETTERS = st.characters(codec=None)  # halves of surrogate pairs, too
TEXTS = (
    st.text(LETTERS, max_size=30)
    | st.text("ab-_. /\\\0\n\t'\"{}[]`$%#", max_size=8)
    | st.sampled_from(
        ["", " ", "\0", "a\0b", "\ud800", "-", "--", "..", "/", "nan", "1", "x" * 5000, "e\u0301"]
    )
    | st.sampled_from(
        ["\u202eabc", "\n", "{}", "{0}", "%s", "\U0010ffff", "None", "true", "a.b", "a[0].b"]
    )
)
NUMBERS = (
    st.integers()
    | st.floats()
    | st.integers(-3, 70)
    | st.sampled_from([0, 1, -1, 0.1, 0.5, 1e-9, 10, 100, 709, -709, 1e3, 1e6, 2**31, 2**48, 2**53])
    | st.sampled_from([-0.0, 5e-324, 1e308, -1e308, math.inf, math.nan, 2**63, 2**64])
    | st.sampled_from([400, 5000]).map(lambda digits: 10**digits)  # more than are spelled out
    | st.sampled_from([400, 5000]).map(lambda digits: -(10**digits))
    | st.sampled_from([np.float32(0.5), np.float64(2), np.int64(3), np.int8(-1), np.uint64(2**63)])
    | st.sampled_from(
        [np.float32("nan"), np.float16("inf"), np.longdouble(2), np.longdouble("1e4000")]
    )
    | st.sampled_from([np.bool_(1), fractions.Fraction(1, 3), fractions.Fraction(10**400, 3)])
    | st.sampled_from([decimal.Decimal("0.1"), decimal.Decimal("NaN")])
    | st.sampled_from([Level.LOW, Amount(0.5), Amount("nan")])
)
OBJECTS = st.sampled_from(
    [
        object,
        lambda: object,
        lambda: Color,
        lambda: Color.RED,
        lambda: Word("red"),
        Unhashable,
        lambda: decimal.Decimal("sNaN"),  # neither hashed nor compared
        Undecided,
        Mute,
        OneElement,
        Array,
        lambda: len,
        lambda: lambda run, x: None,
        lambda: (i for i in range(3)),
        lambda: iter(()),
        itertools.count,
        lambda: range(3),
        lambda: range(0),
        lambda: slice(1),
        lambda: Ellipsis,
        lambda: NotImplemented,
        lambda: 1j,
        lambda: bytearray(b"x"),
        lambda: memoryview(b"x"),
        lambda: np.array([]),
        lambda: np.array(0.5),
        lambda: np.array([0.5]),
        lambda: np.arange(3),
        lambda: np.zeros((2, 2)),
        lambda: np.array(["a", "b"]),
        lambda: np.array([{}, None], object),
        lambda: np.str_("a"),
        lambda: np.datetime64("2026-01-01"),
        lambda: np.datetime64("NaT"),
        lambda: np.array((1, 2.0), "i4,f8")[()],
        lambda: np.ma.masked,
        lambda: np.ma.masked_array([1, 2], [True, False]),
        lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        lambda: dt.timedelta(seconds=1),
        lambda: Path("x"),
        lambda: re.compile("x"),
        lambda: types.MappingProxyType({"a": 1}),
        lambda: collections.OrderedDict(a=1),
        lambda: collections.defaultdict(list),
        lambda: collections.deque([1]),
        lambda: {1, 2},
        lambda: frozenset({1}),
        lambda: ValueError("x"),
        lambda: types,
        endless,
        endless_dict,
        deep,
    ]
).map(lambda make: make())
HASHABLE = TEXTS | NUMBERS | st.none() | st.tuples(TEXTS) | st.sampled_from([Color.RED, len])
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | st.binary(max_size=20)


def nested(leaves, keys=TEXTS, most=5):
    """Return lists, tuples and dicts of `leaves`, or one of them."""
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.lists(inner, max_size=3).map(tuple)
            | st.dictionaries(keys, inner, max_size=3)
        ),
        max_leaves=most,
    )


ANYTHING = nested(SCALARS | OBJECTS, TEXTS | st.none() | st.integers() | st.tuples(st.integers()))


def ends(value):
    """Tell whether what is taken apart comes to an end; what does not is nobody's fault but its."""
    return not isinstance(value, itertools.count)
