"""Azure's ways to describe a script, and what hdwidget makes of them."""

import json
import pickle
import sys

import pytest

from hdwidget import ConfigurationError, PrimaryMetricGoal
from hdwidget import ScriptRunConfig as LocalScriptRunConfig
from hdwidget.azureml.exceptions import CloudOnlyError, LocalRunWarning
from hdwidget.azureml.inputs import INPUTS
from hdwidget.errors import UnexpectedKeywordError
from hdwidget.samplers import Observation


@pytest.fixture
def core(azure, tmp_path):
    """Return the module that notebooks import from; the script is there."""
    import azureml.core

    (tmp_path / "train.py").touch()
    return azureml.core


def test_a_script_with_arguments(core, tmp_path):
    config = core.ScriptRunConfig(
        source_directory=".",
        script="train.py",
        arguments=["--epochs", 30, "--rate", 0.5, "--flag", -1],
        compute_target="cpu-cluster",
        environment=core.Environment("bare"),
    )
    local = config.to_local()
    assert isinstance(local, LocalScriptRunConfig)
    assert local.source_directory == tmp_path
    assert local.command_line(local.arguments) == [
        *(sys.executable, "-m", "hdwidget.azureml", "train.py"),
        *("--epochs", "30", "--rate", "0.5", "--flag", "-1"),
    ]


def test_it_can_be_changed_until_it_is_used(core):
    config = core.ScriptRunConfig(script="other.py", arguments=None)
    config.script = "train.py"
    config.arguments += ["--x", "1"]
    config.run_config.target = "local"
    config.run_config.environment = core.Environment("mine")
    config.run_config.environment.environment_variables = {"A": "b"}
    config.run_config.max_run_duration_seconds = 60
    local = config.to_local()
    assert (local.script, local.arguments) == ("train.py", ("--x", "1"))
    assert local.environment.environment_variables == {"A": "b"}
    assert local.max_run_duration_seconds == 60


def test_what_is_given_beside_a_run_config_counts_more(core):
    from azureml.core.runconfig import RunConfiguration

    shared = RunConfiguration()
    shared.target = "one"
    shared.environment.python.user_managed_dependencies = True
    config = core.ScriptRunConfig(".", "train.py", run_config=shared, compute_target="two")
    assert (config.run_config.target, shared.target) == ("two", "one")
    assert config.run_config.environment is shared.environment


def test_a_command(core):
    local = core.ScriptRunConfig(".", command=["Rscript", "train.R", "--n", 3]).to_local()
    assert local.command_line([]) == ["Rscript", "train.R", "--n", "3"]
    with pytest.raises(ConfigurationError, match="`command` must be a list"):
        core.ScriptRunConfig(".", command="Rscript train.R").to_local()


def test_a_missing_script_is_named(core, tmp_path):
    (tmp_path / "training").mkdir()
    with pytest.raises(ConfigurationError, match=r"There is no \.py file"):
        core.ScriptRunConfig("./training", "train.py").to_local()


def test_a_misspelt_argument_suggests_the_right_one(core):
    with pytest.raises(UnexpectedKeywordError, match="Did you mean `source_directory`"):
        core.ScriptRunConfig(source_dir=".", script="train.py")


