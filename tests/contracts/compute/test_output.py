"""What trials print, on every compute target."""

# ruff: noqa: T201  # trials print

import asyncio
import sys

from support.bounded import run as bounded
from support.channel import FakeChannel
from support.trials import log_of


def test_what_a_trial_prints_goes_to_its_logs_and_nowhere_else(bench, capfd):
    async def train(run):
        print("to stdout: ä", flush=True)
        print("to stderr", file=sys.stderr)
        await run.log("loss", 1.0)
        print("after", end="")
        print("by", "lines", file=sys.stdout)
        sys.stdout.writelines(["one\n", "two\n"])

    trial = bench.evaluate(train)
    assert trial.stdout == "to stdout: ä\nafterby lines\none\ntwo\n"
    assert trial.stderr == "to stderr\n"
    assert capfd.readouterr() == ("", "")


def test_what_setup_prints_goes_to_the_parents_logs(bench, capfd):
    def setup():
        print("reading")
        print("slowly", file=sys.stderr)

    async def train(run, data): ...

    async def evaluate():
        async with bench.target(train, setup=setup) as target:
            await target.run(bench.spec(), FakeChannel())

    bounded(evaluate())
    parent = bench.spec().folder.parent / "parent"
    assert (parent / "logs" / "stdout.txt").read_text() == "reading\n"
    assert (parent / "logs" / "stderr.txt").read_text() == "slowly\n"
    assert capfd.readouterr() == ("", "")


def test_two_trials_at_once_have_logs_of_their_own(bench):
    async def train(run, x):
        for _ in range(20):
            print(x)
            await run.log("loss", 1.0)

    async def evaluate():
        specs = [bench.spec(x, {"x": x}) for x in range(2)]
        async with bench.target(train, slots=2) as target, asyncio.TaskGroup() as group:
            for spec in specs:
                group.create_task(target.run(spec, FakeChannel()))
        return [log_of(spec, "stdout") for spec in specs]

    assert bounded(evaluate()) == ["0\n" * 20, "1\n" * 20]
