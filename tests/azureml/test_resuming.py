"""Warm starts and runs that are gone on with, under Azure's names."""

import textwrap

import pytest

from hdwidget import ConfigurationError

TRAIN = """\
    import argparse, pathlib
    from azureml.core.run import Run

    parser = argparse.ArgumentParser()
    parser.add_argument("--C", type=float)
    parser.add_argument("--resume-from")
    args = parser.parse_args()
    run = Run.get_context()
    if args.resume_from:
        print("goes on with", pathlib.Path(args.resume_from, "outputs", "model.txt").read_text())
    pathlib.Path("outputs", "model.txt").write_text(str(args.C))
    run.log("Accuracy", args.C)
    if args.C == 4 and not args.resume_from:
        raise SystemExit("not yet")
    """


@pytest.fixture
def script(azure, tmp_path):
    """Return the configuration of a script that fails for C = 4 unless it goes on."""
    from azureml.core import ScriptRunConfig

    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "train.py").write_text(textwrap.dedent(TRAIN), encoding="utf-8")
    return ScriptRunConfig(source_directory="code", script="train.py")


def search(script, *options, **changes):
    """Return a HyperDriveConfig over the options of --C."""
    from azureml.train.hyperdrive import (
        GridParameterSampling,
        HyperDriveConfig,
        PrimaryMetricGoal,
        choice,
    )

    return HyperDriveConfig(
        run_config=script,
        hyperparameter_sampling=GridParameterSampling({"--C": choice(*options)}),
        primary_metric_name="Accuracy",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=9,
        max_concurrent_runs=1,
        **changes,
    )


def ended(workspace, name, config):
    """Return a run that has been submitted to an experiment, at its end."""
    from azureml.core import Experiment

    run = Experiment(workspace, name).submit(config)
    run.wait_for_completion()
    return run


def tried(run):
    return [child.hyperparameters["C"] for child in reversed(run.get_children())]


def test_an_earlier_search_is_known_to_the_next(workspace, script):
    from azureml.train.hyperdrive import HyperDriveRun

    first = ended(workspace, "first", search(script, 1, 3))
    warm = ended(workspace, "second", search(script, 1, 2, 3, resume_from=[first]))
    assert tried(warm) == [2]
    best = warm.get_best_run_by_primary_metric()
    assert (type(best), best.parent) == (type(first.get_children()[0]), first)
    assert type(best.parent) is HyperDriveRun
    alone = warm.get_best_run_by_primary_metric(include_resume_from_runs=False)
    assert alone.parent == warm


def test_a_run_that_failed_goes_on_in_another_search(workspace, script):
    first = ended(workspace, "first", search(script, 4, 1))
    (failed,) = [child for child in first.get_children() if child.status == "Failed"]
    second = ended(workspace, "second", search(script, 2, 4, resume_child_runs=[failed]))
    assert tried(second) == [4, 2]
    resumed = second.get_children()[-1]
    assert resumed.get_metrics() == {"Accuracy": [4.0, 4.0]}
    folder = first.experiment.workspace.path / "runs" / failed.id
    arguments = resumed.get_details()["runDefinition"]["arguments"]
    assert arguments == ["--C", "4"]
    log = resumed.get_details_with_logs()["logFiles"]["logs/stdout.txt"]
    assert log == "goes on with 4.0\n"
    assert folder.is_dir()


def test_our_own_methods_are_there(workspace, script):
    run = ended(workspace, "first", search(script, 4, 1))
    with pytest.raises(ConfigurationError, match=r"extend\(max_total_runs=10\)"):
        run.resume()
    failed = run.get_children()[-1]
    failed.resume()
    run.wait_for_completion()
    assert failed.status == "Completed"
    assert run.get_hyperparameters()[failed.id] == '{"--C": 4}'  # named as they were written
