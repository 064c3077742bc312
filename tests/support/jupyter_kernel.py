"""A real Jupyter kernel, and what a page does with one."""

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Self

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from support.bounded import DEADLINE

__all__ = ["Cell", "JupyterKernel", "is_status"]

Message = dict[str, Any]


class Cell(NamedTuple):
    """What became of a cell: its reply, and what it printed."""

    reply: Message
    text: str

    @property
    def status(self) -> str:
        """How it ended: "ok", "error" or "aborted"."""
        return self.reply["status"]


class JupyterKernel:
    """A kernel in a process of its own, ended with the `with` statement.

    Parameters
    ----------
    python : Path
        The interpreter, whose environment decides on ipykernel's version.
    folder : Path
        Where it runs.
    """

    def __init__(self, python: Path, folder: Path) -> None:
        self._manager = KernelManager()
        self._manager.kernel_spec.argv[0] = str(python)
        self._manager.start_kernel(cwd=folder)
        self.client: BlockingKernelClient = self._manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=DEADLINE)
        self.published: list[Message] = []
        self._replies: dict[str, Message] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._manager.context.destroy()

    def interrupt(self) -> None:
        """Do what the stop button does."""
        self._manager.interrupt_kernel()

    def send(self, kind: str, subshell: str | None = None, **content: Any) -> str:
        """Send a message on the shell channel, and return its id."""
        message = self.client.session.msg(kind, content)
        if subshell is not None:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def submit(self, code: str) -> str:
        """Send a cell, as "Run All" does without waiting for those before it."""
        return self.client.execute(code, allow_stdin=True)

    def run(self, code: str) -> Cell:
        """Run a cell to its end."""
        return self.end(self.submit(code))

    def end(self, cell: str) -> Cell:
        """Wait for a cell to end, as pages do: for its reply and for the status "idle"."""
        reply = self.reply(cell)
        self.until(lambda message: is_status(message, cell, "idle"))
        return Cell(reply, self.text(cell))

    def reply(self, request: str) -> Message:
        """Wait for the reply to a request on the shell channel."""
        end = time.monotonic() + DEADLINE
        while request not in self._replies:
            message = self.client.get_shell_msg(timeout=max(0, end - time.monotonic()))
            self._replies[message["parent_header"]["msg_id"]] = message["content"]
        return self._replies[request]

    def text(self, cell: str) -> str:
        """Return what has been seen of a cell's printing."""
        return "".join(
            message["content"]["text"]
            for message in self.published
            if message["msg_type"] == "stream" and message["parent_header"].get("msg_id") == cell
        )

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """Return the first published message that is wanted, of those seen and those to come."""
        for message in self.published:
            if wanted(message):
                return message
        end = time.monotonic() + DEADLINE
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                seen = [(each["msg_type"], each["content"]) for each in self.published[-20:]]
                problem = f"not published within {DEADLINE} s; the last: {seen}"
                raise AssertionError(problem) from None
            self.published.append(message)
            if wanted(message):
                return message

    def until_printed(self, cell: str, text: str) -> None:
        """Wait until a cell has printed a text."""
        self.until(lambda _: text in self.text(cell))

    def subshell(self) -> str:
        """Open a subshell, as JupyterLab does for widgets, and return its id."""
        message = self.client.session.msg("create_subshell_request", {})
        self.client.control_channel.send(message)
        return self.client.get_control_msg(timeout=DEADLINE)["content"]["subshell_id"]


def is_status(message: Message, request: str, status: str) -> bool:
    """Tell whether a message says that work on a request begins ("busy") or ends ("idle")."""
    return (
        message["msg_type"] == "status"
        and message["parent_header"].get("msg_id") == request
        and message["content"]["execution_state"] == status
    )
