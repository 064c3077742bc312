"""Trials that are programs: a script in a folder of its own, in one process or in several."""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hdwidget.compute.base import Channel, Outcome, TrialSpec
from hdwidget.compute.endpoint import TrialEndpoint, died
from hdwidget.compute.failure import Failure
from hdwidget.compute.frames import Message
from hdwidget.compute.processes import Processes, limits
from hdwidget.compute.stdout_metrics import collect
from hdwidget.compute.supervision import Exit
from hdwidget.script_config import ScriptRunConfig
from hdwidget.snapshot import lay_out

__all__ = ["ScriptCompute"]

LAST_LINES = 30
"""Of what a script has written to stderr, which say why it failed."""
LAST_BYTES = 16384


class ScriptCompute:
    """Evaluates each trial by a program. Made in any thread, then owned by the engine's loop.

    Parameters
    ----------
    config : ScriptRunConfig
        What to start.
    snapshot : Path
        The copy of the source directory that each run gets its own copy of.
    slots : int
        How many trials at once.
    folder : Path
        Where the supervisor leaves its log.
    workspace : Path
        Where the record is; scripts are told.
    sleep : callable
        The engine's clock: an awaitable that takes so many seconds.
    grace : float
        Seconds between asking a trial to stop and killing it.
    """

    def __init__(
        self,
        config: ScriptRunConfig,
        *,
        snapshot: Path,
        slots: int,
        folder: Path,
        workspace: Path,
        sleep: Callable[[float], Any],
        grace: float,
    ) -> None:
        self.slots = slots
        self._config = config
        self._snapshot = snapshot
        self._workspace = workspace
        self._sleep = sleep
        self._grace = grace
        self._processes = Processes(folder, sleep, grace)
        self._ready: asyncio.Task[None] | None = None

    async def run(self, trial: TrialSpec, channel: Channel) -> Outcome:
        """Evaluate a trial by a program of its own."""
        if self._ready is None:
            self._ready = asyncio.create_task(self._prepare())
        await asyncio.wait({self._ready, channel.stopped}, return_when=asyncio.FIRST_COMPLETED)
        if channel.stopped.done():
            return Outcome("canceled")
        self._ready.result()
        if trial.resume_from != trial.folder:  # a run that goes on has everything
            try:
                await self._lay_out(trial.folder)
            except OSError as error:  # a full disk: this trial fails, others may go on
                return Outcome("failed", Failure.of(error))
        if channel.stopped.done():
            return Outcome("canceled")
        limit = self._config.memory_limit
        endpoint = ScriptEndpoint(_introduction(trial), channel, self._grace, limit)
        channel.started()
        with self._processes.registered(trial.run_id, endpoint):
            ended = await self._collecting(trial, channel, endpoint)
        return endpoint.outcome(ended)

    async def close(self) -> None:
        """End the supervisor."""
        if self._ready is not None:
            self._ready.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._ready
        await self._processes.close()

    async def _prepare(self) -> None:
        with contextlib.suppress(OSError):  # Windows allows links to few
            (self._processes.runtime / "hdwidget").symlink_to(Path(__file__).parents[1])
        processes = self.slots * self._config.process_count  # which share the cores
        await self._processes.start(preload=(), method="program", slots=processes)

    async def _lay_out(self, folder: Path) -> None:
        laying = asyncio.create_task(asyncio.to_thread(lay_out, self._snapshot, folder))
        try:
            await asyncio.shield(laying)
        except asyncio.CancelledError:
            await asyncio.wait({laying})  # a thread cannot be killed, and is not to outlive the run
            raise

    async def _collecting(
        self, trial: TrialSpec, channel: Channel, endpoint: "ScriptEndpoint"
    ) -> Exit:
        """See a trial through while what it prints is looked through for metrics."""
        patterns = self._config.stdout_metrics
        if not patterns:
            return await self._see_through(trial, endpoint)
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        stdout = trial.folder / "logs" / "stdout.txt"
        collecting = asyncio.create_task(collect(stdout, patterns, channel, self._sleep, over))
        try:
            seen = await self._see_through(trial, endpoint)
            over.set_result(None)
            await collecting
        finally:
            collecting.cancel()
        return seen

    async def _see_through(self, trial: TrialSpec, endpoint: "ScriptEndpoint") -> Exit:
        """Start all processes of a trial; return how the first ended that failed, or any did."""
        count = self._config.process_count
        places: list[dict[str, str]] = _places(count) if count > 1 else [{}]
        tasks = [
            asyncio.create_task(
                self._processes.see_through(self._job(trial, rank, place), endpoint)
            )
            for rank, place in enumerate(places)
        ]
        try:
            pending = set(tasks)
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                failed = [task.result() for task in done if task.result().code != 0]
                if failed:
                    return failed[0]
            return tasks[0].result()
        finally:
            for task in tasks:  # one that dies ends the trial
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _job(self, trial: TrialSpec, rank: int, place: Mapping[str, str]) -> Message:
        logs = trial.folder / "logs"
        mark = f"-{rank}" if rank else ""
        contact = self._processes.contact
        variables = self._config.environment.environment_variables
        paths = variables.get("PYTHONPATH", os.environ.get("PYTHONPATH"))
        environment = {
            **variables,
            "HDWIDGET_RANK": "0",  # also where this process is itself a part of a trial
            **place,
            "HDWIDGET_RUN": trial.run_id,
            "HDWIDGET_CHANNEL": json.dumps(contact["address"]),
            "HDWIDGET_TOKEN": contact["token"],
            "HDWIDGET_WORKSPACE": str(self._workspace),
            "HDWIDGET_EXPERIMENT": trial.experiment,
            # An interpreter of another environment finds us, and nothing else of ours.
            "PYTHONPATH": os.pathsep.join(filter(None, [paths, str(self._processes.runtime)])),
            "PYTHONUNBUFFERED": "1",  # what it prints can be read while it runs
        }
        return {
            "trial": f"{trial.run_id}{mark}",
            **limits(trial.run_id, self._config.memory_limit),
            "command": self._config.command_line(_arguments(trial)),
            "folder": str(trial.folder),
            "environment": environment,
            "stdout": str(logs / f"stdout{mark}.txt"),
            "stderr": str(logs / f"stderr{mark}.txt"),
        }


