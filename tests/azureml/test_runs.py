"""Runs of scripts, in a trial and in the notebook, in Azure's shapes."""

import json
import pickle
import textwrap
from pathlib import Path

import pytest

from hdwidget import ConfigurationError, ExperimentFailedError, FunctionRunConfig
from hdwidget.azureml.exceptions import ActivityFailedException


@pytest.fixture
def experiment(workspace):
    """Return an experiment in the test's workspace."""
    from azureml.core import Experiment

    return Experiment(workspace=workspace, name="lab")


@pytest.fixture
def script(azure, tmp_path):
    """Return a function that writes a source and returns its configuration."""
    from azureml.core import ScriptRunConfig

    def write(source, arguments=None):
        folder = tmp_path / "code"
        folder.mkdir(exist_ok=True)
        (folder / "train.py").write_text(textwrap.dedent(source), encoding="utf-8")
        return ScriptRunConfig(source_directory="code", script="train.py", arguments=arguments)

    return write


TRAIN = """\
    import argparse
    from azureml.core.run import Run

    parser = argparse.ArgumentParser()
    parser.add_argument("--C", type=float, default=1.0)
    parser.add_argument("--max_iter", type=int, default=100)
    args = parser.parse_args()
    run = Run.get_context()
    run.log("Regularization Strength:", args.C)
    run.log("Accuracy", args.C * args.max_iter)
    with open("outputs/model.joblib", "w") as file:
        file.write(str(args.C))
    print("trained", args.C)
    """


def search(config, total=2, metric="Accuracy"):
    """Return a HyperDriveConfig over a script."""
    from azureml.train.hyperdrive import (
        GridParameterSampling,
        HyperDriveConfig,
        PrimaryMetricGoal,
        choice,
    )

    return HyperDriveConfig(
        run_config=config,
        hyperparameter_sampling=GridParameterSampling(
            {"--C": choice(0.5, 2.0), "max_iter": choice(25)}
        ),
        primary_metric_name=metric,
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=total,
        max_concurrent_runs=2,
    )


def test_a_script_runs_once(experiment, script, capsys):
    run = experiment.submit(script(TRAIN, ["--C", 3]), show_output=True, tags={"by": "me"})
    assert "trained 3.0" in capsys.readouterr().out
    assert run.get_status() == run.status == "Completed"
    assert run.get_metrics() == {"Regularization Strength:": 3.0, "Accuracy": 300.0}
    details = run.get_details()
    assert details["runDefinition"]["arguments"] == ["--C", "3"]
    assert details["runDefinition"]["Arguments"] == ["--C", "3"]
    assert run.get_tags() == {"by": "me"}
    assert list(run.get_children()) == []
    assert str(run) == (
        f"Run(Experiment: lab,\nId: {run.id},\nType: azureml.scriptrun,\nStatus: Completed)"
    )


def test_waiting_returns_the_details(experiment, script, capsys):
    run = experiment.submit(config=script(TRAIN))
    status = run.wait_for_completion(show_output=True, wait_post_processing=True)
    assert status["status"] == "Completed"
    assert f"RunId: {run.id}\nWeb View: file://" in capsys.readouterr().out


def test_a_failure_shows_what_the_script_said(experiment, script):
    run = experiment.submit(script(TRAIN, ["--max-iter", "3"]))
    with pytest.raises(ActivityFailedException, match="unrecognized arguments: --max-iter 3"):
        run.wait_for_completion()
    assert run.wait_for_completion(raise_on_error=False)["status"] == "Failed"
    with pytest.raises(ExperimentFailedError):
        run.wait_for_completion()


def test_a_run_can_be_dumped_and_is_found_again(experiment):
    run = experiment.start_logging()
    run.log("Accuracy", 0.9)
    run.complete()
    found = pickle.loads(pickle.dumps(experiment.get_run(run.id)))
    assert found == experiment.get_run(run.id)
    assert found.get_metrics() == {"Accuracy": 0.9}
    assert found.experiment.workspace.name == experiment.workspace.name


