"""Length-prefixed JSON messages: what travels between a trial's process and the engine.

JSON, because a script in any language can speak it; NaN and infinities travel as Python's `json`
writes them. Imports nothing but the standard library: a trial's process loads this.
"""

import json
import socket
import struct
from typing import Any, TypeAlias

__all__ = ["Message", "Unpacker", "pack", "receive", "send"]

Message: TypeAlias = dict[str, Any]

_LENGTH = struct.Struct("!I")
LIMIT = 64 * 1024 * 1024


def pack(message: Message) -> bytes:
    """Return a message as bytes: four bytes of length (big-endian), then JSON in UTF-8."""
    body = json.dumps(message, separators=(",", ":")).encode()
    if len(body) > LIMIT:
        error = f"a message of {len(body)} bytes is over the limit of {LIMIT}."
        raise ValueError(error)
    return _LENGTH.pack(len(body)) + body


class Unpacker:
    """Put messages together again from a stream of bytes."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes in and return the messages that are complete now.

        Raises
        ------
        ValueError
            The bytes are no messages of ours.
        """
        buffer = self._buffer
        buffer += data
        messages: list[Message] = []
        start = 0
        while len(buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(buffer, start)
            if length > LIMIT:
                error = f"a message of {length} bytes is over the limit of {LIMIT}."
                raise ValueError(error)
            end = start + _LENGTH.size + length
            if len(buffer) < end:
                break
            try:
                message = json.loads(buffer[start + _LENGTH.size : end])
            except RecursionError:
                error = "a message nests too deep."
                raise ValueError(error) from None
            if not isinstance(message, dict):
                error = f"a message must be a JSON object, but got {message!r:.80}."
                raise ValueError(error)  # noqa: TRY004  # the stream is wrong, not a type
            messages.append(message)  # pyright: ignore[reportUnknownArgumentType]  # JSON keys are text
            start = end
        del buffer[:start]
        return messages


def send(connection: socket.socket, message: Message) -> None:
    """Send one message, blocking."""
    connection.sendall(pack(message))


def receive(connection: socket.socket) -> Message | None:
    """Receive one message, blocking; None when the other end has closed."""
    header = _exactly(connection, _LENGTH.size)
    if header is None:
        return None
    body = _exactly(connection, _LENGTH.unpack(header)[0])
    return None if body is None else json.loads(body)


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = connection.recv(min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
