"""Trials in processes of their own, which use all cores and can be killed."""

import asyncio
import base64
import contextlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle

from hdwidget.compute.base import Channel, Outcome, TrialSpec
from hdwidget.compute.endpoint import TrialEndpoint
from hdwidget.compute.failure import Failure
from hdwidget.compute.frames import Message
from hdwidget.compute.payload import dump, dump_sources, mapped_bytes, unpicklable_names
from hdwidget.compute.preload import modules_of
from hdwidget.compute.processes import Processes, StartMethod, limits
from hdwidget.compute.setup import setup_failed
from hdwidget.errors import ConfigurationError
from hdwidget.function_config import FunctionRunConfig
from hdwidget.signature import label

__all__ = ["ProcessCompute", "StartMethod"]

LOG = logging.getLogger(__name__)
SETUP = "setup"


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
        self._grace = grace
        self._method: StartMethod = method or ("fork" if sys.platform == "linux" else "spawn")
        self._processes = Processes(folder, sleep, grace)
        self._ready: asyncio.Task[None] | None = None
        self._given = 0
        try:
            _pack(config.function, self._processes.runtime, "function")
            if config.setup is not None:
                _pack(config.setup, self._processes.runtime, SETUP)
            dump_sources(self._processes.runtime)
        except BaseException:
            self._processes.discard()
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
            "payloads": str(self._processes.runtime),
            "data": self._config.setup is not None,
            "run_id": trial.run_id,
            "number": trial.number,
            "experiment": trial.experiment,
            "folder": str(trial.folder),
            "params": params,
            "resume_from": str(trial.resume_from) if trial.resume_from else None,
        }
        return await self._evaluate(trial.run_id, work, trial.folder, channel)

    async def close(self) -> None:
        """End the supervisor and remove what was written for the trials."""
        if self._ready is not None:
            self._ready.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._ready
        await self._processes.close()

    async def _prepare(self) -> None:
        """Start the supervisor and call `setup`, once for all trials."""
        functions = [self._config.function]
        if self._config.setup is not None:
            functions.append(self._config.setup)
        await self._processes.start(
            preload=_preloadable(functions), method=self._method, slots=self.slots
        )
        if self._config.setup is not None:
            work: Message = {"task": SETUP, "payloads": str(self._processes.runtime)}
            outcome = await self._evaluate(SETUP, work, self._folder, None)
            if outcome.ended != "completed":
                raise setup_failed(outcome.failure or Failure("RunCanceled", "it canceled itself"))
        self._given = mapped_bytes(self._processes.runtime)

    async def _evaluate(
        self, name: str, work: Message, folder: Path, channel: Channel | None
    ) -> Outcome:
        """Have the supervisor start a process and see it through to its end."""
        limit = None if channel is None else self._config.memory_limit  # a trial's, not `setup`'s
        endpoint = TrialEndpoint(work, channel, self._grace, limit)
        logs = folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        job: Message = {
            "trial": name,
            **limits(name, limit, self._given),
            **self._processes.contact,
            "stdout": str(logs / "stdout.txt"),
            "stderr": str(logs / "stderr.txt"),
        }
        with self._processes.registered(name, endpoint):
            return endpoint.outcome(await self._processes.see_through(job, endpoint))


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
