import math
from array import array
from unittest.mock import ANY

import pytest
from support.compute import Script
from support.drive import RUN
from support.loops import on_a_loop

from hdwidget.engine.history import History
from hdwidget.policies import BanditPolicy
from hdwidget.samplers import Observation, RandomParameterSampling
from hdwidget.space import uniform


class Watching(RandomParameterSampling):
    """A random sampler that keeps what it gets to see."""

    def __init__(self):
        super().__init__({"x": uniform(0, 1)}, seed=1)
        self.seen = []

    def propose(self, index, history):
        self.seen.append(list(history))
        return super().propose(index, history)


@on_a_loop
async def test_each_trial_as_it_stands_when_the_next_is_proposed(driven):
    sampler = Watching()
    scripts = [
        Script(values=(0.9, 0.8)),
        Script(values=(0.1,)),
        Script(values=(("loss", 1.0),), end="failed"),
        Script(values=(math.nan,)),
        Script(end="canceled"),
        Script(values=(0.9,)),
    ]
    drive = driven(
        scripts,
        hyperparameter_sampling=sampler,
        policy=BanditPolicy(slack_amount=0.5),
        max_total_runs=6,
        max_concurrent_runs=1,
    )
    await drive.play()
    params = [trial.params for trial in drive.compute.started]
    assert sampler.seen[-1] == [
        Observation(params[0], 0.9, 2, "completed", array("d", [0.9, 0.8])),
        Observation(params[1], 0.1, 1, "stopped", array("d", [0.1])),
        Observation(params[2], None, 0, "failed", array("d")),
        Observation(params[3], None, 1, "stopped", ANY),
        Observation(params[4], None, 0, "failed", array("d")),
    ]


@on_a_loop
async def test_what_is_queued_or_runs_is_pending(driven):
    drive = driven(Script(values=(0.5,), end="hangs"), slots=1, max_run_duration_seconds=9)
    await drive.start()
    await drive.clock.advance(2)
    history = drive.controller._roster.agenda.history
    assert [seen.status for seen in history] == ["pending"] * 4
    assert [seen.utility for seen in history] == [0.5, None, None, None]
    assert [seen.intervals for seen in history[:2]] == [1, 0]
    assert history[-1].params == drive.child(3).params
    await drive.finish()
    assert {seen.status for seen in history} == {"failed"}
    assert drive.history(f"{RUN}_0")[-1] == "Canceled"


def test_it_is_a_sequence():
    history = History([], None)
    assert len(history) == 0
    assert list(history) == []
    with pytest.raises(IndexError):
        history[0]
