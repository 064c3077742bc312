"""The engine's handle on the process that starts, watches and kills the trials' processes."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hdwidget.compute.frames import Message
from hdwidget.compute.server import Peer
from hdwidget.compute.supervisor import BOOT
from hdwidget.errors import EngineError

__all__ = ["Exit", "Launched", "SupervisorHandle"]


@dataclass(frozen=True)
class Exit:
    """How a trial's process ended.

    Attributes
    ----------
    code : int
        Its exit code, or minus the number of the signal that killed it.
    peak_memory : int, optional
        The most that the trial's processes took together whenever they were looked at, in bytes.
    out_of_memory : bool
        Whether it was probably the kernel that killed it, because memory had run out.
    """

    code: int
    peak_memory: int | None = None
    out_of_memory: bool = False


@dataclass(frozen=True)
class Launched:
    """A process that is to be started, or was.

    Attributes
    ----------
    exited : asyncio.Future[Exit]
        Done when it has ended.
    exceeded : asyncio.Future[int]
        Done when the trial takes more memory than it may; how many bytes.
    """

    exited: asyncio.Future[Exit]
    exceeded: asyncio.Future[int]


class SupervisorHandle:
    """The engine's handle on the supervisor's process. Owned by the engine's loop."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._peer: Peer | None = None
        self._unsent: list[Message] = []
        self._launched: dict[str, Launched] = {}
        self._loop = asyncio.get_running_loop()
        self._gone = self._loop.create_future()
        self._watch: asyncio.Task[None] | None = None

    def start(self, boot: Message, environment: Mapping[str, str]) -> None:
        """Start the process; it connects when it is ready."""
        code = BOOT.format(module="supervisor", function="main")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter
                [sys.executable, "-P", "-c", code],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=dict(environment),
                start_new_session=True,
            )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(boot).encode() + b"\n")
        self._process.stdin.close()
        self._watch = self._loop.create_task(self._until_connected())

    def launch(self, name: str, job: Message) -> Launched:
        """Have a trial's process started."""
        launched = Launched(self._loop.create_future(), self._loop.create_future())
        self._launched[name] = launched
        if self._gone.done():
            self.lost(None)
        else:
            self._send({"do": "start", "job": job})
        return launched

    def kill(self, name: str, *, hard: bool) -> None:
        """Signal a trial's process to stop, or kill it and what it started."""
        self._send({"do": "kill", "trial": name, "hard": hard})

    async def ended(self) -> None:
        """Wait for the process to end, and make it if it does not."""
        if self._watch is not None:
            self._watch.cancel()
        if self._process is None:
            return
        for _ in range(200):
            if self._process.poll() is not None:
                return
            await asyncio.sleep(0.01)
        self._process.kill()
        self._process.wait()

    def greeted(self, peer: Peer) -> None:
        """Hand over what the engine wanted before the process was ready."""
        self._peer = peer
        for message in self._unsent:
            peer.send(message)
        self._unsent.clear()

    def received(self, peer: Peer, message: Message) -> None:
        """Learn that a trial's process has exited, or that the trial takes too much memory."""
        del peer
        if "exceeded" in message:
            launched = self._launched.get(message["exceeded"])
            if launched is not None and not launched.exceeded.done():
                launched.exceeded.set_result(message["used"])
            return
        launched = self._launched.pop(message["exited"], None)
        if launched is not None and not launched.exited.done():
            launched.exited.set_result(
                Exit(
                    message["code"], message.get("peak_memory"), message.get("out_of_memory", False)
                )
            )

    def lost(self, peer: Peer | None) -> None:
        """Fail what is waited for: without its supervisor no trial is alive."""
        del peer
        if not self._gone.done():
            self._gone.set_result(None)
        for launched in self._launched.values():
            if not launched.exited.done():
                launched.exited.set_exception(EngineError(self._last_words()))
        self._launched.clear()

    def _send(self, message: Message) -> None:
        if self._peer is None:
            self._unsent.append(message)
        else:
            self._peer.send(message)

    async def _until_connected(self) -> None:
        """Notice a process that dies before it can say hello."""
        assert self._process is not None
        while self._peer is None:
            if self._process.poll() is not None:
                self.lost(None)
                return
            await asyncio.sleep(0.05)

    def _last_words(self) -> str:
        said = self._log.read_text(errors="replace").strip() if self._log.exists() else ""
        return f"the process that starts the trials has died. {said[-2000:]}".strip()
