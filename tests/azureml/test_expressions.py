"""Expressions as notebooks look into them."""

import math

import pytest

from hdwidget import choice
from hdwidget.space import expression_from_json


def test_a_grid_is_counted_by_its_choices(azure):
    from azureml.train.hyperdrive import choice

    space = {"--hidden": choice(range(3, 6)), "--layers": choice([1, 2]), "--flag": choice("x")}
    assert math.prod(len(value[1][0]) for value in space.values()) == 6
    assert space["--hidden"][0] == "choice"
    with pytest.raises(IndexError):
        space["--hidden"][2]


def test_it_is_a_choice_in_all_else(azure):
    from azureml.train.hyperdrive.parameter_expressions import choice as azures
    from azureml.train.hyperdrive.parameter_expressions import uniform

    assert azures(1, 2) == choice(1, 2)
    assert repr(azures("a", "b")) == "choice('a', 'b')"
    nested = azures({"kind": "linear"}, {"kind": "tree", "depth": uniform(1, 9)})
    assert expression_from_json(nested.to_json()) == nested
    assert nested.decode_point([0.9, 0.5]) == {"kind": "tree", "depth": 5.0}
