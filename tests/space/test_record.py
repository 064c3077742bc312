"""The JSON form of expressions and spaces."""

import json
import math

import pytest

from hdwidget.errors import ConfigurationError, SpaceError
from hdwidget.space import (
    SearchSpace,
    choice,
    expression_from_json,
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

EVERY_KIND = [
    uniform(0.1, 1.0),
    loguniform(-3.0, 1.0),
    normal(0.0, 1.0),
    lognormal(0.0, 1.0),
    quniform(0.0, 1.0, 0.1),
    qloguniform(0.0, 3.0, 1.0),
    qnormal(0.0, 1.0, 0.5),
    qlognormal(0.0, 1.0, 0.5),
    randint(3),
    choice(["a", 2, 2.0, True, None]),
    choice((50, (1, 2)), [3, (4,)], {"a": [1], "b": ()}),
    choice([[1, 2]]),
    choice({"dict": 1}, {"repr": "x"}, {"tuple": [1]}, {"expression": "uniform"}, {"items": []}),
    choice("balanced", {0: 1.0, 1: 5.0}, {(0, 1): {None: "a", "1": 2}}),
    choice({"kind": "a", "C": uniform(0.0, 1.0), "deep": {"n": choice(1, (2,))}}, "b"),
    choice({"expression": "mine", "x": randint(2)}, {"kind": {"repr": "y"}, "x": randint(2)}),
]


def through_json(value):
    return json.loads(json.dumps(value, allow_nan=False))


@pytest.mark.parametrize("expression", EVERY_KIND, ids=repr)
def test_an_expression_comes_back(expression):
    assert expression_from_json(through_json(expression.to_json())) == expression


def test_the_form_names_the_arguments():
    assert uniform(0.1, 1).to_json() == {"expression": "uniform", "low": 0.1, "high": 1.0}
    assert randint(3).to_json() == {"expression": "randint", "upper": 3}
    assert choice("a", (1,)).to_json() == {"expression": "choice", "options": ["a", {"tuple": [1]}]}


def test_what_json_cannot_hold_comes_back_as_its_text():
    options = choice(len, math.inf, {len: 2}, {3})
    again = expression_from_json(through_json(options.to_json()))
    assert again == choice(repr(len), "inf", {repr(len): 2}, "{3}")


def test_a_dict_with_numbers_as_keys_is_found_by_the_space_of_the_record():
    weights = choice({"kind": "svm", "C": uniform(0, 1), "weights": {0: 1, 1: 5}}, {0: 1, 1: 2})
    again = expression_from_json(through_json(weights.to_json()))
    recorded = {"kind": "svm", "C": 0.5, "weights": {"0": 1, "1": 5}}  # as JSON writes keys
    for options in (weights, again):
        assert options.recall(recorded) == {**recorded, "weights": {0: 1, 1: 5}}
        assert options.recall({"0": 1, "1": 2}) == {0: 1, 1: 2}


def test_a_space_comes_back_in_order():
    space = SearchSpace({f"p{i}": e for i, e in reversed(list(enumerate(EVERY_KIND)))})
    assert SearchSpace.from_json(through_json(space.to_json())) == space


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (3, r'must be written as \{"expression": …\}, but got 3'),
        ({}, r"`None` is no expression"),
        ({"expression": "unifrom"}, r"`unifrom` is no expression\. Did you mean `uniform`\?"),
        ({"expression": "choice"}, r"a list of options, but got options=None"),
        ({"expression": "choice", "options": [{"items": [1]}]}, r"list of \[key, value\]"),
        ({"expression": "choice", "options": [{"items": [[[], 1]]}]}, r"list of \[key"),
        ({"expression": "uniform", "lwo": 1, "high": 2}, r"no argument `lwo`\. Did you mean `low`"),
        ({"expression": "uniform", "low": 3, "high": 2}, r"`low < high` must hold"),
    ],
)
def test_forms_that_are_none(written, message):
    with pytest.raises(ConfigurationError, match=message):
        expression_from_json(written)
    with pytest.raises(ConfigurationError, match=message):
        SearchSpace.from_json({"x": written})


def test_an_empty_space_is_refused():
    with pytest.raises(SpaceError, match="at least one parameter"):
        SearchSpace.from_json({})


def test_what_is_no_dict_is_no_space():
    with pytest.raises(SpaceError, match="must be written as a dict of forms by name"):
        SearchSpace.from_json(None)


def test_a_written_form_without_an_end_is_refused():
    ring = []
    ring.append(ring)
    with pytest.raises(SpaceError, match="must come to an end"):
        expression_from_json({"expression": "choice", "options": ring})
