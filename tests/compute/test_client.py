"""A trial's end of the channel, against the engine's."""

import asyncio
import shutil
from contextlib import asynccontextmanager

import pytest
from support.bounded import run

from hdwidget.compute import client
from hdwidget.compute.client import SocketTransport
from hdwidget.compute.server import ChannelServer
from hdwidget.context import DURABLE
from hdwidget.errors import ConfigurationError, EngineError, MetricError, RunCanceled

pytestmark = pytest.mark.usefixtures("leftovers")


class Engine:
    """An endpoint that gives the answers it was told to, one for each message."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.heard = []
        self.greetings = 0

    def greeted(self, peer):
        self.greetings += 1
        peer.send({"task": "trial"})

    def received(self, peer, message):
        self.heard.append(message)
        answer = self.answers.pop(0)
        if answer is None:
            peer.abort()
        else:
            peer.send(answer)

    def lost(self, peer):
        pass


@asynccontextmanager
async def connected(engine):
    server = ChannelServer()
    try:
        await server.start()
        server.register("HD_1_0", engine)
        transport = SocketTransport(server.address, server.token, "HD_1_0")
        yield server, transport
        if transport._connection is not None:
            transport._connection.close()
    finally:
        await server.close()
        shutil.rmtree(server.runtime)


def scenario(engine, function):
    """Call `function` with a transport, in a thread, as a trial's process would."""

    async def go():
        async with connected(engine) as (_, transport):
            await asyncio.to_thread(function, transport)

    run(go())


def test_hello_is_answered_with_the_work():
    scenario(Engine(), lambda transport: _equal(transport.hello(), {"task": "trial"}))


def _equal(left, right):
    assert left == right


def test_a_value_is_durable_when_log_returns():
    engine = Engine({}, {})

    def trial(transport):
        assert transport.log("loss", 0.5, 3) is DURABLE
        assert transport.log("note", "ä", None) is DURABLE

    scenario(engine, trial)
    assert engine.heard == [
        {"log": "loss", "value": 0.5, "step": 3},
        {"log": "note", "value": "ä", "step": None},
    ]
    assert engine.greetings == 1


def test_a_stop_is_raised_and_raised_again_without_another_question():
    engine = Engine({}, {"stop": "policy: too slow"})

    def trial(transport):
        transport.log("loss", 1.0, None)
        for _ in range(3):
            with pytest.raises(RunCanceled, match="policy: too slow"):
                transport.log("loss", 2.0, None)

    scenario(engine, trial)
    assert len(engine.heard) == 2


def test_a_value_that_is_refused_is_the_trials_error_and_it_may_go_on():
    def trial(transport):
        with pytest.raises(MetricError, match="must be logged as a number"):
            transport.log("loss", "high", None)
        transport.log("loss", 1.0, None)

    scenario(Engine({"refused": "`loss` must be logged as a number"}, {}), trial)


def test_a_value_that_could_not_be_kept_is_a_fault():
    def trial(transport):
        with pytest.raises(EngineError, match="the disk is full"):
            transport.log("loss", 1.0, None)

    scenario(Engine({"fault": "the disk is full"}), trial)


def test_a_request_is_answered():
    engine = Engine({"answer": {"tags": {"a": "b"}}})

    def trial(transport):
        assert transport.request("describe", name=None) == {"tags": {"a": "b"}}

    scenario(engine, trial)
    assert engine.heard == [{"request": "describe", "name": None}]


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        ({"refused": "no such request"}, ConfigurationError, "no such request"),
        ({"fault": "the disk is full"}, EngineError, "the disk is full"),
        (None, EngineError, "the engine is gone"),
    ],
)
def test_a_request_that_is_not_answered_says_why(reply, error, words):
    def trial(transport):
        with pytest.raises(error, match=words):
            transport.request("describe")

    scenario(Engine(reply), trial)


def test_an_engine_that_hangs_up_is_gone_for_good():
    engine = Engine({}, None)

    def trial(transport):
        transport.log("loss", 1.0, None)
        for _ in range(2):
            with pytest.raises(RunCanceled, match="the engine is gone"):
                transport.log("loss", 2.0, None)

    scenario(engine, trial)
    assert len(engine.heard) == 2


def test_an_engine_that_is_not_there_is_gone(tmp_path):
    transport = SocketTransport({"unix": str(tmp_path / "nobody")}, "token", "HD_1_0")
    with pytest.raises(RunCanceled, match="the engine is gone"):
        transport.log("loss", 1.0, None)


def test_a_wrong_token_is_a_fault():
    async def go():
        async with connected(Engine()) as (server, _):
            stranger = SocketTransport(server.address, "guessed", "HD_1_0")
            with pytest.raises(EngineError, match="refused the connection"):
                await asyncio.to_thread(stranger.hello)
            stranger._connection.close()

    run(go())


def test_a_question_that_was_interrupted_does_not_get_the_next_ones_answer(monkeypatch):
    engine = Engine({"number": 1}, {"number": 2})
    receive = client.receive

    def interrupted(connection):
        monkeypatch.setattr(client, "receive", receive)
        raise KeyboardInterrupt  # as a signal's handler does

    def trial(transport):
        transport.hello()
        monkeypatch.setattr(client, "receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            transport.ask({"question": 1})
        assert transport.ask({"question": 2}) == {"number": 2}

    scenario(engine, trial)
    assert engine.greetings == 2


def test_threads_take_turns():
    engine = Engine(*({"number": number} for number in range(200)))

    def trial(transport):
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(4) as pool:
            replies = pool.map(lambda number: transport.ask({"ask": number}), range(200))
        assert sorted(reply["number"] for reply in replies) == list(range(200))

    scenario(engine, trial)
    assert engine.greetings == 1
