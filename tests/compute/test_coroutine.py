"""Trials as coroutines on the engine's own loop."""

# ruff: noqa: T201  # trials print

import asyncio
import threading

import pytest
from support.bounded import run
from support.channel import FakeChannel
from support.grace import Grace
from support.trials import GRACE_SECONDS

from hdwidget.errors import MetricError, RunCanceled


def test_a_trial_runs_on_the_loop_that_it_was_given(coroutines):
    loops = []

    async def train(run):
        loops.append((asyncio.get_running_loop(), threading.get_ident()))

    async def scenario():
        async with coroutines.target(train) as target:
            await target.run(coroutines.spec(), FakeChannel())
        return asyncio.get_running_loop(), threading.get_ident()

    expected = run(scenario())
    assert loops == [expected]


def test_a_log_decides_at_once_and_nobody_has_to_await_it(coroutines):
    async def train(run):
        run.log("loss", 1.0)  # not durable, and will not be
        with pytest.raises(MetricError):
            run.log("loss", "no number")
        with pytest.raises(RunCanceled):
            run.log("loss", 0.5)
        with pytest.raises(RunCanceled):
            run.log("loss", 0.25)

    async def scenario():
        channel = FakeChannel(stop_at=2, durable=False)
        async with coroutines.target(train) as target:
            return await target.run(coroutines.spec(), channel), channel

    outcome, channel = run(scenario())
    assert outcome.ended == "completed"
    assert channel.named("loss") == [1.0, 0.5]
    assert channel.refusals == 1


def test_one_that_waits_is_stopped_at_once(coroutines):
    cleaned = []

    async def train(run):
        run.log("loss", 1.0)
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    async def stop(channel):
        await channel.until(lambda channel: channel.values)
        channel.stop()

    trial = coroutines.evaluate_while(train, stop)  # whose grace would never be over
    assert (trial.outcome.ended, trial.outcome.failure) == ("canceled", None)
    assert cleaned == [True]


def test_one_that_is_told_by_its_log_may_await_its_cleanup(coroutines):
    cleaned = []

    async def train(run):
        try:
            run.log("loss", 1.0)
        finally:
            for _ in range(10):
                await asyncio.sleep(0)
            cleaned.append(True)

    assert coroutines.evaluate(train, stop_at=1).outcome.ended == "canceled"
    assert cleaned == [True]


def test_one_that_swallows_its_logs_word_and_waits_is_canceled_after_its_grace(coroutines):
    heard = []

    async def train(run):
        try:
            run.log("loss", 1.0)
        except RunCanceled:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                heard.append("canceled")
                raise

    async def scenario():
        grace = Grace()
        channel = FakeChannel(stop_at=1)
        async with coroutines.target(train, grace=grace) as target:
            running = asyncio.create_task(target.run(coroutines.spec(), channel))
            await channel.until(lambda channel: channel.values)
            assert heard == []
            grace.end()
            return await running, grace.asked[0]

    outcome, asked = run(scenario())
    assert (outcome.ended, outcome.failure) == ("canceled", None)
    assert asked == GRACE_SECONDS
    assert heard == ["canceled"]


def test_a_trial_that_is_canceled_leaves_no_task(coroutines):
    async def train(run):
        run.log("loss", 1.0)
        await asyncio.Event().wait()

    async def scenario():
        channel = FakeChannel()
        async with coroutines.target(train) as target:
            running = asyncio.create_task(target.run(coroutines.spec(), channel))
            await channel.until(lambda channel: channel.values)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            await asyncio.sleep(0)
            return asyncio.all_tasks() - {asyncio.current_task()}

    assert run(scenario()) == set()


def test_tasks_of_a_trial_print_to_its_log(coroutines, capsys):
    async def train(run):
        async def deeper():
            print("deeper")
            await asyncio.to_thread(print, "in a thread")

        await asyncio.create_task(deeper())

    assert coroutines.evaluate(train).stdout == "deeper\nin a thread\n"
    assert capsys.readouterr().out == ""


def test_a_hundred_at_once_are_no_trouble(coroutines):
    async def train(run, x):
        for _ in range(10):
            await run.log("loss", x)

    async def scenario():
        channels = [FakeChannel() for _ in range(100)]
        async with coroutines.target(train, slots=100) as target, asyncio.TaskGroup() as group:
            for x, channel in enumerate(channels):
                group.create_task(target.run(coroutines.spec(x, {"x": x}), channel))
        return [channel.named("loss") for channel in channels]

    assert run(scenario()) == [[x] * 10 for x in range(100)]
