"""Waiting for a run's end, in a cell and in a coroutine, whoever drives it."""

import asyncio
import sys
from abc import abstractmethod
from collections.abc import Generator
from typing import Any, TypeAlias

from hdwidget.engine.host import Host, LiveRun
from hdwidget.errors import EngineError, ExperimentFailedError
from hdwidget.status import FINAL, RunStatus
from hdwidget.store import RunRecord
from hdwidget.surface import RunSurface
from hdwidget.waiting import answering, sleep, wait

__all__ = ["AwaitedRun", "Details"]

Details: TypeAlias = dict[str, Any]

POLL_SECONDS = 0.1
"""How often the record is asked about a run that another process drives."""


class AwaitedRun(RunSurface):
    """A handle on a run whose end can be waited for.

    Attributes
    ----------
    id : str
        The run's id.
    """

    id: str
    _host: Host

    @property
    @abstractmethod
    def record(self) -> RunRecord:
        """The run as the record holds it now."""

    @property
    @abstractmethod
    def status(self) -> str:
        """Where the run stands, in HyperDrive's words."""

    @property
    @abstractmethod
    def reason(self) -> str | None:
        """Why a canceled run was canceled."""

    def __await__(self) -> Generator[Any, None, Details]:
        """Wait in a coroutine or, in a notebook, with a top-level ``await run``."""
        return self._ended().__await__()

    async def _ended(self) -> Details:
        with answering():
            await self._until_ended()
        details = self.get_details()
        self._raise_failure(details)
        return details

    async def _until_ended(self) -> None:
        live = self._host.live.get(self.id)
        if live is not None:
            finished = asyncio.wrap_future(live.finished)
            # Woken now and then: a kernel notices an interrupt only when its loop turns. `wait`
            # cancels nothing when it is canceled itself: an interrupted cell ends no run.
            while not finished.done():
                await asyncio.wait({finished}, timeout=POLL_SECONDS)
            self._raise_fault(live)
        while self._goes_on():  # noqa: ASYNC110  # driven elsewhere: no event
            await asyncio.sleep(POLL_SECONDS)

    def wait_for_completion(
        self,
        show_output: bool = False,  # noqa: FBT001, FBT002  # HyperDrive's signature
        raise_on_error: bool = True,  # noqa: FBT001, FBT002
    ) -> Details:
        """Block until the run has ended. Interrupting the cell ends the waiting, not the run.

        Parameters
        ----------
        show_output : bool
            Whether to print how it gets on.
        raise_on_error : bool
            Whether a run that ended as Failed is an error here.

        Returns
        -------
        dict
            What `get_details` returns.

        Raises
        ------
        ExperimentFailedError
            The run ended as Failed; the message holds the first error. A canceled run raises not.
        """
        self._wait(show_output=show_output)
        details = self.get_details()
        if show_output:
            why = f" ({self.reason})" if self.reason else ""
            sys.stdout.write(f"{self.id} {details['status']}{why}\n")
        if raise_on_error:
            self._raise_failure(details)
        return details

    def _wait(self, *, show_output: bool) -> None:
        if self._host.loop.is_current:
            message = "a coroutine on the engine's loop must not block it. Write `await run`."
            raise EngineError(message)
        live = self._host.live.get(self.id)
        if live is None:
            while self._goes_on():
                sleep(POLL_SECONDS)
            if show_output:
                self._show_ended()
            return
        if show_output:
            self._show(live)
        wait(live.finished)
        self._raise_fault(live)

    def _show(self, live: LiveRun) -> None:
        """Print what the run prints, until it has ended."""
        shown = 0
        while not live.finished.done():
            sleep(POLL_SECONDS)
            shown += self._print_log(shown, to_end=False)
        self._print_log(shown, to_end=True)

    def _show_ended(self) -> None:
        """Print what there was to see of a run that has ended."""
        self._print_log(0, to_end=True)

    def _print_log(self, start: int, *, to_end: bool) -> int:
        """Print the log from a byte on, whole lines or to its end; return how many bytes."""
        log = self._home / "logs" / "stdout.txt"
        if not log.is_file():
            return 0
        with log.open("rb") as file:
            file.seek(start)
            fresh = file.read()
        whole = fresh if to_end else fresh[: fresh.rfind(b"\n") + 1]
        sys.stdout.write(whole.decode(errors="replace"))
        return len(whole)

    def _raise_fault(self, live: LiveRun) -> None:
        """Raise what ended the engine's work where not even the record could take it."""
        fault = live.finished.exception()
        if fault is not None and RunStatus(self.status) not in FINAL:
            message = f"{self.id} could not be driven to its end: {fault}"
            raise EngineError(message) from fault

    def _goes_on(self) -> bool:
        """Tell whether there is an end to wait for.

        Raises
        ------
        EngineError
            Its driver has gone, and the record could not be written to say so.
        """
        if RunStatus(self.status) in FINAL:
            return False
        if self._host.is_driven(self.record) or RunStatus(self.status) in FINAL:
            return True
        message = (
            f"{self.id} has ended and nobody could write down how: look whether the disk with the "
            f"workspace is full or read-only, then find the run again in a new process."
        )
        raise EngineError(message)

    def _raise_failure(self, details: Details) -> None:
        if details["status"] != RunStatus.FAILED:
            return
        error = details["error"] or {"type": "Failed", "message": "no run succeeded"}
        why = f" ({self.reason})" if self.reason else ""
        message = f"{self.id} failed{why}: {error.get('type')}: {error.get('message')}"
        trace = error.get("traceback")
        raise ExperimentFailedError(f"{message}\n\n{trace}" if trace else message)
