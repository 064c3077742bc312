"""Configurations as numbers for the axes of a chart."""

import numpy as np
import pytest

from hdwidget.errors import SpaceError
from hdwidget.space import SearchSpace, choice, loguniform, quniform, uniform

MODELS = SearchSpace(
    {
        "lr": loguniform(-7, 0),
        "model": choice(
            "svm",
            {"kind": "forest", "trees": quniform(10, 100, 10), "split": choice("gini", "log")},
            {"kind": "net", "deep": {"units": choice(16, 32)}},
        ),
    }
)


def test_dimensions_that_do_not_count_are_missing():
    names = [dimension.name for dimension in MODELS.dimensions]
    assert names == ["lr", "model", "model[1].trees", "model[1].split", "model[2].deep.units"]
    forest = {"lr": 0.1, "model": {"kind": "forest", "trees": 40, "split": "log"}}
    np.testing.assert_equal(MODELS.axis_point(forest), [0.1, 1, 40, 1, np.nan])
    net = {"lr": 0.2, "model": {"kind": "net", "deep": {"units": 32}}}
    np.testing.assert_equal(MODELS.axis_point(net), [0.2, 2, np.nan, np.nan, 1])
    svm = {"lr": 0.2, "model": "svm"}
    np.testing.assert_equal(MODELS.axis_point(svm), [0.2, 0, np.nan, np.nan, np.nan])


def test_a_number_outside_its_bounds_is_itself():
    assert SearchSpace({"x": uniform(0, 1)}).axis_point({"x": 7}).tolist() == [7.0]


def test_a_record_finds_its_options():
    def relu():
        pass

    space = SearchSpace({"f": choice(relu, (1, 2), None)})
    read = SearchSpace.from_json(space.to_json())
    assert read.axis_point({"f": repr(relu)}).tolist() == [0.0]
    assert read.axis_point({"f": [1, 2]}).tolist() == [1.0]


@pytest.mark.parametrize("params", [{"x": "a"}, {"y": 1}, {"x": None}])
def test_what_is_no_configuration(params):
    with pytest.raises(SpaceError, match="must"):
        SearchSpace({"x": uniform(0, 1)}).axis_point(params)


def test_labels():
    assert MODELS.dimensions[1].expression.labels == ["svm", "kind=forest", "kind=net"]
    assert choice(1, 1.0, None, (3, "a"), np.int64(5), [1]).labels == [
        "1",
        "1.0",
        "None",
        "(3, 'a')",
        "5",
        "[1]",
    ]


def test_shares_of_the_distinct_options():
    doubled = choice("relu", "tanh", "relu", "elu")
    assert doubled.labels == ["relu", "tanh", "elu"]
    assert doubled.shares.tolist() == [0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    "params",
    [
        {"lr": 0.0123456789, "model": "svm"},
        {"lr": 0.1, "model": {"kind": "forest", "trees": 40, "split": "log"}},
        {"lr": 0.2, "model": {"kind": "net", "deep": {"units": 32}}},
    ],
)
def test_the_configuration_at_a_point(params):
    found = MODELS.from_axis(MODELS.axis_point(params))
    assert found == params
    assert repr(found) == repr(params)  # whole numbers are whole


def test_a_point_outside_of_the_bounds_is_itself_and_no_option_is_shared():
    space = SearchSpace({"x": uniform(0, 1), "layers": choice([1], [2, 3])})
    found = space.from_axis([7, 1])
    assert found == {"x": 7.0, "layers": [2, 3]}
    found["layers"].append(4)
    assert space.from_axis([7, 1])["layers"] == [2, 3]
