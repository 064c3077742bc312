"""Whether a function takes what the space gives it: known before any trial, and said in words."""

import functools
import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.errors import ConfigurationError
from hdwidget.signature import as_keywords, check_signature, is_async, label


def refused(function, names, *, with_setup=False):
    with pytest.raises(ConfigurationError) as caught:
        check_signature(function, names, with_setup=with_setup)
    return str(caught.value)


# --- what fits


class Trainer:
    def __call__(self, run, rate): ...

    def method(self, run, rate): ...

    async def later(self, run, rate): ...

    @staticmethod
    def static(run, rate): ...

    @classmethod
    def of_class(cls, run, rate): ...


def decorated(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


def train(run, rate): ...


@pytest.mark.parametrize(
    "function",
    [
        train,
        lambda run, rate: None,
        lambda run, rate=1.0: None,
        lambda run, *, rate: None,
        lambda run, rate, momentum=0.9: None,
        lambda run, **params: None,
        lambda *args, **params: None,
        lambda *args, rate: None,
        lambda whatever, /, rate: None,
        functools.partial(lambda run, rate, depth: None, depth=3),
        functools.partial(lambda data, run, rate: None, [1, 2]),
        decorated(train),
        Trainer(),
        Trainer().method,
        Trainer.static,
        Trainer.of_class,
        dict,
    ],
)
def test_a_function_that_takes_the_run_and_the_hyperparameters_fits(function):
    check_signature(function, ["rate"], with_setup=False)


@pytest.mark.parametrize(
    "function",
    [
        lambda run, data, rate: None,
        lambda run, images, *, rate: None,
        lambda run, *rest, rate: None,
        lambda *args, **params: None,
    ],
)
def test_with_setup_its_data_comes_second(function):
    check_signature(function, ["rate"], with_setup=True)


def test_a_dash_in_a_name_is_an_underscore():
    check_signature(lambda run, learning_rate: None, ["learning-rate"], with_setup=False)
    assert as_keywords({"learning-rate": 1, "b": 2}) == {"learning_rate": 1, "b": 2}


# --- what does not, and what is said


def test_a_hyperparameter_that_it_does_not_take_suggests_the_nearest():
    message = refused(lambda run, learning_rate, depth: None, ["learning_rte", "depth"])
    assert "takes no hyperparameter `learning_rte`, which is in the search space." in message
    assert "Did you mean `learning_rate`?" in message
    assert "It takes learning_rate, depth." in message


def test_a_hyperparameter_like_none_of_its_own_lists_them():
    assert "It takes none." in refused(lambda run: None, ["rate"])


def test_a_parameter_that_nothing_fills():
    message = refused(lambda run, rate, depth: None, ["rate"])
    assert "needs `depth`, which is not in the search space (rate)" in message
    assert "Add it to the space or give it a default." in message


def test_a_function_without_room_for_the_run_is_told_what_to_write():
    message = refused(lambda: None, ["rate"])
    assert "must take `run` first, but its signature is <lambda>()" in message
    assert "Write `def <lambda>(run, rate)`." in message


def test_a_function_that_begins_with_a_hyperparameter_is_told_what_to_write():
    def train(rate, depth): ...

    message = refused(train, ["rate", "depth"])
    assert "`train` must take `run` first" in message
    assert "`rate`" in message
    assert "Write `def train(run, rate, depth)`." in message


def test_a_function_without_room_for_the_data_is_told_what_to_write():
    def train(run): ...

    message = refused(train, ["rate"], with_setup=True)
    assert "`train` must take `run` and `data` first (`data` is what `setup` returns)" in message
    assert "Write `def train(run, data, rate)`." in message


def test_a_hyperparameter_in_the_place_of_the_data_is_told_from_one_in_the_runs():
    def train(run, rate): ...

    message = refused(train, ["rate"], with_setup=True)
    assert "`train` must take `run` and `data` first (`data` is what `setup` returns)" in message
    assert "the hyperparameter `rate`" in message
    assert "Write `def train(run, data, rate)`." in message


def test_a_hyperparameter_named_as_what_we_hand_over():
    message = refused(lambda run, **params: None, ["run"])
    assert "`run` is handed to `<lambda>` by hdwidget: rename the hyperparameter." in message


def test_a_generator_would_do_nothing():
    def train(run, rate):
        yield rate

    async def later(run, rate):
        yield rate

    for function in (train, later):
        assert "is a generator: take the `yield` out of it" in refused(function, ["rate"])


def test_a_parameter_that_can_only_be_filled_by_its_place_is_not_filled_by_a_name():
    assert "takes no hyperparameter `rate`" in refused(lambda run, rate, /: None, ["rate"])
    assert "needs `depth`" in refused(lambda run, depth, /, rate: None, ["rate"])


NAMES = ["run", "data", "rate", "depth", "width"]
KINDS = [
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL,
    inspect.Parameter.KEYWORD_ONLY,
    inspect.Parameter.VAR_KEYWORD,
]


@st.composite
def signatures(draw):
    """Any signature of a few names; defaults where Python allows them."""
    names = draw(st.lists(st.sampled_from([*NAMES, "args", "more"]), unique=True, max_size=5))
    kinds = sorted(draw(st.sampled_from(KINDS)) for _ in names)
    parameters = []
    optional = False
    for name, kind in zip(names, kinds, strict=True):
        if kind in (KINDS[2], KINDS[4]):
            if any(parameter.kind is kind for parameter in parameters):
                continue
            parameters.append(inspect.Parameter(name, kind))
            continue
        has_default = draw(st.booleans()) or (optional and kind is not KINDS[3])
        optional = optional or (has_default and kind is not KINDS[3])
        default = 1 if has_default else inspect.Parameter.empty
        parameters.append(inspect.Parameter(name, kind, default=default))
    return inspect.Signature(parameters)


@given(
    signatures(), st.lists(st.sampled_from(["rate", "depth", "width"]), unique=True), st.booleans()
)
def test_what_is_let_through_can_be_called_and_what_can_be_called_is_let_through(
    signature, names, with_setup
):
    # Made, and called: `Signature.bind` has faults of its own before Python 3.13.
    function = eval(f"lambda {str(signature)[1:-1]}: None")
    try:
        function("run", *(["data"] if with_setup else []), **dict.fromkeys(names))
        fits = True
    except TypeError:
        fits = False
    complaint = ""
    try:
        check_signature(function, names, with_setup=with_setup)
    except ConfigurationError as error:
        complaint = str(error)
    assert bool(complaint) != fits
    assert fits or re.search(r"must take|takes no|needs", complaint)


# --- what a function is


def test_a_callable_without_a_signature_is_left_to_its_first_trial():
    class Opaque:
        __signature__ = "none that can be read"

        def __call__(self): ...

    check_signature(Opaque(), ["rate"], with_setup=False)


class AsyncTrainer:
    async def __call__(self, run): ...


async def later(run): ...


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (later, True),
        (functools.partial(functools.partial(later)), True),
        (Trainer().later, True),
        (AsyncTrainer(), True),
        (train, False),
        (Trainer(), False),
        (AsyncTrainer, False),
        (print, False),
    ],
)
def test_whether_calling_gives_a_coroutine(function, expected):
    assert is_async(function) is expected


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (train, "train"),
        (functools.partial(train, rate=1), "train"),
        (Trainer().method, "method"),
        (Trainer(), "Trainer"),
        (lambda: None, "<lambda>"),
    ],
)
def test_the_name_that_errors_use(function, expected):
    assert label(function) == expected
