"""The examples in the docstrings say the truth."""

import doctest
import importlib
import pkgutil

import pytest

import hdwidget.samplers

MODULES = pkgutil.walk_packages(hdwidget.samplers.__path__, "hdwidget.samplers.")


@pytest.mark.parametrize("name", [module.name for module in MODULES])
def test_examples(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
