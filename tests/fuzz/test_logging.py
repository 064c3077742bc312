"""Whatever a run logs, notes or names: it is kept, or refused; the engine goes on."""

import os

import pytest
from fuzz import exercise
from support.configs import config
from support.fuzzing import at_two_lengths

from hdwidget import BanditPolicy
from hdwidget.widget.reading import read_board

DEEDS = ["log", "annotate", "file"]


def whole(run):
    """Look at a run in all ways that there are."""
    run.get_details()
    run.get_metrics()
    if run.parent is None:
        read_board(run.experiment.host.store, run.id)


@pytest.mark.parametrize("isolation", ["thread", "process"])
@pytest.mark.parametrize("deed", DEEDS)
@at_two_lengths(12, 2000)
def test_a_trial_that_does_anything(experiment, isolation, deed, examples, seed, tmp_path):
    def train(run, x):
        os.chdir(run.output_dir) if isolation == "process" else None
        getattr(exercise, deed)(run, examples, seed)
        run.log("accuracy", x)

    if isolation == "thread":
        os.chdir(tmp_path)
    run = experiment.submit(
        config(train, isolation, max_total_runs=1, policy=BanditPolicy(slack_factor=1e9))
    )
    run.wait_for_completion(raise_on_error=False)
    (child,) = run.get_children()
    assert child.status == "Completed", child.record.error["traceback"]
    whole(run)
    whole(child)
    run.to_dataframe()
    run.metrics_dataframe()
    run.diagnose()
    run.get_children_sorted_by_primary_metric()
    assert sorted(os.listdir(tmp_path)) in (["workspace"], ["outputs", "workspace"])


@pytest.mark.parametrize("deed", DEEDS)
@at_two_lengths(12, 2000)
def test_a_handle_that_is_asked_anything(experiment, deed, examples, seed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with experiment.start_logging() as run:
        getattr(exercise, deed)(run, examples, seed)
    assert run.status == "Completed"
    whole(run)