def test_data_among_the_arguments(core, workspace, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").write_text("a\n1\n")
    store = workspace.get_default_datastore()
    files = core.Dataset.File.from_files("data")
    table = core.Dataset.Tabular.from_delimited_files("data/x.csv")
    arguments = [
        *("--files", files.as_named_input("files").as_mount()),
        *("--table", table.as_named_input("table")),
        *("--store", store.as_mount()),
        *("--place", store.path("some/place").as_download()),
        *("--same", store),
        *("--id", table),
    ]
    local = core.ScriptRunConfig(".", "train.py", arguments).to_local()
    root = store.root.resolve()
    assert local.arguments[1::2] == (
        str(tmp_path / "data"),
        table.id,
        str(root),
        str(root / "some" / "place"),
        str(store.root),
        table.id,
    )
    variables = local.environment.environment_variables
    told = json.loads(variables[INPUTS])
    assert told["files"] == {"path": str(tmp_path / "data")}
    assert told["table"]["dataset"]["paths"] == [str(tmp_path / "data" / "x.csv")]
    assert variables["AZUREML_DATAREFERENCE_some_place"] == str(root / "some" / "place")


def test_input_datasets_are_read_in_the_script(core, monkeypatch, tmp_path):
    from hdwidget.azureml.inputs import InputDatasets

    (tmp_path / "x.csv").write_text("a\n1\n")
    table = core.Dataset.Tabular.from_delimited_files("x.csv")
    local = core.ScriptRunConfig(".", "train.py", [table.as_named_input("t")]).to_local()
    monkeypatch.setenv(INPUTS, local.environment.environment_variables[INPUTS])
    given = InputDatasets.of_this_process()
    assert (list(given), len(given)) == (["t"], 1)
    assert given["t"].to_pandas_dataframe()["a"].tolist() == [1]
    assert core.Dataset.get_by_id(core.Workspace(), local.arguments[0]).id == table.id
    with pytest.raises(KeyError, match="as_named_input"):
        _ = given["other"]


def test_several_processes(core):
    from azureml.core.runconfig import MpiConfiguration, PyTorchConfiguration

    job = MpiConfiguration(process_count_per_node=2)
    local = core.ScriptRunConfig(".", "train.py", distributed_job_config=job).to_local()
    assert local.process_count == 2
    with pytest.raises(ConfigurationError, match="`node_count` must be 1"):
        PyTorchConfiguration(process_count=4, node_count=2)


def test_several_machines_set_by_attribute(core):
    config = core.ScriptRunConfig(".", "train.py")
    config.run_config.node_count = 2
    with pytest.raises(CloudOnlyError, match="Set the number of processes instead"):
        config.to_local()


@pytest.mark.parametrize("name", ["Estimator", "SKLearn", "PyTorch", "TensorFlow", "Chainer"])
def test_estimators(core, name):
    import azureml.train.dnn
    import azureml.train.estimator
    import azureml.train.sklearn

    homes = {"Estimator": azureml.train.estimator, "SKLearn": azureml.train.sklearn}
    kind = getattr(homes.get(name, azureml.train.dnn), name)
    estimator = kind(
        source_directory=".",
        compute_target="cpu",
        vm_size="STANDARD_D2_V2",
        vm_priority="lowpriority",
        entry_script="train.py",
        script_params={"--data": "x", "--n": 3, "--verbose": ""},
        use_gpu=False,
        framework_version="1.0",
    )
    local = estimator.to_local()
    assert (local.script, local.arguments) == ("train.py", ("--data", "x", "--n", "3", "--verbose"))
    assert estimator.entry_script == "train.py"


def test_an_estimators_packages_are_written_down(core):
    from azureml.train.estimator import Estimator

    estimator = Estimator(".", entry_script="train.py", pip_packages=["a"], conda_packages=["b"])
    estimator.conda_dependencies.add_pip_package("c")
    assert estimator.conda_dependencies.pip_packages == ["a", "c"]
    with pytest.warns(LocalRunWarning, match="current interpreter"):
        estimator.to_local()


def test_an_estimators_inputs(core, tmp_path):
    from azureml.train.estimator import Estimator

    (tmp_path / "x.csv").touch()
    table = core.Dataset.Tabular.from_delimited_files("x.csv")
    estimator = Estimator(
        ".",
        entry_script="train.py",
        inputs=[table.as_named_input("t")],
        environment_variables={"A": "b"},
    )
    variables = estimator.to_local().environment.environment_variables
    assert "t" in json.loads(variables[INPUTS])
    assert variables["A"] == "b"


def test_a_misspelt_argument_of_an_estimator(core):
    from azureml.train.sklearn import SKLearn

    with pytest.raises(UnexpectedKeywordError, match="Did you mean `entry_script`"):
        SKLearn(".", entry_scrip="train.py")


def search(**given):
    """Return the arguments of a HyperDriveConfig."""
    from azureml.train.hyperdrive import RandomParameterSampling, uniform

    return {
        "hyperparameter_sampling": RandomParameterSampling({"--C": uniform(0, 1)}),
        "primary_metric_name": "Accuracy",
        "primary_metric_goal": PrimaryMetricGoal.MAXIMIZE,
        "max_total_runs": 4,
        **given,
    }


def test_hyperdrive_takes_a_run_config_or_an_estimator(core):
    from azureml.train.hyperdrive import HyperDriveConfig, HyperDriveRunConfig
    from azureml.train.sklearn import SKLearn

    script = core.ScriptRunConfig(".", "train.py")
    estimator = SKLearn(".", entry_script="train.py")
    for config in (
        HyperDriveConfig(run_config=script, **search()),
        HyperDriveConfig(estimator=estimator, max_concurrent_runs=None, policy=None, **search()),
        HyperDriveRunConfig(estimator=estimator, **search()),
    ):
        assert config.run_config.script == "train.py"
        assert config.run_config.environment.launcher == ("-m", "hdwidget.azureml")
        assert config.estimator is config.run_config
    with pytest.raises(ConfigurationError, match="either `run_config` or `estimator`"):
        HyperDriveConfig(run_config=script, estimator=estimator, **search())
    with pytest.raises(ConfigurationError, match="`pipeline` is Azure's only"):
        HyperDriveConfig(pipeline=object(), **search())


def test_empty_lists_of_earlier_runs_are_none(core):
    from azureml.train.hyperdrive import HyperDriveConfig

    script = core.ScriptRunConfig(".", "train.py")
    given = search(resume_from=[], resume_child_runs=[])
    assert HyperDriveConfig(run_config=script, **given).max_total_runs == 4


def test_hyperdrive_also_takes_a_function(core):
    from azureml.train.hyperdrive import HyperDriveConfig

    def train(run, C):  # noqa: N803  # as in the space
        run.log("Accuracy", C)

    assert HyperDriveConfig(run_config=train, **search()).run_config.function is train


def test_constants_in_the_space(core):
    from azureml.train.hyperdrive import GridParameterSampling, RandomParameterSampling, choice

    random = RandomParameterSampling({"--model": "svm", "n": choice(1, 2)})
    assert random.propose(0, [])["model"] == "svm"
    grid = GridParameterSampling({"--C": 1.5, "n": choice(1, 2)})
    assert grid.propose(0, []) == {"C": 1.5, "n": 1}
    with pytest.raises(ConfigurationError, match="search space must be a dict"):
        RandomParameterSampling([1])


def test_bayesian_sampling_learns(core):
    from azureml.train.hyperdrive import BayesianParameterSampling, uniform

    sampler = BayesianParameterSampling(parameter_space={"--C": uniform(0, 1)}, seed=1)
    history = []
    for index in range(15):
        params = sampler.propose(index, history)
        history.append(Observation(params, -((params["C"] - 0.3) ** 2), 1, "completed"))
    assert abs(history[-1].params["C"] - 0.3) < 0.1
    assert sampler.written == {"C": "--C"}
    assert pickle.loads(pickle.dumps(sampler)).propose(0, []) == sampler.propose(0, [])
