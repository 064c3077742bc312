import sys
from pathlib import Path

import pytest

from hdwidget import (
    ConfigurationError,
    Environment,
    HyperDriveConfig,
    MpiConfiguration,
    PrimaryMetricGoal,
    PyTorchConfiguration,
    RandomParameterSampling,
    ScriptRunConfig,
    quniform,
    uniform,
)


@pytest.fixture
def source(tmp_path):
    (tmp_path / "steps").mkdir()
    (tmp_path / "train.py").write_text("")
    (tmp_path / "steps" / "score.py").write_text("")
    return tmp_path


def test_its_command_line_is_the_interpreter_the_script_and_the_arguments(source):
    config = ScriptRunConfig(source, script="train.py", arguments=["--epochs", 3, "--x", 0.5, -1])
    assert config.command_line(config.arguments) == [
        *(sys.executable, "train.py", "--epochs", "3", "--x", "0.5", "-1"),
    ]


def test_a_launcher_stands_before_the_script(source):
    environment = Environment(launcher=("-m", "coverage", "run"))
    config = ScriptRunConfig(source, script="steps/score.py", environment=environment)
    assert config.command_line(["--a"]) == [
        *(sys.executable, "-m", "coverage", "run", "steps/score.py", "--a"),
    ]


def test_a_command_needs_no_script(source):
    config = ScriptRunConfig(source, command=["Rscript", "train.R"])
    assert config.command_line(["--a", "1"]) == ["Rscript", "train.R", "--a", "1"]
    assert config.label == "Rscript"


def test_the_source_directory_is_the_current_one_by_default(source, monkeypatch):
    monkeypatch.chdir(source)
    assert ScriptRunConfig(script="train.py").source_directory == source


def test_an_interpreter_is_found_by_its_name_or_path(source):
    found = ScriptRunConfig(source, script="train.py", environment=sys.executable)
    assert found.environment.interpreter == sys.executable
    assert Environment("sh").python == Path(Environment("sh").interpreter)
    with pytest.raises(ConfigurationError, match="there is no program 'python99'"):
        ScriptRunConfig(source, script="train.py", environment="python99")


def test_hyperparameters_come_after_the_base_arguments_as_they_were_written(source):
    space = {"--lr": uniform(0, 1), "-u": quniform(8, 64, 8), "drop-out": uniform(0, 1)}
    config = HyperDriveConfig(
        run_config=ScriptRunConfig(source, script="train.py", arguments=["--epochs", 5]),
        hyperparameter_sampling=RandomParameterSampling(space, seed=1),
        primary_metric_name="loss",
        primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
        max_total_runs=2,
    )
    arguments = config.arguments({"lr": 0.25, "u": 16.0, "drop-out": 0.5})
    assert arguments == ("--epochs", "5", "--lr", "0.25", "-u", "16", "--drop-out", "0.5")
    with pytest.raises(ConfigurationError, match="is a script"):
        config.dry_run()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"script": "trian.py"}, r"script='trian\.py'\. The scripts there: train\.py\."),
        ({"script": "../train.py"}, "must be a file in"),
        ({"source_directory": "nowhere", "script": "train.py"}, "there is none at"),
        ({}, "either `script`"),
        ({"script": "train.py", "command": ["sh"]}, "either `script`"),
        ({"script": "train.py", "arguments": "--epochs 5"}, r'a list such as \["--epochs", 30\]'),
        ({"command": "Rscript train.R"}, r'a list such as \["Rscript", "train\.R"\]'),
        (
            {"script": "train.py", "distributed_job_config": PyTorchConfiguration},
            r"must be a PyTorchConfiguration\(…\) or a Mpi",
        ),
        ({"script": "train.py", "stdout_metrics": ["loss"]}, "must be a dict of regular"),
        ({"script": "train.py", "arguments": ["a\0b"]}, "null character"),
        ({"script": "train.py", "max_run_duration_seconds": 0}, "> 0` must hold"),
        ({"script": "train.py", "resume_from": "x"}, "`resume_from` is not supported"),
        ({"script": "train.py", "stdout_metrics": {"loss": "("}}, "regular expressions, but loss="),
        ({"script": "train.py", "stdout_metrics": {"loss": "x"}}, "a group for the value"),
        (
            {"script": "train.py", "stdout_metrics": {"loss": "(?P<step>x)"}},
            "a group for the value",
        ),
        ({"script": "train.py", "argumens": []}, "Did you mean `arguments`"),
    ],
)
def test_what_does_not_hold_is_said(source, arguments, words):
    given = {"source_directory": source, **arguments}
    with pytest.raises(ConfigurationError, match=words):
        ScriptRunConfig(**given)


def test_a_script_in_the_place_of_its_folder_is_understood(source):
    with pytest.raises(ConfigurationError, match=r"That is a file: .*script='train\.py'"):
        ScriptRunConfig(source / "train.py")


def test_variables_of_the_environment_are_texts():
    with pytest.raises(ConfigurationError, match="must be texts, but got WORKERS=4"):
        Environment(environment_variables={"WORKERS": 4})


def test_jobs_of_several_processes_share_the_cores(source, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    job = PyTorchConfiguration(process_count=3)
    config = ScriptRunConfig(source, script="train.py", distributed_job_config=job)
    assert (config.process_count, config.most_at_once) == (3, 2)
    assert MpiConfiguration(process_count_per_node=2).process_count == 2
    with pytest.raises(ConfigurationError, match="`node_count` must be 1, but got node_count=2"):
        MpiConfiguration(node_count=2)


def test_what_the_record_keeps_of_it(source):
    config = ScriptRunConfig(source, script="train.py", arguments=["--epochs", 5])
    assert config.to_json() == {
        "isolation": "script",
        "script": "train.py",
        "command": [],
        "arguments": ["--epochs", "5"],
        "source_directory": str(source),
        "python": sys.executable,
        "launcher": [],
        "environment_variables": {},
        "process_count": 1,
        "stdout_metrics": {},
        "max_run_duration_seconds": 2592000,
        "max_retries": 0,
        "memory_limit": None,
    }


@pytest.mark.parametrize("variables", [{"A": "x\0"}, {"A=B": "x"}, {"": "x"}, {1: "x"}])
def test_variables_must_be_such_as_a_process_can_have(variables):
    with pytest.raises(ConfigurationError, match="name without `=`, and no null character"):
        Environment(environment_variables=variables)
