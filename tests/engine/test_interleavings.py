"""Random trials, limits and interventions: what holds of a run, whatever happens and when."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from support.compute import Script
from support.drive import RUN, Drive
from support.loops import on_a_loop

from hdwidget.curves import LearningCurves
from hdwidget.engine.events import MetricLogged, RunChanged
from hdwidget.policies import (
    BanditPolicy,
    MedianStoppingPolicy,
    NoTerminationPolicy,
    TruncationSelectionPolicy,
)
from hdwidget.status import FINAL, StopReason

SECONDS = st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.5, 3.0])
VALUES = st.one_of(
    st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0, float("nan"), float("inf")]),
    st.tuples(st.just("loss"), st.floats(0, 1)),
)
SCRIPTS = st.builds(
    Script,
    values=st.lists(VALUES, max_size=6).map(tuple),
    every=SECONDS,
    end=st.sampled_from(["completed"] * 4 + ["failed", "canceled", "hangs"]),
    obeys=st.sampled_from([True, True, False]),
)
POLICIES = st.sampled_from(
    [
        NoTerminationPolicy(),
        BanditPolicy(slack_amount=0.2),
        BanditPolicy(slack_factor=0.1, evaluation_interval=2),
        MedianStoppingPolicy(delay_evaluation=2),
        TruncationSelectionPolicy(50),
        TruncationSelectionPolicy(50, exclude_finished_jobs=True),
    ]
)
INTERVENTIONS = st.tuples(
    SECONDS, st.sampled_from(["cancel", "cancel child", "ask", "ask child", "interrupt"])
)


@given(
    scripts=st.lists(SCRIPTS, min_size=1, max_size=8),
    concurrent=st.integers(1, 5),
    slots=st.integers(1, 5),
    policy=POLICIES,
    seconds=st.sampled_from([4.0, 20.0, 600.0]),
    limit=st.sampled_from([2.0, 30.0]),
    interventions=st.lists(INTERVENTIONS, max_size=3),
    number=st.integers(0, 8),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@on_a_loop
async def test_what_holds_whatever_happens(
    scripts, concurrent, slots, policy, seconds, limit, interventions, number
):
    with tempfile.TemporaryDirectory() as folder:
        drive = Drive(
            Path(folder),
            scripts,
            slots=slots,
            requests=True,
            policy=policy,
            max_total_runs=len(scripts),
            max_concurrent_runs=concurrent,
            max_duration_minutes=seconds / 60,
            max_run_duration_seconds=limit,
        )
        try:
            await drive.start()
            for delay, what in interventions:
                await drive.clock.advance(delay)
                intervene(drive, what, number)
            await drive.finish()
            check(drive)
        finally:
            drive.close()


def intervene(drive, what, number):
    child = f"{RUN}_{number}"
    if what == "cancel":
        drive.controller.end(StopReason.USER)
    elif what == "cancel child":
        drive.controller.cancel_child(child)
    elif what == "interrupt":
        drive.controller.interrupt()
    elif what == "ask":
        drive.store.add_request(RUN, "cancel").wait()
    elif number < len(drive.children):
        drive.store.add_request(child, "cancel").wait()


def check(drive):
    children = drive.children
    assert drive.parent.status in FINAL
    assert {child.status for child in children} <= FINAL  # `finish` checks the ways there
    assert [child.number for child in children] == list(range(len(children)))
    for child in children:
        assert child.proposal == child.number
        assert child.params == drive.config.hyperparameter_sampling.propose(child.number, [])
        assert (child.reason is not None) == (child.status == "Canceled")
        logged = {}
        for name, value in drive.compute.accepted.get(child.id, []):
            logged.setdefault(name, []).append(value)
        recorded = {
            name: np.asarray(series.values).tolist()
            for name, series in drive.store.series(child.id).items()
        }
        assert repr(recorded) == repr(dict(sorted(logged.items())))  # NaN is not equal to itself
        event(f"{child.status} {child.reason or ''}")
    assert most_at_once(drive.events) <= drive.config.concurrent_runs
    assert stopped_by_policy(drive) == replayed(drive)


def most_at_once(events):
    """Return how many children were not final at once, at most."""
    open_, most = set(), 0
    for event_ in events:
        if isinstance(event_, RunChanged) and event_.run_id != RUN:
            open_.discard(event_.run_id)
            if event_.status not in FINAL:
                open_.add(event_.run_id)
            most = max(most, len(open_))
    return most


def stopped_by_policy(drive):
    return {
        child.number: child.properties["detail"]
        for child in drive.children
        if child.reason == "policy"
    }


def replayed(drive):
    """Return what the policy decides when it is asked again, by the order of the record."""
    curves = LearningCurves(drive.config.primary_metric_goal)
    policy = drive.config.policy
    stopped = {}
    for event_ in drive.events:
        if event_.run_id == RUN:
            continue
        number = int(event_.run_id.rpartition("_")[2])
        if isinstance(event_, RunChanged) and event_.status in FINAL:
            curves.finish(number)
        elif isinstance(event_, MetricLogged) and event_.name == "accuracy":
            assert number not in stopped, "a value was recorded after the decision"
            interval = curves.append(number, float(event_.value))
            if policy.is_due(interval):
                decision = policy.decide(curves, number, interval)
                if decision.stop:
                    stopped[number] = decision.reason
    return stopped
