"""Values in errors, whatever they are."""

import pytest

from hdwidget.shown import as_text, shown


class Gone:
    def __repr__(self):
        message = "the object is gone"
        raise ReferenceError(message)


def test_a_value_is_shown_as_python_writes_it():
    assert shown([1, "a"]) == "[1, 'a']"
    assert as_text("a") == "a"


def test_a_long_one_is_cut():
    assert shown("x" * 300, 10) == "'xxxxxxxx…"
    assert len(shown("x" * 300, None)) == 302


@pytest.mark.parametrize(
    ("value", "text"),
    [(Gone(), "<Gone>"), (10**5000, hex(10**5000)), ([Gone()], "<list>")],
    ids=["gone", "long", "holds one"],
)
def test_one_that_has_no_text_is_shown_as_what_it_is(value, text):
    assert shown(value, None) == as_text(value) == text
