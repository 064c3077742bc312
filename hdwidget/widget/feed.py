"""Where a page's news come from: the engine of this process, or what another one records."""

import asyncio
import concurrent.futures
import logging
from collections.abc import Callable
from typing import TypeVar

from hdwidget.engine.clock import Clock, SystemClock
from hdwidget.engine.events import Event, RunEnding
from hdwidget.engine.host import LiveRun
from hdwidget.run import Run
from hdwidget.widget.board import Board
from hdwidget.widget.publisher import Message, Publisher, Send, packed
from hdwidget.widget.reading import read_board

__all__ = ["Feed"]

T = TypeVar("T")
LOG = logging.getLogger(__name__)

READ_SECONDS = 2.0
"""How often the record is read of a run that another process drives."""


class Feed:
    """Reads a run's state and keeps its publisher supplied. Any thread may call its methods.

    Parameters
    ----------
    run : Run
        What to follow: one that was submitted.
    send : callable
        Takes the messages, on the engine's loop.
    clock : Clock, optional
        Time.

    Raises
    ------
    StoreError
        The record is closed or cannot be read.
    """

    def __init__(self, run: Run, send: Send, *, clock: Clock | None = None) -> None:
        self._run = run
        self._host = run.experiment.host
        self._clock = clock or SystemClock()
        self._early: list[Event] = []
        self._hear: Callable[[Event], None] = self._early.append
        self._reading: concurrent.futures.Future[None] | None = None
        self._live = self._host.live.get(run.id)
        # In this order nothing is missed: what happens while the record is read is heard, too, and
        # comes after it; what the record has of it already does no harm.
        if self._live is not None:
            recorder = self._live.controller.recorder
            self._host.loop.call(lambda: recorder.subscribe(self._note))
        try:
            if self._live is not None:
                self._host.store.flush()
            board = read_board(self._host.store, run.id)
        except BaseException:
            self._host.loop.post(self._leave)
            raise
        self._publisher = Publisher(board, send, self._clock)

    def begin(self) -> None:
        """Have messages sent from now on."""
        if self._live is not None:
            self._host.loop.call(self._begin)
            self._live.finished.add_done_callback(lambda _: self._host.loop.post(self._end))
        else:
            self._reading = self._host.loop.spawn(self._read_on())

    def snapshot(self) -> Message:
        """Return the whole state as a message."""
        return self.look(lambda _: self._publisher.snapshot())

    def resend(self) -> None:
        """Have the whole state sent some time soon."""
        self._host.loop.post(self._publisher.resend)

    def look(self, question: Callable[[Board], T]) -> T:
        """Return what a function finds on the board; it is called on the engine's loop."""
        return self._host.loop.call(lambda: question(self._publisher.board))

    def close(self) -> None:
        """Have nothing more sent."""
        if self._reading is not None:
            self._reading.cancel()
        # Not waited for: a widget is closed at the interpreter's end, too, when the loop is gone.
        self._host.loop.post(self._close)

    def _note(self, event: Event) -> None:
        self._hear(event)

    def _begin(self) -> None:
        assert self._live is not None
        controller = self._live.controller
        if controller.ending is not None:
            self._early.append(RunEnding(controller.run_id, controller.ending))
        for event in self._early:
            self._publisher.note(event)
        self._early.clear()
        self._hear = self._publisher.note
        self._publisher.begin()

    def _end(self) -> None:
        """Let go of a run that has ended, with all that its controller holds."""
        live = self._leave()
        fault = None if live is None or live.finished.cancelled() else live.finished.exception()
        if fault is not None and not self._publisher.ended:
            self._publisher.fail(f"The run could not be driven to its end: {fault}")

    def _close(self) -> None:
        self._leave()
        self._publisher.close()

    def _leave(self) -> LiveRun | None:
        live, self._live = self._live, None
        if live is not None:
            live.controller.recorder.unsubscribe(self._note)
        return live

    async def _read_on(self) -> None:
        """Follow a run by its record, which another process writes."""
        self._publisher.begin()
        shown: object = None
        pause = 0.0
        try:
            while not self._publisher.ended:
                await self._clock.sleep(max(READ_SECONDS, pause))
                board, buffers = await asyncio.get_running_loop().run_in_executor(None, self._read)
                state = (board.head, board.notes, buffers)
                if state != shown:
                    shown = state
                    pause = self._publisher.replace(board, buffers)
        except Exception as fault:
            LOG.info("The view of %s is not kept up to date", self._run.id, exc_info=True)
            self._publisher.fail(f"This view is not kept up to date any more: {fault}")

    def _read(self) -> tuple[Board, list[bytes]]:
        self._host.settle(self._host.store.run(self._run.id))  # its driver may have died
        board = read_board(self._host.store, self._run.id)
        return board, packed(board)
