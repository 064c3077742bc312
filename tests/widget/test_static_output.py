"""The static output: shown once, refreshed now and then, and at the end."""

import contextvars
import queue
import threading

import pytest
from support.bounded import DEADLINE, eventually
from support.clock import FakeClock
from support.configs import config
from support.gate import Gate
from support.record import Child, recorded

from hdwidget.widget import static_output
from hdwidget.widget.static_output import StaticOutput, publish_in_notebook

CELL = contextvars.ContextVar("the cell that a message belongs to", default="the running one")


class Outputs:
    """What is published, in its order."""

    def __init__(self):
        self.queue = queue.SimpleQueue()

    def __call__(self, bundle, display_id, *, update):
        self.queue.put((bundle, display_id, update, threading.current_thread()))

    def next(self):
        return self.queue.get(timeout=DEADLINE)

    def next_text(self):
        return self.next()[0]["text/plain"]


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def waiting(experiment, gate):
    """Return a live run whose only trial waits at the gate."""

    async def train(run, x):
        await gate.passed()
        await run.log("accuracy", 0.5)

    run = experiment.submit(config(train, max_total_runs=1))
    gate.reached()
    return run


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def outputs():
    return Outputs()


def advance(run, clock, seconds):
    run.experiment.host.loop.spawn(clock.advance(seconds)).result(DEADLINE)


def test_a_run_that_has_ended_is_shown_once(experiment, clock, outputs):
    run = recorded(experiment, Child({"accuracy": [0.9]}))
    StaticOutput(run, clock=clock, publish=outputs).show()
    bundle, _, update, thread = outputs.next()
    assert not update
    assert thread is threading.current_thread()
    assert (
        bundle["text/plain"] == "digits: Completed, 1 of 100 runs done, best accuracy 0.9 (run 0)"
    )
    assert "hdwidget-static" in bundle["text/html"]
    assert clock.pending == 0


def test_a_live_run_is_refreshed_every_thirty_seconds_and_at_its_end(waiting, gate, clock, outputs):
    StaticOutput(waiting, clock=clock, publish=outputs).show()
    first, shown, update, _ = outputs.next()
    assert (first["text/plain"], update) == ("digits: Running, 0 of 1 runs done", False)
    advance(waiting, clock, 29.9)
    assert outputs.queue.empty()
    advance(waiting, clock, 0.1)
    _, refreshed, update, thread = outputs.next()
    assert (refreshed, update) == (shown, True)
    assert thread.name != "hdwidget-engine"
    gate.open()
    waiting.wait_for_completion()
    last, _, update, _ = outputs.next()
    assert last["text/plain"] == "digits: Completed, 1 of 1 runs done, best accuracy 0.5 (run 0)"
    assert update
    assert eventually(lambda: clock.pending == 0)


def test_shown_again_it_is_still_refreshed_once(waiting, gate, clock, outputs):
    output = StaticOutput(waiting, clock=clock, publish=outputs)
    output.show()
    output.show()
    shown = [outputs.next()[1:3] for _ in range(2)]
    assert shown[0] == shown[1]
    advance(waiting, clock, 0)
    assert clock.pending == 1


def test_outputs_of_one_run_are_told_apart(waiting, clock, outputs):
    for _ in range(2):
        StaticOutput(waiting, clock=clock, publish=outputs).show()
    assert outputs.next()[1] != outputs.next()[1]


def test_closed_it_is_refreshed_no_more(waiting, gate, clock, outputs):
    output = StaticOutput(waiting, clock=clock, publish=outputs)
    output.show()
    outputs.next()
    output.close()
    output.close()
    advance(waiting, clock, 0)
    assert clock.pending == 0
    gate.open()
    waiting.wait_for_completion()
    assert outputs.queue.empty()


def test_a_run_of_another_process_is_looked_at_now_and_then(experiment, clock, outputs):
    run, store = recorded(experiment), experiment.host.store
    lease = store.acquire(run.id)
    store.update_run(run.id, status="Running").wait()
    StaticOutput(run, clock=clock, publish=outputs).show()
    assert outputs.next_text() == "digits: Running, 0 of 100 runs done"
    advance(run, clock, 30)
    assert outputs.next_text() == "digits: Running, 0 of 100 runs done"
    store.end_run(run.id, status="Completed").wait()
    lease.release()
    eventually(lambda: clock.pending)
    advance(run, clock, 30)
    assert outputs.next_text() == "digits: Completed, 0 of 100 runs done"
    assert eventually(lambda: clock.pending == 0)


def test_a_workspace_that_is_closed_ends_it(waiting, clock, outputs, caplog):
    StaticOutput(waiting, clock=clock, publish=outputs).show()
    outputs.next()
    host = waiting.experiment.host
    waiting.experiment.workspace.close()
    host.loop.spawn(clock.advance(30)).result(DEADLINE)
    assert eventually(lambda: clock.pending == 0)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_page_that_takes_nothing_is_said_in_the_log(waiting, clock, outputs, caplog):
    def publish(bundle, display_id, *, update):
        outputs(bundle, display_id, update=update)
        if update:
            raise OSError(28, "no space left")

    StaticOutput(waiting, clock=clock, publish=publish).show()
    outputs.next()
    advance(waiting, clock, 30)
    outputs.next()
    (record,) = eventually(lambda: caplog.records)
    assert f"static output of {waiting.id} cannot be refreshed" in record.getMessage()


class TestPublishInNotebook:
    @pytest.fixture
    def shell(self, monkeypatch):
        """Return a kernel's shell that notes what its display publisher is given."""

        class Shell:
            kernel = object()

            def __init__(self):
                self.published = []

            @property
            def display_pub(self):
                return self

            def publish(self, data, *, transient, update):
                self.published.append((data, transient, update))
                self.cell = CELL.get()

        shell = Shell()
        monkeypatch.setattr(static_output, "get_ipython", lambda: shell)
        return shell

    @pytest.mark.parametrize("update", [False, True])
    def test_the_message(self, shell, update):
        publish_in_notebook({"text/plain": "a"}, "id", update=update)
        assert shell.published == [({"text/plain": "a"}, {"display_id": "id"}, update)]

    def test_an_update_belongs_to_the_cell_that_runs_then(self, shell):
        token = CELL.set("the one that shows it")
        publish_in_notebook({}, "id", update=False)
        assert shell.cell == "the one that shows it"
        publish_in_notebook({}, "id", update=True)
        assert shell.cell == "the running one"
        CELL.reset(token)

    @pytest.mark.parametrize("update", [False, True])
    def test_not_in_a_script(self, update, capsys):
        publish_in_notebook({"text/plain": "a"}, "id", update=update)
        assert capsys.readouterr().out == ""


def test_a_run_that_goes_on_is_kept_up_to_date_again(waiting, gate, clock, outputs):
    output = StaticOutput(waiting, clock=clock, publish=outputs)
    output.follow_again()  # it was not shown yet
    output.show()
    gate.open()
    while "Completed" not in outputs.next_text():
        pass
    eventually(output._following.done)
    waiting.extend(max_total_runs=2)
    output.follow_again()
    output.follow_again()
    while "2 of 2 runs done" not in outputs.next_text():
        pass
    output.close()
    output.follow_again()
    assert outputs.queue.empty()
