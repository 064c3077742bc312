"""`RunDetails` in the kernel: its state, its messages, its selection, its end."""

import gc
import queue
import re
import subprocess
import sys
import weakref

import numpy as np
import pytest
import traitlets
from support.bounded import DEADLINE, eventually
from support.configs import config
from support.gate import Gate

from hdwidget import ConfigurationError, HyperDriveRun, Run, RunDetails
from hdwidget.errors import StoreError
from hdwidget.widget import run_details
from hdwidget.widget.feed import Feed
from hdwidget.widget.wire import POINT, row_type


async def log_x(run, x):
    run.log("accuracy", x)


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def waiting(experiment, gate):
    """Return a live run whose trials wait at the gate, and then log."""

    async def train(run, x):
        await gate.passed()
        run.log("accuracy", x, step=7)

    run = experiment.submit(config(train))
    gate.reached()
    return run


@pytest.fixture
def ended(experiment):
    run = experiment.submit(config(log_x))
    run.wait_for_completion()
    return run


@pytest.fixture
def sent(monkeypatch):
    """Return the queue of what widgets send."""
    messages = queue.SimpleQueue()
    monkeypatch.setattr(
        RunDetails, "send", lambda _, content, buffers=(): messages.put((content, buffers))
    )
    return messages


def snapshot(widget):
    return widget.get_state("snapshot")["snapshot"]


def rows(message):
    return np.frombuffer(message["buffers"][0], row_type(1))


def standing(content):
    """Return how the run stands by a message, None if it does not say."""
    return content.get("head", {}).get("status")


def until(sent, condition):
    """Return the messages up to the first for which a condition holds."""
    messages = [sent.get(timeout=DEADLINE)]
    while not condition(messages[-1][0]):
        messages.append(sent.get(timeout=DEADLINE))
    return messages


def test_a_live_run_is_followed_to_its_end(waiting, gate, sent):
    widget = RunDetails(waiting)
    before = snapshot(widget)
    assert before["head"]["status"] == "Running"
    assert repr(widget) == f"RunDetails({waiting.id!r}, Running, 0/3 done)"
    gate.open()
    messages = until(sent, lambda content: content["head"]["status"] == "Completed")
    messages = [each for each in messages if each[0]["number"] > before["number"]]
    numbers = [content["number"] for content, _ in messages]
    assert numbers == list(range(before["number"] + 1, before["number"] + 1 + len(numbers)))
    points = np.concatenate([np.frombuffer(buffers[1], POINT) for _, buffers in messages])
    assert sorted(points["run"].tolist()) == [0, 1, 2]
    assert points["step"].tolist() == [7.0] * 3
    after = snapshot(widget)
    assert after["number"] == numbers[-1]
    in_order = points["value"][np.argsort(points["run"])]
    assert rows(after)["best"].astype(np.float32).tolist() == in_order.tolist()
    assert repr(widget) == f"RunDetails({waiting.id!r}, Completed, 3/3 done)"


def test_a_late_view_has_everything(ended):
    state = RunDetails(ended).get_state()
    assert state["study"]["experiment"] == ended.experiment.name
    assert state["snapshot"]["head"]["status"] == "Completed"
    assert rows(state["snapshot"])["intervals"].tolist() == [1, 1, 1]
    best = ended.get_best_run_by_primary_metric()
    assert rows(state["snapshot"])["best"].argmax() == best.number


def test_the_page_asks_for_the_whole_state(ended, sent):
    widget = RunDetails(ended)
    widget._handle_custom_msg({"type": "snapshot"}, [])
    messages = until(sent, lambda content: content["type"] == "snapshot")
    assert rows({"buffers": messages[-1][1]})["intervals"].tolist() == [1, 1, 1]


def test_the_page_cancels(waiting, sent):
    widget = RunDetails(waiting)
    widget._handle_custom_msg({"type": "cancel"}, [])
    messages = until(sent, lambda content: standing(content) == "Canceled")
    assert messages[-1][0]["head"]["reason"] == "user"
    waiting.wait_for_completion()
    assert {child.reason for child in waiting.get_children()} == {"user"}


def test_a_cancel_that_fails_is_said_on_the_page(ended, sent, monkeypatch):
    def refuse(_):
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr(HyperDriveRun, "cancel", refuse)
    RunDetails(ended)._handle_custom_msg({"type": "cancel"}, [])
    messages = until(sent, lambda content: content["type"] == "refusal")
    assert messages[-1][0]["message"] == "Not canceled: disk full"


def test_the_page_looks_at_the_files_of_a_run(waiting, gate, sent):
    widget = RunDetails(waiting)
    folder = waiting.experiment.host.run_folder(f"{waiting.id}_1")

    def answer(condition):
        return until(sent, lambda content: content["type"] == "files" and condition(content))[-1]

    widget._handle_custom_msg({"type": "files", "run": 1, "watch": True}, [])
    content, _ = answer(lambda content: True)
    assert (content["run"], content["begin"], content["ended"]) == (1, True, False)
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    (folder / "logs" / "stdout.txt").write_text("epoch 1\n")
    assert answer(lambda content: True)[1] == [b"epoch 1\n", b""]
    gate.open()
    content, _ = answer(lambda content: content["ended"])
    assert ["logs/stdout.txt", 8] in content["files"]


@pytest.mark.parametrize("number", [3, -1, True, "1", None, 1.0, "../../x"])
def test_the_page_cannot_look_at_what_is_no_run(ended, sent, monkeypatch, number):
    watched = []
    widget = RunDetails(ended)
    monkeypatch.setattr(widget._files, "watch", lambda *run: watched.append(run))
    widget._handle_custom_msg({"type": "files", "run": number, "watch": True}, [])
    widget._handle_custom_msg({"type": "files", "run": 2, "watch": True}, [])
    assert watched == [(2, f"{ended.id}_2")]


