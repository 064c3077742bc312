"""The values that trials log, on every compute target."""

# trials print

import asyncio

from support.bounded import run as bounded
from support.channel import FakeChannel

from hdwidget.errors import StoreError


def test_a_primary_metric_that_is_no_number_is_an_error_in_the_trial_which_may_go_on(bench):
    from hdwidget.errors import MetricError

    async def train(run):
        for value in ("high", True, 1.0):
            try:
                run.log("loss", value)
            except MetricError as error:
                run.log("said", str(error))

    trial = bench.evaluate(train)
    assert trial.outcome.ended == "completed"
    assert trial.named("loss") == [1.0]
    first, second = trial.named("said")
    assert "`loss` must be logged as a number, but got str: 'high'." in first
    assert "but got bool: True." in second


def test_a_value_that_cannot_be_logged_is_an_error_in_the_trial(bench):
    async def train(run):
        run.log("weights", [1, 2])

    outcome = bench.evaluate(train).outcome
    assert outcome.failure.type == "MetricError"
    assert "Use `run.log_list('weights', values)`" in outcome.failure.message


def test_numbers_arrive_as_they_were(bench):
    values = [0, -1, 2**60, 0.1, -0.0, 1e308, 5e-324, float("inf"), float("-inf"), float("nan")]

    async def train(run):
        run.log_list("loss", values)
        run.log_list("text", ["", "ä\n\0", "x" * 1_000_000])
        run.log_list("truth", [True, False])

    trial = bench.evaluate(train)
    assert [repr(value) for value in trial.named("loss")] == [repr(value) for value in values]
    assert trial.named("text") == ["", "ä\n\0", "x" * 1_000_000]
    assert trial.named("truth") == [True, False]


def test_a_log_that_is_awaited_returns_when_the_value_is_durable(bench):
    async def train(run):
        await run.log("loss", 1.0)
        await run.log("loss", 0.5)

    async def evaluate():
        channel = FakeChannel(durable=False)
        async with bench.target(train) as target:
            running = asyncio.create_task(target.run(bench.spec(), channel))
            for count in (1, 2):
                await channel.until(lambda channel: channel.values)
                for _ in range(20):
                    await asyncio.sleep(0)
                assert len(channel.values) == count
                channel.settle()
                await channel.until(lambda channel: channel.values[1:] or running.done())
            return await running

    assert bounded(evaluate()).ended == "completed"


def test_a_value_that_could_not_be_kept_is_an_error_where_it_is_awaited(bench):
    async def train(run):
        await run.log("loss", 1.0)

    async def evaluate():
        channel = FakeChannel(durable=False)
        async with bench.target(train) as target:
            running = asyncio.create_task(target.run(bench.spec(), channel))
            await channel.until(lambda channel: channel.values)
            channel.settle(StoreError("the disk is full"))
            return await running

    outcome = bounded(evaluate())
    assert outcome.ended == "failed"
    assert outcome.failure.message == "the disk is full"


def test_a_trial_logs_from_threads_of_its_own(bench):
    async def train(run):
        async with asyncio.TaskGroup() as group:
            for worker in range(4):
                group.create_task(asyncio.to_thread(run.log_list, f"worker {worker}", range(25)))

    trial = bench.evaluate(train)
    assert trial.outcome.ended == "completed"
    for worker in range(4):
        assert trial.named(f"worker {worker}") == list(range(25))
