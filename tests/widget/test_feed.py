"""Where a page's news come from, and what it is told when they end too soon."""

import queue

import pytest
from support.bounded import DEADLINE, eventually
from support.configs import config
from support.gate import Gate
from support.record import Child, recorded

from hdwidget.errors import StoreError
from hdwidget.widget import feed as feed_module
from hdwidget.widget.feed import Feed


class AtOnce:
    """A clock that lets no time pass between two readings."""

    def time(self):
        return 1_800_000_000.0

    def call_later(self, seconds, callback):
        class Never:
            def cancel(self):
                pass

        return Never()

    async def sleep(self, seconds):
        pass


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def waiting(experiment, gate):
    async def train(run, x):
        await gate.passed()
        run.log("accuracy", x)

    run = experiment.submit(config(train, max_total_runs=1))
    gate.reached()
    return run


@pytest.fixture
def page():
    messages = queue.SimpleQueue()
    return messages, lambda content, buffers: messages.put(content)


def until(messages, condition):
    found = [messages.get(timeout=DEADLINE)]
    while not condition(found[-1]):
        found.append(messages.get(timeout=DEADLINE))
    return found


@pytest.fixture
def elsewhere(experiment):
    """Return a run that another process seems to drive."""
    space = {"x": {"expression": "uniform", "low": 0.0, "high": 1.0}}
    return recorded(
        experiment,
        Child({"accuracy": [0.5]}),
        config={
            "hyperparameter_sampling": {
                "sampler": "random",
                "seed": 1,
                "rule": "random",
                "space": space,
            },
            "policy": {"name": "NoTerminationPolicy"},
        },
    )


def test_a_run_that_another_process_drives_is_read_until_it_ends(elsewhere, page, monkeypatch):
    messages, send = page
    standings = iter(["Running", "Running", "Running", "Completed"])
    read = feed_module.read_board

    def standing(store, run_id):
        board = read(store, run_id)
        board.head["status"] = next(standings)
        return board

    monkeypatch.setattr(feed_module, "read_board", standing)
    Feed(elsewhere, send, clock=AtOnce()).begin()
    found = until(messages, lambda content: content["head"]["status"] == "Completed")
    # Read three times, and sent when there is something new.
    assert [(content["type"], content["number"]) for content in found] == [
        ("delta", 1),
        ("snapshot", 2),
        ("snapshot", 3),
    ]


def test_a_record_that_cannot_be_read_any_more_is_said(elsewhere, page, monkeypatch):
    messages, send = page
    read = feed_module.read_board

    def running(store, run_id):
        board = read(store, run_id)
        board.head["status"] = "Running"
        monkeypatch.setattr(feed_module, "read_board", fail)
        return board

    def fail(*_):
        message = "the workspace is closed"
        raise StoreError(message)

    monkeypatch.setattr(feed_module, "read_board", running)
    Feed(elsewhere, send, clock=AtOnce()).begin()
    found = until(messages, lambda content: content["type"] == "problem")
    assert found[-1]["message"] == (
        "This view is not kept up to date any more: the workspace is closed"
    )


def test_a_fault_of_the_engine_is_said(waiting, gate, page, monkeypatch):
    messages, send = page
    store = waiting.experiment.host.store

    def fail(*_, **__):
        message = "disk full"
        raise StoreError(message)

    Feed(waiting, send).begin()
    monkeypatch.setattr(store, "end_run", fail)
    gate.open()
    found = until(messages, lambda content: content["type"] == "problem")
    assert found[-1]["message"] == "The run could not be driven to its end: disk full"
    monkeypatch.undo()


def test_what_cannot_be_opened_hears_nothing(waiting, gate, page, monkeypatch):
    recorder = waiting.experiment.host.live[waiting.id].controller.recorder
    before = len(recorder._subscribers)

    def fail(*_):
        message = "no"
        raise StoreError(message)

    monkeypatch.setattr(feed_module, "read_board", fail)
    with pytest.raises(StoreError):
        Feed(waiting, page[1])
    eventually(lambda: len(recorder._subscribers) == before)
    gate.open()
    waiting.wait_for_completion()
