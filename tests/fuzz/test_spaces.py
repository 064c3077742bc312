"""Whatever a space is made of: it is refused, or it is sampled, recorded and recalled."""

import contextlib
import json
import math
import pickle

import numpy as np
from hypothesis import strategies as st
from support.fuzzing import fuzzed
from support.odd_values import ANYTHING, HASHABLE, NUMBERS, TEXTS

from hdwidget import (
    BayesianParameterSampling,
    GridParameterSampling,
    RandomParameterSampling,
)
from hdwidget import space as expressions
from hdwidget.errors import ConfigurationError, SpaceError
from hdwidget.samplers import Observation, sampler_from_json
from hdwidget.samplers.bayesian.coordinates import Coordinates
from hdwidget.space import SearchSpace, choice, expression_from_json
from hdwidget.space.values import loosely
from hdwidget.store.json_text import as_recorded

KINDS = {
    "uniform": 2,
    "quniform": 3,
    "loguniform": 2,
    "qloguniform": 3,
    "normal": 2,
    "qnormal": 3,
    "lognormal": 2,
    "qlognormal": 3,
    "randint": 1,
}
MOST_CHECKED = 2000


def made(kind, arguments, keywords=None):
    """Return an expression; another one where the arguments are refused."""
    try:
        return getattr(expressions, kind)(*arguments, **(keywords or {}))
    except ConfigurationError:
        return choice("refused", 1)


def fitted(kind, first, second, q):
    """Return an expression whose arguments hold, at the edges of what does."""
    if kind == "randint":
        return expressions.randint(1 + int(abs(first)) % 2**48)
    if "log" in kind:
        first, second = math.fmod(first, 700), math.fmod(second, 700)
    pair = sorted([first, second]) if "uniform" in kind else [first, abs(second) or 1.0]
    return made(kind, [*pair, q][: KINDS[kind]])


EDGES = st.sampled_from(
    [-1e300, -1e17, -1, -0.0, 5e-324, 1e-300, 1e-17, 0.1, 1, 2, 16, 2**53, 1e300]
)
fit = st.builds(
    fitted,
    st.sampled_from(sorted(KINDS)),
    st.floats(-1e3, 1e3) | EDGES,
    st.floats(-1e3, 1e3) | EDGES,
    st.sampled_from([1e-3, 0.1, 0.3, 1, 1.5, 16, 16.0, 1e5, 5e-324, 1e300]),
)
odd = st.builds(
    made,
    st.sampled_from(sorted(KINDS)),
    st.lists(NUMBERS | ANYTHING, min_size=1, max_size=4),
    st.just({})
    | st.dictionaries(st.sampled_from(["low", "mu", "q", "upper", "x"]), ANYTHING, max_size=2),
)
leaves = fit | odd
options = st.recursive(
    ANYTHING | leaves,
    lambda inner: (
        st.dictionaries(TEXTS | st.integers(), inner, max_size=3) | st.lists(inner, max_size=3)
    ),
    max_leaves=4,
)
choices = st.builds(made, st.just("choice"), st.lists(options, max_size=4))
conditional = st.lists(
    st.dictionaries(
        st.sampled_from("abc"), fit | choices | st.integers(0, 2), min_size=1, max_size=3
    ),
    min_size=1,
    max_size=3,
).map(lambda dicts: made("choice", [{"kind": i, **each} for i, each in enumerate(dicts)]))
whole = fit | odd | choices | conditional
spaces = st.dictionaries(TEXTS | st.sampled_from("xyz"), whole, min_size=1, max_size=3)


@fuzzed(40, 20_000, expression=whole)
def test_an_expression_that_was_accepted_can_be_used(expression):
    rng = np.random.default_rng(1)
    for value in [expression.sample(rng) for _ in range(3)]:
        assert expression.contains(value)
        point = expression.encode_point(value)
        assert len(point) == expression.width
        assert all(np.isnan(u) or 0 <= u <= 1 for u in point)
        key = expression.key(value)
        hash(key)
        back = expression.decode_point(point)
        if expression.size is not None:
            assert expression.key(back) == key
        else:
            assert expression.contains(back)
        assert expression.problem("x", value) is None
    written = json.loads(json.dumps(expression.to_json()))
    again = expression_from_json(written)  # in which texts stand for what JSON cannot hold
    assert again.width == expression.width
    assert expression_from_json(again.to_json()) == again
    repr(expression)
    hash(expression)
    if expression.size is not None and expression.size <= MOST_CHECKED:
        values = [expression.at(i) for i in range(expression.size)]
        assert len({expression.key(value) for value in values}) == len(values)
        assert np.isclose(expression.probabilities().sum(), 1)


@fuzzed(12, 4000, parameters=spaces)
def test_a_space_that_was_accepted_is_sampled_and_comes_back(parameters):
    try:
        space = SearchSpace(parameters)
    except SpaceError:
        return
    written = json.loads(json.dumps(space.to_json()))
    again = SearchSpace.from_json(written)
    assert again.names == space.names
    assert SearchSpace.from_json(again.to_json()) == again
    Coordinates(space)
    samplers = [
        lambda: RandomParameterSampling(space, seed=1),
        lambda: RandomParameterSampling(space, seed=1, rule="sobol"),
        lambda: GridParameterSampling(space),
        lambda: BayesianParameterSampling(space, seed=1, initial_runs=3),
    ]
    for make in samplers:
        try:
            sampler = make()
        except ConfigurationError:
            continue
        history = []
        for index in range(3):
            params = sampler.propose(index, history)
            if params is None:
                assert index == space.size or sampler.learns
                break
            space.validate(params)
            recorded = as_recorded(params)
            recalled = space.recall(recorded)
            # Not by their keys: in a record () and [] are one option, and so are two lambdas.
            assert loosely(recalled) == loosely(params)
            assert len(space.axis_point(recalled)) == len(space.dimensions)
            history.append(Observation(params, float(index), 1, "completed"))
        told = sampler_from_json(json.loads(json.dumps(sampler.to_json())))
        assert told.space == again
        assert type(pickle.loads(pickle.dumps(told))) is type(sampler)


@fuzzed(25, 4000, parameters=ANYTHING | st.dictionaries(HASHABLE, options, max_size=3))
def test_anything_as_a_space(parameters):
    try:
        space = SearchSpace(parameters)
    except SpaceError:
        return
    space.sample(np.random.default_rng(1))


@fuzzed(
    25,
    5000,
    written=ANYTHING
    | st.fixed_dictionaries(
        {"expression": st.sampled_from([*KINDS, "choice"])},
        optional=dict.fromkeys(
            ["low", "high", "mu", "sigma", "q", "upper", "options", "x"], ANYTHING
        ),
    ),
)
def test_anything_as_a_written_expression(written):
    try:
        expression = expression_from_json(written)
    except SpaceError:
        return
    expression.sample(np.random.default_rng(1))


@fuzzed(25, 5000, expression=whole, value=options)
def test_anything_as_a_value(expression, value):
    space = SearchSpace({"x": expression})
    if space.contains({"x": value}):
        assert space.key({"x": value}) is not None
        assert len(space.encode({"x": value})) == len(space.dimensions)
        space.recall({"x": value})
        return
    for ask in (space.encode, space.axis_point, space.recall, space.key, space.validate):
        with contextlib.suppress(SpaceError):
            ask({"x": value})
