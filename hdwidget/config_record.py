"""A configuration read back from the record, for a run that another process has begun."""

import importlib
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hdwidget.config import HyperDriveConfig
from hdwidget.curves import PrimaryMetricGoal
from hdwidget.errors import ConfigurationError
from hdwidget.function_config import FunctionRunConfig
from hdwidget.policies import Policy, policy_from_json
from hdwidget.samplers import Sampler, sampler_from_json
from hdwidget.script_config import Environment, PyTorchConfiguration, ScriptRunConfig
from hdwidget.shown import shown

__all__ = ["recorded_config"]

RunConfig = FunctionRunConfig | ScriptRunConfig


def recorded_config(
    written: Mapping[str, Any],
    *,
    snapshot: Path,
    run_config: Callable[..., Any] | RunConfig | None = None,
    hyperparameter_sampling: Sampler | None = None,
    policy: Policy | None = None,
) -> HyperDriveConfig:
    """Return the configuration that `HyperDriveConfig.to_json` has written.

    Parameters
    ----------
    written
        What the record holds.
    snapshot
        The copy of a script's source directory that the run was begun with.
    run_config, hyperparameter_sampling, policy
        What the record cannot hold: a function of a notebook, options that JSON has no form for, a
        sampler or a policy of the user's own.

    Raises
    ------
    ConfigurationError
        Something that the record cannot hold was not given, or is another than it was.
    """
    sampler = _sampler(written["hyperparameter_sampling"], hyperparameter_sampling)
    with warnings.catch_warnings():  # of too few runs it was warned when the run was begun
        warnings.filterwarnings("ignore", "Bayesian sampling learns little")
        return HyperDriveConfig(
            hyperparameter_sampling=sampler,
            primary_metric_name=written["primary_metric_name"],
            primary_metric_goal=PrimaryMetricGoal(written["primary_metric_goal"]),
            max_total_runs=written["max_total_runs"],
            max_concurrent_runs=written["max_concurrent_runs"],
            max_duration_minutes=written["max_duration_minutes"],
            policy=policy_from_json(written["policy"]) if policy is None else policy,
            run_config=_run_config(written, snapshot, run_config),
        )


def _sampler(written: Mapping[str, object], given: Sampler | None) -> Sampler:
    sampler = sampler_from_json(written) if given is None else given
    if isinstance(sampler, Sampler) and sampler.to_json() == written:  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
        return sampler
    if given is None:
        message = (
            "the search space has options that the record cannot hold: give the sampler again, "
            "resume(hyperparameter_sampling=…)."
        )
    else:
        message = (
            "`hyperparameter_sampling` must be the one that the run was begun with, seed included: "
            f"{shown(written, None)}, but got {shown(given)}."
        )
    raise ConfigurationError(message)


def _run_config(
    written: Mapping[str, Any], snapshot: Path, given: Callable[..., Any] | RunConfig | None
) -> RunConfig:
    if isinstance(given, ScriptRunConfig) or (given is None and "source_directory" in written):
        if not isinstance(given, ScriptRunConfig):
            return _script(written, snapshot)
        return given
    if isinstance(given, FunctionRunConfig):
        return given
    return FunctionRunConfig(
        _imported(written["function"], written.get("importable")) if given is None else given,
        isolation=written["isolation"],
        setup=_imported(written["setup"], written.get("importable_setup"))
        if written.get("setup")
        else None,
        max_run_duration_seconds=written["max_run_duration_seconds"],
        max_retries=written.get("max_retries", 0),
        memory_limit=written.get("memory_limit"),
    )


def _imported(name: str, place: str | None) -> Callable[..., Any]:
    """Return a function by its place, ``module:qualified.name``."""
    if place is None:
        message = (
            f"`{name}` was defined in a notebook, and the record holds no code: define it again, "
            f"and write resume(run_config={name})."
        )
        raise ConfigurationError(message)
    module, _, path = place.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        message = f"`{name}` cannot be imported ({error}): give it, resume(run_config={name})."
        raise ConfigurationError(message) from error
    return found


def _script(written: Mapping[str, Any], snapshot: Path) -> ScriptRunConfig:
    count = written["process_count"]
    return ScriptRunConfig(
        snapshot if snapshot.is_dir() else written["source_directory"],
        script=written["script"],
        arguments=written["arguments"],
        environment=Environment(
            written["python"],
            environment_variables=written.get("environment_variables"),
            launcher=written.get("launcher", ()),
        ),
        distributed_job_config=PyTorchConfiguration(count) if count > 1 else None,
        max_run_duration_seconds=written["max_run_duration_seconds"],
        max_retries=written.get("max_retries", 0),
        memory_limit=written.get("memory_limit"),
        command=written["command"] or None,
        stdout_metrics=written["stdout_metrics"] or None,
    )
