"""Processes of trials behind one supervisor: started, told to stop, and killed."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from hdwidget.compute.endpoint import TrialEndpoint
from hdwidget.compute.frames import Message
from hdwidget.compute.patience import wait_at_most
from hdwidget.compute.server import ChannelServer
from hdwidget.compute.supervision import Exit, SupervisorHandle
from hdwidget.compute.supervisor import SUPERVISOR

__all__ = ["THREAD_LIMITS", "Processes", "StartMethod", "limits", "shared_cores"]

StartMethod = Literal["fork", "spawn", "program"]
"""How a trial's process begins: as a fork, a new interpreter, or the program that a job names."""

SPARE_BYTES = 1 << 30
"""What a process may reserve beside twice its limit: the stacks of threads, libraries' pools."""

THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


class Processes:
    """The channel that trials' processes report on, and the supervisor that starts them.

    Made in any thread, then owned by the engine's loop.

    Parameters
    ----------
    folder : Path
        Where the supervisor leaves its log.
    sleep : callable
        The engine's clock: an awaitable that takes so many seconds.
    grace : float
        Seconds between asking a trial to stop and killing it.

    Attributes
    ----------
    runtime : Path
        A folder of mode 0700 for what trials are to read; removed at the end.
    """

    def __init__(self, folder: Path, sleep: Callable[[float], Any], grace: float) -> None:
        self._folder = folder
        self._sleep = sleep
        self._grace = grace
        self._server = ChannelServer()
        self._supervisor: SupervisorHandle | None = None
        self.runtime = self._server.runtime

    @property
    def contact(self) -> Message:
        """How a process reaches the engine: "address" and "token"."""
        return {"address": self._server.address, "token": self._server.token}

    async def start(self, *, preload: Sequence[str], method: StartMethod, slots: int) -> None:
        """Begin to listen, and start the supervisor."""
        await self._server.start()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._supervisor = SupervisorHandle(self._folder / ".supervisor.txt")  # no file of the run
        self._server.register(SUPERVISOR, self._supervisor)
        boot: Message = {
            # What else is in there, such as a `Path`, Python skips, too.
            "path": [entry for entry in sys.path if isinstance(entry, str)],  # pyright: ignore[reportUnnecessaryIsInstance]
            "preload": list(preload),
            "method": method,
            **self.contact,
            "runtime": str(self.runtime),
        }
        self._supervisor.start(boot, shared_cores(slots))

    @contextmanager
    def registered(self, name: str, endpoint: TrialEndpoint) -> Generator[None]:
        """Let what greets as `name` speak to `endpoint`."""
        self._server.register(name, endpoint)
        try:
            yield
        finally:
            self._server.unregister(name)

    async def see_through(self, job: Message, endpoint: TrialEndpoint) -> Exit:
        """Have a process started and return how it ended.

        It is stopped when the trial's channel says so, or when it takes too much memory. Being
        canceled kills it.
        """
        assert self._supervisor is not None
        name, channel = job["trial"], endpoint.channel
        launched = self._supervisor.launch(name, job)
        exited, exceeded = launched.exited, launched.exceeded
        try:
            stopped = () if channel is None else (channel.stopped,)
            waited_for = {exited, exceeded, *stopped}
            await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
            if exceeded.done():
                endpoint.exceed(exceeded.result())
            if not exited.done():
                if exceeded.done() or (channel is not None and not channel.told):
                    self._supervisor.kill(name, hard=False)
                await wait_at_most(exited, self._grace, self._sleep)
                if not exited.done():
                    self._supervisor.kill(name, hard=True)
            ended = await exited
        finally:
            if not exited.done():  # this task was canceled
                self._supervisor.kill(name, hard=True)
                await asyncio.wait({exited})
        endpoint.noted(ended)
        return ended

    async def close(self) -> None:
        """End the supervisor and remove what was written for the trials."""
        await self._server.close()  # its connection's end is the supervisor's end
        if self._supervisor is not None:
            await self._supervisor.ended()
        self.discard()

    def discard(self) -> None:
        """Remove what was written for the trials; enough where nothing was started."""
        shutil.rmtree(self.runtime, ignore_errors=True)


def limits(run: str, memory_limit: int | None = None, given: int = 0) -> Message:
    """Return what a job says of its trial's memory.

    Parameters
    ----------
    run : str
        The trial; several processes may be started for one.
    memory_limit : int, optional
        Bytes that they may take together.
    given : int
        Bytes that they are handed in mapped files, which are not theirs.
    """
    reserved = None if memory_limit is None else 2 * memory_limit + SPARE_BYTES + given
    return {"run": run, "memory_limit": memory_limit, "given": given, "most_data": reserved}


def shared_cores(slots: int) -> Mapping[str, str]:
    """Return the trials' environment: each gets its share of the cores, unless the user said so."""
    share = max(1, (os.cpu_count() or 1) // slots)
    return {**dict.fromkeys(THREAD_LIMITS, str(share)), **os.environ}
