import io
import itertools
import math

import pytest

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.engine.events import MetricLogged, RunChanged
from hdwidget.progress import Progress
from hdwidget.status import RunStatus, StopReason


def shown(*events, goal=PrimaryMetricGoal.MAXIMIZE, total=10, seconds=0):
    stream = io.StringIO()
    moments = itertools.chain([0.0], itertools.repeat(seconds))
    progress = Progress("HD_1", "accuracy", goal, total, stream, clock=lambda: next(moments))
    for event in events:
        progress.show(event)
    return stream.getvalue().splitlines()


def logged(number, *values, name="accuracy"):
    return [
        MetricLogged(f"HD_1_{number}", name, seq, None, 0.0, value)
        for seq, value in enumerate(values)
    ]


def ended(number, status=RunStatus.COMPLETED, reason=None):
    return RunChanged(f"HD_1_{number}", status, reason)


def test_a_line_for_each_run_that_ends():
    assert shown(
        *logged(0, 0.5, 0.75, 0.7),
        ended(0),
        *logged(1, 0.25),
        ended(1, RunStatus.CANCELED, StopReason.POLICY),
        ended(2, RunStatus.FAILED),
        ended(3, RunStatus.CANCELED, StopReason.USER),
    ) == [
        "[ 1/10] 00:00 ✓ run 0  Completed accuracy 0.75      after 3 intervals     best 0.75",
        "[ 2/10] 00:00 ■ run 1  Stopped   accuracy 0.25      after 1 interval      best 0.75",
        "[ 3/10] 00:00 ✗ run 2  Failed    no value           after 0 intervals     best 0.75",
        (
            "[ 4/10] 00:00 ■ run 3  Canceled  no value           after 0 intervals     best 0.75"
            "   (user)"
        ),
    ]


def test_less_may_be_better():
    lines = shown(
        *logged(0, 3.0, 2.0, 2.5),
        ended(0),
        *logged(1, 4),
        ended(1),
        goal=PrimaryMetricGoal.MINIMIZE,
    )
    assert "Completed accuracy 2 " in lines[0]
    assert lines[0].endswith("best 2")
    assert lines[1].endswith("best 2")


def test_what_is_not_said():
    assert (
        shown(
            RunChanged("HD_1", RunStatus.RUNNING),
            RunChanged("HD_1", RunStatus.COMPLETED),
            ended(0, RunStatus.QUEUED),
            ended(0, RunStatus.RUNNING),
            ended(0, RunStatus.CANCEL_REQUESTED),
            *logged(0, 0.5),
        )
        == []
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_no_best(value):
    (line,) = shown(*logged(0, value), ended(0))
    assert "accuracy nan" in line
    assert line.endswith("after 1 interval")


def test_other_metrics_do_not_count():
    (line,) = shown(*logged(0, 9.0, name="loss"), *logged(0, "a", name="accuracy"), ended(0))
    assert "no value" in line
    assert line.endswith("after 0 intervals")


def test_the_time_since_it_began():
    (line,) = shown(ended(0), seconds=3723.9)
    assert line.startswith("[ 1/10] 62:03 ")
