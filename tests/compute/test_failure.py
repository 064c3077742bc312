"""Why a trial failed, in words that help."""

import json

import pytest

from hdwidget.compute.failure import Failure
from hdwidget.shown import shown


def failure_of(function):
    try:
        function()
    except BaseException as error:  # noqa: BLE001
        return Failure.of(error)
    pytest.fail("it raised nothing")


def test_a_failure_is_the_exception_in_text():
    failure = failure_of(lambda: 1 / 0)
    assert (failure.type, failure.message) == ("ZeroDivisionError", "division by zero")
    assert failure.traceback.startswith("Traceback (most recent call last):\n")
    assert failure.traceback.endswith("ZeroDivisionError: division by zero\n")
    assert str(failure) == "ZeroDivisionError: division by zero"


def test_one_without_a_message_is_its_type():
    def fail():
        raise ValueError

    assert str(failure_of(fail)) == "ValueError"


def test_the_cause_is_told_too():
    def fail():
        try:
            {}["rate"]
        except KeyError as error:
            raise ValueError from error

    traceback = failure_of(fail).traceback
    assert "KeyError: 'rate'" in traceback
    assert "The above exception was the direct cause" in traceback


def test_an_exception_that_cannot_say_what_it_is_is_a_failure_like_any_other():
    class MuteError(Exception):
        def __str__(self):
            raise AttributeError

    def fail():
        raise MuteError

    failure = failure_of(fail)
    assert failure.type == "MuteError"
    assert failure.message == "<its own text failed with AttributeError>"


def test_an_exception_that_was_never_raised_has_no_traceback_but_its_own_line():
    assert Failure.of(ValueError("no")).traceback == "ValueError: no\n"


@pytest.mark.parametrize("code", [3, "no data", pytest.param(10**5000, id="long")])
def test_sys_exit_says_what_was_asked_for(code):
    def fail():
        raise SystemExit(code)

    assert failure_of(fail).message == f"the function called sys.exit({shown(code)})"


def test_the_record_keeps_it_as_json():
    failure = Failure("ProcessDied", "killed", signal="SIGSEGV")
    kept = json.loads(json.dumps(failure.to_json()))
    assert Failure(**kept) == failure


def test_the_record_gives_it_back_whatever_somebody_else_has_put_there():
    failure = Failure("ProcessDied", "killed", signal="SIGKILL")
    assert Failure.recorded(failure.to_json()) == failure
    assert Failure.recorded({"type": "ProcessDied", "mood": 1}).is_crash
    assert not Failure.recorded({}).is_crash
