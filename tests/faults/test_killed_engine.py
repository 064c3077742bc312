"""A kernel that is killed at any moment, again and again, and gone on with each time."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from faults.long_run import RUNS, SETTINGS, sampler_of
from support.bounded import DEADLINE, eventually

from hdwidget import Experiment, Workspace

TESTS = Path(__file__).parents[1]
KILLS = 2
BYTES = 800
"""At most so much more is witnessed before a kill; the whole is some 2,800."""


class Killing:
    """Runs the experiment in a process of its own, and kills it.

    Attributes
    ----------
    kills : int
        How often it was.
    """

    def __init__(self, folder, setting, witness, rng):
        self.kills = 0
        self._command = [sys.executable, "-m", "faults.long_run", str(folder), setting]
        self._witness = witness
        self._rng = rng

    def run(self, kills):
        """Kill it so many times, and then let it come to its end."""
        for _ in range(kills):
            with self.process() as process:
                # After so many more values: now and then that is in the midst of a commit, of a
                # trial's start or end, or of a proposal.
                enough = self.size() + self._rng.randrange(1, BYTES)
                eventually(lambda: process.poll() is not None or self.size() > enough)  # noqa: B023
                if process.poll() is None:
                    process.kill()
                    self.kills += 1
                else:
                    break
        with self.process() as process:
            assert process.wait(2 * DEADLINE) == 0

    def process(self):
        return subprocess.Popen(
            self._command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        )

    def size(self):
        """Return how many bytes were witnessed."""
        return sum(file.stat().st_size for file in self._witness.iterdir())


def problems(run, witness, setting):
    """Yield what is not as it would have been without the kills, a sentence each."""
    children = sorted(run.get_children(), key=lambda child: child.number)
    done = [child for child in children if child.status == "Completed"]
    proposals = [child.record.proposal for child in done]
    if sorted(proposals) != list(range(RUNS)):
        yield f"completed were the proposals {sorted(proposals)}"
    if run.status != "Completed":
        yield f"the run is {run.status}"
    sampler = sampler_of(setting)
    for child in children:
        said = witness.logged(child.id).get("loss", [])
        logged = child.get_metrics().get("loss", [])
        kept = [repr(value) for value in (logged if isinstance(logged, list) else [logged])]
        if not is_subsequence(said, kept) or len(kept) > len(said) + child.record.properties.get(
            "attempt", 1
        ):
            yield f"of {child.number} the record has {kept}, but logged was {said}"
        if child.status not in ("Completed", "Canceled"):
            yield f"{child.number} is {child.status}: {child.record.error}"
        if setting != "bayesian":
            expected = sampler.propose(child.record.proposal, [])
            if child.hyperparameters != expected:
                yield f"{child.number} evaluates {child.hyperparameters}, not {expected}"
    by_proposal = {(child.record.proposal, child.hyperparameters["x"]) for child in children}
    if len(by_proposal) != RUNS:
        yield f"proposals were made otherwise when they were made again: {sorted(by_proposal)}"
    if run.experiment.host.is_driven(run.record):
        yield "it is still locked"


def is_subsequence(some, all_):
    rest = iter(all_)
    return all(each in rest for each in some)


def check(tmp_path, witness, monkeypatch, setting, seed, kills):
    monkeypatch.setenv("WITNESS", str(tmp_path / "witness"))
    killing = Killing(tmp_path, setting, tmp_path / "witness", random.Random(seed))
    killing.run(kills)
    with Workspace(tmp_path / "workspace") as workspace:
        (run,) = Experiment(workspace, "long").get_runs()
        assert list(problems(run, witness, setting)) == []
    return killing.kills


@pytest.mark.parametrize("setting", SETTINGS)
def test_ten_kills(leftovers, tmp_path, witness, monkeypatch, setting):
    assert check(tmp_path, witness, monkeypatch, setting, seed=1, kills=KILLS) == KILLS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(9))  # now and then one ends before its last kill
@pytest.mark.parametrize("setting", SETTINGS)
def test_two_hundred_kills(
    leftovers, tmp_path, witness, monkeypatch, record_property, setting, seed
):
    kills = check(tmp_path, witness, monkeypatch, setting, seed, kills=5)
    record_property("kills", kills)
    assert kills > 0
