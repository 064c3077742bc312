"""What the expressions refuse, and what they say."""

import math
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from hdwidget.errors import SpaceError, UnexpectedKeywordError
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

REFUSED = [
    (lambda: uniform(3, 1), r"`low < high` must hold, but got low=3, high=1\. Exchange the two\."),
    (lambda: uniform(2, 2), r"low=2, high=2\. For a fixed value write choice\(2\)\."),
    (lambda: uniform("0", 1), r"`low` must be a number, but got low='0'"),
    (lambda: uniform(0, high=True), r"`high` must be a number, but got high=True"),
    (lambda: uniform(0, math.inf), r"`high` must be finite, but got high=inf"),
    (lambda: uniform(math.nan, 1), r"`low` must be finite"),
    (lambda: uniform(-1e308, 1e308), r"`high - low` must be finite"),
    (lambda: loguniform(1, 1), r"`low < high` must hold"),
    (
        lambda: loguniform(1, 1000),
        r"natural logarithm.*high=1000\.0\. If 1000 is meant itself, wri",
    ),
    (lambda: loguniform(-800, 0), r"`low` must be a natural logarithm.*but got low=-800\.0\.$"),
    (lambda: normal(0, 0), r"`sigma > 0` must hold, but got sigma=0"),
    (lambda: normal(0, -1), r"`sigma > 0` must hold, but got sigma=-1"),
    (lambda: normal(None, 1), r"`mu` must be a number"),
    (lambda: normal(0, 1e308), r"`mu \+ 9 \* sigma` must be finite"),
    (lambda: lognormal(0, 0), r"`sigma > 0` must hold"),
    (lambda: lognormal(1000, 1), r"`mu` must be a natural logarithm"),
    (lambda: quniform(0, 1, 0), r"`q > 0` must hold, but got q=0"),
    (lambda: quniform(1, 0, 1), r"`low < high` must hold"),
    (lambda: quniform(0, 1, 1e-13), r"`q` must not be so small.*Take a larger q, or uniform\("),
    (lambda: quniform(0, 1e300, 1e-300), r"`q` must not be so small"),
    (lambda: qloguniform(0, 1, -1), r"`q > 0` must hold, but got q=-1"),
    (lambda: qloguniform(0, 1000, 1), r"`high` must be a natural logarithm"),
    (lambda: qnormal(0, 1, math.nan), r"`q` must be finite"),
    (lambda: qnormal(0, 0, 1), r"`sigma > 0` must hold"),
    (lambda: qlognormal(0, 1, "1"), r"`q` must be a number"),
    (lambda: qlognormal(-999, 1, 1), r"`mu` must be a natural logarithm"),
    (lambda: randint(0), r"`upper` must be in 1\.\.\d+, but got upper=0"),
    (lambda: randint(2.5), r"`upper` must be a whole number"),
    (lambda: randint(2**60), r"`upper` must be in 1\.\."),
    (choice, r"`choice` must have at least one option"),
    (lambda: choice([]), r"`choice` must have at least one option"),
    (lambda: choice(range(0)), r"`choice` must have at least one option"),
    (lambda: choice(uniform(0, 1), "a"), r"must stand in a dict, but got uniform\(0\.0, 1\.0\)"),
    (lambda: choice([uniform(0, 1)], "a"), r"must stand in a dict, but got \[uniform"),
    (lambda: choice({"a": [uniform(0, 1)]}), r"inside a list is not sampled, but got a=\[uniform"),
    (
        lambda: choice({1: uniform(0, 1)}),
        r"names in a dict with expressions must be texts, but got 1",
    ),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_arguments_that_do_not_hold(make, message):
    with pytest.raises(SpaceError, match=message):
        make()


def test_a_misspelt_keyword_suggests_the_nearest():
    with pytest.raises(
        UnexpectedKeywordError, match=r"uniform\(\).*`hihg`\. Did you mean `high`\?"
    ):
        uniform(low=0, hihg=1)


@pytest.mark.parametrize("expression", [normal(0, 1), qnormal(0, 1, 1), qlognormal(0, 1, 1)])
def test_infinitely_many_values_cannot_be_listed(expression):
    assert expression.size is None
    for use in (expression.support, expression.probabilities, lambda: expression.at(0)):
        with pytest.raises(SpaceError, match="Only finitely many values can be listed, but got"):
            use()


def test_numpy_arguments_are_plain_afterwards():
    expression = quniform(np.int64(0), np.float32(64), np.int32(16))
    assert repr(expression) == "quniform(0.0, 64.0, 16.0)"
    assert type(expression.decode(0.5)) is int
    assert type(randint(np.int64(3)).upper) is int
    assert {type(v) for v, _ in choice(np.array([0.1, 0.2])).support()} == {float}


def test_expressions_are_values():
    assert uniform(0, 1) == uniform(0.0, 1.0)
    assert uniform(0, 1) != loguniform(0, 1)
    assert len({uniform(0, 1), uniform(0, 1), uniform(0, 2), randint(2)}) == 3
    with pytest.raises(FrozenInstanceError):
        uniform(0, 1).low = 2


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
    choice("a", 2, None, (1, [2])),
    choice([[1, 2]]),
    choice({"kind": "a", "C": uniform(0.0, 1.0)}, "b"),
]


@pytest.mark.parametrize("expression", EVERY_KIND, ids=repr)
def test_the_text_of_an_expression_makes_it_again(expression):
    assert eval(repr(expression)) == expression


@pytest.mark.parametrize("expression", EVERY_KIND, ids=repr)
def test_expressions_can_be_pickled(expression):
    _ = expression.size, expression.sample(np.random.default_rng(0))
    again = pickle.loads(pickle.dumps(expression))
    assert again == expression
    assert hash(again) == hash(expression)
    assert expression.__getstate__() == expression.arguments()


def test_the_constructors_can_be_pickled():
    assert pickle.loads(pickle.dumps([choice, uniform])) == [choice, uniform]
