"""Every name that notebooks import is there, under all its spellings, and loads when asked for."""

import importlib
import json
import subprocess
import sys

import pytest

from hdwidget.azureml.exceptions import CloudOnlyError
from hdwidget.azureml.names import CLOUD, SURFACE

NAMES = [(module, name) for module, names in SURFACE.items() for name in names]


@pytest.mark.parametrize(("module", "name"), NAMES, ids=lambda text: text)
def test_every_name_can_be_imported(azure, module, name):
    assert getattr(importlib.import_module(module), name) is not None


@pytest.mark.parametrize(
    "statement",
    [
        "import azureml",
        "import azureml.core",
        "from azureml.core import Workspace, Experiment, Environment, ScriptRunConfig, Run",
        "from azureml.core import Datastore, ComputeTarget, get_run",
        "from azureml.core.workspace import Workspace",
        "from azureml.core.experiment import Experiment",
        "from azureml.core.run import Run, _OfflineRun, get_run",
        "from azureml.core.compute import ComputeTarget, AmlCompute, BatchAiCompute",
        "from azureml.core.compute_target import ComputeTargetException",
        "from azureml.exceptions import ComputeTargetException, UserErrorException",
        "from azureml.exceptions import ActivityFailedException, WebserviceException",
        "from azureml.core.dataset import Dataset",
        "from azureml.core.script_run_config import ScriptRunConfig",
        "from azureml.core.environment import Environment, CondaDependencies",
        "from azureml.core.conda_dependencies import CondaDependencies",
        "from azureml.core.runconfig import RunConfiguration, CondaDependencies, DEFAULT_CPU_IMAGE",
        "from azureml.core.runconfig import EnvironmentDefinition, MpiConfiguration",
        "from azureml.core.runconfig import DockerConfiguration, PyTorchConfiguration",
        "from azureml.core.model import InferenceConfig",
        "from azureml.core.webservice import AciWebservice, Webservice",
        "from azureml.core.authentication import AzureCliAuthentication",
        "from azureml.core.authentication import InteractiveLoginAuthentication",
        "from azureml.core.authentication import ServicePrincipalAuthentication",
        "from azureml.data.dataset_factory import TabularDatasetFactory",
        "from azureml.data.datapath import DataPath",
        "from azureml.widgets import RunDetails",
        "from azureml import widgets",
        "from azureml.train.widgets import RunDetails",
        "from azureml.train.hyperdrive import *",
        "from azureml.train.hyperdrive import RandomParameterSampling, BanditPolicy, choice",
        "from azureml.train.hyperdrive.run import PrimaryMetricGoal, HyperDriveRun",
        "from azureml.train.hyperdrive.policy import BanditPolicy",
        "from azureml.train.hyperdrive.sampling import RandomParameterSampling",
        "from azureml.train.hyperdrive.runconfig import HyperDriveConfig",
        "from azureml.train.hyperdrive.parameter_expressions import choice, uniform, normal",
        "from azureml.train.sklearn import SKLearn",
        "from azureml.train.estimator import Estimator",
        "from azureml.train.dnn import PyTorch, TensorFlow, Chainer, Mpi",
        "from azureml.train.automl import AutoMLConfig",
        "from azureml.train.automl.run import AutoMLRun",
        "from azureml.automl.runtime.onnx_convert import OnnxConverter",
        "from azureml.pipeline.steps import AutoMLStep, HyperDriveStep, PythonScriptStep",
        "from azureml.pipeline.core import Pipeline, PipelineData, PipelineParameter",
        "from azureml.telemetry import set_diagnostics_collection",
        "from azureml.interpret import ExplanationClient",
        "from azureml.contrib.notebook import NotebookRunConfig",
        "from azureml.tensorboard import Tensorboard",
    ],
)
def test_what_notebooks_write(azure, statement):
    exec(statement, {})


def test_both_spellings_are_one_object(azure):
    from azureml.core import Workspace
    from azureml.core import workspace as module
    from azureml.train.hyperdrive import BanditPolicy, policy

    assert module.Workspace is Workspace
    assert policy.BanditPolicy is BanditPolicy
    assert sys.modules["azureml.core.workspace"] is module


def test_a_star_brings_all_of_a_module(azure):
    names = {}
    exec("from azureml.train.hyperdrive import *", names)
    assert set(SURFACE["azureml.train.hyperdrive"]) <= set(names)


def test_the_version_is_a_text(azure):
    import azureml.core

    assert azureml.core.__version__ == azureml.core.VERSION
    assert azureml.core.VERSION.split(".")[0] == "1"


@pytest.mark.parametrize(
    ("module", "name", "advice"),
    [
        ("azureml.train.automl", "AutoMLConfig", "HyperDriveConfig"),
        ("azureml.pipeline.core", "Pipeline", "Experiment.submit"),
        ("azureml.pipeline.steps", "HyperDriveStep", "Experiment.submit"),
        ("azureml.contrib.explain.model", "ExplanationClient", "Leave this part"),
        ("azureml.core.compute", "AksCompute", "Leave this part"),
    ],
)
def test_what_is_for_the_cloud_raises_when_it_is_called(azure, module, name, advice):
    stand_in = getattr(importlib.import_module(module), name)
    with pytest.raises(CloudOnlyError, match=rf"^{name} runs in Azure's cloud only.*{advice}"):
        stand_in(task="classification")


def test_a_method_of_a_stand_in_raises_as_well(azure):
    from azureml.core.compute import AksCompute

    with pytest.raises(CloudOnlyError, match=r"AksCompute.provisioning_configuration runs in"):
        AksCompute.provisioning_configuration(vm_size="x")


def test_a_misspelt_name_suggests_the_right_one(azure):
    with pytest.raises(ImportError):
        from azureml.core import Workspaec  # noqa: F401
    import azureml.core

    with pytest.raises(AttributeError, match="Did you mean `Workspace`"):
        _ = azureml.core.Workspaec


def test_a_submodule_that_was_not_imported_says_so(azure):
    import azureml

    with pytest.raises(AttributeError, match=r"write `import azureml\.train`"):
        _ = azureml.train


def test_an_unknown_module_suggests_the_right_one(azure):
    with pytest.raises(ModuleNotFoundError, match=r"Did you mean `azureml\.widgets`"):
        import azureml.widget  # noqa: F401


def test_dir_lists_what_there_is(azure):
    import azureml.core

    assert {"Workspace", "Run", "VERSION"} <= set(dir(azureml.core))


def test_every_stand_in_says_what_to_do_instead():
    assert all(advice.endswith(".") for advice in CLOUD.values())


def test_a_trial_loads_nothing_heavy():
    code = (
        "import sys, json; from hdwidget.azureml import install; install();"
        "from azureml.core import Run; from azureml.core.run import Run as Same;"
        "assert Run is Same; Run.get_context(); print(json.dumps(sorted(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=in_a_trial(),
    )
    loaded = set(json.loads(answer.stdout.splitlines()[-1]))
    assert not loaded & {
        "numpy",
        "sqlite3",
        "pandas",
        "hdwidget.store",
        "hdwidget.engine",
        "asyncio",
    }


def in_a_trial():
    """Return the environment of a trial whose engine has gone."""
    import os

    return {
        **os.environ,
        "HDWIDGET_RUN": "HD_0_0",
        "HDWIDGET_CHANNEL": json.dumps({"unix": "/nowhere"}),
        "HDWIDGET_TOKEN": "t",
    }
