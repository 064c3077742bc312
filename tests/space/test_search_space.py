"""The search space: names, dimensions, enumeration, encoding, membership."""

import json
import pickle
import subprocess
import sys
from itertools import product
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.errors import SpaceError
from hdwidget.space import SearchSpace, choice, normal, quniform, randint, uniform

NESTED = SearchSpace(
    {
        "lr": uniform(0, 1),
        "model": choice({"kind": "a", "x": normal(0, 1), "n": randint(4)}, {"kind": "b"}),
        "units": quniform(16, 64, 16),
    }
)
FINITE = SearchSpace(
    {
        "units": quniform(16, 64, 16),
        "model": choice({"kind": "a", "n": choice(1, 2, 2)}, {"kind": "b"}),
        "seed": randint(3),
    }
)

finite_expressions = st.one_of(
    st.integers(1, 4).map(randint),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(choice),
    st.builds(lambda n, low: quniform(low, low + n, 1), st.integers(1, 4), st.floats(0, 1)),
    st.just(choice({"k": 0, "x": randint(2), "y": choice("a", "a", "b")}, {"k": 1})),
)
finite_spaces = st.dictionaries(st.text("xyz", min_size=1), finite_expressions, min_size=1).filter(
    lambda d: len(d) <= 3
)


def test_it_is_a_mapping_in_order():
    assert NESTED.names == tuple(NESTED) == ("lr", "model", "units")
    assert len(NESTED) == 3
    assert NESTED["lr"] == uniform(0, 1)
    assert "lr" in NESTED
    assert "rl" not in NESTED
    assert SearchSpace(NESTED) == NESTED
    assert SearchSpace(MappingProxyType(dict(NESTED))) == NESTED


def test_dashes_before_a_name_are_dropped():
    space = SearchSpace({"--learning_rate": uniform(0, 1), "-b": randint(3), "c--d": randint(3)})
    assert space.names == ("learning_rate", "b", "c--d")


def test_the_order_of_the_names_counts():
    a, b = uniform(0, 1), uniform(0, 2)
    assert SearchSpace({"a": a, "b": b}) != SearchSpace({"b": b, "a": a})
    assert hash(SearchSpace({"a": a})) == hash(SearchSpace({"a": uniform(0.0, 1.0)}))
    assert SearchSpace({"a": a}) != {"a": a}


REFUSED = [
    ([("a", 1)], r"must be a dict of expressions by parameter name.*but got \[\('a', 1\)\]"),
    ({}, r"at least one parameter, but got an empty dict"),
    (
        {"b": [16, 32]},
        r"`b` must be a parameter expression, but got b=\[16, 32\]\. Write choice\(\[1",
    ),
    ({"b": 16}, r"but got b=16\. Write choice\(\[16\]\)\."),
    ({"b": {"x": 1}}, r"Write choice\(\[\{'x': 1\}\]\)\."),
    ({"--lr": randint(3), "lr": randint(3)}, r"`--lr` and `lr` are both the parameter `lr`"),
    ({"--": randint(3)}, r"name must be a text that is not empty, but got '--'"),
    ({3: randint(3)}, r"name must be a text that is not empty, but got 3"),
]


@pytest.mark.parametrize(("parameters", "message"), REFUSED)
def test_spaces_that_do_not_hold(parameters, message):
    with pytest.raises(SpaceError, match=message):
        SearchSpace(parameters)


def test_dimensions_include_nested_ones():
    assert [d.name for d in NESTED.dimensions] == [
        "lr",
        "model",
        "model[0].x",
        "model[0].n",
        "units",
    ]
    assert NESTED.dimensions[2].condition == ("model", 0)
    assert NESTED.dimensions[0].condition is None


def test_samples_are_members_and_come_back_from_the_cube():
    rng = np.random.default_rng(3)
    for _ in range(200):
        params = NESTED.sample(rng)
        NESTED.validate(params)
        point = NESTED.encode(params)
        assert point.shape == (5,)
        assert point.dtype == np.float64
        active = params["model"]["kind"] == "a"
        assert np.isnan(point[2:4]).tolist() == [not active] * 2
        again = NESTED.decode(point)
        assert list(again) == list(params)
        assert NESTED.encode(again)[~np.isnan(point)] == pytest.approx(point[~np.isnan(point)])


def test_samples_are_deterministic():
    samples = [NESTED.sample(np.random.default_rng(9)) for _ in range(2)]
    assert samples[0] == samples[1]


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ([0.5], r"`point` must have the shape \(5,\).*but got the shape \(1,\)"),
        (np.zeros((1, 5)), r"but got the shape \(1, 5\)"),
        ([0.5, 0.9, np.nan, np.nan, np.nan], r"`0 <= u <= 1` must hold"),
    ],
)
def test_points_that_do_not_hold(point, message):
    with pytest.raises(SpaceError, match=message):
        NESTED.decode(point)


