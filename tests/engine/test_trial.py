import asyncio

import pytest
from support.clock import FakeClock
from support.loops import on_a_loop

from hdwidget.compute.base import Outcome, TrialSpec
from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.engine.events import MetricLogged, RunChanged
from hdwidget.engine.recorder import Recorder
from hdwidget.engine.trial import Trial
from hdwidget.errors import MetricError, RunCanceled
from hdwidget.policies import BanditPolicy, NoTerminationPolicy
from hdwidget.status import RunStatus, StopReason
from hdwidget.store import RunRecord, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def trial(store, tmp_path):
    """Return what makes a trial, with the events that it causes."""

    def make(policy=None, curves=None, index=0, clock=None, on_fault=pytest.fail, steps=None):
        clock = clock or FakeClock()
        lease = store.acquire("HD_1_0")
        store.ensure_experiment("digits")
        store.insert_run(
            RunRecord(id="HD_1_0", experiment="digits", type="function", status="Queued", created=0)
        )
        recorder = Recorder(store, lease, clock)
        events = []
        recorder.subscribe(events.append)
        made = Trial(
            index,
            TrialSpec("HD_1_0", index, "digits", {"x": 1}, tmp_path),
            metric="accuracy",
            curves=LearningCurves(PrimaryMetricGoal.MAXIMIZE) if curves is None else curves,
            policy=policy or NoTerminationPolicy(),
            recorder=recorder,
            clock=clock,
            max_seconds=60,
            on_fault=on_fault,
            steps=steps,
        )
        return made, events

    return make


@on_a_loop
async def test_a_value_is_recorded_and_counted(trial, store):
    it, events = trial()
    await it.log("accuracy", 0.5, 3)
    await it.log("loss", 2, None)
    await it.log("accuracy", 0.6, 4)
    assert it.logged == {"accuracy": 2, "loss": 1}
    assert [(event.name, event.seq, event.step, event.value) for event in events] == [
        ("accuracy", 0, 3, 0.5),
        ("loss", 0, None, 2),
        ("accuracy", 1, 4, 0.6),
    ]
    assert store.series("HD_1_0")["accuracy"].steps.tolist() == [3, 4]


@on_a_loop
async def test_a_step_that_an_earlier_attempt_has_logged_is_recorded_once(trial):
    it, events = trial(steps={"accuracy": {2, 3}})
    known = it.log("accuracy", 0.5, 3)
    await known
    known.wait()
    await it.log("loss", 0.5, 3)
    await it.log("accuracy", 0.6, 4)
    await it.log("accuracy", 0.7, 3)  # it comes to it once again, but not twice
    assert [(event.name, event.step) for event in events] == [
        ("loss", 3),
        ("accuracy", 4),
        ("accuracy", 3),
    ]
    heard = []
    known.add_callback(heard.append)
    known.add_callback(heard.append, loop=asyncio.get_running_loop())
    await asyncio.sleep(0)
    assert heard == [None, None]


@on_a_loop
async def test_what_log_returns_means_durable(trial, tmp_path):
    it, _ = trial()
    await it.log("accuracy", 0.5, None)
    other = Store(tmp_path)
    assert other.series("HD_1_0")["accuracy"].values.tolist() == [0.5]
    other.close()


@on_a_loop
async def test_the_decision_falls_within_the_log(trial, store):
    curves = LearningCurves(PrimaryMetricGoal.MAXIMIZE)
    curves.extend(0, [0.9, 0.9, 0.9])
    it, events = trial(BanditPolicy(slack_amount=0.2), curves, index=1)
    with pytest.raises(RunCanceled, match=r"^policy: best 0.5 up to interval 1 is below"):
        it.log("accuracy", 0.5, None)
    assert it.told
    assert it.reason is StopReason.POLICY
    assert it.stopped.done()
    assert isinstance(events[0], MetricLogged)  # the value that it was judged by is kept
    assert events[1:] == [RunChanged("HD_1_0", RunStatus.CANCEL_REQUESTED, StopReason.POLICY)]
    with pytest.raises(RunCanceled, match=r"^policy"):
        it.log("loss", 1.0, None)
    assert len(events) == 2
    assert curves.intervals(1) == 1


