"""How what a program prints becomes values."""

import asyncio
import re

from support.bounded import run
from support.channel import FakeChannel

from hdwidget.compute import stdout_metrics
from hdwidget.compute.stdout_metrics import collect

PATTERNS = {"loss": re.compile(r"loss=(\d+)")}


def test_the_loop_turns_while_much_is_looked_through(tmp_path, monkeypatch):
    monkeypatch.setattr(stdout_metrics, "HOLD_SECONDS", 0)
    file = tmp_path / "stdout.txt"
    file.write_text("loss=1\n" * 100)

    async def collects():
        channel = FakeChannel()
        ended = asyncio.get_running_loop().create_future()
        collecting = asyncio.create_task(collect(file, PATTERNS, channel, asyncio.sleep, ended))
        while not channel.values:  # noqa: ASYNC110  # turn by turn
            await asyncio.sleep(0)
        seen = len(channel.values)
        ended.set_result(None)
        await collecting
        return seen, len(channel.values)

    seen, values = run(collects())
    assert seen < values == 100


def test_a_trial_that_is_stopped_is_looked_through_no_more(tmp_path):
    file = tmp_path / "stdout.txt"
    file.write_text("nothing\n")

    async def collects():
        channel = FakeChannel()
        ended = asyncio.get_running_loop().create_future()

        async def prints_and_is_stopped(_seconds):
            file.write_text("nothing\n" * 2)
            channel.stopped.set_result("user")

        await collect(file, PATTERNS, channel, prints_and_is_stopped, ended)

    run(collects())
