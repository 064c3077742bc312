import asyncio
import threading
import time

import pytest

from hdwidget.engine.clock import SystemClock
from hdwidget.engine.loop import EngineLoop

SECONDS = 10


@pytest.fixture
def loop():
    loop = EngineLoop()
    yield loop
    loop.stop()


def test_a_coroutine_runs_in_the_engines_thread(loop):
    async def where():
        return threading.current_thread()

    thread = loop.spawn(where()).result(SECONDS)
    assert thread.name == "hdwidget-engine"
    assert thread.daemon
    assert loop.call(threading.current_thread) is thread


def test_what_is_called_raises_where_it_was_asked_for(loop):
    with pytest.raises(ZeroDivisionError):
        loop.call(lambda: 1 / 0)
    assert loop.call(lambda: "still here") == "still here"


def test_a_call_from_the_loop_itself_does_not_wait_for_itself(loop):
    async def inside():
        return loop.call(threading.get_ident)

    assert loop.spawn(inside()).result(SECONDS) == loop.call(threading.get_ident)


def test_canceling_the_future_cancels_the_coroutine(loop):
    begun, canceled = threading.Event(), threading.Event()

    async def forever():
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            canceled.set()
            raise

    future = loop.spawn(forever())
    assert begun.wait(SECONDS)
    future.cancel()
    assert canceled.wait(SECONDS)


def test_stopping_cancels_what_runs():
    loop = EngineLoop()
    begun, canceled = threading.Event(), threading.Event()

    async def forever():
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            canceled.set()

    loop.spawn(forever())
    assert begun.wait(SECONDS)
    loop.stop()
    assert canceled.is_set()


def test_the_longest_hold_since_a_moment(monkeypatch):
    monkeypatch.setattr("hdwidget.engine.loop.WATCH_SECONDS", 0.01)
    monkeypatch.setattr("hdwidget.engine.loop.HELD_SECONDS", 0.1)
    loop = EngineLoop()
    begun = time.monotonic()
    for seconds in (0.3, 0.2):
        loop.call(lambda seconds=seconds: time.sleep(seconds))  # what is measured: it is held up
        loop.spawn(asyncio.sleep(0.05)).result(SECONDS)  # until that has been noticed
    assert 0.25 < loop.longest_hold(since=begun) < SECONDS
    assert loop.longest_hold(since=time.monotonic()) == 0.0
    loop.stop()


def test_the_clock_of_the_machine():
    async def fired():
        clock = SystemClock()
        assert abs(clock.time() - time.time()) < SECONDS
        woken = asyncio.Event()
        clock.call_later(0.0, woken.set)
        clock.call_later(SECONDS, pytest.fail).cancel()
        await woken.wait()
        await clock.sleep(0.0)

    asyncio.run(asyncio.wait_for(fired(), SECONDS))


def test_what_is_posted_is_called_some_time(loop):
    called = threading.Event()
    loop.post(called.set)
    assert called.wait(SECONDS)
    assert not loop.is_current
    assert loop.call(lambda: loop.is_current)


@pytest.mark.parametrize("ending", [SystemExit, KeyboardInterrupt])
def test_a_task_that_wants_to_end_the_process_does_not_end_the_loop(loop, ending, caplog):
    async def ends():
        raise ending

    with pytest.raises(ending):
        loop.spawn(ends()).result(SECONDS)
    assert loop.call(lambda: "still here") == "still here"
    assert "wanted to end the process" in caplog.text
