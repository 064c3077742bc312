"""Trials in processes of their own: what only a process can do, and what only it can suffer."""

# ruff: noqa: T201  # trials print

import asyncio
import hashlib
import importlib
import os
import pickle
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from support.bounded import eventually, run
from support.channel import FakeChannel
from support.grace import Grace
from support.leftovers import alive

from hdwidget.compute.processes import THREAD_LIMITS
from hdwidget.errors import ConfigurationError, EngineError, SetupError

# --- plain functions


def test_a_plain_function_completes(processes):
    def train(run, x):
        for epoch in range(3):
            run.log("loss", x * epoch, step=epoch)

    trial = processes.evaluate(train, {"x": 0.5})
    assert trial.outcome.ended == "completed"
    assert trial.channel.values == [("loss", 0.0, 0), ("loss", 0.5, 1), ("loss", 1.0, 2)]


def test_the_traceback_begins_in_the_function_and_is_in_the_log_too(processes):
    def train(run):
        return 1 / 0

    trial = processes.evaluate(train)
    _, first, *_ = trial.outcome.failure.traceback.splitlines()
    assert __file__ in first
    assert first.endswith("in train")
    assert trial.stderr == trial.outcome.failure.traceback


def test_a_function_that_a_module_holds_travels_by_its_name(processes):
    import support.functions

    trial = processes.evaluate(support.functions.train, {"x": 2})
    assert trial.channel.values == [("loss", 4, None)]


def test_what_belongs_to_a_function_travels_along(processes):
    offset, factors = 10, {"a": 2}

    def scale(x):
        return factors["a"] * x

    class Model:
        def predict(self, x):
            return scale(x) + offset

    trial = processes.evaluate(lambda run, x: run.log("loss", Model().predict(x)), {"x": 3})
    assert trial.named("loss") == [16]


# --- a process that dies


@pytest.mark.parametrize("code", [0, 7])
def test_a_process_that_ends_itself_has_failed(processes, code):
    def train(run):
        os._exit(code)

    failure = processes.evaluate(train).outcome.failure
    assert failure.type == "ProcessDied"
    assert failure.exit_code == code
    assert f"ended with exit code {code} before the function returned" in failure.message


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_process_that_is_killed_has_failed_by_the_signal_of_that_name(processes, number):
    def train(run):
        os.kill(os.getpid(), number)

    failure = processes.evaluate(train).outcome.failure
    assert failure.type == "ProcessDied"
    assert failure.signal == number.name
    assert failure.message == f"the trial's process was killed by {number.name}"


def test_the_next_trial_is_none_the_worse_for_it(processes):
    def train(run, x):
        run.log("loss", x)
        if x == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def scenario():
        async with processes.target(train) as target:
            return [
                (await target.run(processes.spec(x, {"x": x}), FakeChannel())).ended
                for x in range(3)
            ]

    assert run(scenario()) == ["failed", "completed", "completed"]


# --- a trial that is to stop


def test_a_stop_reaches_a_function_that_computes_and_never_logs(processes, tmp_path):
    cleaned = tmp_path / "cleaned"

    def train(run):
        try:
            run.log("loss", 1.0)
            while True:
                pass
        except BaseException as error:
            cleaned.write_text(f"{type(error).__name__}: {error}")
            raise

    async def stop(channel):
        await channel.until(lambda channel: channel.values)
        channel.stop()

    trial = processes.evaluate_while(train, stop)
    assert trial.outcome.ended == "canceled"
    assert trial.outcome.failure is None
    assert cleaned.read_text() == "RunCanceled: the run was canceled"


def test_a_trial_that_does_not_listen_is_killed_when_its_grace_is_over(processes):
    def train(run):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        run.log("pid", os.getpid())
        while True:
            pass

    grace = Grace()

    async def stop(channel):
        await channel.until(lambda channel: channel.values)
        channel.stop()
        grace.end()

    trial = processes.evaluate_while(train, stop, grace=grace)
    assert trial.outcome.ended == "canceled"
    assert trial.outcome.failure.signal == "SIGKILL"
    assert not alive(*trial.named("pid"))


def test_a_trial_that_knows_is_not_disturbed_while_it_cleans_up(processes, tmp_path):
    saved = tmp_path / "saved"

    def train(run):
        from hdwidget.errors import RunCanceled

        try:
            run.log("loss", 1.0)
        except RunCanceled:
            for number in range(200):
                saved.write_text(str(number))
            raise

    trial = processes.evaluate(train, stop_at=1)
    assert trial.outcome.ended == "canceled"
    assert trial.outcome.failure is None
    assert saved.read_text() == "199"


def test_a_second_word_does_not_tear_a_cleanup_apart(forked, tmp_path):
    def train(run):
        try:
            run.log("pid", os.getpid())
            while True:
                pass
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            (tmp_path / "cleaned").touch()

    async def stop(channel):
        await channel.until(lambda channel: channel.values)
        channel.stop()

    assert forked.evaluate_while(train, stop).outcome.ended == "canceled"
    assert (tmp_path / "cleaned").exists()


