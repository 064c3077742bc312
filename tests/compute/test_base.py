"""How a trial ended, by what it raised."""

import asyncio

import pytest

from hdwidget.compute.base import Outcome
from hdwidget.errors import RunCanceled

STOP = RunCanceled("policy")


@pytest.mark.parametrize("error", [None, SystemExit(), SystemExit(0)])
def test_to_return_is_to_complete(error):
    assert Outcome.of(error) == Outcome("completed")


@pytest.mark.parametrize(
    "error",
    [
        STOP,
        asyncio.CancelledError(),
        BaseExceptionGroup("unhandled errors in a TaskGroup", [STOP]),
        BaseExceptionGroup("outer", [STOP, BaseExceptionGroup("inner", [STOP])]),
    ],
)
def test_to_obey_a_stop_is_to_be_canceled(error):
    assert Outcome.of(error) == Outcome("canceled")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no"),
        KeyboardInterrupt(),
        SystemExit(1),
        SystemExit("no"),
        BaseExceptionGroup("unhandled errors in a TaskGroup", [STOP, ValueError("no")]),
    ],
)
def test_everything_else_is_a_failure(error):
    outcome = Outcome.of(error)
    assert outcome.ended == "failed"
    assert outcome.failure.type == type(error).__name__


@pytest.mark.parametrize("error", [None, STOP, ValueError()])
def test_what_was_measured_is_kept_however_it_ended(error):
    assert Outcome.of(error, {"threads": 4}).facts == {"threads": 4}
