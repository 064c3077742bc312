"""What every store keeps to; another implementation joins with a line in `implementation`."""

import asyncio
import itertools
import math
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdwidget.errors import (
    FencedError,
    MetricError,
    RunNotFoundError,
    StoreError,
    UnexpectedKeywordError,
)
from hdwidget.store import RunRecord, Store

NOW = 1_764_000_000.25


@pytest.fixture(scope="module", params=[Store], ids=lambda implementation: implementation.__name__)
def implementation(request):
    return request.param


@pytest.fixture
def open_store(implementation, tmp_path):
    opened = []

    def open_it(folder=tmp_path):
        opened.append(implementation(folder, clock=lambda: NOW))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store):
    store = open_store()
    store.ensure_experiment("digits")
    store.insert_run(run("HD"))
    return store


def run(run_id, **columns):
    columns = {"experiment": "digits", "type": "function", "status": "Running", **columns}
    return RunRecord(id=run_id, **{"created": NOW, **columns})


def append(store, values, *, run_id="HD", name="loss", first=0, steps=None):
    steps = steps or [None] * len(values)
    for seq, (value, step) in enumerate(zip(values, steps, strict=True), start=first):
        ticket = store.append_metric(run_id, name, seq, step, NOW + seq, value)
    return ticket


def plain(values):
    return values.tolist() if isinstance(values, np.ndarray) else values


