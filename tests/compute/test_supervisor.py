"""The process that starts trials' processes, and what travels through it."""

# trials print

import asyncio
import hashlib
import importlib
import os
import signal
import sys
import threading

import numpy as np
import pytest
from support.bounded import eventually, run
from support.channel import FakeChannel
from support.leftovers import alive

from hdwidget.errors import ConfigurationError, EngineError, SetupError

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
