"""Whatever a run logs, notes or names: it is kept, or refused; the engine goes on."""

import pytest
from fuzz import exercise
from support.configs import config
from support.fuzzing import at_two_lengths

from hdwidget import BanditPolicy
from hdwidget.widget.reading import read_board

DEEDS = ["log", "annotate", "file"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Stand in a folder of one's own: what is taken up from there is not the record itself."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def whole(run):
    """Look at a run in all ways that there are."""
    run.get_details()
    run.get_metrics()
    if run.parent is None:
        read_board(run.experiment.host.store, run.id)


IN_PROCESSES = [
    pytest.param("process", deed, marks=() if deed == "log" else pytest.mark.slow) for deed in DEEDS
]


@pytest.mark.parametrize(
    ("isolation", "deed"), [*(("thread", deed) for deed in DEEDS), *IN_PROCESSES]
)
@at_two_lengths(12, 2000)
def test_a_trial_that_does_anything(experiment, isolation, deed, examples, seed, tmp_path):
    def train(run, x):
        getattr(exercise, deed)(run, examples, seed)
        run.log("accuracy", x)

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
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "workspace"]


@pytest.mark.parametrize("deed", DEEDS)
@at_two_lengths(12, 2000)
def test_a_handle_that_is_asked_anything(experiment, deed, examples, seed):
    with experiment.start_logging() as run:
        getattr(exercise, deed)(run, examples, seed)
    assert run.status == "Completed"
    whole(run)
