"""Trials in threads of the kernel."""

import asyncio
import threading

from support.bounded import eventually, run
from support.channel import FakeChannel
from support.grace import Grace


def workers():
    return [thread for thread in threading.enumerate() if thread.name.startswith("hdwidget-")]


def test_a_plain_function_completes(threads):
    def train(run, x):
        for epoch in range(3):
            run.log("loss", x * epoch, step=epoch)

    trial = threads.evaluate(train, {"x": 0.5})
    assert trial.outcome.ended == "completed"
    assert trial.channel.values == [("loss", 0.0, 0), ("loss", 0.5, 1), ("loss", 1.0, 2)]


def test_the_traceback_begins_in_the_function(threads):
    def train(run):
        raise ZeroDivisionError

    _, first, *_ = threads.evaluate(train).outcome.failure.traceback.splitlines()
    assert first.endswith("in train")


def test_what_cannot_be_pickled_is_no_matter(threads):
    lock = threading.Lock()

    def train(run, data, layer):
        with lock, data, layer:
            run.log("loss", 1.0)

    trial = threads.evaluate(train, {"layer": threading.Lock()}, setup=threading.Lock)
    assert trial.outcome.ended == "completed"


def test_trials_share_the_objects_of_the_kernel(threads):
    seen = []

    def train(run, data, x):
        seen.append((x, data))

    threads.evaluate(train, {"x": seen}, setup=lambda: seen)
    assert seen[0][0] is seen[0][1] is seen


def test_neither_a_trial_nor_setup_runs_on_the_loops_thread(threads):
    def train(run, made_in):
        run.log("same", threading.get_ident() == threading.main_thread().ident)
        run.log("same", made_in == threading.main_thread().ident)

    assert threads.evaluate(train, setup=threading.get_ident).named("same") == [False, False]


def test_the_threads_are_started_ahead_and_go_when_it_is_closed(threads):
    async def scenario():
        before = len(workers())
        async with threads.target(lambda run, data: None, slots=3, setup=int) as target:
            assert len(workers()) == before + 4
            for number in range(5):
                await target.run(threads.spec(number), FakeChannel())
            assert len(workers()) == before + 4
        return before

    before = run(scenario())
    eventually(lambda: len(workers()) <= before)


def test_one_that_is_given_up_takes_its_thread_along_and_another_takes_its_place(threads):
    enough = threading.Event()

    def train(run, x):
        if x == 0:
            run.log("loss", 1.0)
            enough.wait()

    async def scenario():
        grace = Grace()
        grace.end()
        channel = FakeChannel()
        async with threads.target(train, grace=grace) as target:
            running = asyncio.create_task(target.run(threads.spec(0, {"x": 0}), channel))
            await channel.until(lambda channel: channel.values)
            channel.stop()
            first = await running
            second = await target.run(threads.spec(1, {"x": 1}), FakeChannel())
            return first, second

    before = len(workers())
    try:
        first, second = run(scenario())
    finally:
        enough.set()
    assert (first.ended, first.failure.type) == ("canceled", "Abandoned")
    assert "did not log again after it was told to stop" in first.failure.message
    assert second.ended == "completed"
    eventually(lambda: len(workers()) <= before)


def test_one_that_is_canceled_meets_the_stop_at_its_next_log(threads):
    met = threading.Event()

    def train(run):
        from hdwidget.errors import RunCanceled

        try:
            while True:
                run.log("loss", 1.0)
        except RunCanceled:
            met.set()
            raise

    async def scenario():
        channel = FakeChannel()
        async with threads.target(train) as target:
            running = asyncio.create_task(target.run(threads.spec(), channel))
            await channel.until(lambda channel: channel.values)
            running.cancel()
            await asyncio.wait({running})
            assert running.cancelled()
            channel.stop()  # as the engine does when it cancels
            await channel.until(lambda channel: channel.refusals)

    before = len(workers())
    run(scenario())
    assert met.wait(30)
    eventually(lambda: len(workers()) <= before)


def test_its_facts_say_how_many_threads_a_numeric_library_uses(threads):
    facts = threads.evaluate(lambda run: None).outcome.facts
    assert facts["threads"] >= 1
