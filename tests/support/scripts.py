"""Scripts in processes of their own, which tests follow line by line."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Self

from support.bounded import DEADLINE

__all__ = ["RunningScript"]

PRELUDE = """\
import asyncio, os, signal, sys, threading, time

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it

from hdwidget import Experiment, HyperDriveRun, Run, Workspace
from support.configs import config

experiment = Experiment(Workspace(sys.argv[1]), "digits")


RELEASED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "released")


async def trains(run, x):
    while not os.path.exists(RELEASED):
        await asyncio.sleep(0.005)
    run.log("accuracy", x)


def trains_in_steps(run, x):
    while not os.path.exists(RELEASED):
        time.sleep(0.005)
    run.log("accuracy", x)


async def hangs(run, x):
    run.log("accuracy", x)
    await asyncio.Event().wait()


async def cleans_up(run, x):
    try:
        run.log("accuracy", x)
        await asyncio.Event().wait()
    finally:
        print("cleaned up")


async def cleans_up_slowly(run, x):
    try:
        run.log("accuracy", x)
        os.write(1, b"begun\\n")
        await asyncio.Event().wait()
    finally:
        os.write(1, b"cleaning up\\n")
        await asyncio.Event().wait()


def say(*words):
    print(*words, flush=True)


def running(run):
    while run.status != "Running":
        time.sleep(0.001)
    return run


def hear():
    return sys.stdin.readline().strip()


"""


class RunningScript:
    """A script that runs in a workspace; killed when the test leaves it or the deadline passes.

    Parameters
    ----------
    folder
        Where its file and its error output are kept.
    workspace
        What its `experiment` is in.
    source
        What follows the prelude.
    *arguments
        What it finds in ``sys.argv[2:]``.
    """

    def __init__(self, folder: Path, workspace: Path, source: str, *arguments: str) -> None:
        self._folder = folder
        file = folder / "script.py"
        file.write_text(PRELUDE + textwrap.dedent(source))
        tests = Path(__file__).parent.parent
        paths = [str(tests), str(tests.parent), os.environ.get("PYTHONPATH", "")]
        self.process = subprocess.Popen(
            [sys.executable, str(file), str(workspace), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            start_new_session=True,
        )
        self._deadline = threading.Timer(DEADLINE, self.process.kill)
        self._deadline.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._deadline.cancel()
        self.process.kill()
        self.process.communicate()

    def said(self) -> str:
        """Return the next line of its output."""
        line = self.process.stdout.readline()
        assert line, f"it said nothing more: {self.process.stderr.read()}"
        return line.strip()

    def complained(self) -> str:
        """Return the next line of its error output."""
        line = self.process.stderr.readline()
        assert line, "it complained no more"
        return line.strip()

    def tell(self, text: str) -> None:
        """Give it a line of input."""
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def release(self) -> None:
        """Let its `trains` end."""
        (self._folder / "released").touch()

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """Have it die at once."""
        self.process.kill()
        self.process.wait()

    def ended(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and the rest of its error output."""
        _, errors = self.process.communicate()
        return self.process.returncode, errors
