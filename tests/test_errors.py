import inspect
import re

import pytest

from hdwidget import errors

TREE = errors.__doc__
KINDS = [getattr(errors, name) for name in errors.__all__]


def test_all_are_public_and_sorted():
    defined = [
        name
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and kind.__module__ == errors.__name__
    ]
    assert errors.__all__ == sorted(defined)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_tree_in_the_docstring_is_true(kind):
    (line,) = [line for line in TREE.splitlines() if re.search(rf"\b{kind.__name__}\b", line)]
    above = TREE.splitlines()[: TREE.splitlines().index(line)]
    depth = line.index(kind.__name__)
    parent = next(
        name[0]
        for each in reversed(above)
        if (name := re.findall(r"\w+", each)) and each.index(name[0]) < depth
    )
    assert parent in {base.__name__ for base in kind.__bases__}
    for also in re.findall(rf"{kind.__name__} \((\w+)\)", line):
        assert also in {base.__name__ for base in kind.__bases__}


def test_a_stop_is_not_eaten_by_what_eats_errors():
    assert not issubclass(errors.RunCanceled, Exception)
    assert issubclass(errors.RunCanceled, BaseException)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_message_is_what_is_shown(kind):
    assert str(kind("what must hold")) == "what must hold"
