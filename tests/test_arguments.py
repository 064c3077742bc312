"""Hyperparameters as a command line and as JSON."""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.arguments import as_arguments, as_json


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (64, "64"),
        (64.0, "64"),
        (-3.0, "-3"),
        (1e20, "100000000000000000000"),
        (0.0117, "0.0117"),
        (1e-9, "1e-09"),
        ("adam", "adam"),
        ("", ""),
        ("two words", "two words"),
        (True, "True"),
        (None, "None"),
        ([64, 32], "[64, 32]"),
        ((64, 32), "[64, 32]"),
        ({"kernel": "rbf", "C": 1.0}, '{"kernel": "rbf", "C": 1.0}'),
        (Path("data"), "data"),
        (math.inf, "inf"),
        (np.float64(0.5), "0.5"),
        (np.float64(8.0), "8"),
        (np.int64(8), "8"),
        (np.str_("relu"), "relu"),
    ],
    ids=repr,
)
def test_a_value_as_an_argument(value, text):
    assert as_arguments({"x": value}) == ["--x", text]


def test_the_order_is_the_spaces():
    arguments = as_arguments({"b": 1, "a": 2, "learning-rate": 0.5})
    assert arguments == ["--b", "1", "--a", "2", "--learning-rate", "0.5"]


def test_nothing_to_tune_is_no_argument():
    assert as_arguments({}) == []


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True).filter(lambda name: name != "h"),
        st.floats(allow_nan=False) | st.integers(),
        max_size=5,
    )
)
def test_argparse_reads_back_every_number(params):
    parser = argparse.ArgumentParser(allow_abbrev=False, add_help=False)
    for name, value in params.items():
        parser.add_argument(f"--{name}", type=type(value))
    joined = [f"{name}={value}" for name, value in _pairs(as_arguments(params))]
    assert vars(parser.parse_args(joined)) == params


def _pairs(arguments):
    return zip(arguments[::2], arguments[1::2], strict=True)


def test_json_holds_what_it_can_and_shows_the_rest():
    class Layer:
        def __repr__(self):
            return "Layer(5)"

    text = as_json({"rate": 0.1, "shape": (2, 3), "layer": Layer(), "none": None})
    assert json.loads(text) == {"rate": 0.1, "shape": [2, 3], "layer": "Layer(5)", "none": None}
