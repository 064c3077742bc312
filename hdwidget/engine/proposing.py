"""Who asks the sampler for the next configuration: the loop itself, or a process of its own."""

import asyncio
import json
import os
import pickle
import sys
import tempfile
from collections.abc import Sequence
from typing import IO, Protocol

import cloudpickle

from hdwidget.compute.failure import Failure
from hdwidget.compute.processes import THREAD_LIMITS
from hdwidget.engine.sampler_process import BOOT, LENGTH_BYTES, Proposal, Request
from hdwidget.errors import EngineError
from hdwidget.samplers import Observation, Sampler

__all__ = ["DirectProposer", "ProcessProposer", "Proposer", "proposer_for"]

STARTS = 2
"""A process that dies is started once more: the same question has the same answer there."""


class Proposer(Protocol):
    """What the engine asks for configurations. Owned by the engine's loop."""

    async def propose(self, index: int, history: Sequence[Observation]) -> Proposal | None:
        """Return proposal number `index`, None if there is no further one or it was stopped."""
        ...

    def stop(self) -> None:
        """Propose nothing more; what is being thought about comes to nothing."""
        ...

    async def close(self) -> None:
        """Release what is held."""
        ...


def proposer_for(sampler: Sampler) -> Proposer:
    """Return what asks `sampler` without holding up the loop."""
    return ProcessProposer(sampler) if sampler.is_slow else DirectProposer(sampler)


class DirectProposer:
    """Asks a sampler that answers at once."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler

    async def propose(self, index: int, history: Sequence[Observation]) -> Proposal | None:
        """See `Proposer`."""
        params = self._sampler.propose(index, history)
        if params is None:
            return None
        return Proposal(params, self._sampler.explain(index, params, history))

    def stop(self) -> None:
        """See `Proposer`."""

    async def close(self) -> None:
        """See `Proposer`."""


class ProcessProposer:
    """Asks a sampler that thinks for a while, in a process that it keeps.

    A thread would share the interpreter's lock with the loop: measured, the slowest hundredth of
    the reports from trials' processes took twice as long. And only a process of its own can have
    its linear algebra on one thread, which leaves the cores to the trials and the sums the same
    every time.
    """

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        self._process: asyncio.subprocess.Process | None = None
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        self._sent: list[Observation] = []
        self._stopped = False

    async def propose(self, index: int, history: Sequence[Observation]) -> Proposal | None:
        """See `Proposer`.

        Raises
        ------
        EngineError
            The sampler has raised an exception, or its process died twice.
        """
        now = list(history)
        for _ in range(STARTS):
            try:
                return await self._ask(index, now)
            except (asyncio.IncompleteReadError, ConnectionError):
                if self._stopped:
                    return None
                await self._end()
        raise EngineError(self._last_words())

    def stop(self) -> None:
        """See `Proposer`."""
        self._stopped = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def close(self) -> None:
        """See `Proposer`."""
        self._stopped = True
        await self._end()
        self._said.close()

    async def _ask(self, index: int, history: list[Observation]) -> Proposal | None:
        process = self._process or await self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        known = len(self._sent)
        changed = {
            number: observation
            for number, observation in enumerate(history)
            if number >= known or observation is not self._sent[number]
        }
        self._sent = history
        process.stdin.write(cloudpickle.dumps(Request(index, changed)))  # pyright: ignore[reportUnknownMemberType]
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
        answer = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301  # our own process
        if isinstance(answer, Failure):
            fault = EngineError(f"the sampler failed with {answer.type}: {answer.message}")
            fault.add_note(answer.traceback)
            raise fault
        return answer

    async def _start(self) -> asyncio.subprocess.Process:
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-c",
            BOOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._said,
            env={**os.environ, **dict.fromkeys(THREAD_LIMITS, "1")},
            start_new_session=True,  # an interrupted cell is not its concern
        )
        assert process.stdin is not None
        path = [entry for entry in sys.path if isinstance(entry, str)]  # pyright: ignore[reportUnnecessaryIsInstance]  # as of the supervisor
        process.stdin.write(json.dumps(path).encode() + b"\n")
        process.stdin.write(cloudpickle.dumps(self._sampler))  # pyright: ignore[reportUnknownMemberType]
        self._sent = []
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.communicate()  # which closes the pipes, too

    def _last_words(self) -> str:
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()
        return f"the process in which the sampler thinks has died. {said[-2000:]}".strip()
