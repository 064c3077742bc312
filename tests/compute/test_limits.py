"""What keeps a trial within its memory, and what becomes of daemons."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from support.bounded import eventually, run, soon
from support.channel import FakeChannel
from support.grace import Grace
from support.leftovers import alive

from hdwidget.compute.endpoint import died
from hdwidget.compute.frames import receive
from hdwidget.compute.processes import limits
from hdwidget.compute.supervision import Exit
from hdwidget.compute.supervisor import Supervisor

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot")


def daemonise():
    """Do what a daemon does: fork twice and lead a session; return the daemon's process."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.write(writer, b"%d\n" % os.getpid())
            while True:
                signal.pause()
        os._exit(0)
    os.wait()
    return int(os.read(reader, 20))


# --- memory


def test_a_trial_that_takes_too_much_is_told_and_has_failed(processes, tmp_path):
    cleaned = tmp_path / "cleaned"

    def train(run):
        held = b"x" * 100_000_000
        try:
            while held:
                pass
        except BaseException as error:
            cleaned.write_text(type(error).__name__)
            raise

    outcome = processes.evaluate(train, memory_limit="100 MB").outcome
    assert (outcome.ended, outcome.failure.type) == ("failed", "MemoryLimit")
    assert outcome.failure.message.startswith("the run's processes used ")
    assert outcome.failure.message.endswith(" MB of 100 MB")
    assert outcome.facts["peak_memory"] > 100_000_000
    assert cleaned.read_text() == "RunCanceled"


def test_its_next_log_raises_and_records_nothing(forked):
    def train(run):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        held = b"x" * 100_000_000
        while held:
            run.log("loss", 1.0)

    trial = forked.evaluate(train, memory_limit="100 MB")
    assert trial.outcome.failure.type == "MemoryLimit"
    assert trial.outcome.failure.signal is None  # it has ended by itself


def test_one_that_does_not_stop_is_killed_when_its_grace_is_over(processes):
    def train(run):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        run.log("pid", os.getpid())
        held = b"x" * 100_000_000
        while held:
            pass

    grace = Grace()
    grace.end()
    trial = processes.evaluate(train, memory_limit="80 MB", grace=grace)
    assert (trial.outcome.ended, trial.outcome.failure.type) == ("failed", "MemoryLimit")
    assert trial.outcome.failure.signal == "SIGKILL"
    assert not alive(*trial.named("pid"))


def test_one_that_goes_on_taking_is_killed_before_its_grace_is_over(processes):
    def train(run):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        held = []
        while True:
            held.append(bytearray(b"x" * 1_000_000))

    outcome = processes.evaluate(train, memory_limit="80 MB").outcome  # whose grace never ends
    assert (outcome.failure.type, outcome.failure.signal) == ("MemoryLimit", "SIGKILL")
    assert outcome.facts["peak_memory"] > 1.5 * 80_000_000


def test_what_it_has_started_counts_and_goes_with_it(processes):
    def train(run):
        import subprocess

        code = "held = b'x' * 40_000_000\nprint(flush=True)\nwhile held: pass"
        for _ in range(2):
            child = subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE)
            child.stdout.readline()
            run.log("pid", child.pid)
        while True:
            pass

    trial = processes.evaluate(train, memory_limit="80 MB")
    assert trial.outcome.failure.type == "MemoryLimit"
    for pid in trial.named("pid"):
        eventually(lambda pid=pid: not alive(pid))


@linux
def test_what_setup_has_made_does_not_count(forked):
    def setup():
        import numpy as np

        return np.ones(20_000_000)

    def train(run, data):
        import time

        run.log("sum", float(data.sum()))
        end = time.monotonic() + 0.5  # a few looks long
        while time.monotonic() < end:
            pass

    trial = forked.evaluate(train, setup=setup, memory_limit="100 MB")
    assert trial.outcome.ended == "completed"
    assert trial.outcome.facts["peak_memory"] < 100_000_000
    assert trial.named("sum") == [20_000_000]


@linux
def test_what_is_too_much_by_far_is_refused_at_once(processes):
    def train(run):
        bytearray(4_000_000_000)

    failure = processes.evaluate(train, memory_limit="80 MB").outcome.failure
    assert (failure.type, failure.message) == ("MemoryError", "(memory_limit=80 MB)")
    assert "in train" in failure.traceback


def test_a_memory_error_without_a_limit_is_no_more_than_that(forked):
    def train(run):
        raise MemoryError

    failure = forked.evaluate(train).outcome.failure
    assert (failure.type, failure.message) == ("MemoryError", "")


