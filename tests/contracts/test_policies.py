"""What every early termination policy keeps to; a new one joins with a line in `policy`."""

import json
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.policies import (
    BanditPolicy,
    Decision,
    MedianStoppingPolicy,
    NoTerminationPolicy,
    TruncationSelectionPolicy,
    policy_from_json,
)


@pytest.fixture(
    scope="module",
    ids=repr,
    params=[
        BanditPolicy(slack_factor=0.2, evaluation_interval=2, delay_evaluation=3),
        BanditPolicy(slack_amount=0.5),
        MedianStoppingPolicy(delay_evaluation=5),
        TruncationSelectionPolicy(30, evaluation_interval=3),
        TruncationSelectionPolicy(60, exclude_finished_jobs=True),
        NoTerminationPolicy(),
    ],
)
def policy(request):
    return request.param


goals = st.sampled_from(PrimaryMetricGoal)
values = st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 0.5, 1.0])
records = st.lists(st.lists(values, min_size=1, max_size=8), min_size=1, max_size=6)


def curves_of(goal, runs):
    curves = LearningCurves(goal)
    for run, logged in enumerate(runs):
        curves.extend(run, logged)
    return curves


def every_interval(runs):
    return [(run, n + 1) for run, logged in enumerate(runs) for n in range(len(logged))]


@given(goal=goals, runs=records)
def test_decides_the_same_when_asked_again_and_changes_nothing(policy, goal, runs):
    curves = curves_of(goal, runs)
    before = pickle.dumps(curves)
    first = [policy.decide(curves, *at) for at in every_interval(runs)]
    second = [policy.decide(curves, *at) for at in reversed(every_interval(runs))]
    assert repr(first) == repr(second[::-1])  # repr, because NaN is unlike itself
    assert pickle.dumps(curves) == before


@given(goal=goals, runs=records)
def test_a_decision_says_what_it_is_about(policy, goal, runs):
    curves = curves_of(goal, runs)
    for run, interval in every_interval(runs):
        decision = policy.decide(curves, run, interval)
        assert isinstance(decision, Decision)
        assert type(decision.stop) is bool
        assert decision.interval == interval
        assert repr(decision.value) == repr(curves.best(run, interval))
        assert f"up to interval {interval}" in decision.reason


@given(goal=goals, runs=records)
def test_never_stops_the_best_of_all_runs(policy, goal, runs):
    # Best of all, not only of those that have reached the interval: the median looks at these, too.
    curves = curves_of(goal, runs)
    for run, interval in every_interval(runs):
        own = curves.utility(run, interval)
        others = [
            curves.utility(other, min(interval, len(logged))) for other, logged in enumerate(runs)
        ]
        if math.isfinite(own) and own >= max(others):
            assert not policy.decide(curves, run, interval).stop


@given(goal=goals, logged=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_never_stops_a_run_that_is_alone(policy, goal, logged):
    curves = curves_of(goal, [logged])
    assert not any(policy.decide(curves, *at).stop for at in every_interval([logged]))


@pytest.mark.parametrize("goal", PrimaryMetricGoal)
@pytest.mark.parametrize("others", [[], [[0.5]], [[math.nan]], [[0.5], [0.6], [math.inf]]])
def test_stops_a_run_that_has_logged_no_number(policy, goal, others):
    curves = curves_of(goal, [*others, [math.nan, math.inf, -math.inf]])
    stops = not isinstance(policy, NoTerminationPolicy)
    for interval in (1, 2, 3):
        assert policy.decide(curves, len(others), interval).stop == stops


def test_an_interval_that_the_run_has_not_reached_is_an_error(policy):
    curves = curves_of(PrimaryMetricGoal.MAXIMIZE, [[0.5], [0.6, 0.7]])
    with pytest.raises(IndexError, match="Run 0 has logged 1 values"):
        policy.decide(curves, 0, 2)


def test_is_due_by_its_interval_and_delay(policy):
    for interval in range(1, 30):
        multiple = interval % policy.evaluation_interval == 0
        assert policy.is_due(interval) == (multiple and interval >= policy.delay_evaluation)


def test_survives_json(policy):
    recorded = json.loads(json.dumps(policy.to_json(), allow_nan=False))
    assert policy_from_json(recorded) == policy


def test_survives_pickle_and_repr(policy):
    copy = pickle.loads(pickle.dumps(policy))
    assert copy == policy
    assert hash(copy) == hash(policy)
    assert repr(copy) == repr(policy)
    assert eval(repr(policy)) == policy
