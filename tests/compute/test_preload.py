"""What a fork server loads ahead: what is installed, and nothing that a user may edit."""

import functools
import importlib
import json
import sys

import numpy as np
import pytest

from hdwidget.compute.preload import modules_of


def test_what_a_function_imports_is_found():
    def train(run):
        from decimal import Decimal

        import sklearn.linear_model

        return sklearn.linear_model, Decimal

    assert modules_of(train) == ["decimal", "sklearn.linear_model"]


def test_what_a_function_refers_to_is_found():
    def train(run):
        return np.mean(json.loads("[1]"))

    assert modules_of(train) == ["json", "numpy"]


def test_a_class_or_function_that_it_refers_to_brings_its_module():
    from collections import Counter
    from fractions import Fraction

    def train(run):
        return Fraction(1, 2), Counter

    assert modules_of(train) == ["collections", "fractions"]


def test_functions_inside_and_comprehensions_are_looked_into():
    def train(run):
        def inner():
            import decimal

            return [lambda: importlib for _ in decimal.__name__]

        return inner

    assert modules_of(train) == ["decimal", "importlib"]


def test_the_users_own_functions_and_classes_are_followed():
    def helper():
        import decimal

        return decimal, helper  # a circle

    class Model:
        def fit(self):
            import fractions

            return fractions

    def train(run):
        return helper(), Model()

    assert modules_of(train) == ["decimal", "fractions"]


def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return wrapper


class Trainer:
    def __call__(self, run):
        return json

    def train(self, run):
        return json


def train(run):
    return json


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(functools.partial(train, 1), id="partial"),
        pytest.param(wrapped(train), id="decorated"),
        pytest.param(Trainer().train, id="method"),
        pytest.param(functools.partial(wrapped(Trainer().train), 1), id="several"),
    ],
)
def test_wrapped_functions_are_unwrapped(function):
    assert modules_of(function) == ["json"]


def test_an_object_that_is_called_is_looked_into():
    assert modules_of(Trainer()) == ["json"]


def test_an_object_that_has_whatever_it_is_asked_for_is_no_snare():
    class Anything:
        def __getattr__(self, name):
            return self

    anything = Anything()

    def train(run):
        return anything, json

    assert modules_of(train) == ["json"]


def test_several_functions_bring_what_each_needs_once():
    def first(run):
        import decimal
        import json

        return decimal, json

    def second():
        import json

        return json

    assert modules_of(first, second) == ["decimal", "json"]


def test_the_users_own_modules_are_left_to_each_trial(tmp_path, monkeypatch):
    (tmp_path / "my_model_of_preload.py").write_text("import decimal\ndef fit(): pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "my_model_of_preload", raising=False)

    def train(run):
        import my_model_of_preload

        return my_model_of_preload, json

    assert modules_of(train) == ["json"]
    my_model = importlib.import_module("my_model_of_preload")
    assert modules_of(lambda run: my_model.fit()) == []


def test_main_and_what_is_not_there_are_left_out():
    def train(run):
        import no_such_module_anywhere

        import __main__

        return __main__, no_such_module_anywhere

    assert modules_of(train) == []


def test_what_a_function_needs_to_find_its_run_is_loaded_ahead():
    from hdwidget import Run

    def train():
        from hdwidget import Run

        return Run.get_context()

    def other():
        return Run.get_context()

    assert modules_of(train) == modules_of(other) == ["hdwidget.run"]


def test_a_function_of_c_code_brings_its_module():
    assert modules_of(np.dot) == ["numpy"]
    assert modules_of(len) == []
