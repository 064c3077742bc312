"""Waiting where no kernel is; tests/kernels has the rest."""

import asyncio
import queue
import subprocess
import sys
import threading
from concurrent.futures import Future

import pytest
from support.bounded import run

from hdwidget.kernel_messages import kernel_messages
from hdwidget.waiting import answering, get, sleep, wait


def later(action):
    """Do something in another thread, once this one waits."""
    thread = threading.Thread(target=action)
    thread.start()
    return thread


def test_a_future_is_waited_for():
    future = Future()
    thread = later(lambda: future.set_result(1))
    wait(future)
    assert future.done()
    thread.join()


def test_a_future_that_failed_has_ended_too():
    future = Future()
    future.set_exception(ValueError())
    wait(future)


def test_an_item_is_waited_for():
    items = queue.SimpleQueue()
    thread = later(lambda: items.put(None))
    assert get(items) is None
    thread.join()


@pytest.mark.parametrize("seconds", [0, 0.001])
def test_a_nap(seconds):
    sleep(seconds)


def test_on_a_loop_that_is_no_kernels():
    future = Future()
    future.set_result(1)

    async def waits():
        assert kernel_messages() is None
        wait(future)
        with answering():
            return await asyncio.wrap_future(future)

    assert run(waits()) == 1


def test_it_loads_nothing_of_jupyter():
    code = (
        "import sys, hdwidget.waiting; "
        "print([name for name in ('IPython', 'ipykernel', 'zmq', 'comm') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