def test_what_is_no_configuration_is_refused(experiment):
    with pytest.raises(ConfigurationError, match="must be a HyperDriveConfig or a ScriptRunConfig"):
        experiment.submit("train.py")


def test_a_search(experiment, script):
    from azureml.core import Run, get_run
    from azureml.train.hyperdrive import HyperDriveRun

    run = experiment.submit(search(script(TRAIN)), show_output=True)
    assert isinstance(run, HyperDriveRun)
    assert isinstance(run, Run)
    assert run.wait_for_completion(show_output=False)["status"] == "Completed"
    assert "Type: hyperdrive,\nStatus: Completed" in str(run)

    best = run.get_best_run_by_primary_metric()
    assert best.get_metrics()["Accuracy"] == 50.0
    arguments = best.get_details()["runDefinition"]["arguments"]
    assert arguments == ["--C", "2", "--max_iter", "25"]
    assert best.parent.id == run.id

    children = run.get_children()
    assert len(children) == 2
    assert next(children).id == f"{run.id}_1"
    assert [child.id for child in children] == [f"{run.id}_0"]
    assert set(run.get_metrics(recursive=True)) == {f"{run.id}_0", f"{run.id}_1"}

    hyperparameters = json.loads(run.get_hyperparameters()[best.id])
    assert hyperparameters == {"--C": 2.0, "max_iter": 25}  # as the space has them
    rows = run.get_children_sorted_by_primary_metric(top=1)
    assert rows[0]["run_id"] == best.id
    assert json.loads(rows[0]["hyperparameters"]) == hyperparameters

    properties = run.get_details()["properties"]
    assert json.loads(properties["primary_metric_config"])["name"] == "Accuracy"
    assert (properties["score"], properties["best_child_run_id"]) == ("50.0", best.id)
    assert properties["resume_from"] == "null"

    for found in (
        get_run(experiment, run.id, rehydrate=True),
        Run.get(experiment.workspace, run.id),
        HyperDriveRun(experiment, run.id),
        next(experiment.get_runs(type="hyperdrive")),
    ):
        assert type(found) is HyperDriveRun
        assert found == run
    assert Run(experiment, best.id).get_metrics() == best.get_metrics()
    assert len(list(experiment.get_runs(include_children=True))) == 3


def test_without_the_primary_metric_there_is_no_best_run(experiment, script):
    run = experiment.submit(search(script("print('nothing logged')"), total=1))
    run.wait_for_completion(raise_on_error=False)
    assert run.get_best_run_by_primary_metric() is None


def test_files_and_models(experiment, script, tmp_path):
    from azureml.core.model import Model

    run = experiment.submit(script(TRAIN), show_output=True)
    assert "outputs/model.joblib" in run.get_file_names()
    run.download_file("/outputs/model.joblib", "copy/model.joblib")
    assert (tmp_path / "copy" / "model.joblib").read_text() == "1.0"
    run.download_file(name="outputs/model.joblib")
    assert (tmp_path / "model.joblib").is_file()
    run.download_file("azureml-logs/70_driver_log.txt", "driver.txt")
    assert (tmp_path / "driver.txt").read_text() == "trained 1.0\n"
    for path in ("outputs/model.joblib", "./outputs/model.joblib", "/outputs/model.joblib"):
        model = run.register_model(model_name="lab", model_path=path, tags={"t": "1"})
    assert (model.name, model.version, model.id) == ("lab", 3, "lab:3")
    folder = run.register_model("folder", "outputs", properties={"Accuracy": 0.9})
    assert (Path(folder.path) / "model.joblib").is_file()
    assert sorted(experiment.workspace.models) == ["folder", "lab"]
    assert {found.name for found in Model.list(experiment.workspace)} == {"folder", "lab"}


