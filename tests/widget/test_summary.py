"""What a summary holds of a run, whatever has become of it."""

import math

import pytest
from support.record import Child, recorded

from hdwidget.errors import StoreError
from hdwidget.widget.summary import summarize

NOW = 1_800_000_100.0


def summary(experiment, *children, **columns):
    return summarize(recorded(experiment, *children, **columns), experiment.host.store, NOW)


def test_the_ranking_is_the_handles(experiment):
    run = recorded(
        experiment,
        Child({"accuracy": [0.2, 0.5]}),
        Child({"loss": [1.0]}),
        Child({"accuracy": [math.nan, 0.9]}, status="Failed"),
        Child({"accuracy": [math.inf]}),
        Child({"accuracy": [0.5]}),
    )
    found = summarize(run, experiment.host.store, NOW)
    assert [child.number for child in found.ranking] == [2, 0, 4, 1, 3]
    assert [child.id for child in found.ranking] == [
        row["run_id"] for row in run.get_children_sorted_by_primary_metric()
    ]
    assert found.best == {f"{run.id}_0": 0.5, f"{run.id}_2": 0.9, f"{run.id}_4": 0.5}


def test_less_is_better_where_it_is_minimized(experiment):
    config = {"primary_metric_name": "loss", "primary_metric_goal": "MINIMIZE"}
    found = summary(experiment, Child({"loss": [3, 2]}), Child({"loss": [1, 4]}), config=config)
    assert [(child.number, found.best[child.id]) for child in found.ranking] == [(1, 1), (0, 2)]


def test_the_counts(experiment):
    found = summary(
        experiment,
        Child(),
        Child(status="Canceled", columns={"reason": "policy"}),
        Child(status="Canceled", columns={"reason": "user"}),
        Child(status="Running"),
    )
    assert found.counts == {"Completed": 1, "Stopped by policy": 1, "Canceled": 1, "Running": 1}
    assert (found.done, found.total) == (3, 100)
    assert found.best == {}


def test_a_finite_space_bounds_the_total(experiment):
    assert summary(experiment, config={"max_total_runs": 20, "space_size": 9}).total == 9
    assert summary(experiment, config={"max_total_runs": 20, "space_size": 90}).total == 20


def test_a_closed_record_says_so(experiment):
    run, store = recorded(experiment), experiment.host.store
    experiment.workspace.close()
    with pytest.raises(StoreError, match="open the workspace again"):
        summarize(run, store, NOW)