def same(left, right):
    """Equality by type and value, where NaN is NaN and -0.0 is not 0.0."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and repr(left) == repr(right)


# --- experiments and runs


def test_an_experiment_is_made_once(store):
    first = store.ensure_experiment("digits")
    assert store.ensure_experiment("digits") == first
    assert first.created == NOW
    other = store.ensure_experiment("iris")
    assert store.experiments() == [first, other]


def test_a_run_comes_back_as_it_was_inserted(store):
    record = run(
        "HD_0",
        parent="HD",
        number=7,
        reason="policy",
        proposal=3,
        params={"learning_rate": 0.1, "layers": [64, 32], "activation": "relu", "bias": True},
        config={"isolation": "process"},
        started=NOW + 1,
        ended=NOW + 2,
        tags={"colour": "größer"},
        properties={"score": math.inf},
        error={"type": "ValueError"},
    )
    store.insert_run(record)
    assert store.run("HD_0") == record


def test_what_json_cannot_hold_comes_back_as_its_repr(store):
    params = {"a": {1, 2}, "b": (1, np.float64(0.5)), "c": {2: print}, "d": np.arange(2)}
    store.insert_run(run("HD_0", params=params))
    assert store.run("HD_0").params == {
        "a": "{1, 2}",
        "b": [1, 0.5],
        "c": {"2": repr(print)},
        "d": [0, 1],
    }


def test_an_update_changes_its_columns_and_no_other(store):
    store.insert_run(run("HD_0", parent="HD", tags={"a": "b"}))
    store.update_run("HD_0", status="Canceled", reason="policy", ended=NOW, error={"text": "x"})
    expected = run("HD_0", parent="HD", tags={"a": "b"}, status="Canceled", reason="policy")
    found = store.run("HD_0")
    assert (found.status, found.reason, found.ended) == ("Canceled", "policy", NOW)
    assert (found.tags, found.parent, found.error) == (expected.tags, "HD", {"text": "x"})
    store.update_run("HD_0", error=None)
    assert store.run("HD_0").error is None


def test_numpy_integers_are_stored_as_integers(store):
    store.append_metric("HD", "loss", np.int64(1), np.int64(7), np.float64(NOW), 0.5)
    store.append_metric("HD", "loss", 0, None, NOW, 0.25)
    assert store.series("HD")["loss"].values.tolist() == [0.25, 0.5]
    store.update_run("HD", proposal=np.int64(3), started=np.float32(0.5))
    assert (store.run("HD").proposal, store.run("HD").started) == (3, 0.5)


def test_a_misspelt_column_is_named(store):
    with pytest.raises(UnexpectedKeywordError, match=r"no column `statu`.*Did you mean `status`"):
        store.update_run("HD", statu="Running")
    with pytest.raises(UnexpectedKeywordError, match="no column `parent` that can change"):
        store.end_run("HD", parent="HD_9")


def test_children_come_by_number_and_top_runs_by_age(store):
    for number in (2, 0, 1):
        store.insert_run(run(f"HD_{number}", parent="HD", number=number))
    store.insert_run(run("AA"))
    assert [child.id for child in store.children("HD")] == ["HD_0", "HD_1", "HD_2"]
    assert [top.id for top in store.runs("digits")] == ["HD", "AA"]
    assert store.runs("no such experiment") == []
    assert store.children("HD_0") == []


def test_a_run_that_is_not_there_is_an_error_that_names_the_nearest(store):
    store.insert_run(run("HD_1234"))
    for read in (store.run, store.series, store.metrics_of_children):
        with pytest.raises(RunNotFoundError, match=r"No run `HD_1243`.*Did you mean `HD_1234`"):
            read("HD_1243")
    with pytest.raises(RunNotFoundError, match="No run `x`"):
        store.curves("x", "loss")
    for ticket in (
        store.update_run("x", status="Failed"),
        store.end_run("x", status="Failed"),
        store.append_metric("x", "loss", 0, None, NOW, 0.5),
        store.add_request("x", "cancel"),
    ):
        with pytest.raises(RunNotFoundError, match="No run `x`"):
            ticket.wait()


@pytest.mark.parametrize(
    "record", [run("HD"), run("HD_0", parent="nobody"), run("HD_0", experiment="none")]
)
def test_a_run_needs_a_new_id_a_parent_and_an_experiment(store, record):
    with pytest.raises(StoreError, match=r"id must be new, and its experiment .* must be in"):
        store.insert_run(record).wait()


# --- metrics


VALUES = st.one_of(
    st.floats(),
    st.integers(),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.text(st.characters()),  # with surrogates and NUL
    st.none(),
    st.recursive(
        st.floats() | st.integers() | st.booleans() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    ),
)
SERIES = st.one_of(
    st.lists(st.floats(), min_size=1, max_size=8),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=8),
    st.lists(st.floats() | st.integers(-3, 3), min_size=1, max_size=8),
    st.lists(st.floats() | st.integers(), min_size=1, max_size=8),
    st.lists(VALUES, min_size=1, max_size=6),
)
STEPS = st.none() | st.integers(-(2**63) + 1, 2**63 - 1)


@pytest.fixture(scope="module")
def shared_store(implementation):
    with tempfile.TemporaryDirectory() as folder:
        store = implementation(Path(folder))
        store.ensure_experiment("digits")
        yield store, itertools.count()
        store.close()


@settings(deadline=None, max_examples=60)
@given(parts=st.lists(SERIES, min_size=1, max_size=3), data=st.data())
def test_values_keep_their_type_live_compacted_and_resumed(shared_store, parts, data):
    store, numbers = shared_store
    run_id = f"HD_{next(numbers)}"
    store.insert_run(run(run_id))
    logged, logged_steps = [], []
    for part in parts:
        steps = data.draw(st.lists(STEPS, min_size=len(part), max_size=len(part)))
        append(store, part, run_id=run_id, first=len(logged), steps=steps)
        logged += part
        logged_steps += steps
        live = store.series(run_id)["loss"]
        store.end_run(run_id, status="Completed")
        ended = store.series(run_id)["loss"]
        for series in (live, ended):
            check_series(series, logged, logged_steps)
        assert same(plain(live.values), plain(ended.values))


def check_series(series, logged, steps):
    found = plain(series.values)
    assert len(series) == len(found) == len(logged)
    numeric = isinstance(series.values, np.ndarray)
    for got, value in zip(found, logged, strict=True):
        if type(value) is int and type(got) is float:  # among floats, where it is exact
            assert got == value
        else:
            assert same(got, value)
    if numeric:
        assert series.values.dtype in (np.int64, np.float64)
    assert series.times.tolist() == [NOW + seq for seq in range(len(logged))]
    if all(step is None for step in steps):
        assert series.steps is None
    else:
        expected = [place if step is None else step for place, step in enumerate(steps, start=1)]
        assert series.steps.tolist() == expected
        assert series.steps.dtype == np.int64


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], np.array([1, 2])),
        ([0.5, math.nan, -math.inf], np.array([0.5, math.nan, -math.inf])),
        ([1, 0.5], np.array([1.0, 0.5])),
        ([2**60, 0.5], [2**60, 0.5]),
        ([2**64], [2**64]),
        ([True, False], [True, False]),
        (["adam", {"a": [1, (2, 3)]}, None], ["adam", {"a": [1, [2, 3]]}, None]),
        ([np.float32(0.5), np.int8(3)], np.array([0.5, 3.0])),
        ([np.bool_(1), {"a": np.arange(2)}], [True, {"a": [0, 1]}]),
    ],
)
def test_numbers_come_as_arrays_and_everything_else_as_a_list(store, values, expected, ended):
    append(store, values)
    if ended:
        store.end_run("HD")
    found = store.series("HD")["loss"].values
    assert type(found) is type(expected)
    if isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
    assert same(plain(found), plain(expected))


def test_values_come_in_the_order_of_seq_and_names_in_that_of_the_alphabet(store):
    for seq in (300, 2, 0, 1, 10):
        store.append_metric("HD", "loss", seq, seq, NOW, float(seq))
    append(store, [1.0], name="accuracy")
    assert list(store.series("HD")) == ["accuracy", "loss"]
    assert store.series("HD")["loss"].values.tolist() == [0, 1, 2, 10, 300]
    assert list(store.series("HD", "loss")) == ["loss"]
    assert store.series("HD", "no such metric") == {}


@pytest.mark.parametrize("value", [object(), 1j, {(1, 2): 3}, np.datetime64("2026-01-01")])
def test_a_value_that_no_record_holds_is_refused_at_once(store, value):
    with pytest.raises(MetricError, match="value must be a number, a bool, a text"):
        store.append_metric("HD", "loss", 0, None, NOW, value)


@pytest.mark.parametrize("step", [0.5, "1", 2**63])
def test_a_step_that_is_no_whole_number_is_refused_at_once(store, step):
    with pytest.raises(MetricError, match="`step` must be a whole number within 64 bits"):
        store.append_metric("HD", "loss", 0, step, NOW, 0.5)


def test_a_seq_that_is_taken_fails_alone(store):
    tickets = [store.append_metric("HD", "loss", seq, None, NOW, 0.5) for seq in (0, 1, 1, 2)]
    with pytest.raises(StoreError, match="Metric `loss` of run `HD` has a value number 1 already"):
        tickets[2].wait()
    assert [ticket.error for ticket in tickets if ticket is not tickets[2]] == [None] * 3
    assert len(store.series("HD")["loss"]) == 3


def test_an_unknown_run_among_many_points_fails_alone(store):
    tickets = [
        store.append_metric("HD" if seq != 70 else "x", "loss", seq, None, NOW, 0.5)
        for seq in range(100)
    ]
    with pytest.raises(RunNotFoundError, match="No run `x`"):
        tickets[70].wait()
    assert len(store.series("HD")["loss"]) == 99


@pytest.mark.parametrize("ended", [False, True])
def test_series_of_children_in_bulk(store, ended):
    for number in range(3):
        store.insert_run(run(f"HD_{number}", parent="HD", number=2 - number))
    append(store, [0.1, 0.2], run_id="HD_0")
    append(store, [1, 2, 3], run_id="HD_1")
    append(store, ["x"], run_id="HD_1", name="note")
    append(store, [9.0])  # the parent's own
    if ended:
        store.end_run("HD_1")
    curves = store.curves("HD", "loss")
    assert {child: series.values.tolist() for child, series in curves.items()} == {
        "HD_1": [1, 2, 3],
        "HD_0": [0.1, 0.2],
    }
    assert list(curves) == ["HD_1", "HD_0"]
    metrics = store.metrics_of_children("HD")
    assert list(metrics) == ["HD_2", "HD_1", "HD_0"]
    assert [list(names) for names in metrics.values()] == [[], ["loss", "note"], ["loss"]]
    assert metrics["HD_1"]["note"].values == ["x"]
    assert store.curves("HD", "no such metric") == {}


def test_an_end_that_fails_changes_nothing(store):
    append(store, [0.5])
    with pytest.raises(StoreError, match="not written"):
        store.end_run("HD", status=None).wait()
    assert store.run("HD").status == "Running"
    assert store.series("HD")["loss"].values.tolist() == [0.5]


# --- tickets


def test_a_ticket_is_done_once_it_is_durable(store, open_store):
    ticket = append(store, [0.5])
    ticket.wait()
    assert ticket.done
    assert ticket.error is None
    assert open_store().series("HD")["loss"].values.tolist() == [0.5]  # another reader sees it


def test_a_ticket_calls_back_once(store):
    calls, called = [], threading.Event()

    def callback(error):
        calls.append(error)
        called.set()

    ticket = append(store, [0.5])
    ticket.add_callback(callback)
    assert called.wait(10)
    ticket.add_callback(calls.append)  # settled: at once
    assert calls == [None, None]


def test_a_ticket_can_be_awaited_by_several(store):
    async def log():
        ticket = append(store, [0.5])
        await asyncio.gather(*(settled(ticket) for _ in range(3)))
        await ticket
        with pytest.raises(RunNotFoundError):
            await store.update_run("x", status="Failed")

    async def settled(ticket):
        await ticket

    asyncio.run(log())


def test_flush_waits_for_everything_queued(store):
    tickets = [store.append_metric("HD", "loss", seq, None, NOW, 0.5) for seq in range(1000)]
    store.flush()
    assert all(ticket.done for ticket in tickets)


# --- requests


def test_a_request_is_pending_until_it_is_settled(store, open_store):
    store.insert_run(run("HD_0", parent="HD"))
    store.insert_run(run("other")).wait()
    elsewhere = open_store()
    elsewhere.add_request("HD_0", "cancel", {"by": "user"})
    elsewhere.add_request("HD", "cancel")
    elsewhere.add_request("other", "cancel")
    elsewhere.flush()
    first, second = store.pending_requests("HD")
    assert (first.run, first.action, first.payload) == ("HD_0", "cancel", {"by": "user"})
    assert (second.run, second.payload, second.created) == ("HD", None, NOW)
    assert store.pending_requests("HD_0") == [first]
    store.settle_request(first.id).wait()
    assert store.pending_requests("HD") == [second]


# --- leases


def test_a_run_has_one_driver(store, open_store):
    assert not store.is_driven("HD")
    lease = store.acquire("HD")
    other = open_store()
    assert store.is_driven("HD")
    assert other.is_driven("HD")
    for somebody in (store, other):
        with pytest.raises(StoreError, match=r"Run `HD` is driven by process \d+ on .* already"):
            somebody.acquire("HD")
    assert not store.is_driven("other")
    lease.release()
    lease.release()
    assert not other.is_driven("HD")
    assert other.acquire("HD").epoch == lease.epoch + 1


def test_a_driver_may_come_before_its_run(store):
    lease = store.acquire("HD_0")
    store.insert_run(run("HD_0"), lease=lease).wait()


def test_what_is_written_under_an_ended_lease_is_dropped(store, open_store):
    lease = store.acquire("HD")
    append(store, [0.5]).wait()
    store.update_run("HD", status="Finalizing", lease=lease).wait()
    lease.release()
    newer = open_store()
    new_lease = newer.acquire("HD")
    lease.released = False  # an engine that was suspended does not know
    writes = (
        store.append_metric("HD", "loss", 1, None, NOW, 9.9, lease=lease),
        store.update_run("HD", lease=lease, status="Completed"),
        store.insert_run(run("HD_0", parent="HD"), lease=lease),
        store.end_run("HD", lease=lease, status="Completed"),
    )
    kept = store.append_metric("HD", "note", 0, None, NOW, 1)
    for ticket in writes:
        with pytest.raises(FencedError, match=r"Run `HD` is driven by process .*epoch 1"):
            ticket.wait()
    kept.wait()
    assert store.run("HD").status == "Finalizing"
    assert store.series("HD")["loss"].values.tolist() == [0.5]
    assert store.children("HD") == []
    newer.update_run("HD", lease=new_lease, status="Completed").wait()


def test_a_released_lease_writes_no_more(store):
    lease = store.acquire("HD")
    lease.release()
    with pytest.raises(FencedError, match="this engine's lease"):
        store.update_run("HD", lease=lease, status="Completed").wait()


# --- opening and closing


def test_everything_is_there_after_reopening(store, open_store):
    append(store, [0.5])
    lease = store.acquire("HD")
    store.close()
    store.close()
    again = open_store()
    assert again.run("HD") == run("HD")
    assert again.series("HD")["loss"].values.tolist() == [0.5]
    assert again.acquire("HD").epoch == lease.epoch + 1  # closing released it


def test_a_closed_store_says_so(store):
    store.close()
    for use in (
        lambda: store.update_run("HD", status="Failed"),
        lambda: store.run("HD"),
        lambda: store.acquire("HD"),
    ):
        with pytest.raises(StoreError, match="is closed: open the workspace again"):
            use()


def test_threads_write_and_read_at_the_same_time(store):
    names = [f"metric{number}" for number in range(4)]
    failures = []

    def work(name):
        try:
            for seq in range(100):
                store.append_metric("HD", name, seq, None, NOW, seq)
                if seq % 20 == 0:
                    assert len(store.series("HD", name)[name]) == seq + 1
        except Exception as error:  # noqa: BLE001  # shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [len(series) for series in store.series("HD").values()] == [100] * 4


# --- notes, and values that nobody drives


def test_notes_are_added_to_those_that_are_there(store):
    store.annotate("HD", tags={"a": "1", "b": None}, properties={"p": 1})
    store.annotate("HD", tags={"a": "2"}, properties={"q": math.inf}, drop={"b", "nothing"})
    noted = store.run("HD")
    assert noted.tags == {"a": "2"}
    assert noted.properties == {"p": 1, "q": math.inf}
    with pytest.raises(RunNotFoundError, match="Did you mean `HD`"):
        store.annotate("HD_", tags={"a": "1"}).wait()


def test_properties_are_added_when_a_run_changes(store):
    store.annotate("HD", properties={"noted": "by a person"})
    store.update_run("HD", properties={"loop_held_seconds": 1})
    store.end_run("HD", status="Completed", properties={"loop_held_seconds": 2})
    assert store.run("HD").properties == {"noted": "by a person", "loop_held_seconds": 2}


def test_a_value_follows_the_last_one_also_when_the_run_has_ended(store):
    append(store, [0, 1])
    store.append_next("HD", "loss", None, NOW, 2)
    store.end_run("HD", status="Completed")
    for value in (3, {"x": 1}, 4):
        store.append_next("HD", "loss", None, NOW, value)
    store.append_next("HD", "other", 7, NOW, "text")
    found = store.series("HD")
    assert list(found["loss"].values) == [0, 1, 2, 3, {"x": 1}, 4]
    assert list(found["other"].values) == ["text"]
    with pytest.raises(RunNotFoundError, match="Did you mean `HD`"):
        store.append_next("HD_", "loss", None, NOW, 2).wait()


def test_two_threads_that_append_lose_nothing(store):
    def work():
        for _ in range(50):
            store.append_next("HD", "loss", None, NOW, 1.0)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.series("HD")["loss"]) == 200
