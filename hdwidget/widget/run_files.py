"""The log and the files of one run, for as long as a page looks at them."""

import asyncio
import logging
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from hdwidget.engine.clock import Clock, SystemClock
from hdwidget.engine.host import Host
from hdwidget.space.expression import real_number
from hdwidget.status import FINAL, RunStatus
from hdwidget.widget.log_tail import LogTail
from hdwidget.widget.publisher import Message, Send
from hdwidget.widget.wire import sendable

__all__ = ["RunFiles"]

LOG = logging.getLogger(__name__)

STREAMS = ("logs/stdout.txt", "logs/stderr.txt")
"""What the page shows the text of; the rest it only lists."""
FOLDERS = ("logs", "outputs")
MOST_FILES = 200

LOOK_SECONDS = 0.25
"""So often there is a message at most: several a second would be hard to read anyway."""
LIST_LOOKS = 8
"""In every so many looks the files are listed anew: there may be thousands of checkpoints."""
BYTES_A_SECOND = 200_000
"""What a run prints beyond that is left out: the page may be at the end of a slow line."""


ORIGINS = ("initial", "model")
"""Where a configuration may come from, as `hdwidget.samplers.Explanation` says it."""


class RunFiles:
    """Sends a page the end of a run's log, what is appended to it, and the list of its files.

    With the first of it comes why the sampler proposed the run's configuration.

    It looks at the files, which whoever drives the run writes. `watch` and `close` are for any
    thread; the looking is a task on the engine's loop that reads in its executor.
    ``js/src/state/run-files.ts`` says what the parts of a message mean.

    Parameters
    ----------
    host : Host
        The run's workspace.
    send : callable
        Takes the messages, on the engine's loop.
    clock : Clock, optional
        Time.

    Examples
    --------
    >>> files = RunFiles(host, send)
    >>> files.watch(3, "HD_8c0f…_3")
    >>> files.close()
    """

    def __init__(self, host: Host, send: Send, *, clock: Clock | None = None) -> None:
        self._host = host
        self._send = send
        self._clock = clock or SystemClock()
        self._task: asyncio.Task[None] | None = None

    def watch(self, number: int, run_id: str) -> None:
        """Have a run's files sent from now on, from the beginning, and no other's.

        Parameters
        ----------
        number : int
            The run's, as the page knows it.
        run_id : str
            Its id.
        """
        self._host.loop.post(lambda: self._begin(number, run_id))

    def close(self) -> None:
        """Have nothing more sent."""
        self._host.loop.post(self._end)

    def _begin(self, number: int, run_id: str) -> None:
        self._end()
        self._task = asyncio.get_running_loop().create_task(self._follow(number, run_id))

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _follow(self, number: int, run_id: str) -> None:
        look = _Look(self._host, number, run_id)
        loop = asyncio.get_running_loop()
        try:
            while not look.ended:
                message = await loop.run_in_executor(None, look.again)
                if message is not None:
                    self._send(*message)
                size = 0 if message is None else sum(map(len, message[1]))
                await self._clock.sleep(max(LOOK_SECONDS, size / BYTES_A_SECOND))
        except Exception as fault:
            LOG.info("The files of %s are not followed any more", run_id, exc_info=True)
            problem = sendable(f"This log is not followed any more: {fault}")
            self._send({"type": "files", "run": number, "problem": problem}, [])


class _Look:
    """What has been seen of a run's files. Used by one thread at a time.

    Attributes
    ----------
    ended : bool
        Whether the run has, so that all there is has been seen.
    """

    def __init__(self, host: Host, number: int, run_id: str) -> None:
        self._host = host
        self._number = number
        self._run_id = run_id
        self._folder = host.run_folder(run_id)
        self._tails = [LogTail(self._folder / name) for name in STREAMS]
        self._looks = 0
        self._files: list[tuple[str, int]] = []
        self.ended = False

    def again(self) -> Message | None:
        """Return what has changed since the last look, at first everything, or nothing."""
        # Asked first: what is written until then belongs to this look.
        record = self._host.store.run(self._run_id)
        ended = RunStatus(record.status) in FINAL
        pieces = [tail.read() for tail in self._tails]
        files = None
        if ended or self._looks % LIST_LOOKS == 0:
            found = list(_listed(self._folder, MOST_FILES + 1))
            if found != self._files or self._looks == 0:
                files = self._files = found
        begin = self._looks == 0
        self._looks += 1
        self.ended = ended
        if not (begin or ended or files is not None or any(piece for _, piece in pieces)):
            return None
        content: dict[str, Any] = {
            "type": "files",
            "run": self._number,
            "begin": begin,
            "from": [at for at, _ in pieces],
            "files": None if files is None else [list(each) for each in files[:MOST_FILES]],
            "more": len(self._files) > MOST_FILES,
            "ended": ended,
            "proposal": _proposal(record.properties) if begin else None,
        }
        return content, [piece for _, piece in pieces]


def _proposal(properties: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return why a sampler proposed a run; what a user has put in this place may be anything."""
    noted = properties.get("proposal")
    if not isinstance(noted, Mapping):
        return None
    found = cast("Mapping[str, object]", noted)
    if found.get("origin") not in ORIGINS:
        return None
    numbers = ("predicted", "deviation", "expected_improvement")
    return {"origin": found["origin"], **{name: real_number(found.get(name)) for name in numbers}}


def _listed(folder: Path, most: int) -> Iterator[tuple[str, int]]:
    """Yield the first files of a run in the order of their names, with their sizes in bytes."""
    left = most
    for top in FOLDERS:
        for place, folders, names in os.walk(folder / top):
            folders.sort()
            for name in sorted(names):
                path = Path(place, name)
                try:
                    found = path.lstat()
                except FileNotFoundError:
                    continue  # gone since
                if not stat.S_ISREG(found.st_mode):
                    continue
                if left == 0:
                    return
                left -= 1
                yield sendable(path.relative_to(folder).as_posix()), found.st_size
