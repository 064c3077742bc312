"""Where a page's news come from: the engine of this process, or what another one records."""

import asyncio
import logging
import weakref
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hdwidget.engine.clock import Clock, SystemClock, Timer
from hdwidget.engine.events import Event, RunEnding, RunNoted
from hdwidget.engine.host import LiveRun
from hdwidget.run import Run
from hdwidget.status import FINAL
from hdwidget.widget.board import Board
from hdwidget.widget.publisher import Message, Publisher, Send, packed
from hdwidget.widget.reading import read_board

__all__ = ["Feed"]

T = TypeVar("T")
LOG = logging.getLogger(__name__)

READ_SECONDS = 2.0
"""How often the record is read of a run that another process drives."""

REST_SECONDS = 5.0
"""How often the record is asked whether a run that has ended goes on; one row, some 0.1 ms."""


class Feed:
    """Reads a run's state and keeps its publisher supplied. Any thread may call its methods.

    A run that has ended may go on: driven by this process, which says so, or by another one, which
    is seen in the record. Nothing keeps a feed alive that only waits for that.

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
        self._early: list[Event] | None = []  # while the state is read; None once it is there
        self._task: asyncio.Task[None] | None = None
        self._rest: Timer | None = None
        self._again: Callable[[], object] | None = None
        self._closed = False
        self._is_missed = False
        self._live: LiveRun | None = None
        # In this order nothing is missed: what happens while the record is read is heard, too, and
        # comes after it; what the record has of it already does no harm.
        self._host.loop.call(self._join)
        try:
            board = self._read()
        except BaseException:
            self._host.loop.post(self._leave)
            raise
        self._publisher = Publisher(board, send, self._clock)

    def begin(self, again: Callable[[], object] | None = None) -> None:
        """Have messages sent from now on.

        Parameters
        ----------
        again : callable, optional
            Called on the engine's loop each time that the run goes on after its end.
        """
        self._again = again
        self._host.starts.subscribe(self._run.id, self._started)
        self._host.loop.call(self._begin)

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
        self._host.starts.unsubscribe(self._run.id, self._started)
        # Not waited for: a widget is closed at the interpreter's end, too, when the loop is gone.
        self._host.loop.post(self._close)

    def _note(self, event: Event) -> None:
        if self._early is not None:
            self._early.append(event)
            return
        self._publisher.note(event)
        board = self._publisher.board
        if isinstance(event, RunNoted) and not board.is_of_space(event.config):
            self._early = []
            self._do(self._catch_up())

    def _join(self) -> None:
        """Hear what this process's engine does for the run, if it does anything."""
        self._live = self._host.live.get(self._run.id)
        if self._live is not None:
            controller = self._live.controller
            controller.recorder.subscribe(self._note)
            if controller.ending is not None:
                self._note(RunEnding(controller.run_id, controller.ending))

    def _begin(self) -> None:
        self._hear_early()
        self._publisher.begin()
        self._supply()

    def _hear_early(self) -> None:
        early, self._early = self._early or [], None
        for event in early:
            self._note(event)

    def _supply(self) -> None:
        """See to it that news come: from the engine here, from the record, or when it goes on."""
        live = self._live
        if live is not None:
            live.finished.add_done_callback(lambda _: self._host.loop.post(lambda: self._end(live)))
        elif self._run.id in self._host.live:
            self._go_on()
        elif self._publisher.ended:
            self._wait()
        else:
            self._do(self._read_on())

    def _end(self, live: LiveRun) -> None:
        """Let go of a run that has ended, with all that its controller holds."""
        if self._live is not live:
            return
        self._leave()
        fault = None if live.finished.cancelled() else live.finished.exception()
        if fault is not None and not self._publisher.ended:
            self._publisher.fail(f"The run could not be driven to its end: {fault}")
        if self._is_missed or self._run.id in self._host.live:
            self._go_on()
        elif fault is None:  # else what the record says is not so, and would hide what is
            self._wait()

    def _wait(self) -> None:
        """Ask the record some time later whether the run goes on."""
        self._rest = self._clock.call_later(REST_SECONDS, _weakly(self._ask))

    def _ask(self) -> None:
        self._do(self._look_for_life())

    async def _look_for_life(self) -> None:
        store = self._host.store
        try:
            record = await asyncio.get_running_loop().run_in_executor(None, store.run, self._run.id)
        except Exception:  # the workspace was closed: nothing goes on here
            LOG.info("%s is not looked for any more", self._run.id, exc_info=True)
            return
        # It may have gone on and ended meanwhile.
        if record.status in FINAL and record.ended == self._publisher.board.head["ended"]:
            self._wait()
        else:
            self._go_on()

    def _started(self) -> None:
        """Hear, in any thread, that this process drives the run."""
        self._host.loop.post(self._wake)

    def _wake(self) -> None:
        if self._closed:
            return
        if self._live is None:
            self._go_on()  # also where it has come to its end already
        elif self._live is not self._host.live.get(self._run.id):
            self._is_missed = True  # until the end of its earlier life has been heard of

    def _go_on(self) -> None:
        """Follow the run again, from a state that is read anew."""
        if self._rest is not None:
            self._rest.cancel()
        self._is_missed = False
        self._early = []
        self._join()
        self._do(self._catch_up(self._supply))
        if self._again is not None:
            self._again()

    async def _catch_up(self, then: Callable[[], object] | None = None) -> None:
        """Read the whole state anew; what happens meanwhile comes after it."""
        try:
            board, buffers = await self._read_packed()
        except Exception as fault:
            LOG.info("The view of %s is not kept up to date", self._run.id, exc_info=True)
            self._give_up(fault)
            return
        self._publisher.begin_again(board, buffers)
        self._hear_early()
        if then is not None:
            then()

    async def _read_on(self) -> None:
        """Follow a run by its record, which another process writes."""
        shown: object = None
        pause = 0.0
        try:
            while not self._publisher.ended and self._run.id not in self._host.live:
                await self._clock.sleep(max(READ_SECONDS, pause))
                board, buffers = await self._read_packed()
                state = (board.head, board.notes, buffers)
                if state != shown:
                    shown = state
                    pause = self._publisher.replace(board, buffers)
        except Exception as fault:
            LOG.info("The view of %s is not kept up to date", self._run.id, exc_info=True)
            self._give_up(fault)
        else:
            self._supply()

    def _give_up(self, fault: Exception) -> None:
        self._leave()
        self._publisher.fail(f"This view is not kept up to date any more: {fault}")

    async def _read_packed(self) -> tuple[Board, list[bytes]]:
        def read() -> tuple[Board, list[bytes]]:
            board = self._read()
            return board, packed(board)

        return await asyncio.get_running_loop().run_in_executor(None, read)

    def _read(self) -> Board:
        """Read the state, with all that was heard of; blocks."""
        if self._live is not None:
            self._host.store.flush()
        else:
            self._host.settle(self._host.store.run(self._run.id))  # its driver may have died
        return read_board(self._host.store, self._run.id)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done, instead of what was being done."""
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(work)

    def _close(self) -> None:
        self._closed = True
        if self._task is not None:
            self._task.cancel()
        if self._rest is not None:
            self._rest.cancel()
        self._leave()
        self._publisher.close()

    def _leave(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            live.controller.recorder.unsubscribe(self._note)


def _weakly(method: Callable[[], object]) -> Callable[[], object]:
    """Return a function that calls a bound method, if there is still whose method it is."""
    reference = weakref.WeakMethod(method)

    def call() -> object:
        found = reference()
        return None if found is None else found()

    return call
