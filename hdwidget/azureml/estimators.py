"""`Estimator` and its kin: the older way to name a script and its arguments."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hdwidget.azureml.conda import CondaDependencies
from hdwidget.azureml.environment import Environment
from hdwidget.azureml.script_run_config import ScriptRunConfig
from hdwidget.checks import nearest, suggest_keywords
from hdwidget.errors import UnexpectedKeywordError
from hdwidget.script_config import MpiConfiguration

__all__ = ["Chainer", "Estimator", "PyTorch", "SKLearn", "TensorFlow"]

CLOUD_SIDE = frozenset(
    {
        "conda_dependencies_file",
        "conda_dependencies_file_path",
        "custom_docker_base_image",
        "custom_docker_image",
        "distributed_backend",
        "framework_version",
        "image_registry_details",
        "parameter_server_count",
        "pip_requirements_file",
        "pip_requirements_file_path",
        "shm_size",
        "source_directory_data_store",
        "use_docker",
        "use_gpu",
        "user_managed",
        "vm_priority",
        "vm_size",
        "worker_count",
    }
)
"""Arguments about machines and images in the cloud: taken, and without effect here."""


class Estimator(ScriptRunConfig):
    """A training script with its arguments as a dict.

    Parameters
    ----------
    source_directory : str or Path
        The folder with the script.
    compute_target : object, optional
        A compute target or its name; it always runs on this machine.
    entry_script : str
        The script, relative to `source_directory`.
    script_params : Mapping, optional
        Its arguments: ``{"--epochs": 30, "--verbose": ""}``; an empty text is a flag.
    node_count, process_count_per_node : int
        1, and in how many processes the script runs.
    conda_packages, pip_packages : sequence of str, optional
        What it needs; it is written down only.
    environment_definition : Environment, optional
        What it runs in.
    environment_variables : Mapping[str, str], optional
        What it finds in its environment.
    inputs : sequence, optional
        Datasets that it finds in ``run.input_datasets``.
    max_run_duration_seconds : float, optional
        Wall-clock seconds after which a run is stopped.

    Raises
    ------
    UnexpectedKeywordError
        For an argument that Azure's estimators do not have either.
    """

    @suggest_keywords
    def __init__(
        self,
        source_directory: str | Path = ".",
        *,
        compute_target: Any = None,  # noqa: ANN401  # a target, or its name
        entry_script: str | None = None,
        script_params: Mapping[str, Any] | None = None,
        node_count: int = 1,
        process_count_per_node: int = 1,
        distributed_training: Any = None,  # noqa: ANN401  # one of several classes
        conda_packages: Sequence[str] | None = None,
        pip_packages: Sequence[str] | None = None,
        environment_definition: Environment | None = None,
        environment_variables: Mapping[str, str] | None = None,
        inputs: Sequence[Any] | None = None,
        resume_from: object = None,
        max_run_duration_seconds: float | None = None,
        **cloud_side: object,
    ) -> None:
        kind = type(self).__name__
        for name in cloud_side:
            if name not in CLOUD_SIDE:
                known = {*CLOUD_SIDE, "entry_script", "script_params", "pip_packages"}
                message = f"{kind}() takes no argument `{name}`.{nearest(name, known)}"
                raise UnexpectedKeywordError(message)
        environment = environment_definition or Environment(kind.lower())
        if environment_definition is None and (conda_packages or pip_packages):
            environment.python.conda_dependencies = CondaDependencies.create(
                pip_packages=pip_packages, conda_packages=conda_packages
            )
        super().__init__(
            source_directory,
            entry_script,
            _flat(script_params or {}),
            compute_target=compute_target,
            environment=environment,
            distributed_job_config=distributed_training
            or MpiConfiguration(process_count_per_node, node_count),
            resume_from=resume_from,
            max_run_duration_seconds=max_run_duration_seconds,
        )
        self.run_config.environment_variables.update(environment_variables or {})
        self.inputs = list(inputs or ())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source_directory!r}, {self.script!r})"

    @property
    def entry_script(self) -> str | None:
        """The script, relative to the source directory."""
        return self.script

    @property
    def conda_dependencies(self) -> CondaDependencies:
        """The packages that it needs; they are written down only."""
        python = self.run_config.environment.python
        python.conda_dependencies = python.conda_dependencies or CondaDependencies()
        return python.conda_dependencies


class SKLearn(Estimator):
    """A script that uses scikit-learn; see `Estimator`."""


class PyTorch(Estimator):
    """A script that uses PyTorch; see `Estimator`."""


class TensorFlow(Estimator):
    """A script that uses TensorFlow; see `Estimator`."""


class Chainer(Estimator):
    """A script that uses Chainer; see `Estimator`."""


def _flat(params: Mapping[str, Any]) -> list[Any]:
    return [
        part
        for name, value in params.items()
        for part in ((name,) if isinstance(value, str) and not value else (name, value))
    ]
