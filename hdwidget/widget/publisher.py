"""Engine events on their way to the page: coalesced, numbered, and never too many."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from hdwidget.engine.clock import Clock, Timer
from hdwidget.engine.events import Event
from hdwidget.status import FINAL
from hdwidget.widget.board import Board
from hdwidget.widget.wire import pack_curves, pack_points

__all__ = ["Message", "Publisher", "Send", "packed"]

Message: TypeAlias = tuple[dict[str, Any], list[bytes]]
Send: TypeAlias = Callable[[dict[str, Any], list[bytes]], object]

EPOCH = 1
"""A widget has one publisher, which counts its messages once; a page asks which count it is."""

UPDATE_SECONDS = 0.1
"""At most ten messages a second: Jupyter drops them above a thousand, and no eye sees more."""

HEARTBEAT_SECONDS = 2.0
"""So often there is a message also when nothing happens: the page knows that we live."""

BYTES_A_SECOND = 400_000
"""A page may be at the end of a slow line: after a large message we wait, but not for too long."""
MOST_SECONDS = 5.0

MOST_POINTS = 5000
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
        self._described = board.study
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

    def begin_again(self, board: Board, buffers: list[bytes]) -> None:
        """Send another state of the same run, and from then on what changes of it.

        Also after `fail`, and where the run had ended.
        """
        self._stop_timers()
        self._closed = False
        self._begun = True
        pause = self.replace(board, buffers)
        self._timer = self._clock.call_later(pause, self._after_pause)

    def note(self, event: Event) -> None:
        """Take an event of the engine."""
        self._events.append(event)
        if self._begun and self._timer is None:
            self._publish()

    def snapshot(self) -> Message:
        """Return the whole state as it was sent last; what has been noted since comes after it."""
        return self._whole(packed(self.board))

    def resend(self) -> None:
        """Send the whole state."""
        if not self._closed:
            self._send(*self.snapshot())

    def replace(self, board: Board, buffers: list[bytes]) -> float:
        """Send another state of the same run, and return for how many seconds to send no other.

        Parameters
        ----------
        board : Board
            The state.
        buffers : list of bytes
            What `packed` makes of it.
        """
        self.board = board
        self._number += 1
        message = self._whole(buffers)
        if not self._closed:
            self._send(*message)
        return _pause(message)

    def fail(self, fault: str) -> None:
        """Tell the page why what it shows is not kept up to date, and send nothing for now."""
        if not self._closed:
            self._send({"type": "problem", "message": fault}, [])
        self.close()

    def close(self) -> None:
        """Send nothing more."""
        self._closed = True
        self._begun = False
        self._stop_timers()

    def _stop_timers(self) -> None:
        for timer in (self._timer, self._beat):
            if timer is not None:
                timer.cancel()
        self._timer = self._beat = None

    def _publish(self) -> None:
        """Bring the board up to date and send what has changed; an empty change is a heartbeat."""
        if self._beat is not None:
            self._beat.cancel()
        events, self._events = self._events, []
        for event in events:
            self.board.apply(event)
        changes = self.board.take_changes()
        self._number += 1
        if len(changes.points) > MOST_POINTS:
            message = self.snapshot()
        else:
            rows = self.board.rows[sorted(changes.rows)].tobytes()
            message = self._message("delta", changes.notes, [rows, pack_points(changes.points)])
        self._send(*message)
        self._timer = self._clock.call_later(_pause(message), self._after_pause)

    def _after_pause(self) -> None:
        self._timer = None
        if self._events:
            self._publish()
        elif not self.ended:
            self._beat = self._clock.call_later(HEARTBEAT_SECONDS, self._publish)

    def _whole(self, buffers: list[bytes]) -> Message:
        message = self._message("snapshot", self.board.notes, buffers)
        if self.board.study != self._described:  # which the page has with the widget
            message[0]["study"] = self.board.study
        return message

    def _message(self, kind: str, notes: Mapping[int, str], buffers: list[bytes]) -> Message:
        content = {
            "type": kind,
            "epoch": EPOCH,
            "number": self._number,
            "time": self._clock.time(),
            "head": self.board.head,
            "metrics": list(self.board.metrics),
            "notes": {str(run): note for run, note in notes.items()},
        }
        return content, buffers


def packed(board: Board) -> list[bytes]:
    """Return the buffers of a message with a board's whole state."""
    return [board.rows.tobytes(), pack_curves(board.each_curve())]


def _pause(message: Message) -> float:
    """Return for how many seconds a message occupies the line, and so no other is sent."""
    content, buffers = message
    size = sum(map(len, buffers)) + sum(map(len, content["notes"].values()))
    return min(max(UPDATE_SECONDS, size / BYTES_A_SECOND), MOST_SECONDS)
