"""The examples in the docstrings say the truth."""

import doctest
import importlib
import pkgutil

import pytest

import hdwidget.samplers


@pytest.mark.parametrize("name", [m.name for m in pkgutil.iter_modules(hdwidget.samplers.__path__)])
def test_examples(name):
    module = importlib.import_module(f"hdwidget.samplers.{name}")
    assert doctest.testmod(module).failed == 0