def test_a_trial_without_a_limit_has_a_peak(forked):
    def train(run):
        import time

        held = b"x" * 50_000_000
        end = time.monotonic() + 0.5  # a few looks long
        while held and time.monotonic() < end:
            pass

    assert forked.evaluate(train).outcome.facts["peak_memory"] > 50_000_000


def test_what_is_given_may_be_mapped_beside_the_limit():
    assert limits("HD_1") == {"run": "HD_1", "memory_limit": None, "given": 0, "most_data": None}
    reserved = limits("HD_1", memory_limit=100, given=7)["most_data"]
    assert reserved == 207 + 2**30


@linux
def test_the_kernel_takes_a_trial_before_it_takes_anything_else(processes):
    def train(run):
        for pid in (os.getpid(), os.getppid()):
            run.log("score", int(Path(f"/proc/{pid}/oom_score_adj").read_text()))

    trial, supervisor = processes.evaluate(train).named("score")
    assert trial == min(1000, supervisor + 300)


def test_that_the_kernel_took_it_is_said_to_be_probable():
    failure = died(Exit(-signal.SIGKILL, out_of_memory=True))
    assert (failure.type, failure.signal) == ("ProcessDied", "SIGKILL")
    assert "killed by SIGKILL, probably by the kernel, because the machine" in failure.message


@linux
@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("kills", [0, 1])
def test_the_kernel_is_suspected_of_a_kill_that_is_not_ours(monkeypatch, ours, kills):
    counts = iter([5, 5 + kills])
    monkeypatch.setattr("hdwidget.compute.watch.oom_kills", lambda: next(counts))
    monkeypatch.setattr(Supervisor, "_adopt", lambda _: None)  # children of the tests are not its
    engine, end = socket.socketpair()
    with engine, end, subprocess.Popen(["sleep", "600"], start_new_session=True) as process:
        supervisor = Supervisor({"method": "program"}, end)
        supervisor._processes["HD_1"], supervisor._runs["HD_1"] = process, "HD_1"
        supervisor._watch.begin("HD_1", process.pid)
        if ours:
            supervisor._kill("HD_1", hard=True)
        else:
            process.kill()
        process.wait()
        supervisor._reap()
        told = receive(engine)
    assert told["code"] == -signal.SIGKILL
    assert told["out_of_memory"] == (not ours and kills == 1)


# --- daemons


@linux
@pytest.mark.parametrize("end", ["returns", "dies"])
def test_a_daemon_is_gone_when_its_trial_has_ended(processes, end):
    def train(run):
        run.log("pid", daemonise())
        if end == "dies":
            os.kill(os.getpid(), signal.SIGKILL)

    (pid,) = processes.evaluate(train).named("pid")
    eventually(lambda: not alive(pid))


@linux
def test_a_daemon_may_do_its_work_while_its_trial_runs(processes):
    def train(run):
        pid = daemonise()
        os.kill(pid, 0)
        run.log("pid", pid)
        run.log("mine", os.getpid())
        while True:
            pass

    async def stop(channel):
        await channel.until(lambda channel: len(channel.values) == 2)
        daemon, trial = (value for _, value, _ in channel.values)
        assert psutil.Process(daemon).ppid() == trial
        channel.stop()

    trial = processes.evaluate_while(train, stop)
    eventually(lambda: not alive(*trial.named("pid")))


@linux
def test_a_daemon_goes_with_a_trial_that_is_killed(processes):
    def train(run):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        run.log("pid", daemonise())
        while True:
            pass

    grace = Grace()
    grace.end()

    async def stop(channel):
        await channel.until(lambda channel: channel.values)
        channel.stop()

    trial = processes.evaluate_while(train, stop, grace=grace)
    assert trial.outcome.failure.signal == "SIGKILL"
    eventually(lambda: not alive(*trial.named("pid")))


@linux
def test_what_a_module_has_started_that_trials_need_stays(forked, tmp_path, monkeypatch):
    module = "import subprocess\nhelper = subprocess.Popen(['sleep', '600'])\n"
    (tmp_path / "starts_a_helper.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("hdwidget.compute.process.modules_of", lambda *_: ["starts_a_helper"])

    def train(run):
        import starts_a_helper

        run.log("helper", starts_a_helper.helper.pid)
        run.log("pid", daemonise())

    async def scenario():
        channel = FakeChannel()
        async with forked.target(train) as target:
            await target.run(forked.spec(), channel)
            await soon(lambda: not alive(*channel.named("pid")))
            assert alive(*channel.named("helper"))
        await soon(lambda: not alive(*channel.named("helper")))

    run(scenario())
