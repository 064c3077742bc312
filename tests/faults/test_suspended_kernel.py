"""A kernel that sleeps while another one takes its experiment over, and then wakes up."""

import os
import random
import signal

from faults.test_killed_engine import Killing, problems
from support.bounded import DEADLINE, eventually

from hdwidget import Experiment, Workspace

BYTES = 800


def test_it_writes_nothing_more(leftovers, tmp_path, witness, monkeypatch):
    monkeypatch.setenv("WITNESS", str(tmp_path / "witness"))
    killing = Killing(tmp_path, "random", tmp_path / "witness", random.Random(1))
    with killing.process() as sleeper:
        eventually(lambda: killing.size() > BYTES)
        os.kill(sleeper.pid, signal.SIGSTOP)
        try:
            # As on a network share that came back without its locks.
            for lock in (tmp_path / "workspace" / "runs").glob(".*.lock"):
                lock.unlink()
            killing.run(0)
            before = states(tmp_path)
        finally:
            os.kill(sleeper.pid, signal.SIGCONT)
        sleeper.wait(DEADLINE)
    assert states(tmp_path) == before
    with Workspace(tmp_path / "workspace") as workspace:
        (run,) = Experiment(workspace, "long").get_runs()
        assert list(problems(run, witness, "random")) == []


def states(folder):
    """Return what the record says of every run."""
    with Workspace(folder / "workspace") as workspace:
        (run,) = Experiment(workspace, "long").get_runs()
        return [(each.record, each.get_metrics()) for each in (run, *run.get_children())]
