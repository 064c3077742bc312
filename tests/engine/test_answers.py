"""What a trial may ask of its run, and what the record says afterwards."""

import math

import pytest
from support.clock import FakeClock
from support.loops import on_a_loop

from hdwidget.compute.base import Outcome, TrialSpec
from hdwidget.compute.failure import Failure
from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.engine.recorder import Recorder
from hdwidget.engine.trial import Trial
from hdwidget.errors import ConfigurationError, FencedError, MetricError, RunCanceled
from hdwidget.model_record import staged
from hdwidget.policies import BanditPolicy
from hdwidget.status import RunStatus, StopReason
from hdwidget.store import RunRecord, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def make(store, tmp_path):
    """Return what makes the trial HD_1_0; called on a loop."""

    def make():
        lease = store.acquire("HD_1_0")
        store.ensure_experiment("digits")
        store.insert_run(
            RunRecord(
                id="HD_1_0",
                experiment="digits",
                type="function",
                status="Queued",
                created=0,
                tags={"who": "me"},
            )
        )
        return Trial(
            0,
            TrialSpec("HD_1_0", 0, "digits", {"x": 1}, tmp_path / "runs" / "HD_1_0"),
            metric="accuracy",
            curves=LearningCurves(PrimaryMetricGoal.MAXIMIZE),
            policy=BanditPolicy(slack_amount=0.2),
            recorder=Recorder(store, lease, FakeClock()),
            clock=FakeClock(),
            max_seconds=60,
            on_fault=pytest.fail,
        )

    return make


NOTE = {"tags": {}, "properties": {}, "drop": []}


@on_a_loop
async def test_notes_are_added_and_dropped(make, store):
    trial = make()
    trial.request("note", {**NOTE, "tags": {"kind": "svm"}, "properties": {"a": "b"}})
    trial.request("note", {**NOTE, "drop": ["who", "nobody"]})
    assert trial.request("describe", {}) == {
        "status": "Queued",
        "tags": {"kind": "svm"},
        "properties": {"a": "b"},
        "arguments": None,
    }
    assert store.run("HD_1_0").tags == {"kind": "svm"}


@on_a_loop
async def test_the_end_keeps_what_was_noted(make, store):
    trial = make()
    trial.request("note", {**NOTE, "properties": {"a": "b"}})
    await trial.finish(Outcome("completed", facts={"threads": 3}))
    assert store.run("HD_1_0").properties == {"a": "b", "threads": 3}


@on_a_loop
async def test_what_was_logged_comes_back_at_once(make):
    trial = make()
    trial.log("accuracy", 0.5, None)
    trial.log("accuracy", 0.6, None)
    trial.log("note", "text", None)
    trial.log("curve", {"x": 1, "y": math.inf}, None)
    trial.log("curve", {"x": 2, "y": 0.5}, None)
    assert trial.request("metrics", {"name": None})["metrics"] == {
        "accuracy": [0.5, 0.6],
        "curve": {"x": [1, 2], "y": [math.inf, 0.5]},
        "note": "text",
    }
    assert trial.request("metrics", {"name": "note"}) == {"metrics": {"note": "text"}}
    assert trial.request("metrics", {"name": "nothing"}) == {"metrics": {}}


@on_a_loop
async def test_rows_are_no_intervals_of_the_policy(make):
    trial = make()
    trial.log("curve", {"x": 1}, None)
    assert len(trial._curves.values(0)) == 0
    with pytest.raises(MetricError, match="the primary metric `accuracy` must be logged as a num"):
        trial.log("accuracy", {"x": 1}, None)
    assert trial.logged == {"curve": 1}


FAILS = {"type": "Heat", "message": "too hot", "traceback": ""}


@pytest.mark.parametrize(
    "outcome",
    [Outcome("completed"), Outcome("failed", Failure("SystemExit", "1")), Outcome("canceled")],
    ids=lambda outcome: outcome.ended,
)
@on_a_loop
async def test_a_trial_that_said_so_has_failed_however_it_ends(make, outcome):
    trial = make()
    assert trial.judged(outcome) is outcome
    trial.request("fail", FAILS)
    assert trial.judged(outcome) == Outcome("failed", Failure("Heat", "too hot"))


@on_a_loop
async def test_a_trial_that_was_stopped_is_canceled_whatever_it_said(make, store):
    trial = make()
    trial.request("fail", FAILS)
    trial.stop(StopReason.USER)
    await trial.finish(trial.judged(Outcome("canceled")))
    assert store.run("HD_1_0").status == "Canceled"


@on_a_loop
async def test_a_trial_may_cancel_itself(make, store):
    trial = make()
    trial.request("cancel", {})
    assert trial.reason is StopReason.TRIAL
    with pytest.raises(RunCanceled, match="the trial itself"):
        trial.log("accuracy", 0.5, None)
    await trial.finish(Outcome("canceled"))
    assert store.run("HD_1_0").reason == "the trial itself"
    assert trial.status is RunStatus.CANCELED


