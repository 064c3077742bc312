"""A Python process of its own that evaluates trials, as a kernel or a script does."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from support.bounded import DEADLINE

__all__ = ["Kernel"]

BEGINNING = """
import asyncio, os, signal, subprocess, sys
from functools import partial
from pathlib import Path
from hdwidget.compute.process import ProcessCompute
from support.bounded import run as bounded
from support.channel import FakeChannel
from support.trials import Workbench

folder, method = Path(sys.argv[1]), sys.argv[2]
bench = Workbench(partial(ProcessCompute, method=method), "process", folder)
"""
"""What every script begins with."""


class Kernel:
    """A process, in a session of its own, that runs a script and is killed at the end.

    Parameters
    ----------
    folder : Path
        Where the script and its trials' files are.
    method : str
        The start method; the script finds a workbench for it as `bench`.
    script : str
        What it does.
    environment : dict
        What is added to the environment.
    """

    def __init__(self, folder: Path, method: str, script: str, environment: dict[str, str]) -> None:
        file = folder / "script.py"
        file.write_text(BEGINNING + script)
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", str(file), str(folder), method],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def line(self) -> str:
        """Return the next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def interrupt(self) -> None:
        """Do what Jupyter does: send SIGINT to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> tuple[str, str]:
        """Wait for its end, and return what it printed since, and its complaints."""
        return self.process.communicate(timeout=DEADLINE)
