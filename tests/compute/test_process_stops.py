"""How a trial in a process of its own is stopped."""

# trials print

import asyncio
import os
import signal
import sys

from support.bounded import eventually, run
from support.channel import FakeChannel
from support.grace import Grace
from support.leftovers import alive


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
