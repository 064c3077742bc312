"""`HyperDriveConfig` for a script as Azure's notebooks describe it, and its older name."""

from collections.abc import Mapping, Sequence
from typing import Any

import hdwidget.config as local
from hdwidget.azureml.script_run_config import ScriptRunConfig
from hdwidget.checks import suggest_keywords
from hdwidget.errors import ConfigurationError
from hdwidget.policies import Policy
from hdwidget.samplers import Sampler

__all__ = ["WRITTEN", "HyperDriveConfig", "HyperDriveRunConfig"]

WRITTEN = "written_names"
"""Where the record keeps ``{"C": "--C"}``: Azure shows hyperparameters as they were written."""


class HyperDriveConfig(local.HyperDriveConfig):
    """What is tuned, over which space, judged by what, and for how long.

    Parameters
    ----------
    run_config : ScriptRunConfig
        The script; or, as in all of hdwidget, a training function.
    estimator : Estimator
        The script, described in the older way; one of the two is to be given.
    resume_from, resume_child_runs : sequence, optional
        Earlier runs; an empty list is none.
    hyperparameter_sampling, primary_metric_name, primary_metric_goal, max_total_runs, \
max_concurrent_runs, max_duration_minutes, policy
        As `hdwidget.HyperDriveConfig` has them.

    Raises
    ------
    ConfigurationError
        For an argument that does not hold.
    """

    @suggest_keywords
    def __init__(
        self,
        hyperparameter_sampling: Sampler,
        primary_metric_name: str,
        primary_metric_goal: local.PrimaryMetricGoal,
        max_total_runs: int,
        max_concurrent_runs: int | None = None,
        max_duration_minutes: float = 10080,
        policy: Policy | None = None,
        estimator: ScriptRunConfig | None = None,
        run_config: Any = None,  # noqa: ANN401  # a script's, or a function
        resume_from: Sequence[Any] | None = None,
        resume_child_runs: Sequence[Any] | None = None,
        pipeline: object = None,
    ) -> None:
        given = _one_of(run_config, estimator, pipeline)
        super().__init__(
            hyperparameter_sampling,
            primary_metric_name,
            primary_metric_goal,
            max_total_runs,
            max_concurrent_runs,
            max_duration_minutes,
            policy,
            run_config=given.to_local() if isinstance(given, ScriptRunConfig) else given,
            resume_from=resume_from,
            resume_child_runs=resume_child_runs,
        )

    def to_json(self) -> Mapping[str, object]:
        """Return the configuration as the record keeps it, with the names as they were written."""
        written = getattr(self.hyperparameter_sampling, "written", {})
        return {**super().to_json(), WRITTEN: written}

    @property
    def estimator(self) -> Any:  # noqa: ANN401  # as `run_config`
        """What is tuned, under the older name."""
        return self.run_config


class HyperDriveRunConfig(HyperDriveConfig):
    """`HyperDriveConfig` as it was called in 2018, with the estimator first."""

    @suggest_keywords
    def __init__(
        self,
        estimator: ScriptRunConfig,
        hyperparameter_sampling: Sampler,
        primary_metric_name: str,
        primary_metric_goal: local.PrimaryMetricGoal,
        max_total_runs: int,
        max_concurrent_runs: int | None = None,
        max_duration_minutes: float = 10080,
        policy: Policy | None = None,
    ) -> None:
        super().__init__(
            hyperparameter_sampling,
            primary_metric_name,
            primary_metric_goal,
            max_total_runs,
            max_concurrent_runs,
            max_duration_minutes,
            policy,
            estimator=estimator,
        )


def _one_of(run_config: Any, estimator: ScriptRunConfig | None, pipeline: object) -> Any:  # noqa: ANN401  # as given
    if pipeline is not None:
        message = "`pipeline` is Azure's only: give a ScriptRunConfig as `run_config` instead."
        raise ConfigurationError(message)
    if run_config is not None and estimator is not None:
        message = "give either `run_config` or `estimator`, but got both."
        raise ConfigurationError(message)
    return estimator if run_config is None else run_config
