"""Fixtures that more than one part of the tests needs."""

import concurrent.futures
import shutil
import tempfile
from pathlib import Path

import pytest
from support.bounded import DEADLINE, eventually
from support.leftovers import Leftovers

from hdwidget import Experiment, Workspace


@pytest.fixture
def leftovers(monkeypatch, tmp_path):
    """Fail a test that leaves a process, a socket or a temporary file behind."""
    del tmp_path  # pytest makes it where `tempdir` points: first
    temporary = Path(tempfile.mkdtemp(prefix="hd-test-"))  # short: a socket's path has a limit
    found = Leftovers(temporary)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    yield found
    try:
        eventually(found.none)
    except AssertionError:
        pytest.fail(f"left behind: {found.processes()} {found.files()}")
    finally:
        for process in found.processes():
            process.kill()
        shutil.rmtree(temporary)


@pytest.fixture
def experiment(tmp_path):
    """Return an experiment in a workspace of its own, whose runs end with the test."""
    made = Experiment(Workspace(tmp_path / "workspace"), "digits")
    yield made
    live = [run.finished for run in list(made.host.live.values())]
    made.host.end_all(at_once=True)
    assert not concurrent.futures.wait(live, DEADLINE).not_done, "a run does not end"
    made.workspace.close()
