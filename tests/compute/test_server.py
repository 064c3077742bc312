"""The engine's end of the channel: who is let in, and what becomes of those who are not."""

import asyncio
import contextlib
import stat
import struct
import tempfile
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from support.bounded import run

from hdwidget.compute.frames import Unpacker, pack
from hdwidget.compute.server import LONGEST_PATH, ChannelServer

pytestmark = pytest.mark.usefixtures("leftovers")


class Recorder:
    """An endpoint that notes what it hears, and says each message back."""

    def __init__(self):
        self.peers = []
        self.heard = []
        self.lost_one = asyncio.Event()

    def greeted(self, peer):
        self.peers.append(peer)
        peer.send({"welcome": len(self.peers)})

    def received(self, peer, message):
        self.heard.append(message)
        peer.send(message)

    def lost(self, peer):
        self.peers.remove(peer)
        self.lost_one.set()


@pytest.fixture(params=["unix", "tcp"])
def transport(request, monkeypatch):
    if request.param == "tcp":  # as on Windows
        monkeypatch.setattr("hdwidget.compute.server.socket", SimpleNamespace())
    return request.param


@asynccontextmanager
async def listening():
    server = ChannelServer()
    try:
        await server.start()
        yield server
    finally:
        await server.close()
        for file in server.runtime.iterdir():
            file.unlink()
        server.runtime.rmdir()


@asynccontextmanager
async def connected(server):
    address = server.address
    reader, writer = await (
        asyncio.open_unix_connection(address["unix"])
        if "unix" in address
        else asyncio.open_connection(address["host"], address["port"])
    )
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def greeted(server, endpoint):
    server.register("trial", endpoint)
    async with connected(server) as client:
        await client.say(pack({"hello": "trial", "token": server.token}))
        assert await client.hear() == [{"welcome": 1}]
        yield client


class Client:
    """The other end, which may be anybody."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.unpacker = Unpacker()

    async def say(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def hear(self):
        messages = []
        while not messages:
            data = await self.reader.read(1 << 16)
            assert data, "the connection was closed"
            messages = self.unpacker.feed(data)
        return messages

    async def is_refused(self):
        """Tell whether the server closes the connection without a word."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionResetError:
            return True

    def hang_up(self):
        self.writer.transport.abort()


def test_who_shows_the_token_speaks_to_the_endpoint_of_its_name(transport):
    async def scenario():
        async with listening() as server:
            assert set(server.address) == ({"unix"} if transport == "unix" else {"host", "port"})
            endpoint = Recorder()
            async with greeted(server, endpoint) as client:
                await client.say(pack({"log": "loss", "value": float("inf")}))
                assert await client.hear() == [{"log": "loss", "value": float("inf")}]
                client.hang_up()
                await endpoint.lost_one.wait()
            assert endpoint.peers == []

    run(scenario())


def test_the_hello_and_what_follows_may_come_in_any_pieces(transport):
    async def scenario():
        async with listening() as server:
            server.register("trial", Recorder())
            async with connected(server) as client:
                hello = pack({"hello": "trial", "token": server.token})
                await client.say(hello + pack({"log": 1}) + pack({"log": 2})[:3])
                await client.say(pack({"log": 2})[3:])
                heard = []
                while len(heard) < 3:
                    heard += await client.hear()
                assert heard == [{"welcome": 1}, {"log": 1}, {"log": 2}]

    run(scenario())


@pytest.mark.parametrize(
    "hello",
    [
        pytest.param(lambda token: pack({"hello": "trial", "token": token[:-1]}), id="wrong token"),
        pytest.param(lambda token: pack({"hello": "trial"}), id="no token"),
        pytest.param(lambda token: pack({"hello": "trial", "token": None}), id="empty token"),
        pytest.param(lambda token: pack({"hello": "trial", "token": "ä"}), id="no ASCII"),
        pytest.param(lambda token: pack({"hello": "nobody", "token": token}), id="unknown name"),
        pytest.param(lambda token: pack({"hello": ["trial"], "token": token}), id="no name"),
        pytest.param(lambda token: pack({"log": "loss", "value": 1}), id="no hello"),
        pytest.param(lambda token: b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", id="a browser"),
        pytest.param(lambda token: b"\xff" * 64, id="noise"),
        pytest.param(lambda token: struct.pack("!I", 3) + b"[1]", id="no object"),
        pytest.param(lambda token: struct.pack("!I", 2) + b"{]", id="no JSON"),
        pytest.param(
            lambda token: struct.pack("!I", 500_000) + b'{"a":' * 100_000, id="a deep one"
        ),
    ],
)
def test_everybody_else_is_refused_and_nobody_hears_of_it(transport, hello):
    async def scenario():
        async with listening() as server:
            endpoint = Recorder()
            server.register("trial", endpoint)
            async with connected(server) as client:
                await client.say(hello(server.token))
                assert await client.is_refused()
            assert endpoint.peers == endpoint.heard == []

    run(scenario())


def test_a_trial_that_has_ended_is_not_let_in_again(transport):
    async def scenario():
        async with listening() as server:
            server.register("trial", Recorder())
            server.unregister("trial")
            async with connected(server) as client:
                await client.say(pack({"hello": "trial", "token": server.token}))
                assert await client.is_refused()

    run(scenario())


def test_to_close_is_to_hang_up_on_everybody(transport):
    async def scenario():
        async with listening() as server:
            endpoint = Recorder()
            async with connected(server) as silent, greeted(server, endpoint) as client:
                await server.close()
                await endpoint.lost_one.wait()
                assert await client.is_refused()
                assert await silent.is_refused()
            with pytest.raises(OSError):  # noqa: PT011  # one of several, by the kind of socket
                async with connected(server):
                    pass

    run(scenario())


def test_a_message_to_one_who_has_hung_up_is_dropped(transport):
    async def scenario():
        async with listening() as server:
            endpoint = Recorder()
            async with greeted(server, endpoint) as client:
                (peer,) = endpoint.peers
                client.hang_up()
                await endpoint.lost_one.wait()
                peer.send({"stop": "policy"})

    run(scenario())


def test_only_this_user_can_reach_the_socket():
    async def scenario():
        async with listening() as server:
            mode = stat.S_IMODE(server.runtime.stat().st_mode)
            assert mode == 0o700
            assert server.address == {"unix": str(server.runtime / "channel")}
            assert (server.runtime / "channel").is_socket()

    run(scenario())


def test_without_unix_sockets_it_listens_to_this_machine_only(monkeypatch):
    monkeypatch.setattr("hdwidget.compute.server.socket", SimpleNamespace())

    async def scenario():
        async with listening() as server:
            assert server.address["host"] == "127.0.0.1"

    run(scenario())


def test_a_long_temporary_folder_is_not_used_for_the_socket(tmp_path, monkeypatch):
    long = tmp_path / ("x" * LONGEST_PATH)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    async def scenario():
        async with listening() as server:
            assert len(server.address["unix"]) <= LONGEST_PATH
            async with greeted(server, Recorder()):
                pass

    run(scenario())
    assert list(long.iterdir()) == []


def test_every_server_has_a_token_of_its_own():
    first, second = ChannelServer(), ChannelServer()
    for server in (first, second):
        server.runtime.rmdir()
    assert first.token != second.token
    assert len(first.token) >= 32
