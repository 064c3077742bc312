"""A page's state: what events make of it is what the record holds."""

import math

import numpy as np
from support.board import RUN, changed, logged, new_run, study
from support.compute import Script
from support.drive import RUN as DRIVEN
from support.drive import Drive
from support.loops import on_a_loop

from hdwidget.engine.events import RunEnding
from hdwidget.policies import BanditPolicy
from hdwidget.space import choice, uniform
from hdwidget.status import StopReason
from hdwidget.widget.board import Board
from hdwidget.widget.reading import read_board
from hdwidget.widget.study import OTHER_METRICS, REASONS, STANDINGS
from hdwidget.widget.wire import pack_curve

NET = {"lr": 0.1, "model": {"kind": "net", "momentum": 0.9}}
SVM = {"lr": 0.2, "model": "svm"}


def board_of(*events, record=None):
    board = Board(record or study())
    for event in events:
        board.apply(event)
    return board


def state(board):
    """Return all that a page is told of, in a form that compares."""
    curves = {(board.metrics[m], run): pack_curve(run, 0, c) for run, m, c in board.each_curve()}
    return board.head, board.rows.tobytes(), curves, board.notes


def test_a_run_from_its_proposal_to_its_end():
    board = board_of(new_run(0, SVM), new_run(1, NET), changed(1, "Running", started=5.0))
    np.testing.assert_equal(board.rows["params"], [[0.2, 0, math.nan], [0.1, 1, 0.9]])
    board.apply(logged(1, "loss", 0, 0.5, step=10))
    board.apply(logged(1, "loss", 1, 0.25, step=20))
    board.apply(logged(1, "loss", 2, math.nan, step=30))
    stop = {"properties": {"detail": "best 0.25 is too much"}, "ended": 9.0}
    board.apply(changed(1, "Canceled", "policy", **stop))
    row = board.rows[1]
    assert STANDINGS[row["standing"]] == "Stopped by policy"
    assert REASONS[row["reason"]] == "policy"
    assert (row["intervals"], row["best"], row["step"]) == (3, 0.25, 30)
    assert math.isnan(row["last"])
    assert (row["started"], row["ended"]) == (5.0, 9.0)
    assert board.notes == {1: "best 0.25 is too much"}
    assert board.counts() == {"Queued": 1, "Stopped by policy": 1}


def test_changes_are_told_once():
    board = board_of(new_run(0, SVM), logged(0, "loss", 0, 1.5, seconds=3))
    changes = board.take_changes()
    assert changes.rows == {0}
    assert changes.points == [(0, 0, 0, 1.0, 3.0, 1.5)]
    assert not board.take_changes().rows


def test_an_event_that_is_known_already_does_no_harm():
    board = board_of(new_run(0, SVM), changed(0, "Running"))
    board.put_curve(0, "loss", np.array([3.0, 2.0]), np.array([1.0, 2.0]), np.array([0.0, 1.0]))
    for seq, value in enumerate([3.0, 2.0, 1.0]):
        board.apply(logged(0, "loss", seq, value))
    assert board.curves[0][0].count == 3
    assert board.rows["best"].tolist() == [1.0]
    assert [point[2] for point in board.take_changes().points] == [2]


def test_texts_have_no_curve_and_leave_gaps_in_others():
    board = board_of(new_run(0, SVM))
    board.apply(logged(0, "phase", 0, "warm-up"))
    board.apply(logged(0, "diverged", 0, math.nan))
    board.apply(logged(0, "mixed", 0, 1))
    board.apply(logged(0, "mixed", 1, "n/a"))
    board.apply(logged(0, "mixed", 2, value=True))
    assert board.metrics == ["loss", "mixed"]
    np.testing.assert_equal(list(board.curves[1][0].last), [1, math.nan, 1])


def test_the_number_of_metrics_is_bounded():
    board = board_of(new_run(0, SVM))
    for metric in range(2 * OTHER_METRICS):
        board.apply(logged(0, f"m{metric}", 0, 1.0))
    assert len(board.metrics) == 1 + OTHER_METRICS
    assert len(board.take_changes().points) == OTHER_METRICS


def test_a_value_beyond_all_numbers_is_no_best():
    board = board_of(new_run(0, SVM), logged(0, "loss", 0, -(10**400)), logged(0, "loss", 1, 7))
    assert board.rows["best"].tolist() == [7.0]


def test_the_run_as_a_whole():
    board = board_of(changed(None, "Running", started=1.0), RunEnding(RUN, StopReason.USER))
    assert board.head["status"] == "Running"
    assert board.head["reason"] == "user"
    error = {"type": "ValueError", "message": "no", "traceback": "Traceback …"}
    board.apply(changed(None, "Failed", "a fault of the engine", error=error, ended=2.0))
    assert board.head == {
        "status": "Failed",
        "reason": "a fault of the engine",
        "error": "ValueError: no\n\nTraceback …",
        "started": 1.0,
        "ended": 2.0,
        "spent": 0.0,
        "paused": False,
        "total": 20,
        "repeated": 0,
    }


class Option:
    """What JSON cannot hold."""


def test_options_that_are_objects_are_found_live_as_in_the_record():
    space = {"x": uniform(0, 1), "model": choice(Option, len, (1, 2))}
    board = board_of(
        new_run(0, {"x": 0.5, "model": len}),
        new_run(1, {"x": 0.5, "model": Option}),
        new_run(2, {"x": 0.5, "model": (1, 2)}),
        record=study(space),
    )
    assert board.rows["params"].tolist() == [[0.5, 1], [0.5, 0], [0.5, 2]]


def test_only_what_cannot_be_told_is_missing():
    board = board_of(new_run(0, {"lr": 0.1, "model": "gone"}), new_run(1, {"model": "svm"}))
    nan = math.nan
    np.testing.assert_equal(board.rows["params"], [[0.1, nan, nan], [nan, 0, nan]])


def test_a_text_that_no_page_could_be_sent():
    error = {"type": "ValueError", "message": "bad \ud800 text", "traceback": "\udfff"}
    board = board_of(new_run(0, SVM), changed(0, "Failed", error=error))
    assert board.notes == {0: "ValueError: bad ? text\n\n?"}


@on_a_loop
async def test_following_ends_where_reading_begins(tmp_path):
    scripts = [
        Script(tuple(number * i for i in range(6)), every=7.0 - number) for number in range(6)
    ]
    scripts[2] = Script((1.0, ("notes", "text"), ("time", 2)), end="failed")
    scripts[3] = Script((1.0, ("mixed", "n/a"), ("mixed", 2), ("mixed", "n/a"), ("nan", math.nan)))
    drive = Drive(tmp_path, scripts, policy=BanditPolicy(slack_amount=1.0), max_total_runs=6)
    board = read_board(drive.store, DRIVEN)
    drive.recorder.subscribe(board.apply)
    await drive.start()
    await drive.clock.advance(3)
    drive.store.flush()
    late = read_board(drive.store, DRIVEN)
    for event in drive.events:  # all of them: what is known already does no harm
        late.apply(event)
    assert state(late) == state(board)
    drive.recorder.subscribe(late.apply)
    await drive.finish()
    drive.store.flush()
    assert board.counts()["Failed"] == 1
    assert board.counts()["Stopped by policy"] >= 1
    assert state(late) == state(board) == state(read_board(drive.store, DRIVEN))
    drive.close()
