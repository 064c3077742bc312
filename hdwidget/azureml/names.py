"""Which module of Azure's SDK offers which name, and where that name lives with us.

A table, because nothing of it is to be imported before a script asks for it by name.
"""

import importlib
import os
from collections.abc import Mapping
from typing import Any

__all__ = ["CLOUD", "OURS", "SURFACE", "VALUES", "load"]

VERSION = "1.60.0"
"""The last of Azure's SDK v1, which notebooks print and compare."""

OURS = "hdwidget.azureml"
RUN = "run"
"""The home of `Run`: in a script that an experiment runs, the light one, without a store."""

COMPUTE = {
    f"{OURS}.compute": ("AmlCompute", "BatchAiCompute", "ComputeTarget"),
    "cloud": (
        "AksCompute",
        "ComputeInstance",
        "DatabricksCompute",
        "DataFactoryCompute",
        "HDInsightCompute",
        "KubernetesCompute",
        "RemoteCompute",
        "SynapseCompute",
    ),
}
DATASETS = {
    f"{OURS}.dataset_factory": (
        "DataType",
        "Dataset",
        "FileDatasetFactory",
        "PromoteHeadersBehavior",
        "TabularDatasetFactory",
    ),
    f"{OURS}.datasets": ("FileDataset", "TabularDataset"),
    f"{OURS}.consumption": ("DatasetConsumptionConfig",),
}
DATASTORES = {
    f"{OURS}.datastores": ("Datastore",),
    f"{OURS}.data_reference": ("DataPath", "DataReference"),
}
ENVIRONMENTS = {
    f"{OURS}.environment": ("DockerSection", "Environment", "PythonSection"),
    f"{OURS}.conda": ("CondaDependencies",),
}
ESTIMATORS = {
    f"{OURS}.estimators": ("Chainer", "Estimator", "PyTorch", "SKLearn", "TensorFlow"),
}
EXCEPTIONS = {
    f"{OURS}.exceptions": (
        "ActivityFailedException",
        "AuthenticationException",
        "AzureMLException",
        "ComputeTargetException",
        "DatasetValidationError",
        "ExperimentExecutionException",
        "ExperimentNotFoundException",
        "ModelNotFoundException",
        "ModelPathNotFoundException",
        "ProjectSystemException",
        "RunConfigurationException",
        "RunEnvironmentException",
        "ServiceException",
        "SnapshotException",
        "TrainingException",
        "UserErrorException",
        "WebserviceException",
        "WorkspaceException",
    ),
}
EXPRESSIONS = {
    f"{OURS}.expressions": ("choice",),
    "hdwidget.space": (
        "lognormal",
        "loguniform",
        "normal",
        "qlognormal",
        "qloguniform",
        "qnormal",
        "quniform",
        "randint",
        "uniform",
    ),
}
HYPERDRIVE_CONFIGS = {
    f"{OURS}.hyperdrive": ("HyperDriveConfig", "HyperDriveRunConfig"),
    "hdwidget.config": ("PrimaryMetricGoal",),
}
MODELS = {
    f"{OURS}.models": ("Model",),
    f"{OURS}.webservice": ("InferenceConfig",),
}
POLICIES = {
    "hdwidget.policies": (
        "BanditPolicy",
        "MedianStoppingPolicy",
        "NoTerminationPolicy",
        "TruncationSelectionPolicy",
    ),
}
RUNS = {
    RUN: ("Run",),
    f"{OURS}.context": ("_OfflineRun",),
    f"{OURS}.runs": ("HyperDriveRun", "ScriptRun", "get_run"),
}
RUN_CONFIGS = {
    f"{OURS}.run_config": (
        "DEFAULT_CPU_IMAGE",
        "DEFAULT_GPU_IMAGE",
        "DockerConfiguration",
        "MpiConfiguration",
        "ParameterServer",
        "PyTorchConfiguration",
        "RunConfiguration",
        "TensorflowConfiguration",
    ),
}
SAMPLERS = {
    f"{OURS}.samplers": (
        "BayesianParameterSampling",
        "GridParameterSampling",
        "RandomParameterSampling",
    ),
}
SCRIPTS = {f"{OURS}.script_run_config": ("ScriptRunConfig",)}
WEBSERVICES = {
    f"{OURS}.webservice": ("AciWebservice", "AksWebservice", "LocalWebservice", "Webservice"),
}
WIDGETS = {"hdwidget.widget": ("RunDetails",)}
WORKSPACES = {f"{OURS}.workspace": ("Workspace",)}
EXPERIMENTS = {f"{OURS}.experiment": ("Experiment",)}