def test_a_stop_at_any_moment_of_its_start_ends_a_trial_and_is_no_failure(forked):
    def train(run):
        while True:
            run.log("loss", 1.0)

    async def scenario():
        async with forked.target(train) as target:
            for turns in range(40):
                channel = FakeChannel()
                running = asyncio.create_task(target.run(forked.spec(turns), channel))
                for _ in range(turns):
                    await asyncio.sleep(0.0005)  # somewhere on the way, wherever that is
                channel.stop()
                outcome = await running
                assert (outcome.ended, outcome.failure) == ("canceled", None)

    run(scenario())


def test_what_a_trial_has_started_is_gone_when_it_has_ended(processes):
    def train(run):
        import subprocess

        for ignore in ("", "signal.signal(signal.SIGTERM, signal.SIG_IGN);"):
            code = f"import signal, time; {ignore} print(flush=True); time.sleep(600)"
            child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
            child.stdout.readline()
            run.log("pid", child.pid)

    trial = processes.evaluate(train)
    assert trial.outcome.ended == "completed"
    assert len(trial.named("pid")) == 2
    for pid in trial.named("pid"):
        eventually(lambda pid=pid: not alive(pid))


def test_what_a_killed_trial_has_started_is_gone_too(processes):
    def train(run):
        import subprocess

        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        run.log("pid", child.pid)
        os.kill(os.getpid(), signal.SIGKILL)

    (pid,) = processes.evaluate(train).named("pid")
    eventually(lambda: not alive(pid))


# --- the supervisor


def test_without_its_supervisor_a_trial_is_a_fault_and_no_hang(processes):
    def train(run):
        run.log("supervisor", os.getppid())
        run.log("pid", os.getpid())
        while True:
            pass

    async def scenario():
        channel = FakeChannel()
        async with processes.target(train) as target:
            running = asyncio.create_task(target.run(processes.spec(), channel))
            await channel.until(lambda channel: len(channel.values) == 2)
            os.kill(*channel.named("supervisor"), signal.SIGKILL)
            with pytest.raises(EngineError, match="process that starts the trials has died"):
                await running
            with pytest.raises(EngineError, match="process that starts the trials has died"):
                await target.run(processes.spec(1), FakeChannel())
        return channel.named("pid")

    (pid,) = run(scenario())
    eventually(lambda: not alive(pid))


def test_a_supervisor_that_cannot_start_is_a_fault_with_its_last_words(
    processes, tmp_path, monkeypatch
):
    interpreter = tmp_path / "python"
    interpreter.write_text("#!/bin/sh\nread boot\necho 'no interpreter here' >&2\nexit 3\n")
    interpreter.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    with pytest.raises(EngineError, match=r"has died.* no interpreter here"):
        processes.evaluate(lambda run: None)


def test_a_supervisor_says_nothing_when_all_is_well(processes, tmp_path):
    def train(run):
        import numpy as np

        run.log("loss", np.ones((50, 50)).dot(np.ones(50)).sum())

    assert processes.evaluate(train).named("loss") == [2500.0]
    assert (tmp_path / "parent" / ".supervisor.txt").read_text() == ""


def test_the_token_is_not_where_other_users_can_see_it(processes):
    import psutil

    def train(run):
        run.log("pid", os.getpid())
        run.log("pid", os.getppid())
        while True:
            pass

    async def scenario():
        channel = FakeChannel()
        async with processes.target(train) as target:
            running = asyncio.create_task(target.run(processes.spec(), channel))
            await channel.until(lambda channel: len(channel.values) == 2)
            token = target._processes._server.token
            for pid in channel.named("pid"):
                process = psutil.Process(pid)
                assert token not in " ".join([*process.cmdline(), *process.environ().values()])
            channel.stop()
            await running

    run(scenario())


# --- what travels


def test_arrays_are_mapped_and_each_trial_writes_to_pages_of_its_own(processes):
    def setup():
        import numpy as np

        return np.random.default_rng(1).normal(5.0, 1.0, size=(400, 50))

    def train(run, data):
        run.log("before", float(data.mean()))
        data -= data.mean(axis=0)
        run.log("after", round(abs(float(data.mean())), 9))
        run.log("mapped", not data.flags.owndata)

    async def scenario():
        channels = [FakeChannel() for _ in range(2)]
        async with processes.target(train, setup=setup) as target:
            digests = set()
            for number, channel in enumerate(channels):
                assert (await target.run(processes.spec(number), channel)).ended == "completed"
                file = target._processes._server.runtime / "data.buffers"
                digests.add(hashlib.sha256(file.read_bytes()).hexdigest())
        assert len(digests) == 1
        return channels

    expected = np.random.default_rng(1).normal(5.0, 1.0, size=(400, 50)).mean()
    for channel in run(scenario()):
        assert channel.named("before") == [pytest.approx(expected)]
        assert channel.named("after") == [0.0]
        assert channel.named("mapped") == [True]


def test_an_array_that_a_function_refers_to_is_mapped_too(processes):
    data = np.random.default_rng(1).normal(size=(400, 50))
    before = data.copy()

    def train(run):
        nonlocal data
        data -= data.mean(axis=0)
        run.log("owned", data.flags.owndata)

    assert processes.evaluate(train).named("owned") == [False]
    np.testing.assert_array_equal(data, before)


