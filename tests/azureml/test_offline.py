"""A training script that no experiment runs: by hand, or imported into the notebook."""

import importlib
import sys

import pytest

from hdwidget.azureml.exceptions import RunEnvironmentException


@pytest.fixture
def run(azure):
    """Return what a script gets that no experiment runs."""
    from azureml.core.run import Run

    return Run.get_context()


def test_it_is_known_by_its_class_and_its_id(run):
    from azureml.core.run import _OfflineRun

    assert isinstance(run, _OfflineRun)
    assert type(run) is _OfflineRun
    assert run.id.startswith("OfflineRun_")
    assert "_OfflineRun" in str(run)


def test_it_has_no_experiment(run):
    with pytest.raises(AttributeError, match="no attribute 'experiment'"):
        _ = run.experiment.workspace
    assert not hasattr(run, "__deepcopy__")


def test_it_logs_to_the_console(run, capsys):
    run.log("Accuracy:", 0.9)
    run.log_list("loss", [2, 1])
    run.flush()
    run.complete()
    assert "Accuracy: = 0.9" in capsys.readouterr().out
    assert run.get_metrics()["loss"] == [2, 1]
    assert dict(run.input_datasets) == {}


def test_it_may_be_refused(azure):
    from azureml.core import Run

    with pytest.raises(RunEnvironmentException, match=r"Experiment\.submit"):
        Run.get_context(allow_offline=False)


def test_a_training_script_can_be_imported(azure, monkeypatch, tmp_path, capsys):
    (tmp_path / "heart.csv").write_text("age,death\n60,1\n")
    (tmp_path / "train_once.py").write_text(
        "from azureml.core.run import Run\n"
        "from azureml.data.dataset_factory import TabularDatasetFactory\n"
        "ds = TabularDatasetFactory.from_delimited_files('heart.csv')\n"
        "run = Run.get_context()\n"
        "def clean_data(data):\n"
        "    return data.to_pandas_dataframe().dropna()\n"
        "if __name__ == '__main__':\n"
        "    raise SystemExit\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    from train_once import clean_data, ds

    del sys.modules["train_once"]
    assert clean_data(ds)["age"].tolist() == [60]


@pytest.mark.parametrize("home", ["context", "runs"], ids=["in a script", "in a notebook"])
def test_scripts_of_2018_ask_under_another_name(azure, home):
    of_2018 = importlib.import_module(f"hdwidget.azureml.{home}").Run.get_submitted_run()
    assert of_2018.id.startswith("OfflineRun_")
