"""Trials in processes of their own: what only a process can do, and what only it can suffer."""

# ruff: noqa: T201  # trials print

import os
import signal
import sys

import numpy as np
import pytest
from support.bounded import run
from support.channel import FakeChannel

from hdwidget.compute.processes import THREAD_LIMITS

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


# --- the process itself


def test_trials_draw_different_random_numbers(processes):
    def train(run):
        import random

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