@on_a_loop
async def test_the_policy_is_asked_when_it_is_due_and_about_its_metric_only(trial):
    asked = []

    class Asked(BanditPolicy):
        def decide(self, curves, run, interval):
            asked.append(interval)
            return super().decide(curves, run, interval)

    it, _ = trial(Asked(slack_factor=0.1, evaluation_interval=2, delay_evaluation=3))
    for value in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        it.log("loss", value, None)
        it.log("accuracy", value, None)
    assert asked == [4, 6]


@on_a_loop
async def test_a_stop_is_sticky_and_the_first_reason_counts(trial):
    it, events = trial()
    it.stop(StopReason.USER)
    it.stop(StopReason.TIME_BUDGET)
    assert not it.told  # nobody has met it yet
    for _ in range(3):
        with pytest.raises(RunCanceled, match=r"^user$"):
            it.log("accuracy", 0.5, None)
    assert it.told
    assert events == [RunChanged("HD_1_0", RunStatus.CANCEL_REQUESTED, StopReason.USER)]


@on_a_loop
async def test_a_trial_that_starts_after_its_stop_stays_canceled(trial):
    it, _ = trial()
    it.starting()
    it.stop(StopReason.USER)
    it.started()
    assert it.status is RunStatus.CANCEL_REQUESTED


@on_a_loop
async def test_its_time_is_limited_from_its_start_to_its_end(trial):
    clock = FakeClock()
    it, _ = trial(clock=clock)
    it.starting()
    await clock.advance(100)  # what `setup` takes is no time of the trial
    it.started()
    await clock.advance(59)
    assert not it.stopped.done()
    await clock.advance(1)
    assert it.reason is StopReason.TRIAL_TIMEOUT


@on_a_loop
async def test_a_trial_that_has_ended_times_out_no_more(trial):
    clock = FakeClock()
    it, _ = trial(clock=clock)
    it.started()
    await it.finish(Outcome("completed"))
    assert clock.pending == 0
    assert it.status is RunStatus.COMPLETED


@on_a_loop
async def test_a_policy_that_raises_is_a_fault_and_no_failure_of_the_trial(trial):
    class Faulty(BanditPolicy):
        def decide(self, curves, run, interval):
            message = "no such percentile"
            raise LookupError(message)

    faults = []
    it, events = trial(Faulty(slack_factor=0.1), on_fault=faults.append)
    it.log("accuracy", 0.5, None)
    (fault,) = faults
    assert isinstance(fault, LookupError)
    assert len(events) == 1


@pytest.mark.parametrize("value", ["high", True])
@on_a_loop
async def test_the_primary_metric_must_be_a_number(trial, value):
    it, events = trial()
    with pytest.raises(MetricError, match="primary metric `accuracy` must be logged as a number"):
        it.log("accuracy", value, None)
    assert events == []
    assert it.logged == {}


@on_a_loop
async def test_what_the_record_cannot_hold_is_not_counted(trial):
    it, events = trial()
    with pytest.raises(MetricError, match="within 64 bits"):
        it.log("loss", 0.5, 2**64)
    assert events == []
    assert it.logged == {}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, -(10**400), 7])
@on_a_loop
async def test_any_number_will_do(trial, value):
    it, _ = trial()
    it.log("accuracy", value, None)
    assert it.logged == {"accuracy": 1}


@on_a_loop
async def test_nothing_moves_a_trial_that_has_ended(trial, store):
    it, events = trial()
    it.started()
    it.log("accuracy", 0.5, None)
    await it.finish(Outcome("completed"))
    ended = len(events)
    with pytest.raises(RunCanceled, match="the run has ended"):
        it.log("accuracy", 0.6, None)
    it.request("cancel", {})
    it.stop(StopReason.USER)
    store.flush()
    assert (it.status, it.reason, len(events)) == (RunStatus.COMPLETED, None, ended)
    assert store.run("HD_1_0").status == "Completed"
    assert store.series("HD_1_0")["accuracy"].values.tolist() == [0.5]
