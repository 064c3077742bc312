"""A trial's end of the channel. Light: a trial's process loads this, and no store and no NumPy."""

import errno
import os
import socket
import threading
from collections.abc import Mapping
from typing import Any

from hdwidget.compute.frames import Message, receive, send
from hdwidget.context import DURABLE, Logged
from hdwidget.errors import ConfigurationError, EngineError, MetricError, RunCanceled
from hdwidget.metrics import MetricValue

__all__ = ["SocketTransport", "connect"]


def connect(address: Mapping[str, Any]) -> socket.socket:
    """Connect to the engine: ``{"unix": path}`` or ``{"host": …, "port": …}``."""
    if "unix" in address:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(address["unix"])
        except OSError:
            connection.close()
            raise
    else:
        connection = socket.create_connection((address["host"], address["port"]))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class SocketTransport:
    """Requests to the engine and their replies, from any thread, and from forked children, too."""

    def __init__(self, address: Mapping[str, Any], token: str, run_id: str) -> None:
        self._address = address
        self._hello: Message = {"hello": run_id, "token": token}
        self._connection: socket.socket | None = None
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self.stopped: str | None = None
        """Why the trial is to stop, once it is; from then on every `log` raises."""

    def hello(self) -> Message:
        """Open the connection and return what the engine answers: what there is to do."""
        self._connection = connect(self._address)
        send(self._connection, self._hello)
        answer = receive(self._connection)
        if answer is None:
            message = "the engine refused the connection."
            raise EngineError(message)
        return answer

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Report a value; return when it is durable.

        Raises
        ------
        RunCanceled
            The trial is to stop.
        MetricError
            The engine could not take the value.
        """
        if self.stopped is not None:
            raise RunCanceled(self.stopped)
        try:
            reply = self.ask({"log": name, "value": value, "step": step})
        except OSError as error:
            self.stopped = "the engine is gone"
            raise RunCanceled(self.stopped) from error
        except ValueError as error:  # too much for one message
            message = f"`{name}` cannot be logged: {error}"
            raise MetricError(message) from error
        if "stop" in reply:
            self.stopped = str(reply["stop"])
            raise RunCanceled(self.stopped)
        if "refused" in reply:
            raise MetricError(reply["refused"])
        if "fault" in reply:
            raise EngineError(reply["fault"])
        return DURABLE

    def request(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Ask something of the run and return the engine's answer.

        Raises
        ------
        RunCanceled
            A child of the run was logged to, and the trial is to stop.
        ConfigurationError
            What was asked does not hold.
        EngineError
            The engine is gone, or could not answer.
        """
        try:
            reply = self.ask({"request": kind, **fields})
        except OSError as error:
            message = f"the engine is gone: {error}"
            raise EngineError(message) from error
        if "stop" in reply:
            self.stopped = str(reply["stop"])
            raise RunCanceled(self.stopped)
        if "refused" in reply:
            raise ConfigurationError(reply["refused"])
        if "fault" in reply:
            raise EngineError(reply["fault"])
        return reply["answer"]

    def ask(self, message: Message) -> Message:
        """Send a message and return the engine's reply.

        Raises
        ------
        ConnectionError
            The engine is gone.
        """
        if os.getpid() != self._pid:  # forked: the parent's connection is not ours to speak on
            self._pid, self._connection, self._lock = os.getpid(), None, threading.Lock()
        with self._lock:
            try:
                return self._ask(message)
            except BaseException:
                # Interrupted between question and answer: this connection is out of step.
                if self._connection is not None:
                    self._connection.close()
                    self._connection = None
                raise

    def _ask(self, message: Message) -> Message:
        try:
            return self._converse(message)
        except OSError as error:
            if error.errno not in (errno.EBADF, errno.ENOTSOCK):
                raise
        # The trial has closed whatever was open, and our socket with it. Its number may be that of
        # another file by now, which is not ours to close.
        if self._connection is not None:
            self._connection.detach()
            self._connection = None
        return self._converse(message)

    def _converse(self, message: Message) -> Message:
        if self._connection is None:
            self.hello()
        assert self._connection is not None
        send(self._connection, message)
        reply = receive(self._connection)
        if reply is None:
            error = "the engine has closed the connection."
            raise ConnectionError(error)
        return reply