@on_a_loop
async def test_a_model_gets_its_version_and_its_files(make, store, tmp_path):
    trial = make()
    (tmp_path / "model.pkl").write_text("weights")
    fields = {
        "name": "digits",
        "file": "model.pkl",
        "tags": {"kind": "svm"},
        "properties": {},
        "description": "",
    }
    for version in (1, 2):
        with staged(tmp_path / "model.pkl", tmp_path) as ready:
            answer = trial.request("register_model", {**fields, "staged": ready})
        assert (answer["version"], answer["run"]) == (version, "HD_1_0")
    (newest, oldest) = store.models("digits")
    assert (newest.version, oldest.version) == (2, 1)
    assert newest.place(tmp_path).read_text() == "weights"


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("dance", {}, "cannot be asked for 'dance'"),
        ("answer", {"kind": "note", "fields": {}}, "cannot be asked for 'answer'"),
        (
            "register_model",
            {
                "staged": ".x",
                "name": "../digits",
                "file": "model.pkl",
                "tags": {},
                "properties": {},
                "description": "",
            },
            "a model's name must be",
        ),
        ("note", {"tags": {}}, "the request 'note' has the wrong fields: .*'properties'"),
    ],
)
@on_a_loop
async def test_what_cannot_be_asked(make, kind, fields, words):
    trial = make()
    with pytest.raises(ConfigurationError, match=words):
        trial.request(kind, fields)


@on_a_loop
async def test_an_engine_that_was_fenced_off_notes_nothing(make, store):
    trial = make()
    trial._recorder._lease.release()
    again = store.acquire("HD_1_0")
    ticket = trial._recorder.annotate("HD_1_0", tags={"a": "b"}, properties={}, drop=[])
    with pytest.raises(FencedError):
        await ticket
    assert store.run("HD_1_0").tags == {"who": "me"}
    again.release()


class TestChildren:
    @on_a_loop
    async def test_what_a_child_logs_is_its_own(self, make, store):
        trial = make()
        child = trial.request("child_run", {"name": "fold 0"})["run_id"]
        for value in (0.5, {"x": 1}):
            name = "accuracy" if value == 0.5 else "curve"
            trial.request("log", {"run": child, "name": name, "value": value, "step": None})
        trial.request("note", {**NOTE, "run": child, "tags": {"a": "b"}})
        told = trial.request("metrics", {"run": child, "name": None})
        assert told == {"metrics": {"accuracy": 0.5, "curve": {"x": [1]}}}
        record = store.run(child)
        assert (record.type, record.parent, record.number) == ("child", "HD_1_0", 0)
        assert (record.tags, record.properties) == ({"a": "b"}, {"name": "fold 0"})
        assert store.series("HD_1_0") == {}
        assert len(trial._curves.values(0)) == 0
        assert store.is_driven(child)
        await trial.finish(Outcome("completed"))
        store.flush()

    @on_a_loop
    async def test_it_ends_once_by_its_own_word_or_as_the_trial(self, make, store):
        trial = make()
        done, failed, open_ = (
            trial.request("child_run", {"name": None})["run_id"] for _ in range(3)
        )
        trial.request("end", {"run": done, "status": "Completed"})
        trial.request("end", {"run": done, "status": "Failed", "error": FAILS})
        trial.request("end", {"run": failed, "status": "Failed", "error": FAILS})
        with pytest.raises(ConfigurationError, match="has ended: nothing more can be logged"):
            trial.request("log", {"run": done, "name": "x", "value": 1, "step": None})
        trial.stop(StopReason.USER)
        await trial.finish(Outcome("canceled"))
        store.flush()
        ends = [store.run(child).status for child in (done, failed, open_)]
        assert ends == ["Completed", "Failed", "Canceled"]
        assert store.run(failed).error["message"] == "too hot"
        assert not any(store.is_driven(child) for child in (done, failed, open_))

    @on_a_loop
    async def test_a_trial_that_is_to_stop_learns_it_by_its_child_too(self, make):
        trial = make()
        child = trial.request("child_run", {"name": None})["run_id"]
        trial.stop(StopReason.USER)
        assert not trial.told
        with pytest.raises(RunCanceled, match="user"):
            trial.request("log", {"run": child, "name": "x", "value": 1, "step": None})
        assert trial.told
        await trial.finish(Outcome("canceled"))

    @on_a_loop
    async def test_a_child_has_children(self, make, store):
        trial = make()
        child = trial.request("child_run", {"name": None})["run_id"]
        grandchild = trial.request("child_run", {"run": child, "name": None})["run_id"]
        assert store.run(grandchild).parent == child
        with pytest.raises(ConfigurationError, match="no run that this trial has begun"):
            trial.request("describe", {"run": "HD_7"})
        with pytest.raises(ConfigurationError, match="cannot be asked for 'fail'"):
            trial.request("fail", {"run": child, **FAILS})
        with pytest.raises(ConfigurationError, match="but got status='Running'"):
            trial.request("end", {"run": child, "status": "Running"})
        await trial.finish(Outcome("completed"))
        store.flush()
        assert [store.run(each).status for each in (child, grandchild)] == ["Completed"] * 2
