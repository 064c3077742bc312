import pytest
from support.clock import EPOCH, FakeClock

from hdwidget.engine.events import MetricLogged, RunChanged
from hdwidget.engine.recorder import Recorder
from hdwidget.errors import FencedError
from hdwidget.status import RunStatus
from hdwidget.store import RunRecord, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    store.ensure_experiment("digits")
    yield store
    store.close()


@pytest.fixture
def lease(store):
    return store.acquire("HD_1")


@pytest.fixture
def recorder(store, lease):
    recorder = Recorder(store, lease, FakeClock())
    recorder.created(
        RunRecord(id="HD_1", experiment="digits", type="function", status="Queued", created=0)
    )
    return recorder


def test_each_write_is_told_to_those_who_watch(recorder):
    first, second = [], []
    recorder.subscribe(first.append)
    recorder.status("HD_1", RunStatus.RUNNING)
    recorder.subscribe(second.append)
    recorder.point("HD_1", "loss", 0, None, 0.5)
    recorder.unsubscribe(first.append)
    recorder.status("HD_1", RunStatus.CANCELED, reason="user")
    assert first == [
        RunChanged("HD_1", RunStatus.RUNNING),
        MetricLogged("HD_1", "loss", 0, None, EPOCH, 0.5),
    ]
    assert second == [*first[1:], RunChanged("HD_1", RunStatus.CANCELED, "user")]


def test_one_who_leaves_while_it_is_told(recorder):
    heard = []

    def once(event):
        heard.append(event)
        recorder.unsubscribe(once)

    recorder.subscribe(once)
    recorder.subscribe(heard.append)
    recorder.status("HD_1", RunStatus.RUNNING)
    recorder.status("HD_1", RunStatus.COMPLETED)
    assert len(heard) == 3


def test_the_moments_of_a_run(recorder, store):
    assert (store.run("HD_1").started, store.run("HD_1").ended) == (None, None)
    recorder.status("HD_1", RunStatus.STARTING)
    assert store.run("HD_1").started is None
    recorder.status("HD_1", RunStatus.RUNNING)
    assert (store.run("HD_1").started, store.run("HD_1").ended) == (EPOCH, None)
    recorder.status("HD_1", RunStatus.FAILED, error={"type": "ValueError"})
    record = store.run("HD_1")
    assert (record.started, record.ended) == (EPOCH, EPOCH)
    assert record.error == {"type": "ValueError"}


def test_a_reason_that_is_not_given_stays(recorder, store):
    recorder.status("HD_1", RunStatus.CANCEL_REQUESTED, reason="user")
    recorder.status("HD_1", RunStatus.CANCELED)
    assert store.run("HD_1").reason == "user"


def test_a_final_status_compacts_the_metrics(recorder, store):
    for seq in range(3):
        recorder.point("HD_1", "loss", seq, seq, seq / 2)
    recorder.status("HD_1", RunStatus.COMPLETED).wait()
    series = store.series("HD_1")["loss"]
    assert series.values.tolist() == [0.0, 0.5, 1.0]
    with store._reading() as connection:
        assert connection.execute("SELECT count(*) FROM metrics").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM curves").fetchone() == (1,)


def test_who_is_fenced_off_writes_nothing(recorder, store, lease):
    store.flush()
    lease.release()
    for ticket in (
        recorder.status("HD_1", RunStatus.COMPLETED),
        recorder.point("HD_1", "loss", 0, None, 0.5),
        recorder.properties("HD_1", {"a": 1}),
    ):
        with pytest.raises(FencedError, match="has ended"):
            ticket.wait()
    assert store.run("HD_1").status == "Queued"
    assert store.series("HD_1") == {}


def test_a_watcher_that_fails_is_told_nothing_more(recorder, store, caplog):
    def breaks(event):
        message = "no more room"
        raise ValueError(message)

    heard = []
    recorder.subscribe(breaks)
    recorder.subscribe(heard.append)
    recorder.status("HD_1", RunStatus.RUNNING)
    recorder.status("HD_1", RunStatus.COMPLETED)
    assert len(heard) == 2
    assert len(caplog.records) == 1
    assert "A watcher of run HD_1 failed" in caplog.text
    assert store.run("HD_1").status == "Completed"
