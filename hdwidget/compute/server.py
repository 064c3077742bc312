"""The engine's end of the channel: a socket in a private folder, or loopback TCP with a token."""

import asyncio
import hmac
import secrets
import socket
import tempfile
from pathlib import Path
from typing import Any, Protocol, cast

from hdwidget.compute.frames import Message, Unpacker, pack

__all__ = ["ChannelServer", "Endpoint", "Peer"]

LONGEST_PATH = 100
"""Bytes; a Unix socket's path may have 107 on Linux and 103 on macOS."""


class Peer(Protocol):
    """One connection."""

    def send(self, message: Message) -> None:
        """Queue a message; nothing happens if the connection is closed."""
        ...


class Endpoint(Protocol):
    """Whom a connection speaks to, by the name in its hello."""

    def greeted(self, peer: Peer) -> None:
        """Take note of a new connection."""
        ...

    def received(self, peer: Peer, message: Message) -> None:
        """Take a message."""
        ...

    def lost(self, peer: Peer) -> None:
        """Take note that the connection has ended."""
        ...


class ChannelServer:
    """Accepts connections and hands their messages to endpoints. Owned by the engine's loop.

    Attributes
    ----------
    runtime : Path
        A folder of mode 0700, never in the workspace; its owner removes it.
    address : dict
        What a trial's process connects to: ``{"unix": path}`` or ``{"host": …, "port": …}``.
    token : str
        What it has to show.
    """

    def __init__(self) -> None:
        self.runtime = _private_folder()
        self.token = secrets.token_hex(16)
        self.address: dict[str, Any] = {}
        self._endpoints: dict[str, Endpoint] = {}
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()

    async def start(self) -> None:
        """Begin to listen."""
        loop = asyncio.get_running_loop()

        def connection() -> _Connection:
            return _Connection(self._endpoints, self._connections, self.token)

        if hasattr(socket, "AF_UNIX") and hasattr(loop, "create_unix_server"):
            path = str(self.runtime / "channel")
            self._server = await loop.create_unix_server(connection, path)
            self.address = {"unix": path}
        else:
            self._server = await loop.create_server(connection, "127.0.0.1", 0)
            host, port = self._server.sockets[0].getsockname()
            self.address = {"host": host, "port": port}

    def register(self, name: str, endpoint: Endpoint) -> None:
        """Let connections that greet as `name` speak to `endpoint`."""
        self._endpoints[name] = endpoint

    def unregister(self, name: str) -> None:
        """Refuse connections that greet as `name` from now on."""
        self._endpoints.pop(name, None)

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.abort()
        if self._server is not None:
            await self._server.wait_closed()


class _Connection(asyncio.Protocol):
    """One connection; refuses everything before a hello that shows the token."""

    def __init__(
        self, endpoints: dict[str, Endpoint], connections: "set[_Connection]", token: str
    ) -> None:
        self._endpoints = endpoints
        self._connections = connections
        self._token = token
        self._unpacker = Unpacker()
        self._endpoint: Endpoint | None = None
        self._transport: asyncio.Transport | None = None

    def send(self, message: Message) -> None:
        """Queue a message; nothing happens if the connection is closed."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(pack(message))

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._connections.discard(self)
        if self._endpoint is not None:
            self._endpoint.lost(self)

    def data_received(self, data: bytes) -> None:
        try:
            messages = self._unpacker.feed(data)
        except ValueError:
            self.abort()
            return
        for message in messages:
            if self._endpoint is not None:
                self._endpoint.received(self, message)
            elif not self._greet(message):
                self.abort()
                return

    def _greet(self, message: Message) -> bool:
        shown = str(message.get("token", ""))
        if not hmac.compare_digest(shown.encode(), self._token.encode()):
            return False
        self._endpoint = self._endpoints.get(str(message.get("hello")))
        if self._endpoint is None:
            return False
        self._endpoint.greeted(self)
        return True


def _private_folder() -> Path:
    """Return a new folder of mode 0700 whose path leaves room for a socket's name."""
    folder = Path(tempfile.mkdtemp(prefix="hdwidget-"))
    if len(str(folder / "channel").encode()) > LONGEST_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="hdwidget-", dir="/tmp"))  # mkdtemp makes it private
    return folder
