"""The engine's handle on the process that starts, watches and kills the trials' processes."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from hdwidget.compute.frames import Message
from hdwidget.compute.server import Peer
from hdwidget.compute.supervisor import BOOT
from hdwidget.errors import EngineError

__all__ = ["SupervisorHandle"]


class SupervisorHandle:
    """The engine's handle on the supervisor's process. Owned by the engine's loop."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._peer: Peer | None = None
        self._unsent: list[Message] = []
        self._exits: dict[str, asyncio.Future[int]] = {}
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

    def launch(self, name: str, job: Message) -> asyncio.Future[int]:
        """Have a trial's process started; the future is its exit code."""
        exited: asyncio.Future[int] = self._loop.create_future()
        self._exits[name] = exited
        if self._gone.done():
            self.lost(None)
        else:
            self._send({"do": "start", "job": job})
        return exited

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
        """Learn that a trial's process has exited."""
        del peer
        exited = self._exits.pop(message["exited"], None)
        if exited is not None and not exited.done():
            exited.set_result(message["code"])

    def lost(self, peer: Peer | None) -> None:
        """Fail what is waited for: without its supervisor no trial is alive."""
        del peer
        if not self._gone.done():
            self._gone.set_result(None)
        for exited in self._exits.values():
            if not exited.done():
                exited.set_exception(EngineError(self._last_words()))
        self._exits.clear()

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
