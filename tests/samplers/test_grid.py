"""Grid search."""

import pytest

from hdwidget.errors import SpaceError, UnexpectedKeywordError
from hdwidget.samplers import GridParameterSampling
from hdwidget.space import choice, loguniform, quniform, randint, uniform


def grid_of(space):
    sampler = GridParameterSampling(space)
    return [sampler.propose(index, []) for index in range(sampler.space.size + 1)]


def test_the_last_parameter_varies_fastest():
    assert grid_of({"a": choice(1, 2), "b": choice("x", "y", "z")}) == [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "y"},
        {"a": 1, "b": "z"},
        {"a": 2, "b": "x"},
        {"a": 2, "b": "y"},
        {"a": 2, "b": "z"},
        None,
    ]


def test_options_given_twice_are_proposed_once():
    assert grid_of({"a": choice(1, 2, 1, 1)}) == [{"a": 1}, {"a": 2}, None]


def test_nested_choices_are_part_of_the_grid():
    model = choice({"kind": "a", "n": choice(1, 2)}, "b")
    assert grid_of({"model": model, "x": choice(0)}) == [
        {"model": {"kind": "a", "n": 1}, "x": 0},
        {"model": {"kind": "a", "n": 2}, "x": 0},
        {"model": "b", "x": 0},
        None,
    ]


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (
            {"a": choice(1), "lr": uniform(0, 1)},
            r"takes `choice` only, but got lr=uniform\(0\.0, 1\.0\)\. .*choice\(0\.1, 0\.5, 0\.9\)",
        ),
        ({"lr": loguniform(-7, 0)}, r"choice\(0\.00184, 0\.0302, 0\.497\)"),
        ({"n": quniform(16, 256, 16)}, r"choice\(32, 128, 224\)"),
        ({"n": randint(2)}, r"choice\(0, 1\), or use RandomParameterSampling"),
        ({"m": choice({"k": 0, "x": randint(2)}, 1)}, r"but got m\[0\]\.x=randint\(2\)"),
    ],
)
def test_other_expressions_are_refused_with_an_example(space, message):
    with pytest.raises(SpaceError, match=message):
        GridParameterSampling(space)


def test_a_misspelt_keyword_suggests_the_nearest():
    with pytest.raises(UnexpectedKeywordError, match=r"Did you mean `parameter_space`\?"):
        GridParameterSampling(parameters_space={"a": choice(1)})


def test_a_grid_too_large_to_hold_is_still_numbered():
    sampler = GridParameterSampling({f"x{i}": choice(range(10)) for i in range(30)})
    assert sampler.propose(10**29, []) == {"x0": 1, **{f"x{i}": 0 for i in range(1, 30)}}
    assert sampler.propose(10**30, []) is None
