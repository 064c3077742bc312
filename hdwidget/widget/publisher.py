"""Engine events on their way to the page: coalesced, numbered, and never too many."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from hdwidget.engine.clock import Clock, Timer
from hdwidget.engine.events import Event
from hdwidget.status import FINAL
from hdwidget.widget.board import Board
from hdwidget.widget.wire import POINT, pack_curves

__all__ = ["Message", "Publisher", "Send"]

Message: TypeAlias = tuple[dict[str, Any], list[bytes]]
Send: TypeAlias = Callable[[dict[str, Any], list[bytes]], object]

EPOCH = 1
"""A widget has one publisher, which counts its messages once; a page asks which count it is."""

UPDATE_SECONDS = 0.1
"""At most ten messages a second: Jupyter drops them above a thousand, and no eye sees more."""

HEARTBEAT_SECONDS = 2.0
"""So often there is a message also when nothing happens: the page knows that we live."""

BYTES_A_SECOND = 400_000
"""Jupyter drops messages above 1 MB a second, over three seconds; large ones make us wait."""

MOST_POINTS = 20_000
"""More new points than these are not worth sending one by one: the page gets the whole state."""


class Publisher:
    """Sends a board's state and its changes. Owned by the engine's loop.

    The first event of a burst is sent at once, what follows within `UPDATE_SECONDS` together. A
    message is a dict for JSON and two buffers, the rows and the curves; ``js/src/state/message.ts``
    says what each part means.

    Parameters
    ----------
    board : Board
        The state; from now on it is the publisher's.
    send : callable
        Takes a message. It must be quick.
    clock : Clock
        Time.
    """

    def __init__(self, board: Board, send: Send, clock: Clock) -> None:
        self.board = board
        self._send = send
        self._clock = clock
        self._number = 0
        self._events: list[Event] = []
        self._timer: Timer | None = None
        self._beat: Timer | None = None
        self._begun = False
        self._closed = False

    @property
    def ended(self) -> bool:
        """Whether the run has ended, as far as the page has been told."""
        return self.board.head["status"] in FINAL

    def begin(self) -> None:
        """Send from now on, and first what has been noted so far."""
        self._begun = True
        self._publish()

    def note(self, event: Event) -> None:
        """Take an event of the engine."""
        self._events.append(event)
        if self._begun and self._timer is None:
            self._publish()

    def snapshot(self) -> Message:
        """Return the whole state as it was sent last; what has been noted since comes after it."""
        notes = {str(run): note for run, note in self.board.notes.items()}
        buffers = [self.board.rows.tobytes(), pack_curves(self.board.each_curve())]
        return self._message("snapshot", notes, buffers)

    def resend(self) -> None:
        """Send the whole state."""
        if not self._closed:
            self._send(*self.snapshot())

    def replace(self, board: Board) -> None:
        """Send another state of the same run, or a heartbeat if it is the same."""
        before = self.snapshot()
        self.board = board
        after = self.snapshot()
        if (before[0]["head"], before[1]) == (after[0]["head"], after[1]):
            self._publish()
        else:
            self._number += 1
            self.resend()

    def close(self) -> None:
        """Send nothing more."""
        self._closed = True
        self._begun = False
        for timer in (self._timer, self._beat):
            if timer is not None:
                timer.cancel()

    def _publish(self) -> None:
        """Bring the board up to date and send what has changed; an empty change is a heartbeat."""
        self._timer = None
        events, self._events = self._events, []
        for event in events:
            self.board.apply(event)
        changes = self.board.take_changes()
        self._number += 1
        if len(changes.points) > MOST_POINTS:
            message = self.snapshot()
        else:
            notes = {str(run): note for run, note in changes.notes.items()}
            rows = self.board.rows[sorted(changes.rows)].tobytes()
            message = self._message("delta", notes, [rows, _packed(changes.points)])
        self._send(*message)
        if self._closed:  # by what was sent
            return
        size = sum(map(len, message[1]))
        pause = max(UPDATE_SECONDS, size / BYTES_A_SECOND)
        self._timer = self._clock.call_later(pause, self._after_pause)
        if self._beat is not None:
            self._beat.cancel()
        if not self.ended:
            self._beat = self._clock.call_later(HEARTBEAT_SECONDS, self._publish_again)

    def _after_pause(self) -> None:
        self._timer = None
        if self._events:
            self._publish()

    def _publish_again(self) -> None:
        if self._timer is not None:  # a large message is still on its way
            self._timer.cancel()
        self._publish()

    def _message(self, kind: str, notes: dict[str, str], buffers: list[bytes]) -> Message:
        content = {
            "type": kind,
            "epoch": EPOCH,
            "number": self._number,
            "time": self._clock.time(),
            "head": self.board.head,
            "metrics": list(self.board.metrics),
            "notes": notes,
        }
        return content, buffers


def _packed(points: Sequence[tuple[int, int, int, float, float, float]]) -> bytes:
    packed = np.zeros(len(points), POINT)
    if points:
        with np.errstate(over="ignore"):  # a page has no place for what is beyond it
            for name, column in zip(
                ("run", "metric", "seq", "step", "time", "value"),
                zip(*points, strict=True),
                strict=True,
            ):
                packed[name] = column
    return packed.tobytes()
