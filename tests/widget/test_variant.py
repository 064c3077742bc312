"""Configurations that a person has put together, field by field."""

import math
import re

import pytest

from hdwidget.errors import ConfigurationError
from hdwidget.space import SearchSpace, choice, loguniform, quniform
from hdwidget.widget.variant import InvalidFieldsError, configuration

SPACE = SearchSpace(
    {
        "lr": loguniform(math.log(1e-4), 0),
        "model": choice(
            "svm",
            {"kind": "forest", "trees": quniform(10, 100, 10)},
            {"kind": "net", "deep": choice(16, {"units": choice(32, 64)})},
        ),
    }
)
"""Its dimensions: lr, model, model[1].trees, model[2].deep, model[2].deep[1].units."""


def test_what_is_nested_in_an_option_counts_with_it():
    assert configuration(SPACE, [1e-4, 0, None, None, None]) == {"lr": 1e-4, "model": "svm"}
    forest = {"lr": 0.5, "model": {"kind": "forest", "trees": 50}}
    assert configuration(SPACE, [0.5, 1, 50, 7, "junk"]) == forest
    net = {"lr": 0.5, "model": {"kind": "net", "deep": {"units": 64}}}
    assert configuration(SPACE, [0.5, 2, None, 1, 1]) == net
    # The choice of units is nested in one that is not taken.
    assert configuration(SPACE, [0.5, 2, None, 0, 9])["model"] == {"kind": "net", "deep": 16}


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ([5, 0, None, None, None], {0: r"`lr` must be a value of loguniform.*but got lr=5\.0"}),
        ([None, 0, None, None, None], {0: r"`lr` must be a number\."}),
        ([math.nan, 0, None, None, None], {0: r"`lr` must be a number\."}),
        ([True, "svm", None, None, None], {0: r"`lr` must be", 1: r"`model` must be one of its"}),
        ([0.1, 3, None, None, None], {1: r"`model` must be one of its options\."}),
        ([0.1, 0.5, None, None, None], {1: r"`model` must be one of its options\."}),
        ([0.1, 1, 45, None, None], {2: r"`model\[1\]\.trees` must be a value of quniform"}),
        ([0.1, 2, None, 1, -1], {4: r"`model\[2\]\.deep\[1\]\.units` must be one of its"}),
    ],
)
def test_every_wrong_field_is_named(values, problems):
    with pytest.raises(InvalidFieldsError) as raised:
        configuration(SPACE, values)
    assert raised.value.fields.keys() == problems.keys()
    for field, problem in problems.items():
        assert re.search(problem, raised.value.fields[field])


@pytest.mark.parametrize("values", [None, {}, [], [1, 2], "12345"])
def test_values_of_another_space(values):
    with pytest.raises(ConfigurationError, match="the search space has changed since"):
        configuration(SPACE, values)
