"""What a trial in a process of its own logs, its threads and forks too."""

# trials print

import asyncio
import os
import pickle
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.bounded import eventually, run
from support.channel import FakeChannel
from support.leftovers import alive

from hdwidget.errors import EngineError


def test_many_values_arrive_in_order(forked):
    def train(run):
        for number in range(10_000):
            run.log("loss", number)

    assert forked.evaluate(train).named("loss") == list(range(10_000))


def test_threads_of_the_trial_find_the_run_and_log(processes):
    def train(run):
        from concurrent.futures import ThreadPoolExecutor

        from hdwidget.run import Run

        def work(worker):
            for number in range(50):
                Run.get_context().log(f"worker {worker}", number)
            return Run.get_context() is run

        with ThreadPoolExecutor(4) as pool:
            run.log("same", all(pool.map(work, range(4))))

    trial = processes.evaluate(train)
    assert trial.named("same") == [True]
    for worker in range(4):
        assert trial.named(f"worker {worker}") == list(range(50))


def test_a_fork_of_the_trial_logs_on_a_connection_of_its_own(processes):
    def train(run):
        import multiprocessing

        def work(worker):
            for number in range(50):
                run.log(f"worker {worker}", number)

        run.log("worker 2", -1)
        context = multiprocessing.get_context("fork")
        workers = [context.Process(target=work, args=(worker,)) for worker in range(2)]
        for worker in workers:
            worker.start()
        work(2)
        for worker in workers:
            worker.join()
        run.log("codes", str([worker.exitcode for worker in workers]))

    trial = processes.evaluate(train)
    assert trial.named("codes") == ["[0, 0]"]
    assert trial.named("worker 0") == trial.named("worker 1") == list(range(50))
    assert trial.named("worker 2") == list(range(-1, 50))
    assert trial.outcome.ended == "completed"


def test_what_a_trial_forks_dies_of_a_sigterm_without_asking_python(processes):
    # Else a worker that is about to block outlives `Pool.terminate`, once in thirty times.
    def train(run):
        pid = os.fork()
        if pid == 0:
            is_plain = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
            blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [])
            os._exit(0 if is_plain and not blocked else 1)
        run.log("code", os.waitpid(pid, 0)[1])
        run.log("blocked", len(signal.pthread_sigmask(signal.SIG_BLOCK, [])))

    trial = processes.evaluate(train)
    assert trial.channel.values == [("code", 0, None), ("blocked", 0, None)]


def test_a_pool_that_is_terminated_leaves_no_traceback(forked):
    def train(run):
        import multiprocessing

        with multiprocessing.get_context("fork").Pool(2) as pool:  # terminated at its end
            run.log("loss", sum(pool.map(abs, [-1, -2, -3])))

    trial = forked.evaluate(train)
    assert trial.named("loss") == [6]
    assert trial.stderr == ""


def test_a_trial_whose_engine_has_gone_stops(forked):
    def train(run):
        run.log("pid", os.getpid())
        while True:
            run.log("loss", 1.0)

    async def scenario():
        channel = FakeChannel()
        target = forked.make(train)
        running = asyncio.create_task(target.run(forked.spec(), channel))
        await channel.until(lambda channel: len(channel.values) > 3)
        await target._processes._server.close()
        with pytest.raises(EngineError, match="has died"):
            await running
        await target.close()
        return channel.named("pid")

    (pid,) = run(scenario())
    eventually(lambda: not alive(pid))


def test_a_machine_without_unix_sockets_is_served_over_loopback(processes, monkeypatch):
    monkeypatch.setattr("hdwidget.compute.server.socket", SimpleNamespace())

    def setup():
        return 2

    def train(run, data, x):
        for number in range(100):
            run.log("loss", x * data * number)

    trial = processes.evaluate(train, {"x": 1.5}, setup=setup)
    assert trial.outcome.ended == "completed"
    assert trial.named("loss") == [3.0 * number for number in range(100)]


def test_a_stop_over_loopback(processes, monkeypatch):
    monkeypatch.setattr("hdwidget.compute.server.socket", SimpleNamespace())

    def train(run):
        while True:
            run.log("loss", 1.0)

    trial = processes.evaluate(train, stop_at=10)
    assert trial.outcome.ended == "canceled"
    assert len(trial.named("loss")) == 10


def test_the_payloads_are_for_this_user_only(processes):
    async def scenario():
        async with processes.target(lambda run: None, setup=lambda: 1) as target:
            await target.run(processes.spec(), FakeChannel())
            folder = target._processes._server.runtime
            assert folder.stat().st_mode & 0o077 == 0
            assert isinstance(pickle.loads((folder / "data.pickle").read_bytes()), list)
            assert Path(target._processes._server.address["unix"]).parent == folder

    run(scenario())