def test_a_function_that_cannot_be_pickled_is_refused_at_once(processes, leftovers):
    lock = threading.Lock()

    def train(run):
        with lock:
            pass

    with pytest.raises(ConfigurationError) as caught:
        processes.make(train)
    for words in (
        "`train` cannot be sent to a trial's process",
        "`lock`",
        "Make it inside the function or in `setup`",
        'isolation="thread"',
    ):
        assert words in str(caught.value)
    assert leftovers.files() == []


def test_a_setup_that_cannot_be_pickled_is_refused_at_once(processes, leftovers):
    lock = threading.Lock()
    with pytest.raises(ConfigurationError, match="cannot be sent to a trial's process"):
        processes.make(lambda run, data: None, setup=lambda: lock)
    assert leftovers.files() == []


def test_what_setup_returns_must_be_picklable(processes):
    with pytest.raises(SetupError, match=r"(?s)`setup` failed: TypeError.*lock"):
        processes.evaluate(lambda run, data: None, setup=threading.Lock)


def test_a_hyperparameter_that_cannot_be_pickled_fails_its_own_trial_only(forked):
    async def scenario():
        async with forked.target(lambda run, x: None) as target:
            return [
                await target.run(forked.spec(number, {"x": x}), FakeChannel())
                for number, x in enumerate([threading.Lock(), 1])
            ]

    first, second = run(scenario())
    assert (first.ended, first.failure.type) == ("failed", "TypeError")
    assert "lock" in first.failure.message
    assert second.ended == "completed"


def test_a_path_object_among_the_import_paths_does_no_harm(forked, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, tmp_path])
    assert forked.evaluate(lambda run: run.log("loss", 1.0)).outcome.ended == "completed"


def test_a_module_of_the_users_that_is_edited_is_seen_by_the_next_trial(
    processes, tmp_path, monkeypatch
):
    module = tmp_path / "edited_between_trials.py"
    source = "def train(run):\n    run.log('loss', {})\n"
    module.write_text(source.format(1))
    monkeypatch.syspath_prepend(tmp_path)
    train = importlib.import_module("edited_between_trials").train

    async def scenario():
        channel = FakeChannel()
        async with processes.target(train) as target:
            for number, value in enumerate(["1", "1000"]):
                module.write_text(source.format(value))
                await target.run(processes.spec(number), channel)
        return channel.named("loss")

    assert run(scenario()) == [1, 1000]
    del sys.modules["edited_between_trials"]


# --- the process itself


def test_trials_draw_different_random_numbers(processes):
    def train(run):
        import random

        import numpy as np

        run.log("drawn", random.random())
        run.log("drawn", float(np.random.random()))  # noqa: NPY002  # what users do

    async def scenario():
        channel = FakeChannel()
        async with processes.target(train) as target:
            for number in range(3):
                await target.run(processes.spec(number), channel)
        return channel.named("drawn")

    drawn = run(scenario())
    assert len(drawn) == len(set(drawn)) == 6


@pytest.mark.parametrize(("slots", "share"), [(1, "8"), (2, "4"), (3, "2"), (16, "1")])
def test_trials_share_the_cores(forked, monkeypatch, slots, share):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    for name in THREAD_LIMITS:
        monkeypatch.delenv(name, raising=False)

    def train(run):
        for name in THREAD_LIMITS:
            run.log("threads", os.environ[name])

    assert forked.evaluate(train, slots=slots).named("threads") == [share] * len(THREAD_LIMITS)


def test_a_number_of_threads_that_the_user_has_set_stays(processes, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")

    def train(run):
        run.log("threads", os.environ["OMP_NUM_THREADS"])

    assert processes.evaluate(train).named("threads") == ["3"]


def test_a_trial_leads_a_session_of_its_own_and_reads_nothing(processes):
    def train(run):
        run.log("alone", os.getsid(0) == os.getpid() == os.getpgrp())
        run.log("read", sys.stdin.read())

    trial = processes.evaluate(train)
    assert trial.named("alone") == [True]
    assert trial.named("read") == [""]


def test_whatever_writes_to_the_streams_writes_to_the_logs(processes):
    def train(run):
        import subprocess

        print("print")
        os.write(1, b"os.write\n")
        subprocess.run(["echo", "subprocess"], check=True)
        sys.stdout.buffer.write(b"buffer\n")
        sys.stdout.buffer.flush()
        os.write(2, b"error\n")
        sys.stdout.write("not flushed, no line's end")

    trial = processes.evaluate(train)
    assert trial.stdout == "print\nos.write\nsubprocess\nbuffer\nnot flushed, no line's end"
    assert trial.stderr == "error\n"


def test_functions_that_are_to_be_called_at_the_end_are_called(processes, tmp_path):
    def train(run):
        import atexit

        atexit.register((tmp_path / "at exit").touch)

    processes.evaluate(train)
    assert (tmp_path / "at exit").exists()


# --- logging


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