def test_the_size_of_a_space():
    assert NESTED.size is None
    assert FINITE.size == 4 * 3 * 3
    assert SearchSpace({f"x{i}": randint(2**40) for i in range(10)}).size == 2**400


def test_enumeration_varies_the_last_name_fastest():
    models = [{"kind": "a", "n": 1}, {"kind": "a", "n": 2}, {"kind": "b"}]
    expected = [
        {"units": u, "model": m, "seed": s}
        for u, m, s in product((16, 32, 48, 64), models, range(3))
    ]
    assert list(FINITE.enumerate()) == expected


@given(finite_spaces)
def test_enumeration_is_at_and_distinct_and_sums_to_one(parameters):
    space = SearchSpace(parameters)
    everything = list(space.enumerate())
    assert everything == [space.at(i) for i in range(space.size)]
    assert len({space.key(params) for params in everything}) == space.size == len(everything)
    probabilities = space.probabilities()
    assert probabilities.shape == (space.size,)
    assert probabilities.sum() == pytest.approx(1.0)
    for params in everything[:20]:
        space.validate(params)
        assert space.decode(space.encode(params)) == params


def test_probabilities_are_in_the_order_of_enumeration():
    probabilities = FINITE.probabilities()
    assert probabilities[0] == pytest.approx(1 / 6 * 1 / 2 * 1 / 3 * 1 / 3)
    assert probabilities[3] == pytest.approx(1 / 6 * 1 / 2 * 2 / 3 * 1 / 3)
    assert probabilities[6] == pytest.approx(1 / 6 * 1 / 2 * 1 / 3)


def test_numbers_beyond_the_end():
    for index in (-1, 36):
        with pytest.raises(
            IndexError, match=rf"`0 <= index < 36` must hold, but got index={index}"
        ):
            FINITE.at(index)


def test_an_infinite_space_is_not_enumerated():
    for use in (NESTED.enumerate, NESTED.probabilities, lambda: NESTED.at(0)):
        with pytest.raises(
            SpaceError, match="finite space can be enumerated, but lr, model has inf"
        ):
            use()


VALID = {"lr": 0.5, "model": {"kind": "b"}, "units": 32}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"lr": 0.5, "units": 32}, r"must have a value for `model`"),
        (VALID | {"unit": 3}, r"`unit` is no parameter of the space\. Did you mean `units`\?"),
        (VALID | {"lr": 2}, r"`lr` must be a value of uniform\(0\.0, 1\.0\), but got lr=2\."),
        (VALID | {"lr": "fast"}, r"`lr` must be a value of.*lr='fast'"),
        (VALID | {"units": 33}, r"`units` must be a value of quniform.*units=33"),
        (
            VALID | {"model": {"kind": "a", "x": 0.0, "n": 9}},
            r"`model\[0\]\.n` must be a value of ra",
        ),
        ([0.5], r"must be a dict of values by name, but got \[0\.5\]"),
    ],
)
def test_configurations_that_do_not_belong(params, message):
    assert NESTED.contains(VALID)
    assert not NESTED.contains(params)
    with pytest.raises(SpaceError, match=message):
        NESTED.validate(params)


def test_a_long_expression_is_shortened_in_a_message():
    space = SearchSpace({"n": choice(range(1000))})
    with pytest.raises(SpaceError) as raised:
        space.validate({"n": -1})
    assert len(str(raised.value)) < 300


def test_the_key_of_a_configuration():
    space = SearchSpace({"x": uniform(0, 2), "q": quniform(0, 1, 0.1), "c": choice([1, True, [1]])})
    key = space.key({"x": 1, "q": 0.3, "c": 1})
    assert key == space.key({"c": 1, "q": 0.1 * 3, "x": 1.0})
    assert key != space.key({"x": 1, "q": 0.3, "c": True})
    assert hash(space.key({"x": 1, "q": 0.3, "c": [1]})) is not None
    with pytest.raises(SpaceError, match="must have a value for `q`"):
        space.key({"x": 1})


def test_a_configuration_that_went_through_json_is_the_same():
    space = SearchSpace({"layers": choice((50, 50), (100,)), "rate": choice(0.5, 1.0)})
    params = {"layers": (50, 50), "rate": 1.0}
    again = json.loads(json.dumps(params))
    assert space.contains(again)
    assert space.key(again) == space.key(params)
    assert space.decode(space.encode(again)) == params


@pytest.mark.parametrize("space", [NESTED, FINITE])
def test_a_space_can_be_pickled(space):
    _ = space.dimensions
    again = pickle.loads(pickle.dumps(space))
    assert again == space
    assert again.dimensions == space.dimensions


def test_the_text_of_a_space_makes_it_again():
    assert eval(repr(NESTED)) == NESTED


def test_importing_the_space_leaves_scipy_alone():
    probe = "import sys, hdwidget.space; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