def test_the_page_ends_looking(waiting, sent):
    widget = RunDetails(waiting)
    for end in (
        lambda: widget._handle_custom_msg({"type": "files", "run": 0, "watch": False}, []),
        widget.close,
    ):
        widget._handle_custom_msg({"type": "files", "run": 0, "watch": True}, [])
        until(sent, lambda content: content["type"] == "files")
        end()
        eventually(widget._files._task.done)


def test_the_selection(ended):
    widget = RunDetails(ended)
    widget.selected = [f"{ended.id}_2", f"{ended.id}_0"]
    assert widget.selected_runs == [Run(ended.experiment, f"{ended.id}_{n}") for n in (2, 0)]
    with pytest.raises(traitlets.TraitError, match=re.escape(f"such as {ended.id}_0, but got 'x'")):
        widget.selected = ["x"]
    with pytest.raises(traitlets.TraitError, match="must hold ids of the 3 runs"):
        widget.selected = [f"{ended.id}_3"]
    with pytest.raises(traitlets.TraitError, match="must hold ids of the 3 runs"):
        widget.selected = [f"{ended.id}_{'9' * 5000}"]
    assert len(widget.selected) == 2


def test_what_is_no_run():
    with pytest.raises(
        traitlets.TraitError, match=r"what Experiment.submit returns, but got 'HD_1'"
    ):
        RunDetails("HD_1")


def test_both_outputs_are_displayed(ended, monkeypatch):
    displayed = []
    monkeypatch.setattr(run_details, "in_notebook", lambda: True)
    monkeypatch.setattr(run_details, "display", lambda data, **options: displayed.append(data))
    widget = RunDetails(ended)
    monkeypatch.setattr(widget._static, "show", lambda: displayed.append("static"))
    widget._ipython_display_()
    bundle, static = displayed
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == widget.model_id
    assert bundle["text/plain"] == repr(widget)
    assert static == "static"


def test_a_run_that_goes_on_is_followed_again(ended, sent):
    widget = RunDetails(ended)
    until(sent, lambda content: standing(content) == "Completed")
    widget._handle_custom_msg({"type": "extend", "runs": 2}, [])
    until(sent, lambda content: content["type"] == "accepted")
    eventually(lambda: repr(widget) == f"RunDetails({ended.id!r}, Completed, 5/5 done)")
    assert len(rows(snapshot(widget))) == 5
    widget.close()


def test_the_page_asks_something_of_a_run(waiting, gate, sent):
    widget = RunDetails(waiting)
    widget._handle_custom_msg({"type": "cancel", "run": 1}, [])
    until(sent, lambda content: content["type"] == "accepted")
    widget._handle_custom_msg({"type": "cancel", "run": 3}, [])
    refused = until(sent, lambda content: content["type"] == "refusal")[-1][0]
    assert refused["message"] == "Not canceled: there is no run 3."
    gate.open()
    waiting.wait_for_completion()
    assert waiting.get_children()[1].reason == "user"


def test_a_closed_widget_is_sent_nothing(waiting, gate, sent):
    widget = RunDetails(waiting)
    recorder = waiting.experiment.host.live[waiting.id].controller.recorder
    watching = len(recorder._subscribers)
    widget.close()
    eventually(lambda: len(recorder._subscribers) == watching - 1)
    while not sent.empty():
        sent.get()
    gate.open()
    waiting.wait_for_completion()
    assert sent.empty()


def test_a_closed_widget_is_not_displayed(ended):
    widget = RunDetails(ended)
    widget.close()
    with pytest.raises(ConfigurationError, match="make a new one"):
        widget.show()


def test_a_run_that_has_ended_is_let_go(waiting, gate):
    controller = weakref.ref(waiting.experiment.host.live[waiting.id].controller)
    widget = RunDetails(waiting)
    gate.open()
    waiting.wait_for_completion()

    def gone():
        gc.collect()
        return controller() is None

    eventually(gone)
    assert "3/3 done" in repr(widget)


SCRIPT = """
import sys
from hdwidget import Experiment, RunDetails, Workspace
from support.configs import config

async def train(run, x):
    run.log("accuracy", x)

run = Experiment(Workspace(sys.argv[1]), "digits").submit(config(train))
widget = RunDetails(run)
run.wait_for_completion()
widget.show()
"""


def test_a_script_with_a_widget_ends(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path / "workspace"],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"RunDetails\('HD_.*', (Completed|Running), \d/3 done\)\n", done.stdout)


def test_the_page_hears_of_the_widget_before_all_runs_are_read(ended, monkeypatch):
    states = []

    class Watched(Feed):
        def __init__(self, run, send):
            states.append(send.__self__.get_state())
            super().__init__(run, send)

    monkeypatch.setattr(run_details, "Feed", Watched)
    sent = []
    monkeypatch.setattr(RunDetails, "send_state", lambda widget, key=None: sent.append(key))
    details = RunDetails(ended)
    (state,) = states
    assert state["snapshot"] is None
    assert state["study"]["run"] == ended.id
    assert "snapshot" in sent
    assert details.get_state()["snapshot"]["buffers"]
    details.close()


def test_a_record_that_cannot_be_read_leaves_no_widget(ended, monkeypatch):
    closed = []
    monkeypatch.setattr(RunDetails, "close", lambda widget: closed.append(widget))  # noqa: PLW0108  # a method

    def unreadable(run, send):
        message = "disk I/O error"
        raise StoreError(message)

    monkeypatch.setattr(run_details, "Feed", unreadable)
    with pytest.raises(StoreError, match="disk I/O error"):
        RunDetails(ended)
    assert len(closed) == 1
