"""Options of any type, and expressions nested in them."""

from collections import Counter

import numpy as np
import pytest

from hdwidget.errors import SpaceError
from hdwidget.space import choice, quniform, randint, uniform

MODEL = choice(
    {"kind": "linear"},
    {
        "kind": "svm",
        "C": uniform(0, 10),
        "kernel": choice({"of": "rbf", "g": uniform(0, 1)}, "poly"),
    },
    {"kind": "forest", "trees": {"count": randint(3), "depth": choice(2, 4)}},
)
FINITE = choice(
    {"kind": "a", "x": choice(1, 2, 2), "y": quniform(0, 2, 1)},
    {"kind": "b", "x": randint(2)},
    "c",
    "c",
)


@pytest.mark.parametrize(
    "made", [choice(1, 2, 3), choice([1, 2, 3]), choice((1, 2, 3)), choice(np.array([1, 2, 3]))]
)
def test_one_sequence_is_taken_apart(made):
    assert made.options == (1, 2, 3)
    assert made == choice(range(1, 4))


def test_one_sequence_is_taken_apart_once():
    assert choice([[1, 2], [3]]).options == ([1, 2], [3])
    assert choice([1, 2], [3]).options == ([1, 2], [3])
    assert choice([[1, 2]]).options == ([1, 2],)


def test_a_single_text_is_one_option():
    assert choice("abc").options == ("abc",)


def test_values_of_different_types_are_different_options():
    mixed = choice([1, 1.0, True])
    assert mixed.size == 3
    assert [type(mixed.decode(mixed.encode(v))) for v in (1, 1.0, True)] == [int, float, bool]
    assert mixed != choice(1, 1, 1)


def test_options_that_cannot_be_hashed():
    array, marker = np.array([1.0, 2.0]), {1: {2, 3}}
    options = choice([1, 2], {"a": [1]}, array, marker, np.nan, [1, 2])
    assert options.size == 5
    for value in options.options:
        assert options.contains(value)
        np.testing.assert_equal(options.decode(options.encode(value)), value)


def test_a_record_of_a_value_finds_its_option():
    options = choice((50, 50), (100,), None, len, 0.5)
    assert options.decode(options.encode([50, 50])) == (50, 50)
    assert options.decode(options.encode(repr(len))) is len
    assert options.decode(options.encode(np.float64(0.5))) == 0.5


def test_what_is_no_option():
    options = choice("relu", "tanh")
    assert not options.contains("rely")
    for use in (options.encode, options.key):
        with pytest.raises(
            SpaceError, match=r"a value of choice\('relu', 'tanh'\), but got.*'rely'"
        ):
            use("rely")


def test_a_trial_cannot_change_the_space():
    layers = [16, 16]
    options = choice(layers, ({"a": 1},))
    layers.append(0)
    options.decode(0.0).append(0)
    options.decode(1.0)[0]["a"] = 2
    assert options.options == ([16, 16], ({"a": 1},))


def test_nested_values_are_sampled_in_their_place():
    rng = np.random.default_rng(0)
    seen = [MODEL.sample(rng) for _ in range(300)]
    assert Counter(m["kind"] for m in seen).keys() == {"linear", "svm", "forest"}
    for model in seen:
        assert MODEL.contains(model)
        match model:
            case {"kind": "svm", "C": float(), "kernel": "poly" | {"of": "rbf", "g": float()}}:
                assert len(model) == 3
            case {"kind": "forest", "trees": {"count": 0 | 1 | 2, "depth": 2 | 4}}:
                assert len(model) == 2
            case _:
                assert model == {"kind": "linear"}


def test_nested_dimensions_have_a_path_and_a_condition():
    dimensions = list(MODEL.dimensions("model"))
    assert [(d.name, d.condition) for d in dimensions] == [
        ("model", None),
        ("model[1].C", ("model", 1)),
        ("model[1].kernel", ("model", 1)),
        ("model[1].kernel[0].g", ("model[1].kernel", 0)),
        ("model[2].trees.count", ("model", 2)),
        ("model[2].trees.depth", ("model", 2)),
    ]
    assert MODEL.width == 6


def test_nested_points_have_nan_where_nothing_counts():
    svm = {"kind": "svm", "C": 2.5, "kernel": "poly"}
    point = MODEL.encode_point(svm)
    np.testing.assert_allclose(point, [0.5, 0.25, 0.75, np.nan, np.nan, np.nan])
    assert MODEL.decode_point(point) == svm
    np.testing.assert_allclose(MODEL.encode_point({"kind": "linear"}), [1 / 6, *[np.nan] * 5])


def test_one_number_is_not_enough_for_nested_options():
    assert MODEL.decode(0.0) == {"kind": "linear"}
    with pytest.raises(SpaceError, match=r"need a coordinate each.*Use `SearchSpace\.decode`"):
        MODEL.decode(0.5)


