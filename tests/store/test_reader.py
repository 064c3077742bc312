"""What reading relies on."""

import threading

import pytest

from hdwidget.store import reader


@pytest.mark.parametrize("name", ["", " AND name = ?2"])
@pytest.mark.parametrize("scope", ["id", "parent"])
def test_points_are_joined_in_the_order_of_their_key(store, scope, name):
    query = f"EXPLAIN QUERY PLAN {reader.LIVE} WHERE {scope} = ?1{name} {reader.BY_SERIES}"
    with store._reading() as connection:
        plan = [step[3] for step in connection.execute(query, ("HD", "loss")[: 2 if name else 1])]
    assert len(plan) == 2, plan  # runs by an index, then metrics by their key: nothing is sorted
    assert plan[1].startswith("SEARCH metrics USING PRIMARY KEY (run=?")


def test_a_reader_sees_a_compaction_wholly_or_not_at_all(store):
    stop, counts = threading.Event(), set()

    def read():
        while not stop.is_set():
            with store._readers.borrow() as connection:  # without waiting for the writer
                series = reader.series(connection, "id", "HD")["HD"].get("loss", ())
            counts.add(len(series) % 50)

    thread = threading.Thread(target=read)
    thread.start()
    for part in range(20):
        for seq in range(part * 50, part * 50 + 50):
            ticket = store.append_metric("HD", "loss", seq, None, 0.0, 0.5)
        ticket.wait()
        store.end_run("HD", status="Completed").wait()
    stop.set()
    thread.join()
    assert len(store.series("HD")["loss"]) == 1000
    assert counts


def test_readers_are_kept_for_the_next(store):
    for _ in range(3):
        store.run("HD")
    assert len(store._readers._idle) == 1
