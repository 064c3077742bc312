"""Messages to the page: numbered, coalesced, bounded, and enough to rebuild the whole state."""

import numpy as np
import pytest
from support.board import changed, logged, new_run, study
from support.clock import FakeClock
from support.loops import on_a_loop

from hdwidget.widget import publisher as module
from hdwidget.widget.board import Board
from hdwidget.widget.publisher import Publisher, packed
from hdwidget.widget.wire import POINT, row_type

SVM = {"lr": 0.2, "model": "svm"}


class Page:
    """What a page receives."""

    def __init__(self):
        self.messages = []

    def __call__(self, content, buffers):
        self.messages.append((content, buffers))

    @property
    def kinds(self):
        return [content["type"] for content, _ in self.messages]

    def points(self, index=-1):
        return np.frombuffer(self.messages[index][1][1], POINT)["value"].tolist()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def page():
    return Page()


@pytest.fixture
def publisher(page, clock):
    board = Board(study())
    board.apply(changed(None, "Running", started=1.0))
    board.apply(new_run(0, SVM))
    board.take_changes()
    return Publisher(board, page, clock)


@on_a_loop
async def test_the_first_of_a_burst_at_once_the_rest_together(publisher, page, clock):
    publisher.begin()
    await clock.advance(1)
    assert len(page.messages) == 1
    for seq in range(5):
        publisher.note(logged(0, "loss", seq, float(seq)))
    assert page.points() == [0.0]
    await clock.advance(0.1)
    assert page.points() == [1.0, 2.0, 3.0, 4.0]
    assert [content["number"] for content, _ in page.messages] == [1, 2, 3]
    rows = np.frombuffer(page.messages[-1][1][0], row_type(3))
    assert rows["best"].tolist() == [0.0]
    assert rows["last"].tolist() == [4.0]


@on_a_loop
async def test_at_most_ten_messages_a_second(publisher, page, clock):
    publisher.begin()
    for seq in range(1000):
        publisher.note(logged(0, "loss", seq, 1.0))
        await clock.advance(0.002)
    assert len(page.messages) <= 21
    await clock.advance(0.1)
    received = sum(len(page.points(i)) for i in range(len(page.messages)))
    assert received == 1000


@on_a_loop
async def test_a_heartbeat_while_nothing_happens_and_none_after_the_end(publisher, page, clock):
    publisher.begin()
    await clock.advance(5)
    assert page.kinds == ["delta"] * 3
    publisher.note(changed(None, "Completed", ended=2.0))
    assert page.messages[-1][0]["head"]["status"] == "Completed"
    assert publisher.ended
    await clock.advance(100)
    assert len(page.messages) == 4
    assert clock.pending == 0


@on_a_loop
async def test_what_is_noted_before_the_beginning_comes_first(publisher, page, clock):
    publisher.note(logged(0, "loss", 0, 7.0))
    content, buffers = publisher.snapshot()
    assert content["number"] == 0
    assert not buffers[1]
    publisher.begin()
    assert page.points() == [7.0]
    publisher.close()


@on_a_loop
async def test_a_snapshot_has_the_number_of_the_last_message(publisher, page, clock):
    publisher.begin()
    publisher.note(logged(0, "loss", 0, 7.0))
    publisher.note(changed(0, "Failed", error={"type": "ValueError", "message": "x"}))
    await clock.advance(0.5)
    publisher.resend()
    content, buffers = page.messages[-1]
    assert content["type"] == "snapshot"
    assert content["number"] == page.messages[-2][0]["number"]
    assert content["notes"] == {"0": "ValueError: x"}
    assert np.frombuffer(buffers[0], row_type(3))["intervals"].tolist() == [1]
    publisher.close()


@on_a_loop
async def test_too_many_points_become_a_snapshot(publisher, page, clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_POINTS", 10)
    for seq in range(11):
        publisher.note(logged(0, "loss", seq, 7.0))
    publisher.begin()
    assert page.kinds == ["snapshot"]
    publisher.note(logged(0, "loss", 11, 8.0))
    await clock.advance(0.1)
    assert page.kinds == ["snapshot", "delta"]
    assert page.messages[0][0]["number"] + 1 == page.messages[1][0]["number"]
    publisher.close()


@on_a_loop
async def test_a_large_message_is_followed_by_a_pause(publisher, page, clock):
    for seq in range(module.MOST_POINTS):
        publisher.note(logged(0, "loss", seq, 7.0))
    publisher.begin()
    publisher.note(logged(0, "loss", module.MOST_POINTS, 8.0))
    size = sum(map(len, page.messages[0][1]))
    await clock.advance(size / module.BYTES_A_SECOND - 0.01)
    assert len(page.messages) == 1
    await clock.advance(0.02)
    assert page.points() == [8.0]
    publisher.close()


@on_a_loop
async def test_no_heartbeat_cuts_a_pause_short(publisher, page, clock, monkeypatch):
    monkeypatch.setattr(module, "BYTES_A_SECOND", 10)
    publisher.begin()
    publisher.note(logged(0, "loss", 0, 7.0))
    await clock.advance(module.UPDATE_SECONDS)
    publisher.note(logged(0, "loss", 1, 8.0))
    await clock.advance(module.MOST_SECONDS - 0.01)
    assert [page.points(i) for i in range(len(page.messages))] == [[], [7.0]]
    await clock.advance(0.02)
    assert page.points() == [8.0]
    publisher.close()


@on_a_loop
async def test_another_state_of_the_same_run(publisher, page):
    publisher.begin()
    other = Board(study())
    pause = publisher.replace(other, packed(other))
    assert page.kinds == ["delta", "snapshot"]
    assert [content["number"] for content, _ in page.messages] == [1, 2]
    assert pause == module.UPDATE_SECONDS
    publisher.close()


@on_a_loop
async def test_what_goes_wrong_is_said_once(publisher, page, clock):
    publisher.begin()
    publisher.fail("disk full")
    publisher.fail("disk full")
    assert page.messages[1:] == [({"type": "problem", "message": "disk full"}, [])]
    await clock.advance(10)
    assert len(page.messages) == 2


@on_a_loop
async def test_nothing_after_it_is_closed(publisher, page, clock):
    publisher.begin()
    publisher.close()
    publisher.note(logged(0, "loss", 0, 7.0))
    publisher.resend()
    await clock.advance(10)
    assert len(page.messages) == 1
    assert clock.pending == 0
