"""Trials in processes of their own, which use all cores and can be killed."""

import asyncio
import base64
import contextlib
import logging
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import cloudpickle

from hdwidget.compute.base import Channel, Outcome, TrialSpec
from hdwidget.compute.failure import Failure
from hdwidget.compute.frames import Message
from hdwidget.compute.patience import wait_at_most
from hdwidget.compute.payload import dump, dump_sources, unpicklable_names
from hdwidget.compute.preload import modules_of
from hdwidget.compute.server import ChannelServer, Peer
from hdwidget.compute.setup import setup_failed
from hdwidget.compute.supervision import SupervisorHandle
from hdwidget.compute.supervisor import SUPERVISOR
from hdwidget.config import FunctionRunConfig
from hdwidget.errors import (
    ConfigurationError,
    MetricError,
    RunCanceled,
    StoreError,
)
from hdwidget.signature import label

__all__ = ["ProcessCompute", "StartMethod"]

StartMethod = Literal["fork", "spawn"]

LOG = logging.getLogger(__name__)
SETUP = "setup"
THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


class ProcessCompute:
    """Evaluates each trial in a new process. Made in any thread, then owned by the engine's loop.

    Parameters
    ----------
    config : FunctionRunConfig
        What to call.
    slots : int
        How many trials at once.
    folder : Path
        Where `setup` and the supervisor leave their logs.
    sleep : callable
        The engine's clock: an awaitable that takes so many seconds.
    grace : float
        Seconds between asking a trial to stop and killing it.
    method : {"fork", "spawn"}, optional
        The default is to fork where that is safe.

    Raises
    ------
    ConfigurationError
        The function or `setup` cannot be pickled.
    """

    def __init__(
        self,
        config: FunctionRunConfig,
        *,
        slots: int,
        folder: Path,
        sleep: Callable[[float], Any],
        grace: float,
        method: StartMethod | None = None,
    ) -> None:
        self.slots = slots
        self._config = config
        self._folder = folder
        self._sleep = sleep
        self._grace = grace
        self._method = method or ("fork" if sys.platform == "linux" else "spawn")
        self._server = ChannelServer()
        self._supervisor: SupervisorHandle | None = None
        self._ready: asyncio.Task[None] | None = None
        try:
            _pack(config.function, self._server.runtime, "function")
            if config.setup is not None:
                _pack(config.setup, self._server.runtime, SETUP)
            dump_sources(self._server.runtime)
        except BaseException:
            shutil.rmtree(self._server.runtime, ignore_errors=True)
            raise

    async def run(self, trial: TrialSpec, channel: Channel) -> Outcome:
        """Evaluate a trial in a process of its own."""
        if self._ready is None:
            self._ready = asyncio.create_task(self._prepare())
        await asyncio.wait({self._ready, channel.stopped}, return_when=asyncio.FIRST_COMPLETED)
        if channel.stopped.done():
            return Outcome("canceled")
        self._ready.result()
        try:
            params = base64.b64encode(cloudpickle.dumps(trial.params)).decode()  # pyright: ignore[reportUnknownMemberType]
        except Exception as error:  # noqa: BLE001  # pickling raises whatever it likes
            return Outcome("failed", Failure.of(error))
        work: Message = {
            "task": "trial",
            "payloads": str(self._server.runtime),
            "data": self._config.setup is not None,
            "run_id": trial.run_id,
            "number": trial.number,
            "experiment": trial.experiment,
            "folder": str(trial.folder),
            "params": params,
        }
        return await self._evaluate(trial.run_id, work, trial.folder, channel)

    async def close(self) -> None:
        """End the supervisor and remove what was written for the trials."""
        if self._ready is not None:
            self._ready.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._ready
        await self._server.close()  # its connection's end is the supervisor's end
        if self._supervisor is not None:
            await self._supervisor.ended()
        shutil.rmtree(self._server.runtime, ignore_errors=True)

    async def _prepare(self) -> None:
        """Start the supervisor and call `setup`, once for all trials."""
        await self._server.start()
        functions = [self._config.function]
        if self._config.setup is not None:
            functions.append(self._config.setup)
        logs = self._folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self._supervisor = SupervisorHandle(logs / "supervisor.txt")
        self._server.register(SUPERVISOR, self._supervisor)
        self._supervisor.start(
            {
                # What else is in there, such as a `Path`, Python skips, too.
                "path": [entry for entry in sys.path if isinstance(entry, str)],  # pyright: ignore[reportUnnecessaryIsInstance]
                "preload": _preloadable(functions),
                "method": self._method,
                "address": self._server.address,
                "token": self._server.token,
                "runtime": str(self._server.runtime),
            },
            _environment(self.slots),
        )
        if self._config.setup is not None:
            work: Message = {"task": SETUP, "payloads": str(self._server.runtime)}
            outcome = await self._evaluate(SETUP, work, self._folder, None)
            if outcome.ended != "completed":
                raise setup_failed(outcome.failure or Failure("RunCanceled", "it canceled itself"))

    async def _evaluate(
        self, name: str, work: Message, folder: Path, channel: Channel | None
    ) -> Outcome:
        """Have the supervisor start a process and see it through to its end."""
        assert self._supervisor is not None
        logs = folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        endpoint = _TrialEndpoint(work, channel, self._grace)
        self._server.register(name, endpoint)
        job: Message = {
            "trial": name,
            "address": self._server.address,
            "token": self._server.token,
            "stdout": str(logs / "stdout.txt"),
            "stderr": str(logs / "stderr.txt"),
        }
        exited = self._supervisor.launch(name, job)
        try:
            waited_for = {exited} if channel is None else {exited, channel.stopped}
            await asyncio.wait(waited_for, return_when=asyncio.FIRST_COMPLETED)
            if not exited.done() and channel is not None:
                await self._stop(name, exited, channel)
            return endpoint.outcome(await exited)
        finally:
            if not exited.done():  # this task was canceled
                self._supervisor.kill(name, hard=True)
                await asyncio.wait({exited})
            self._server.unregister(name)

    async def _stop(self, name: str, exited: asyncio.Future[int], channel: Channel) -> None:
        """Let the trial end by itself; kill it when its grace is over."""
        assert self._supervisor is not None
        if not channel.told:
            self._supervisor.kill(name, hard=False)
        await wait_at_most(exited, self._grace, self._sleep)
        if not exited.done():
            self._supervisor.kill(name, hard=True)