class ScriptEndpoint(TrialEndpoint):
    """Answers one script's processes; their exit codes say how it ended."""

    def __init__(
        self, work: Message, channel: Channel, grace: float, memory_limit: int | None
    ) -> None:
        super().__init__(work, channel, grace, memory_limit)
        self._stopped = channel.stopped
        self._folder = Path(work["folder"])

    def outcome(self, ended: Exit) -> Outcome:
        """Return how the trial ended, given how its process did."""
        facts = self.facts
        if self._stopped.done():
            return Outcome("canceled", facts=facts)
        if self.excess is None and ended.code == 0:
            return Outcome("completed", facts=facts)
        failure = _failure(ended, self._folder / "logs")
        if self.excess is not None:
            failure = replace(failure, type=self.excess.type, message=self.excess.message)
        return Outcome("failed", failure, facts)


def _arguments(trial: TrialSpec) -> tuple[str, ...]:
    if trial.resume_from is None:
        return trial.arguments
    return (*trial.arguments, "--resume-from", str(trial.resume_from))


def _introduction(trial: TrialSpec) -> Message:
    """Return what a script's connection is told: whose it is."""
    return {
        "run_id": trial.run_id,
        "number": trial.number,
        "experiment": trial.experiment,
        "folder": str(trial.folder),
        "resume_from": str(trial.resume_from) if trial.resume_from else None,
        "params": json.loads(json.dumps(dict(trial.params), default=repr)),
    }


def _failure(ended: Exit, logs: Path) -> Failure:
    """Return why a program failed: what it wrote last, where it did."""
    files = sorted(logs.glob("stderr*.txt"), key=lambda file: file.stat().st_mtime)
    said = "\n".join(filter(None, map(_last_lines, files)))
    failure = died(ended)
    if failure.signal is None:
        words = f"the script ended with exit code {ended.code}"
        last = said.splitlines()[-1].strip() if said else ""
        failure = Failure(
            "ScriptFailed", f"{words}: {last}" if last else words, exit_code=ended.code
        )
    return Failure(failure.type, failure.message, said, failure.exit_code, failure.signal)


def _last_lines(file: Path) -> str:
    with file.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - LAST_BYTES))
        text = stream.read().decode(errors="replace")
    return "\n".join(text.rstrip().splitlines()[-LAST_LINES:])


def _places(count: int) -> list[dict[str, str]]:
    """Return what tells each of several processes its place, as `torch.distributed` reads it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return [
        {
            "RANK": str(rank),
            "LOCAL_RANK": str(rank),
            "WORLD_SIZE": str(count),
            "LOCAL_WORLD_SIZE": str(count),
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(port),
            "HDWIDGET_RANK": str(rank),
        }
        for rank in range(count)
    ]
