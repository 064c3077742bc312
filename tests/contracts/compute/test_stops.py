"""How trials are stopped, on every compute target."""

# ruff: noqa: T201  # trials print

import asyncio
import itertools
import os

import psutil
import pytest
from support.bounded import run as bounded
from support.bounded import soon
from support.channel import FakeChannel
from support.grace import Grace
from support.trials import GRACE_SECONDS


def test_the_log_that_decides_raises_there_and_nothing_is_computed_after_it(bench, tmp_path):
    seen = tmp_path / "seen"

    async def train(run):
        from hdwidget.errors import RunCanceled

        try:
            for epoch in range(100):
                run.log("loss", epoch)
                with seen.open("a") as file:
                    file.write(f"{epoch} ")
        except Exception:  # noqa: BLE001
            seen.write_text("an Exception")
        except RunCanceled as stop:
            with seen.open("a") as file:
                file.write(str(stop))
            raise

    trial = bench.evaluate(train, stop_at=4)
    assert trial.outcome.ended == "canceled"
    assert trial.outcome.failure is None
    assert trial.named("loss") == [0, 1, 2, 3]
    assert seen.read_text() == "0 1 2 policy"
    assert trial.channel.refusals == 0


def test_a_stop_inside_a_task_group_is_no_failure(bench):
    async def train(run):
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))
            group.create_task(asyncio.to_thread(run.log, "loss", 1.0))

    outcome = bench.evaluate(train, stop_at=1).outcome
    assert outcome.ended == "canceled"
    assert outcome.failure is None


def test_a_trial_that_swallows_the_stop_meets_it_again_and_is_given_up_after_its_grace(
    bench, tmp_path, capfd
):
    enough = tmp_path / "enough"  # what is given up and cannot be killed ends by itself
    ended = tmp_path / "ended"

    async def train(run):
        while not enough.exists():
            try:
                await asyncio.sleep(0)
                await run.log("loss", 1.0)
            except BaseException as error:  # noqa: BLE001
                print(type(error).__name__)
        ended.touch()

    grace = Grace()

    async def stop(channel):
        await channel.until(lambda channel: len(channel.values) >= 3)
        channel.stop()
        if not bench.is_process:  # a process asks no more once it knows
            await channel.until(lambda channel: channel.refusals >= 3)
        grace.end()

    async def evaluate():
        channel = FakeChannel()
        try:
            async with bench.target(train, grace=grace) as target:
                running = asyncio.create_task(target.run(bench.spec(), channel))
                await stop(channel)
                return await running, len(channel.values)
        finally:
            enough.touch()
            if not bench.is_process:
                await soon(ended.exists)

    outcome, count = bounded(evaluate())
    assert outcome.ended == "canceled"
    assert set(grace.asked) == {GRACE_SECONDS}
    assert count >= 3
    if bench.is_process:
        assert outcome.failure.signal == "SIGKILL"
    else:
        assert outcome.failure.type == "Abandoned"
    assert capfd.readouterr() == ("", "")


def test_a_trial_that_is_stopped_from_outside_cleans_up_within_its_grace(bench, tmp_path):
    cleaned = tmp_path / "cleaned"

    async def train(run):
        try:
            while True:
                run.log("loss", 1.0)
                await asyncio.sleep(0)
        finally:
            cleaned.touch()

    async def stop(channel):
        await channel.until(lambda channel: len(channel.values) >= 3)
        channel.stop()

    trial = bench.evaluate_while(train, stop)
    assert trial.outcome.ended == "canceled"
    assert trial.outcome.failure is None
    assert cleaned.exists()


def test_a_trial_that_is_stopped_before_it_begins_does_not_compute(bench):
    async def train(run):
        run.log("loss", 1.0)

    async def evaluate():
        channel = FakeChannel()
        channel.stop()
        async with bench.target(train) as target:
            return await target.run(bench.spec(), channel), channel

    outcome, channel = bounded(evaluate())
    assert outcome.ended == "canceled"
    assert outcome.failure is None
    assert channel.values == []


def test_a_stop_does_not_wait_for_setup(bench, tmp_path):
    begun = tmp_path / "begun"
    enough = tmp_path / "enough"

    def setup():
        begun.touch()
        while not enough.exists():
            pass

    async def train(run, data): ...

    async def evaluate():
        channel = FakeChannel()
        async with bench.target(train, setup=setup) as target:
            running = asyncio.create_task(target.run(bench.spec(), channel))
            await soon(begun.exists)
            channel.stop()
            outcome = await running
            if not bench.is_process:
                enough.touch()
            return outcome

    outcome = bounded(evaluate())
    assert outcome.ended == "canceled"
    assert outcome.failure is None


def test_a_trial_whose_task_is_canceled_is_killed_without_grace(bench, tmp_path):
    enough = tmp_path / "enough"

    async def train(run):
        from support.bounded import soon

        await run.log("pid", os.getpid())
        await soon(enough.exists)

    async def evaluate():
        channel = FakeChannel()
        async with bench.target(train) as target:  # whose grace would never be over
            running = asyncio.create_task(target.run(bench.spec(), channel))
            await channel.until(lambda channel: channel.values)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            gone = not psutil.pid_exists(*channel.named("pid"))
        enough.touch()
        return gone

    assert bounded(evaluate()) == bench.is_process


def test_a_trial_that_is_canceled_while_setup_runs_leaves_it_to_the_others(bench, tmp_path):
    begun, go_on = tmp_path / "begun", tmp_path / "go on"

    def setup():
        begun.touch()
        while not go_on.exists():
            pass
        return 5

    async def train(run, data):
        run.log("loss", data)

    async def evaluate():
        channel = FakeChannel()
        async with bench.target(train, setup=setup, slots=2) as target:
            first, second = (
                asyncio.create_task(target.run(bench.spec(number), channel)) for number in range(2)
            )
            await soon(begun.exists)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            go_on.touch()
            return await second, channel.values

    outcome, values = bounded(evaluate())
    assert outcome.ended == "completed"
    assert values == [("loss", 5, None)]


def test_any_log_may_be_the_one_that_decides(bench):
    async def train(run):
        for epoch in itertools.count():
            await run.log("loss", epoch)

    async def evaluate():
        async with bench.target(train) as target:
            for number in range(1, 6):
                channel = FakeChannel(stop_at=number)
                outcome = await target.run(bench.spec(number), channel)
                assert outcome.ended == "canceled"
                assert channel.named("loss") == list(range(number))

    bounded(evaluate())