class _TrialEndpoint:
    """Answers one trial's process, over however many connections it opens."""

    def __init__(self, work: Message, channel: Channel | None, grace: float) -> None:
        self._work = work
        self._grace = grace
        self._channel = channel
        self._ended: Message | None = None
        self._loop = asyncio.get_running_loop()

    def greeted(self, peer: Peer) -> None:
        peer.send(self._work)

    def lost(self, peer: Peer) -> None:
        """Do nothing: the supervisor says when the process has ended."""

    def received(self, peer: Peer, message: Message) -> None:
        if "log" in message:
            self._log(peer, message)
            return
        if "started" in message and self._channel is not None:
            self._channel.started()
        elif "ended" in message:
            self._ended = message
        peer.send({})

    def _log(self, peer: Peer, message: Message) -> None:
        assert self._channel is not None
        try:
            reported = self._channel.log(message["log"], message["value"], message["step"])
        except RunCanceled as stop:
            peer.send({"stop": str(stop)})
        except MetricError as error:
            peer.send({"refused": str(error)})
        except Exception as error:
            peer.send({"fault": str(error)})
            if not isinstance(error, StoreError):
                raise
        else:
            reported.add_callback(
                lambda error: peer.send({} if error is None else {"fault": str(error)}),
                loop=self._loop,
            )

    def outcome(self, code: int) -> Outcome:
        """Return how the trial ended, given its process's exit code."""
        stopped = self._channel is not None and self._channel.stopped.done()
        if self._ended is None and stopped:
            # The signal may meet a process that does not listen to it yet.
            if code == -signal.SIGTERM:
                return Outcome("canceled")
            words = f"it did not end within {self._grace:g} s of being told to, and was killed"
            return Outcome("canceled", replace(_died(code), type="Killed", message=words))
        if self._ended is None:
            return Outcome("failed", _died(code))
        failure = self._ended.get("failure")
        facts = {"threads": self._ended["threads"]} if "threads" in self._ended else {}
        return Outcome(self._ended["ended"], Failure(**failure) if failure else None, facts)


def _pack(function: Callable[..., Any], folder: Path, name: str) -> None:
    try:
        dump(function, folder, name)
    except Exception as error:
        culprits = ", ".join(f"`{culprit}`" for culprit in unpicklable_names(function))
        message = (
            f"`{label(function)}` cannot be sent to a trial's process: {error}. It refers to "
            f"{culprits or 'something'}, which cannot be pickled (as a lock, a "
            "connection or a generator cannot). Make it inside the function or in `setup`, or use "
            'FunctionRunConfig(…, isolation="thread").'
        )
        raise ConfigurationError(message) from error


def _preloadable(functions: list[Callable[..., Any]]) -> list[str]:
    """Return what to load ahead; looking for it must never be what fails an experiment."""
    try:
        return modules_of(*functions)
    except Exception:
        LOG.exception("The modules of %s are not loaded ahead", label(functions[0]))
        return []


def _environment(slots: int) -> dict[str, str]:
    """Return the trials' environment: each gets its share of the cores, unless the user said so."""
    share = max(1, (os.cpu_count() or 1) // slots)
    return {**dict.fromkeys(THREAD_LIMITS, str(share)), **os.environ}


def _died(code: int) -> Failure:
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            message = f"the trial's process was killed by {name}"
            return Failure("ProcessDied", message, signal=name)
    return Failure(
        "ProcessDied",
        f"the trial's process ended with exit code {code} before the function returned",
        exit_code=code,
    )