def test_a_trial_knows_the_notebook(experiment, script, workspace, tmp_path):
    from azureml.core import Dataset

    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").write_text("a\n7\n")
    files = Dataset.File.from_files("data")
    table = Dataset.Tabular.from_delimited_files("data/x.csv").register(workspace, "shared")
    config = script(
        """\
        import glob, json, os, sys
        from azureml.core import Dataset, Run, Workspace

        run = Run.get_context(allow_offline=False)
        ws = run.experiment.workspace
        print(json.dumps({
            "id": run.id,
            "azure": os.environ["AZUREML_RUN_ID"],
            "experiment": run.experiment.name,
            "same": ws.path == Workspace.from_config().path == Workspace("s", "rg", "n").path,
            "by name": Dataset.get_by_name(ws, "shared").to_pandas_dataframe()["a"].tolist(),
            "by input": run.input_datasets["table"].to_pandas_dataframe()["a"].tolist(),
            "by id": Dataset.get_by_id(ws, sys.argv[4]).to_pandas_dataframe()["a"].tolist(),
            "mounted": run.input_datasets["files"] == sys.argv[2],
            "found": [os.path.basename(f) for f in glob.glob(sys.argv[2] + "/**/x.csv",
                                                             recursive=True)],
            "parent": run.parent and run.parent.id,
        }))
        run.complete()
        """,
        [
            *("--files", files.as_named_input("files").as_mount()),
            *("--table", table.as_named_input("table")),
        ],
    )
    run = experiment.submit(config)
    run.wait_for_completion()
    run.download_file("logs/stdout.txt", "said.txt")
    assert json.loads((tmp_path / "said.txt").read_text()) == {
        "id": run.id,
        "azure": run.id,
        "experiment": "lab",
        "same": True,
        "by name": [7],
        "by input": [7],
        "by id": [7],
        "mounted": True,
        "found": ["x.csv"],
        "parent": None,
    }


def test_a_trial_of_a_search_knows_its_parent(experiment, script):
    run = experiment.submit(
        search(
            script(
                """\
                from azureml.core import Run
                run = Run.get_context()
                run.log("parent", run.parent.id)
                run.log("Accuracy", 1)
                assert "Type: azureml.scriptrun" in str(run)
                """
            ),
            total=1,
        )
    )
    run.wait_for_completion()
    assert next(run.get_children()).get_metrics()["parent"] == run.id


def test_a_run_by_hand(experiment):
    run = experiment.start_logging(snapshot_directory=None)
    run.log("Accuracy", 0.5)
    assert (run.status, run.get_metrics()) == ("Running", {"Accuracy": 0.5})
    run.complete()
    assert run.get_status() == "Completed"


def test_the_workspace_lists_experiments(experiment, script):
    from azureml.core import Experiment

    experiment.submit(script("pass")).wait_for_completion()
    assert list(experiment.workspace.experiments) == ["lab"]
    assert [found.name for found in Experiment.list(experiment.workspace)] == ["lab"]
    assert repr(experiment) == "Experiment(Name: lab,\nWorkspace: local)"
    assert experiment.get_portal_url().startswith("file://")


def test_runs_are_filtered(experiment, script):
    one = experiment.submit(script("pass"), tags={"kind": "a"})
    other = experiment.submit(script("pass"), tags={"kind": "b"})
    for run in (one, other):
        run.wait_for_completion()
    assert list(experiment.get_runs(tags={"kind": "a"})) == [one]
    assert set(experiment.get_runs(tags="kind")) == {one, other}
    assert list(experiment.get_runs(properties={"no": "such"})) == []


@pytest.mark.parametrize("isolation", ["process", "thread"])
def test_a_function_that_is_tuned_finds_its_run(experiment, isolation):
    from azureml.train.hyperdrive import (
        HyperDriveConfig,
        PrimaryMetricGoal,
        RandomParameterSampling,
        uniform,
    )

    def train(run, x):
        from azureml.core import Run

        found = Run.get_context(allow_offline=False)
        found.log("found", found.id == run.id)
        found.log("experiment", found.experiment.name)
        found.log("accuracy", 1)

    run = experiment.submit(
        HyperDriveConfig(
            run_config=FunctionRunConfig(train, isolation=isolation),
            hyperparameter_sampling=RandomParameterSampling({"x": uniform(0, 1)}),
            primary_metric_name="accuracy",
            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
            max_total_runs=1,
        )
    )
    run.wait_for_completion()
    metrics = next(run.get_children()).get_metrics()
    assert metrics == {"found": True, "experiment": "lab", "accuracy": 1}
