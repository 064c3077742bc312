"""Forks of a process beside threads that are inside SQLite."""

import os
import threading

import pytest
from support.bounded import DEADLINE, eventually
from support.forks import exit_of_fork

from hdwidget.store import Store, fork_gate
from hdwidget.store.fork_gate import GATE, ForkGate


def fork_writes(folder):
    """Return how a fork ends that opens a record anew and writes into it."""

    def write():
        again = Store(folder)
        again.update_run("HD", properties={"by": "the fork"}).wait(DEADLINE / 2)

    return exit_of_fork(write)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
class TestFork:
    def test_beside_a_transaction(self, store, tmp_path):
        begun = threading.Event()

        def change(connection):
            connection.execute("UPDATE runs SET status = 'Queued'")
            begun.set()
            eventually(lambda: GATE.is_closed)  # it ends only because a fork is coming

        ticket = store._writer.put(change)
        assert begun.wait(DEADLINE)
        assert fork_writes(tmp_path) == 0
        ticket.wait(DEADLINE)
        run = store.run("HD")
        assert (run.status, run.properties) == ("Queued", {"by": "the fork"})
        store.update_run("HD", status="Completed").wait(DEADLINE)

    def test_beside_a_thread_that_asks(self, store, tmp_path):
        begun = threading.Event()

        def read():
            with store._reading() as connection:
                connection.execute("SELECT * FROM runs")
                begun.set()
                eventually(lambda: GATE.is_closed)

        thread = threading.Thread(target=read)
        thread.start()
        assert begun.wait(DEADLINE)
        assert fork_writes(tmp_path) == 0
        thread.join(DEADLINE)
        assert store.run("HD").properties == {"by": "the fork"}

    def test_beside_one_who_reads_for_long_it_waits_for_nobody(self, store, tmp_path, monkeypatch):
        monkeypatch.setattr(fork_gate, "FORK_SECONDS", 2 * DEADLINE)
        forked = threading.Event()

        def read():
            with store.snapshot() as snapshot:
                snapshot.run("HD")
                begun.set()
                assert forked.wait(DEADLINE)
                seen.append(snapshot.run("HD").properties)

        begun, seen = threading.Event(), []
        thread = threading.Thread(target=read)
        thread.start()
        assert begun.wait(DEADLINE)
        assert fork_writes(tmp_path) == 0
        forked.set()
        thread.join(DEADLINE)
        assert seen == [{}]

    def test_of_the_thread_that_is_inside(self, store, tmp_path):
        with store._reading():
            assert fork_writes(tmp_path) == 0
        assert store.run("HD").properties == {"by": "the fork"}


class TestGate:
    def test_a_fork_does_not_wait_for_ever(self, monkeypatch):
        monkeypatch.setattr(fork_gate, "FORK_SECONDS", 0.01)
        gate, entered, leave = ForkGate(), threading.Event(), threading.Event()

        def stay():
            with gate.inside():
                entered.set()
                leave.wait(DEADLINE)

        thread = threading.Thread(target=stay)
        thread.start()
        assert entered.wait(DEADLINE)
        gate.close()
        assert gate.is_closed
        gate.open()
        leave.set()
        thread.join(DEADLINE)
        assert not gate.is_closed

    def test_two_forks_at_once(self):
        gate = ForkGate()
        gate.close()
        gate.close()
        gate.open()
        assert gate.is_closed
        gate.open()
        assert not gate.is_closed

    def test_who_is_inside_may_come_again_and_the_fork_may_leave(self):
        gate = ForkGate()
        with gate.inside():
            gate.close()
            with gate.inside():
                gate.renew()  # what the fork does
        with gate.inside():
            assert not gate.is_closed
