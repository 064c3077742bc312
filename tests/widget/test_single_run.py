"""`RunDetails` of a run that was submitted alone: its curves, its log, its static output."""

import queue
import re

import numpy as np
import pytest
import traitlets
from support.bounded import DEADLINE
from support.record import CREATED, Child, recorded, recorded_single

from hdwidget import RunDetails
from hdwidget.engine.events import MetricLogged, RunChanged
from hdwidget.status import RunStatus
from hdwidget.widget.board import Board
from hdwidget.widget.fallback import single_html, single_text
from hdwidget.widget.reading import read_board
from hdwidget.widget.summary import summarize_single
from hdwidget.widget.wire import row_type

HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture
def store(experiment):
    return experiment.host.store


@pytest.fixture
def run(experiment, store):
    made = recorded_single(experiment, Child({"loss": [0.5, 0.25]}, steps=[10, 20]))
    store.append_metric(made.id, "accuracy", 0, 10, CREATED + 2, 1)
    store.append_metric(made.id, "note", 0, 10, CREATED + 3, "fine")
    store.flush()
    return made


def curve(board, name):
    return board.curves[board.metrics.index(name)][0]


def test_it_is_its_own_row_and_has_the_curves_of_all_its_metrics(run, store):
    board = read_board(store, run.id)
    assert (board.study["single"], board.study["metric"], len(board)) == (True, "", 1)
    assert board.metrics == ["", "loss", "accuracy"]
    assert curve(board, "loss").last.tolist() == [0.5, 0.25]
    assert curve(board, "loss").step.tolist() == [10.0, 20.0]
    assert board.counts() == {"Completed": 1}
    assert board.head["ended"] == CREATED + 5
    assert (board.rows["started"][0], board.rows["intervals"][0]) == (CREATED, 0)


def test_events_move_both_the_whole_and_its_row(run):
    record = run.record
    board = Board(record)
    board.apply(RunChanged(run.id, RunStatus.RUNNING, columns={"started": 7.0}))
    board.apply(MetricLogged(run.id, "loss", 0, None, CREATED + 1, 0.5))
    board.apply(MetricLogged(run.id, "note", 0, None, CREATED + 2, "a text"))
    changes = board.take_changes()
    assert (changes.rows, [point[:3] for point in changes.points]) == ({0}, [(0, 1, 0)])
    error = {"type": "ValueError", "message": HOSTILE}
    board.apply(RunChanged(run.id, RunStatus.FAILED, columns={"ended": 9.0, "error": error}))
    assert (board.head["status"], board.counts()) == ("Failed", {"Failed": 1})
    assert board.head["error"] == board.notes[0] == f"ValueError: {HOSTILE}"


def test_what_belongs_to_another_run_is_none_of_its(run):
    board = Board(run.record)
    record = run.record
    board.apply(RunChanged("RUN_9", RunStatus.RUNNING, created=record))
    board.apply(RunChanged("RUN_9", RunStatus.RUNNING))
    board.apply(MetricLogged("RUN_9", "loss", 0, None, CREATED + 1, 0.5))
    assert (board.counts(), board.metrics, len(board)) == ({"Completed": 1}, [""], 1)


def test_the_page_gets_its_curves_and_its_files(run, monkeypatch):
    sent = queue.SimpleQueue()
    monkeypatch.setattr(RunDetails, "send", lambda _, *message: sent.put(message))
    logs = run.experiment.host.run_folder(run.id) / "logs"
    logs.mkdir(parents=True)
    (logs / "stdout.txt").write_text("one\n")
    widget = RunDetails(run)
    assert repr(widget) == f"RunDetails({run.id!r}, Completed)"
    snapshot = widget.get_state("snapshot")["snapshot"]
    assert len(np.frombuffer(snapshot["buffers"][0], row_type(0))) == 1
    widget._handle_custom_msg({"type": "files", "run": 0, "watch": True}, [])
    while (message := sent.get(timeout=DEADLINE))[0]["type"] != "files":
        pass
    content, buffers = message
    assert (content["run"], content["ended"]) == (0, True)
    assert (content["files"], buffers) == ([["logs/stdout.txt", 4]], [b"one\n", b""])


def test_the_selection_is_itself_or_nothing(run):
    widget = RunDetails(run)
    widget.selected = [run.id]
    assert widget.selected_runs == [run]
    widget.selected = []
    with pytest.raises(traitlets.TraitError, match=re.escape(f"such as {run.id}, but got 'x_0'")):
        widget.selected = ["x_0"]


def test_a_run_of_a_search_is_shown_with_its_search(experiment):
    search = recorded(experiment, Child())
    [child] = search.get_children()
    with pytest.raises(traitlets.TraitError, match=r"Write RunDetails\(run.parent\)"):
        RunDetails(child)


def test_its_static_output(run, store):
    summary = summarize_single(run, store, CREATED + 60)
    assert single_text(summary) == "digits: Completed"
    text = single_html(summary)
    cells = re.findall("<td[^>]*>([^<]*)</td>", text)
    assert cells == ["loss", "0.25", "2", "accuracy", "1", "1", "note", "fine", "1"]
    assert f"hdwidget-static-{run.id}" in text
    assert "5.0 s" in text
    assert "as of" not in text


def test_the_static_output_of_one_that_goes_wrong_is_harmless(experiment, store):
    error = {"type": "ValueError", "message": HOSTILE}
    hostile = recorded_single(experiment, Child({HOSTILE: [HOSTILE]}), status="Failed", error=error)
    text = single_html(summarize_single(hostile, store, CREATED))
    assert "<img" not in text
    assert text.count("&lt;img") == 3


def test_the_static_output_of_one_that_has_logged_too_much_or_nothing(experiment, store):
    metrics = {f"metric {number}": [number] for number in range(12)}
    many = single_html(
        summarize_single(recorded_single(experiment, Child(metrics)), store, CREATED)
    )
    assert many.count("<tr>") == 11
    assert "The first 10 of 12 metrics." in many
    none = single_html(summarize_single(recorded_single(experiment, Child()), store, CREATED))
    assert "Nothing was logged" in none
