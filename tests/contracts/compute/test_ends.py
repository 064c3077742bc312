"""How trials end by themselves, on every compute target."""

# trials print

import asyncio
import sys

import pytest
from support.bounded import run as bounded
from support.channel import FakeChannel


def test_a_function_that_returns_has_completed(bench):
    async def train(run):
        for epoch in range(3):
            run.log("loss", 1 / (1 + epoch), step=epoch)
        run.log("note", "done")

    trial = bench.evaluate(train)
    assert trial.outcome.ended == "completed"
    assert trial.outcome.failure is None
    assert trial.channel.starts == 1
    assert trial.channel.values == [
        ("loss", 1.0, 0),
        ("loss", 0.5, 1),
        ("loss", 1 / 3, 2),
        ("note", "done", None),
    ]


def test_a_failure_holds_the_type_the_message_and_the_traceback_from_the_function_on(bench):
    async def train(run):
        return 1 / 0

    failure = bench.evaluate(train).outcome.failure
    assert failure.type == "ZeroDivisionError"
    assert failure.message == "division by zero"
    head, first, *_ = failure.traceback.splitlines()
    assert head == "Traceback (most recent call last):"
    assert first.endswith("in train")
    assert __file__ in first
    assert failure.traceback.endswith("ZeroDivisionError: division by zero\n")


def test_a_failure_without_words_of_its_own_is_told_all_the_same(bench):
    async def train(run):
        class MuteError(Exception):
            def __str__(self):
                return self.missing

        raise MuteError

    failure = bench.evaluate(train).outcome.failure
    assert failure.type == "MuteError"
    assert "in train" in failure.traceback


def test_what_a_function_calls_is_in_the_traceback_and_our_own_frames_are_not(bench):
    async def train(run):
        def step():
            run.log("loss", "no number")

        step()

    failure = bench.evaluate(train).outcome.failure
    names = [line for line in failure.traceback.splitlines() if line.startswith("  File")]
    assert names[0].endswith("in train")
    assert names[1].endswith("in step")


@pytest.mark.parametrize("code", [None, 0])
def test_sys_exit_without_an_error_is_an_end_like_any_other(bench, code):
    async def train(run):
        run.log("loss", 1.0)
        sys.exit(code)

    assert bench.evaluate(train).outcome.ended == "completed"


@pytest.mark.parametrize("code", [3, "no data"])
def test_sys_exit_with_an_error_is_a_failure(bench, code):
    async def train(run):
        sys.exit(code)

    outcome = bench.evaluate(train).outcome
    assert outcome.ended == "failed"
    assert outcome.failure.type == "SystemExit"
    assert str(code) in outcome.failure.message


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit, StopIteration, MemoryError])
def test_whatever_a_function_raises_is_data(bench, error):
    async def train(run):
        raise error

    assert bench.evaluate(train).outcome.ended == "failed"


def test_a_trial_that_cancels_itself_is_canceled(bench):
    async def train(run):
        raise asyncio.CancelledError

    assert bench.evaluate(train).outcome.ended == "canceled"


def test_trials_come_one_after_the_other_on_one_target(bench):
    async def train(run, x):
        run.log("loss", x)
        if x == 1:
            raise ValueError

    async def evaluate():
        ended = []
        async with bench.target(train) as target:
            for number in range(3):
                channel = FakeChannel()
                outcome = await target.run(bench.spec(number, {"x": number}), channel)
                ended.append((channel.named("loss"), outcome.ended))
        return ended

    assert bounded(evaluate()) == [([0], "completed"), ([1], "failed"), ([2], "completed")]


def test_it_has_its_slots_and_as_many_trials_run_at_once(bench, tmp_path):
    meeting = tmp_path / "all are here"

    async def train(run):
        while not meeting.exists():
            await run.log("loss", 1.0)

    async def evaluate():
        channels = [FakeChannel() for _ in range(2)]
        async with bench.target(train, slots=2) as target:
            async with asyncio.TaskGroup() as group:
                for number, channel in enumerate(channels):
                    group.create_task(target.run(bench.spec(number), channel))
                for channel in channels:
                    await channel.until(lambda channel: channel.values)
                meeting.touch()
            return target.slots

    assert bounded(evaluate()) == 2


def test_it_can_be_closed_without_a_trial(bench):
    async def train(run): ...

    async def close():
        async with bench.target(train):
            pass

    bounded(close())
