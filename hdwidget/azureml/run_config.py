"""`RunConfiguration`, and what stands beside it in `azureml.core.runconfig`."""

from collections.abc import Sequence
from typing import Any

from hdwidget.azureml.conda import CondaDependencies
from hdwidget.azureml.environment import Environment
from hdwidget.checks import suggest_keywords
from hdwidget.script_config import MpiConfiguration, PyTorchConfiguration

__all__ = [
    "DEFAULT_CPU_IMAGE",
    "DEFAULT_GPU_IMAGE",
    "DockerConfiguration",
    "Gloo",
    "Mpi",
    "MpiConfiguration",
    "Nccl",
    "ParameterServer",
    "PyTorchConfiguration",
    "RunConfiguration",
    "TensorflowConfiguration",
]

DEFAULT_CPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"
DEFAULT_GPU_IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-cuda11.1-cudnn8-ubuntu20.04"

Mpi = MpiConfiguration
Nccl = PyTorchConfiguration
Gloo = PyTorchConfiguration


class TensorflowConfiguration:
    """Parameter servers and workers; on this machine a job of one process.

    Parameters
    ----------
    worker_count, parameter_server_count : int
        How many there are of each.
    """

    @suggest_keywords
    def __init__(self, worker_count: int = 1, parameter_server_count: int = 0) -> None:
        self.worker_count = worker_count
        self.parameter_server_count = parameter_server_count

    @property
    def process_count(self) -> int:
        """How many processes there are."""
        return self.worker_count + self.parameter_server_count


ParameterServer = TensorflowConfiguration


class DockerConfiguration:
    """Whether a script runs in a container; here it never does."""

    def __init__(
        self,
        use_docker: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        shared_volumes: bool = True,  # noqa: FBT001, FBT002
        arguments: Sequence[str] | None = None,
        shm_size: str | None = None,
    ) -> None:
        self.use_docker = use_docker
        self.shared_volumes = shared_volumes
        self.arguments = list(arguments or ())
        self.shm_size = shm_size


class RunConfiguration:
    """Where and in what a script runs: attributes that a notebook sets one by one.

    Parameters
    ----------
    script : str, optional
        The script.
    arguments : sequence, optional
        What comes before the hyperparameters on the command line.
    conda_dependencies : CondaDependencies, optional
        The packages of its environment.

    Attributes
    ----------
    target : object
        A compute target or its name; it always runs on this machine.
    environment : Environment
        What it runs in.
    """

    def __init__(
        self,
        script: str | None = None,
        arguments: Sequence[Any] | None = None,
        framework: str | None = None,
        communicator: str | None = None,
        conda_dependencies: CondaDependencies | None = None,
        _history_enabled: bool | None = None,  # noqa: FBT001  # Azure's signature
        _path: str | None = None,
        _name: str | None = None,
        command: Sequence[Any] | None = None,
    ) -> None:
        self.script = script
        self.arguments: list[Any] = list(arguments or ())
        self.command = command
        self.framework = framework or "Python"
        self.communicator = communicator or "None"
        self.target: Any = "local"
        self.environment = Environment()
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        self.docker = DockerConfiguration()
        self.mpi = MpiConfiguration()
        self.pytorch = PyTorchConfiguration()
        self.tensorflow = TensorflowConfiguration()
        self.node_count = 1
        self.priority: int | None = None
        self.max_run_duration_seconds: float | None = None
        self.data_references: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.environment_variables: dict[str, str] = {}
        self.amlcompute = _Sizes()
        self.auto_prepare_environment = True

    def __repr__(self) -> str:
        return f"RunConfiguration(target={self.target!s}, environment={self.environment!r})"


class _Sizes:
    """What `run_config.amlcompute` holds; it changes nothing here."""

    def __init__(self) -> None:
        self.vm_size: str | None = None
        self.vm_priority: str | None = None
        self.name: str | None = None
        self.retain_cluster = False
        self.cluster_max_node_count: int | None = None