Homes = Mapping[str, tuple[str, ...]]


def _names(*parts: Homes) -> dict[str, str]:
    """Return the home of each name."""
    return {name: home for part in parts for home, names in part.items() for name in names}


HYPERDRIVE = _names(
    HYPERDRIVE_CONFIGS,
    EXPRESSIONS,
    POLICIES,
    SAMPLERS,
    {f"{OURS}.runs": ("HyperDriveRun",)},
)

SURFACE: Mapping[str, Mapping[str, str]] = {
    "azureml": {},
    "azureml.core": _names(
        WORKSPACES,
        EXPERIMENTS,
        RUNS,
        SCRIPTS,
        DATASETS,
        DATASTORES,
        ENVIRONMENTS,
        MODELS,
        RUN_CONFIGS,
        WEBSERVICES,
        COMPUTE,
        {f"{OURS}.keyvault": ("Keyvault",)},
        {"cloud": ("ContainerRegistry", "Image", "LinkedService", "PrivateEndPoint")},
    ),
    "azureml.core.authentication": _names(
        {
            f"{OURS}.authentication": (
                "AzureCliAuthentication",
                "InteractiveLoginAuthentication",
                "MsiAuthentication",
                "ServicePrincipalAuthentication",
                "TokenAuthentication",
            )
        }
    ),
    "azureml.core.compute": _names(COMPUTE, {f"{OURS}.exceptions": ("ComputeTargetException",)}),
    "azureml.core.compute.amlcompute": _names(COMPUTE),
    "azureml.core.compute_target": _names(
        COMPUTE, {f"{OURS}.exceptions": ("ComputeTargetException",)}
    ),
    "azureml.core.conda_dependencies": _names(ENVIRONMENTS),
    "azureml.core.container_registry": _names({"cloud": ("ContainerRegistry",)}),
    "azureml.core.databricks": _names({"cloud": ("MavenLibrary", "PyPiLibrary")}),
    "azureml.core.dataset": _names(DATASETS),
    "azureml.core.datastore": _names(DATASTORES),
    "azureml.core.environment": _names(ENVIRONMENTS),
    "azureml.core.experiment": _names(EXPERIMENTS),
    "azureml.core.image": _names({"cloud": ("ContainerImage", "Image")}),
    "azureml.core.keyvault": _names({f"{OURS}.keyvault": ("Keyvault",)}),
    "azureml.core.model": _names(MODELS),
    "azureml.core.resource_configuration": _names(
        {f"{OURS}.webservice": ("ResourceConfiguration",)}
    ),
    "azureml.core.run": _names(RUNS),
    "azureml.core.runconfig": _names(
        RUN_CONFIGS, ENVIRONMENTS, {f"{OURS}.environment": ("EnvironmentDefinition",)}
    ),
    "azureml.core.script_run": _names({f"{OURS}.runs": ("ScriptRun",)}),
    "azureml.core.script_run_config": _names(SCRIPTS),
    "azureml.core.webservice": _names(WEBSERVICES),
    "azureml.core.webservice.aci": _names(WEBSERVICES),
    "azureml.core.webservice.webservice": _names(WEBSERVICES),
    "azureml.core.workspace": _names(WORKSPACES),
    "azureml.data": _names(DATASETS, DATASTORES),
    "azureml.data.data_reference": _names(DATASTORES),
    "azureml.data.datapath": _names(
        DATASTORES, {f"{OURS}.data_reference": ("DataPathComputeBinding",)}
    ),
    "azureml.data.dataset_consumption_config": _names(DATASETS),
    "azureml.data.dataset_factory": _names(DATASETS),
    "azureml.data.datastore": _names(DATASTORES),
    "azureml.data.azure_storage_datastore": _names(
        {f"{OURS}.datastores": ("AzureBlobDatastore", "AzureFileDatastore")}
    ),
    "azureml.data.file_dataset": _names(DATASETS),
    "azureml.data.tabular_dataset": _names(DATASETS),
    "azureml.data.output_dataset_config": _names({"cloud": ("OutputFileDatasetConfig",)}),
    "azureml.exceptions": _names(EXCEPTIONS),
    "azureml._common": {},
    "azureml._common.exceptions": _names(EXCEPTIONS),
    "azureml.telemetry": _names({f"{OURS}.telemetry": ("set_diagnostics_collection",)}),
    "azureml.train": {},
    "azureml.train.dnn": _names(
        ESTIMATORS,
        {
            f"{OURS}.run_config": (
                "Gloo",
                "Mpi",
                "Nccl",
                "ParameterServer",
            )
        },
    ),
    "azureml.train.estimator": _names(
        ESTIMATORS, {f"{OURS}.run_config": ("Mpi", "MpiConfiguration")}
    ),
    "azureml.train.hyperdrive": HYPERDRIVE,
    "azureml.train.hyperdrive.parameter_expressions": _names(EXPRESSIONS),
    "azureml.train.hyperdrive.policy": _names(POLICIES),
    "azureml.train.hyperdrive.run": _names(
        {f"{OURS}.runs": ("HyperDriveRun",)}, HYPERDRIVE_CONFIGS
    ),
    "azureml.train.hyperdrive.runconfig": _names(HYPERDRIVE_CONFIGS),
    "azureml.train.hyperdrive.sampling": _names(SAMPLERS),
    "azureml.train.sklearn": _names(ESTIMATORS),
    "azureml.train.widgets": _names(WIDGETS),
    "azureml.widgets": _names(WIDGETS),
}
"""Each module, and the home of each of its names."""

