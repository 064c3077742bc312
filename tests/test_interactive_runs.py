"""Runs that a person begins by hand, and logs to from the notebook itself."""

import pytest
from support.scripts import RunningScript

from hdwidget import Experiment, Workspace


def test_a_run_by_hand_takes_values_files_and_tags_until_it_is_completed(experiment, tmp_path):
    run = experiment.start_logging()
    assert (run.type, run.status) == ("interactive", "Running")
    run.log("accuracy", 0.5)
    run.log("accuracy", 0.75)
    run.tag("kind", "baseline")
    (tmp_path / "model.txt").write_text("forest")
    run.upload_file("outputs/model.txt", tmp_path / "model.txt")
    (run.output_dir / "notes.txt").write_text("grown at night")
    run.complete()
    assert run.status == "Completed"
    assert run.get_metrics() == {"accuracy": [0.5, 0.75]}
    assert run.get_tags() == {"kind": "baseline"}
    assert run.get_file_names() == ["outputs/model.txt", "outputs/notes.txt"]
    assert experiment.get_runs() == [run]


def test_a_with_block_completes_or_fails_it(experiment):
    with experiment.start_logging() as run:
        run.log("accuracy", 1)
    assert run.status == "Completed"
    run = experiment.start_logging()
    with pytest.raises(ZeroDivisionError), run:
        run.log("share", 1 / 0)
    assert run.status == "Failed"
    assert run.get_details()["error"]["message"] == "division by zero"


def test_it_can_be_canceled(experiment):
    run = experiment.start_logging()
    run.cancel()
    assert (run.status, run.reason) == ("Canceled", "user")


def test_one_that_nobody_ends_is_interrupted_with_its_workspace_or_its_process(
    experiment, tmp_path
):
    run = experiment.start_logging()
    experiment.workspace.close()
    assert experiment.get_run(run.id).reason == "interrupted"

    folder = tmp_path / "elsewhere"
    source = """
        run = experiment.start_logging()
        run.log("accuracy", 0.5)
        say(run.id)
        """
    with RunningScript(tmp_path, folder, source) as script:
        run_id = script.said()
        script.ended()
    run = Experiment(Workspace(folder), "digits").get_run(run_id)
    assert (run.status, run.reason) == ("Canceled", "interrupted")
    assert run.get_metrics() == {"accuracy": 0.5}
