"""The headline that `RunDetails` sends to the page, from a live run and from the record."""

import asyncio
import threading

import pytest

from hdwidget import (
    BanditPolicy,
    Experiment,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    RunDetails,
    Workspace,
    choice,
)

SECONDS = 30


@pytest.fixture
def experiment(tmp_path):
    return Experiment(Workspace(tmp_path / "workspace"), "<b>digits</b>")


def config(train):
    return HyperDriveConfig(
        run_config=train,
        hyperparameter_sampling=RandomParameterSampling({"x": choice(1, 2, 3)}, seed=1),
        policy=BanditPolicy(slack_amount=1.5),
        primary_metric_name="score",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=3,
        max_concurrent_runs=1,
    )


async def log_x(run, x):
    run.log("score", x)


def test_a_live_run_is_followed_to_its_end(experiment):
    go_on = threading.Event()

    async def train(run, x):
        await asyncio.to_thread(go_on.wait, SECONDS)
        run.log("score", x)

    run = experiment.submit(config(train))
    widget = RunDetails(run)
    ended = threading.Event()
    seen = []

    def note(change):
        seen.append(change["new"])
        if change["new"]["status"] == "Completed":
            ended.set()

    widget.observe(note, "headline")
    assert widget.headline["name"] == "<b>digits</b>"
    assert widget.headline["done"] == 0
    assert widget.headline["total"] == 3
    assert widget.headline["best"] is None
    go_on.set()
    assert ended.wait(SECONDS)
    assert seen[-1]["done"] == 3
    assert seen[-1]["best"]["value"] == 3.0
    assert seen[-1] == RunDetails(run).headline


def test_a_run_that_a_policy_stopped_has_a_count_of_its_own(experiment):
    run = experiment.submit(config(log_x))
    run.wait_for_completion()
    stopped = sum(child.reason == "policy" for child in run.get_children())
    counts = RunDetails(run).headline["counts"]
    assert counts.get("Stopped by policy", 0) == stopped
    assert sum(counts.values()) == 3


def test_a_run_without_a_value_has_no_best(experiment):
    async def train(run, x):
        raise ValueError(x)

    run = experiment.submit(config(train))
    run.wait_for_completion(raise_on_error=False)
    headline = RunDetails(run).headline
    assert headline["status"] == "Failed"
    assert headline["counts"] == {"Failed": 3}
    assert headline["best"] is None