def test_a_finite_nested_choice_is_numbered():
    values = [FINITE.at(i) for i in range(FINITE.size)]
    assert values[:4] == [
        {"kind": "a", "x": 1, "y": 0},
        {"kind": "a", "x": 1, "y": 1},
        {"kind": "a", "x": 1, "y": 2},
        {"kind": "a", "x": 2, "y": 0},
    ]
    assert values[6:] == [{"kind": "b", "x": 0}, {"kind": "b", "x": 1}, "c"]
    probabilities = FINITE.probabilities()
    assert probabilities.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(probabilities[[0, 4, 6, 8]], [1 / 48, 1 / 12, 1 / 8, 1 / 2])
    assert len({FINITE.key(v) for v in values}) == FINITE.size
    with pytest.raises(IndexError):
        FINITE.at(9)


def test_an_infinite_nested_choice_has_no_size():
    assert MODEL.size is None
    for use in (MODEL.probabilities, lambda: MODEL.at(0)):
        with pytest.raises(SpaceError, match="Only finitely many"):
            use()


def test_what_is_wrong_inside_an_option_is_named():
    svm = {"kind": "svm", "C": 2.5, "kernel": "poly"}
    assert MODEL.problem("model", svm) is None
    wrong = MODEL.problem("model", svm | {"C": 11})
    assert wrong == "`model[1].C` must be a value of uniform(0.0, 10.0), but got model[1].C=11."
    assert "`model[2].trees.depth` must be" in MODEL.problem(
        "model", {"kind": "forest", "trees": {"count": 0, "depth": 3}}
    )
    assert MODEL.problem("model", {"kind": "tree"}).startswith("`model` must be a value of choice")
    assert MODEL.encode(svm | {"C": 11}) == 0.5


@pytest.mark.parametrize(
    "options",
    [
        ({"x": uniform(0, 1)}, {"x": uniform(1, 2)}),
        ({"k": "a", "x": uniform(0, 1)}, {"k": "a", "x": 0.5}),
        ({"k": "a", "x": uniform(0, 1)}, {"k": choice("a", "b"), "x": 0.5}),
        ({"k": {"l": 1, "x": randint(2)}}, {"k": {"l": 1, "x": 1}}),
    ],
)
def test_nested_options_that_may_coincide_are_refused(options):
    with pytest.raises(SpaceError, match="must be told apart by their other entries, but got"):
        choice(*options)


@pytest.mark.parametrize(
    "options",
    [
        ({"x": randint(9)}, {"y": randint(9)}),
        ({"k": "a", "x": randint(9)}, {"k": "b", "x": randint(9)}),
        ({"k": "a", "x": randint(9)}, {"k": choice("b", "c"), "x": randint(9)}),
        ({"k": {"l": 1, "x": randint(2)}}, {"k": {"l": 2, "x": 1}}, {"k": 3}),
        ({"x": randint(2)}, "x", {"x": 2}),
    ],
)
def test_nested_options_that_can_be_told_apart(options):
    made = choice(*options)
    rng = np.random.default_rng(0)
    for value in (made.sample(rng) for _ in range(50)):
        assert made.key(made.decode_point(made.encode_point(value))) == made.key(value)


def test_equal_nested_options_are_one():
    option = {"k": "a", "x": choice(1, 2)}
    assert choice(option, option, "b").probabilities().tolist() == pytest.approx([1 / 3] * 3)


def test_options_come_back_from_a_record():
    def relu(): ...

    options = choice((50, 50), None, len, relu, {"kind": "svm", "C": uniform(0, 1)})
    assert options.recall([50, 50]) == (50, 50)
    assert options.recall(None) is None
    assert options.recall(repr(len)) is len
    assert options.recall(repr(relu).replace("0x", "0x123")) is relu  # in another process
    assert options.recall({"kind": "svm", "C": 0.25}) == {"kind": "svm", "C": 0.25}
    with pytest.raises(SpaceError, match=r"but got.*'elu'"):
        options.recall("elu")


def test_a_text_option_is_itself_whatever_the_others_look_like():
    options = choice("None", None, repr(len), len)
    assert [options.recall(value) for value in ("None", None, repr(len))] == [
        "None",
        None,
        repr(len),
    ]


def test_what_lies_in_an_option_comes_back_from_a_record():
    options = choice({"kind": len, "x": uniform(0, 1)}, {0: None}, (1, float("nan")), 10**5000)
    for value in ({"kind": repr(len), "x": 0.5}, {"0": None}, [1, float("nan")], hex(10**5000)):
        assert options.key(options.recall(value)) is not None
    assert options.recall({"kind": repr(len), "x": 0.5}) == {"kind": len, "x": 0.5}
    assert options.recall(hex(10**5000)) == 10**5000


def test_numbers_of_more_digits_than_pythons_are_plain_ones():
    value = choice(np.longdouble(2), "b").decode(0.0)
    assert (type(value), value) == (float, 2.0)


def test_lists_in_lists_without_end_are_no_option():
    ring = []
    ring.append(ring)
    with pytest.raises(SpaceError, match="at most 50 lists, dicts and choices in each other"):
        choice(ring, 1)
    assert not choice(1, 2).contains(ring)
