"""`ScriptRunConfig` as Azure's notebooks make and change it, and its way to hdwidget's."""

import copy
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import hdwidget.script_config as local
from hdwidget.azureml.cloud_only import refuse
from hdwidget.azureml.consumption import DatasetConsumptionConfig
from hdwidget.azureml.data_reference import DataPath, DataReference
from hdwidget.azureml.datasets import AbstractDataset
from hdwidget.azureml.datastores import Datastore
from hdwidget.azureml.environment import Environment
from hdwidget.azureml.inputs import INPUTS
from hdwidget.azureml.run_config import DockerConfiguration, RunConfiguration
from hdwidget.checks import suggest_keywords
from hdwidget.errors import ConfigurationError

__all__ = ["ScriptRunConfig"]

MONTH = 30 * 24 * 3600
"""Seconds a script may run where nobody says how long, as in Azure."""


class ScriptRunConfig:
    """A training script, and what it is started with; everything may be changed until it is used.

    Parameters
    ----------
    source_directory : str or Path, optional
        The folder with the script; the default is the current one.
    script : str, optional
        The script, relative to it.
    arguments : sequence, optional
        What comes before the hyperparameters; a dataset or a place in a datastore becomes a path,
        or a dataset's id.
    run_config : RunConfiguration, optional
        Where it runs; what is given beside it counts more.
    compute_target : object, optional
        A compute target or its name; it always runs on this machine.
    environment : Environment, optional
        What it runs in.
    distributed_job_config : MpiConfiguration or PyTorchConfiguration, optional
        In how many processes it runs.
    max_run_duration_seconds : float, optional
        Wall-clock seconds after which a run is stopped.
    command : sequence or str, optional
        A program and its arguments instead of a script.
    docker_runtime_config : DockerConfiguration, optional
        Accepted; nothing runs in a container here.

    Examples
    --------
    >>> config = ScriptRunConfig(".", "train.py", arguments=["--data", images.as_mount()])
    >>> config.run_config.environment = Environment("sklearn")
    """

    @suggest_keywords
    def __init__(
        self,
        source_directory: str | Path | None = None,
        script: str | None = None,
        arguments: Sequence[Any] | None = None,
        run_config: RunConfiguration | None = None,
        _telemetry_values: object = None,
        compute_target: Any = None,  # noqa: ANN401  # a target, or its name
        environment: Environment | None = None,
        distributed_job_config: Any = None,  # noqa: ANN401  # one of several classes
        resume_from: object = None,
        max_run_duration_seconds: float | None = None,
        command: Sequence[Any] | str | None = None,
        docker_runtime_config: DockerConfiguration | None = None,
    ) -> None:
        del _telemetry_values
        self.source_directory = str(source_directory or ".")
        self.script = script
        self.arguments: list[Any] = list(arguments or ())
        self.command = command
        self.run_config = RunConfiguration() if run_config is None else copy.copy(run_config)
        if compute_target is not None:
            self.run_config.target = compute_target
        if environment is not None:
            self.run_config.environment = environment
        if docker_runtime_config is not None:
            self.run_config.docker = docker_runtime_config
        self.distributed_job_config = distributed_job_config
        self.max_run_duration_seconds = max_run_duration_seconds
        self.resume_from = resume_from
        self.inputs: list[Any] = []

    def __repr__(self) -> str:
        return f"ScriptRunConfig({self.source_directory!r}, {self.script or self.command!r})"

    def to_local(self) -> local.ScriptRunConfig:
        """Return hdwidget's configuration: what will really be started.

        Datasets are downloaded where they are behind urls.

        Raises
        ------
        ConfigurationError
            An argument does not hold, or the script is not there.
        UserErrorException
            A dataset's files are not there.
        """
        if self.resume_from is not None:
            message = "`resume_from` belongs into HyperDriveConfig, but ScriptRunConfig has one."
            raise ConfigurationError(message)
        arguments = [*self.run_config.arguments, *self.arguments]
        command = [self.command] if isinstance(self.command, str) else list(self.command or ())
        if isinstance(self.command, str):
            message = (
                f"`command` must be a list such as ['Rscript', 'train.R'], because there is no "
                f"shell, but got command={self.command!r}."
            )
            raise ConfigurationError(message)
        described: dict[str, Any] = {}
        variables = dict(self.run_config.environment_variables)
        for item in (*arguments, *command, *self.inputs, *self.run_config.data.values()):
            _describe(item, described, variables)
        for name, reference in self.run_config.data_references.items():
            _describe(reference, described, variables)
            variables[f"AZUREML_DATAREFERENCE_{name}"] = as_text(reference)
        if described:
            variables[INPUTS] = json.dumps(described)
        seconds = self.max_run_duration_seconds or self.run_config.max_run_duration_seconds
        program = [as_text(item) for item in command]
        return local.ScriptRunConfig(
            self.source_directory,
            # Arguments of a command stand behind it, and hyperparameters behind them.
            None if program else self.script or self.run_config.script,
            [as_text(item) for item in arguments],
            environment=self.run_config.environment.to_local(variables),
            distributed_job_config=_processes(self.distributed_job_config or self.run_config),
            max_run_duration_seconds=MONTH if seconds is None else seconds,
            command=program or None,
        )


def as_text(item: Any) -> str:  # noqa: ANN401  # whatever stands among arguments
    """Return an argument as the script gets it."""
    if isinstance(item, DatasetConsumptionConfig):
        return item.argument
    if isinstance(item, DataPath):
        item = item.create_data_reference()
    if isinstance(item, DataReference):
        return str(item.path)
    if isinstance(item, Datastore):
        return str(item.root)
    if isinstance(item, AbstractDataset):
        return item.id
    return "" if item is None else str(item)


def _describe(
    item: Any,  # noqa: ANN401  # whatever stands among arguments
    described: dict[str, Mapping[str, Any]],
    variables: dict[str, str],
) -> None:
    """Note what the script's process has to know of an argument beside its text."""
    if isinstance(item, DatasetConsumptionConfig):
        described[item.name] = item.described()
    elif isinstance(item, DataReference):
        variables[f"AZUREML_DATAREFERENCE_{item.data_reference_name}"] = str(item.path)


def _processes(job: Any) -> Any:  # noqa: ANN401  # one of several classes
    """Return in how many local processes the script runs; more than one machine is refused."""
    if getattr(job, "node_count", 1) > 1:
        refuse(
            f"node_count={job.node_count}",
            "Set the number of processes instead, such as MpiConfiguration("
            "process_count_per_node=2).",
        )
    if isinstance(job, RunConfiguration):
        return None
    return job
