"""How operations queue, and how they share commits."""

import threading

import pytest

from hdwidget.errors import StoreError


class Gate:
    """An operation that keeps the writer busy until it is opened."""

    def __init__(self, store):
        self._entered, self._opened = threading.Event(), threading.Event()
        self.ticket = store._writer.put(self._wait)
        assert self._entered.wait(10)

    def _wait(self, _):
        self._entered.set()
        assert self._opened.wait(10)

    def open(self):
        self._opened.set()


def points(store, count, first=0):
    return [store.append_metric("HD", "loss", first + seq, None, 0.0, 0.5) for seq in range(count)]


def test_what_queues_up_during_a_commit_shares_the_next_one(store):
    statements = []
    gate = Gate(store)
    store._writer._connection.set_trace_callback(lambda sql: statements.append(sql.split()[0]))
    tickets = points(store, 300)
    store.update_run("HD", status="Finalizing")
    tickets += points(store, 1, first=300)
    assert not any(ticket.done for ticket in tickets)
    gate.open()
    store.flush()
    assert statements[0] == "COMMIT"  # of the gate
    # 300 points take 256 + 2 * 16 + 3 * 4 rows in six statements
    assert statements[1:] == ["BEGIN", *["INSERT"] * 6, "UPDATE", "INSERT", "COMMIT"]
    assert len(store.series("HD")["loss"]) == 301


def test_a_commit_is_bounded_so_that_other_processes_get_their_turn(store, monkeypatch):
    monkeypatch.setattr("hdwidget.store.writer.COMMIT_LIMIT", 40)
    statements = []
    gate = Gate(store)
    store._writer._connection.set_trace_callback(statements.append)
    points(store, 100)
    gate.open()
    store.flush()
    assert statements.count("BEGIN IMMEDIATE") == 3


def test_a_full_queue_makes_the_caller_wait(store, monkeypatch):
    monkeypatch.setattr("hdwidget.store.writer.QUEUE_LIMIT", 5)
    gate = Gate(store)
    points(store, 5)
    lengths, waiting, wait = [], threading.Event(), store._writer._settled_some.wait

    def tell_and_wait():
        waiting.set()
        wait()

    def more():
        for ticket in points(store, 20, first=5):
            lengths.append(len(store._writer._queue))
            ticket.wait()

    monkeypatch.setattr(store._writer._settled_some, "wait", tell_and_wait)
    thread = threading.Thread(target=more)
    thread.start()
    assert waiting.wait(10)
    assert len(store._writer._queue) == 5
    gate.open()
    thread.join()
    assert max(lengths) <= 5
    assert len(store.series("HD")["loss"]) == 25


def test_callbacks_of_the_writer_may_read_and_may_write_when_the_queue_is_full(store, monkeypatch):
    monkeypatch.setattr("hdwidget.store.writer.QUEUE_LIMIT", 1)
    gate = Gate(store)
    seen = []

    def callback(_):
        seen.append(store.run("HD").status)
        store.append_metric("HD", "loss", 1, None, 0.0, 0.5)
        store.append_metric("HD", "loss", 2, None, 0.0, 0.5)

    gate.ticket.add_callback(callback)
    points(store, 1)
    gate.open()
    gate.ticket.wait()
    store.flush()
    assert seen == ["Running"]
    assert len(store.series("HD")["loss"]) == 3


@pytest.mark.parametrize(
    ("name", "seq", "reason"),
    [
        ("\udc80", 0, "surrogates not allowed"),
        ("loss", 2**63, "too large"),
    ],
)
def test_a_point_that_sqlite_cannot_take_fails_alone(store, name, seq, reason):
    wrong = [store.append_metric("HD", name, seq, None, 0.0, 0.5)]
    right = points(store, 3)
    with pytest.raises(StoreError, match=f"cannot be written: .*{reason}"):
        wrong[0].wait()
    for ticket in right:
        ticket.wait()


def test_a_change_that_sqlite_cannot_take_fails_alone(store):
    with pytest.raises(StoreError, match=r"not written: .*surrogates not allowed"):
        store.update_run("HD", status="\udc80").wait()
    store.update_run("HD", status="Completed").wait()
