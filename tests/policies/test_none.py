import math

import pytest

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.policies import NoTerminationPolicy


@pytest.mark.parametrize("goal", PrimaryMetricGoal)
def test_stops_no_run_not_even_one_without_a_number(goal):
    curves = LearningCurves(goal)
    for run, value in enumerate([0.9, -5.0, 5.0, math.nan]):
        curves.append(run, value)
    assert not any(NoTerminationPolicy().decide(curves, run, 1).stop for run in range(4))


def test_the_reason_says_that_no_policy_is_set():
    curves = LearningCurves(PrimaryMetricGoal.MAXIMIZE)
    curves.append(0, 0.5)
    assert NoTerminationPolicy().decide(curves, 0, 1).reason == (
        "best 0.5 up to interval 1 has nothing to reach, as no policy is set"
    )


def test_takes_no_arguments():
    with pytest.raises(TypeError):
        NoTerminationPolicy(evaluation_interval=1)
    assert repr(NoTerminationPolicy()) == "NoTerminationPolicy()"
