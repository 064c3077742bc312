"""How a commit tells those who wait for it."""

import asyncio
import logging
import threading

import pytest

from hdwidget.errors import StoreError
from hdwidget.store.tickets import Ticket, settle


class CountingLoop:
    """Stands in for an event loop of another thread, and counts how often it is woken."""

    def __init__(self):
        self.wakes = []
        self.problems = []

    def call_soon_threadsafe(self, callback, *args):
        self.wakes.append((callback, args))

    def call_exception_handler(self, context):
        self.problems.append(context["exception"])

    def turn(self):
        for callback, args in self.wakes:
            callback(*args)


@pytest.fixture
def lock():
    return threading.Lock()


@pytest.fixture
def tickets(lock):
    return [Ticket(lock) for _ in range(100)]


def test_a_commit_wakes_each_loop_once(lock, tickets):
    loops, calls = (CountingLoop(), CountingLoop()), []
    for number, ticket in enumerate(tickets):
        ticket.add_callback(
            lambda error, number=number: calls.append((number, error)), loop=loops[number % 2]
        )
    failure = StoreError("gone")
    settle(lock, [(ticket, failure if ticket is tickets[4] else None) for ticket in tickets])
    assert [len(loop.wakes) for loop in loops] == [1, 1]
    assert calls == []
    for loop in loops:
        loop.turn()
    assert [number for number, _ in calls] == [*range(0, 100, 2), *range(1, 100, 2)]
    assert [number for number, error in calls if error is failure] == [4]


def test_a_callback_that_fails_leaves_the_others_alone(lock, tickets, caplog):
    loop, calls = CountingLoop(), []
    for ticket in tickets[:2]:
        for where in (None, loop):
            ticket.add_callback(lambda _: 1 / 0, loop=where)
            ticket.add_callback(calls.append, loop=where)
    with caplog.at_level(logging.ERROR):
        settle(lock, [(ticket, None) for ticket in tickets])
    loop.turn()
    assert calls == [None] * 4
    assert [type(problem) for problem in loop.problems] == [ZeroDivisionError] * 2
    assert caplog.text.count("A callback of the record's writer failed") == 2


def test_a_loop_that_is_closed_is_passed_over(lock, tickets):
    loop = asyncio.new_event_loop()
    loop.close()
    tickets[0].add_callback(lambda _: None, loop=loop)
    settle(lock, [(tickets[0], None)])
    assert tickets[0].done


def test_waiting_ends_in_time(tickets):
    with pytest.raises(TimeoutError, match=r"not become durable within 0\.0 seconds"):
        tickets[0].wait(timeout=0.0)


def test_an_await_that_is_cancelled_is_left_alone(lock, tickets):
    async def cancel_then_settle():
        task = asyncio.ensure_future(wait_for(tickets[0]))
        await asyncio.sleep(0)
        task.cancel()
        settle(lock, [(tickets[0], None)])
        with pytest.raises(asyncio.CancelledError):
            await task

    async def wait_for(ticket):
        await ticket

    asyncio.run(cancel_then_settle())


def test_a_settled_ticket_calls_back_on_the_loop(lock, tickets):
    settle(lock, [(tickets[0], None)])

    async def add():
        called = asyncio.get_running_loop().create_future()
        tickets[0].add_callback(called.set_result, loop=asyncio.get_running_loop())
        return await called

    assert asyncio.run(add()) is None
