"""Where a page's news come from, and what it is told when they end too soon."""

import asyncio
import gc
import queue
import weakref

import pytest
from support.bounded import DEADLINE, eventually
from support.configs import config
from support.gate import Gate
from support.record import Child, recorded

from hdwidget import GridParameterSampling, RunDetails, choice, uniform
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


def status(content):
    return content.get("head", {}).get("status")


def is_live(run):
    return run.id in run.experiment.host.live


@pytest.fixture
def ended(experiment):
    async def train(run, x):
        run.log("accuracy", x)

    run = experiment.submit(config(train, max_total_runs=1))
    run.wait_for_completion()
    eventually(lambda: not is_live(run))
    return run


class TestARunThatGoesOn:
    def test_driven_here_is_followed_again(self, ended, page):
        messages, send = page
        again = queue.SimpleQueue()
        feed = Feed(ended, send)
        feed.begin(lambda: again.put("again"))
        until(messages, lambda content: status(content) == "Completed")
        for total in (2, 3):
            ended.extend(max_total_runs=total)
            assert again.get(timeout=DEADLINE) == "again"
            found = until(
                messages,
                lambda content, total=total: (
                    (content["head"]["status"], content["head"]["total"]) == ("Completed", total)
                ),
            )
            assert found[0]["type"] == "snapshot"  # the whole state first, then what happens
            numbers = [content["number"] for content in found]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert feed.look(len) == total
            eventually(lambda: not is_live(ended))
        feed.close()

    def test_while_it_is_followed_is_so_to_its_end(self, waiting, gate, page):
        messages, send = page
        feed = Feed(waiting, send)
        feed.begin()
        waiting.cancel()
        waiting.wait_for_completion()
        waiting.resume()  # before the feed has heard of the end, perhaps
        gate.open()
        until(messages, lambda content: status(content) == "Completed")
        feed.close()

    def test_elsewhere_is_seen_in_the_record(self, elsewhere, page, monkeypatch):
        messages, send = page
        store = elsewhere.experiment.host.store
        lease = store.acquire(elsewhere.id)  # as if another process drove it
        feed = Feed(elsewhere, send, clock=AtOnceOnLoop())
        feed.begin()
        until(messages, lambda content: status(content) == "Completed")
        store.update_run(elsewhere.id, lease=lease, status="Running", ended=None).wait()
        until(messages, lambda content: status(content) == "Running")
        store.end_run(elsewhere.id, lease=lease, status="Canceled", ended=1.0).wait()
        until(messages, lambda content: status(content) == "Canceled")
        feed.close()
        lease.release()

    def test_after_a_fault_is_followed_again(self, waiting, gate, page, monkeypatch):
        messages, send = page
        store = waiting.experiment.host.store
        end_run = store.end_run

        def fail(*_, **__):
            message = "disk full"
            raise StoreError(message)

        feed = Feed(waiting, send)
        feed.begin()
        monkeypatch.setattr(store, "end_run", fail)
        gate.open()
        until(messages, lambda content: content["type"] == "problem")
        monkeypatch.setattr(store, "end_run", end_run)
        eventually(lambda: not is_live(waiting))
        assert waiting.status == "Canceled"  # settled by whoever looks
        waiting.resume()
        until(messages, lambda content: status(content) == "Completed")
        feed.close()

    def test_in_another_space_is_described_anew(self, experiment, gate, page):
        async def train(run, x):
            await gate.passed()
            run.log("accuracy", x)

        run = experiment.submit(config(train, max_concurrent_runs=1))
        gate.reached()
        messages, send = page
        feed = Feed(run, send)
        feed.begin()
        run.update_space({"x": uniform(5, 6)})
        found = until(messages, lambda content: content["type"] == "snapshot")[-1]
        assert [each["high"] for each in found["study"]["dimensions"]] == [6.0]
        gate.open()
        found = until(messages, lambda content: status(content) == "Completed")
        assert all("study" not in content for content in found if content["type"] == "delta")
        assert feed.look(lambda board: board.rows["params"][1:].min()) >= 5.0
        feed.close()

    def test_options_that_are_no_more_stand_behind_those_that_are(self, experiment, gate, page):
        sampler = GridParameterSampling({"x": choice(8, 16, 32)})
        settings = {"hyperparameter_sampling": sampler, "max_concurrent_runs": 1}
        run = experiment.submit(config(gate.waits, max_total_runs=3, **settings))
        gate.reached()
        run.update_space({"x": choice(32, 64)})
        gate.open()
        run.wait_for_completion()
        _, send = page
        feed = Feed(run, send)
        (dimension,) = feed.look(lambda board: board.study)["dimensions"]
        assert dimension["options"] == ["32", "64", "8"]
        assert dimension["gone"] == 1
        taken = feed.look(lambda board: board.rows["params"][:, 0].tolist())
        assert taken[0] == 2.0
        assert set(taken[1:]) == {0.0, 1.0}
        assert RunDetails(run).study["dimensions"] == [dimension]
        feed.close()

    def test_is_not_waited_for_once_the_feed_is_closed(self, ended, page):
        messages, send = page
        feed = Feed(ended, send)
        feed.begin()
        feed.close()
        until(messages, lambda content: status(content) == "Completed")
        ended.extend(max_total_runs=2)
        ended.wait_for_completion()
        ended.experiment.host.loop.call(lambda: None)
        assert messages.empty()
        assert not ended.experiment.host.starts._waiting

    def test_keeps_no_feed_alive_that_waits_for_it(self, ended, page):
        feed = Feed(ended, page[1])
        feed.begin()
        until(page[0], lambda content: status(content) == "Completed")
        gone = weakref.ref(feed)
        del feed

        def is_gone():
            gc.collect()
            return gone() is None

        eventually(is_gone)


class AtOnceOnLoop(AtOnce):
    """Its timers ring when the loop turns next."""

    def call_later(self, seconds, callback):
        return asyncio.get_running_loop().call_later(0.001, callback)
