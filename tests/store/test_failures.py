"""A record that cannot be written: nothing is lost in silence."""

import sqlite3

import pytest

from hdwidget.errors import StoreError
from hdwidget.store import Store


def fill_the_disk(store):
    """Let the file grow no more, which SQLite reports just as a full disk."""
    connection = store._writer._connection
    connection.execute(
        f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}"
    )


def test_a_full_disk_fails_what_was_queued_and_all_that_follows(store, tmp_path):
    kept = store.append_metric("HD", "loss", 0, None, 0.0, 0.5)
    store.flush()
    fill_the_disk(store)
    lost = [store.append_metric("HD", "text", seq, None, 0.0, "x" * 5000) for seq in range(20)]
    with pytest.raises(StoreError, match=r"hdwidget\.db failed: .*full.*The disk is full: free"):
        store.flush()
    assert kept.error is None
    assert any(ticket.error for ticket in lost)
    assert isinstance(lost[-1].error.__cause__, sqlite3.OperationalError)
    for use in (
        lambda: store.append_metric("HD", "loss", 1, None, 0.0, 0.5),
        lambda: store.update_run("HD", status="Failed"),
        store.flush,
        lambda: store.acquire("HD"),
        store.close,
    ):
        with pytest.raises(StoreError, match="The disk is full"):
            use()
    again = Store(tmp_path)
    durable = sum(ticket.error is None for ticket in lost)
    assert len(again.series("HD").get("text", ())) == durable
    assert len(again.series("HD")["loss"]) == 1
    assert not again.is_driven("HD")
    again.append_metric("HD", "loss", 1, None, 0.0, 0.5).wait()
    again.close()


def test_a_record_that_failed_can_still_be_read(store):
    store.append_metric("HD", "loss", 0, None, 0.0, 0.5).wait()
    fill_the_disk(store)
    with pytest.raises(StoreError, match="full"):
        store.append_metric("HD", "text", 0, None, 0.0, "x" * 100_000).wait()
    assert store.series("HD")["loss"].values.tolist() == [0.5]


def test_an_awaited_callback_learns_of_the_failure(store):
    fill_the_disk(store)
    errors = []
    ticket = store.append_metric("HD", "text", 0, None, 0.0, "x" * 100_000)
    ticket.add_callback(errors.append)
    with pytest.raises(StoreError):
        ticket.wait()
    assert errors == [ticket.error]


def test_a_record_that_stays_locked_says_so(store, tmp_path, monkeypatch):
    monkeypatch.setattr("hdwidget.store.connection.BUSY_SECONDS", 0.02)
    other = sqlite3.connect(tmp_path / "hdwidget.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ticket = store.update_run("HD", status="Completed")
    with pytest.raises(StoreError, match=r"locked\. Another process has kept it locked"):
        ticket.wait()
    other.execute("ROLLBACK")
    other.close()
    assert store.run("HD").status == "Running"


def test_a_record_that_is_locked_for_a_while_is_waited_for(store, tmp_path):
    other = sqlite3.connect(tmp_path / "hdwidget.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ticket = store.update_run("HD", status="Completed")
    with pytest.raises(TimeoutError):
        ticket.wait(timeout=0.02)
    other.execute("ROLLBACK")
    other.close()
    ticket.wait()


def test_a_damaged_record_says_so(store, tmp_path):
    for seq in range(5000):
        store.append_metric("HD", "loss", seq, None, 0.0, 0.5)
    store.close()
    path = tmp_path / "hdwidget.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError, match=r"malformed\. It is damaged: bring back a copy"):
        damaged_series(tmp_path)


def damaged_series(folder):
    store = Store(folder)
    try:
        store.series("HD")
    finally:
        store.close()