VALUES: Mapping[str, Mapping[str, object]] = {
    "azureml": {"__version__": VERSION},
    "azureml.core": {"VERSION": VERSION, "__version__": VERSION},
}
"""Plain constants of the modules."""

IN_GENERAL = "Leave this part of the notebook out."

CLOUD: Mapping[str, str] = {
    "azureml.accel": IN_GENERAL,
    "azureml.automl": "Tune models of your own with HyperDriveConfig, as the notebook's "
    "other half.",
    "azureml.contrib": IN_GENERAL,
    "azureml.data.azure_data_lake_datastore": "Copy the files here, and read them from there.",
    "azureml.data.azure_sql_database_datastore": "Copy the table to a file, and read that.",
    "azureml.datadrift": IN_GENERAL,
    "azureml.dataprep": "Prepare the data with pandas.",
    "azureml.explain": "Use the package interpret-community, or sklearn.inspection.",
    "azureml.fairness": "Use the package fairlearn.",
    "azureml.interpret": "Use the package interpret-community, or sklearn.inspection.",
    "azureml.mlflow": IN_GENERAL,
    "azureml.monitoring": IN_GENERAL,
    "azureml.opendatasets": "Download the data set once, and read the file.",
    "azureml.pipeline": "Submit the steps one after the other with Experiment.submit.",
    "azureml.responsibleai": IN_GENERAL,
    "azureml.tensorboard": "Start `tensorboard --logdir` on the run's folder `logs`.",
    "azureml.train.automl": "Tune models of your own with HyperDriveConfig, as the notebook's "
    "other half.",
    "azureml.train.rl": IN_GENERAL,
    "azureml.training": IN_GENERAL,
}
"""The packages that have no local meaning, with what to do instead: their names are stand-ins."""


def load(home: str, name: str) -> Any:  # noqa: ANN401  # whatever it is
    """Return a name from the module that it lives in."""
    if home == RUN:
        home = f"{OURS}.context" if "HDWIDGET_RUN" in os.environ else f"{OURS}.runs"
    if home == "cloud":
        return load(f"{OURS}.cloud_only", "stand_in")(name, IN_GENERAL)
    return getattr(importlib.import_module(home), name)
