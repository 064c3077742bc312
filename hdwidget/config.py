"""An experiment's configuration, checked when it is made."""

import copy
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar, cast

from hdwidget.arguments import as_arguments
from hdwidget.checks import is_text, positive_number, suggest_keywords, whole_number
from hdwidget.curves import PrimaryMetricGoal
from hdwidget.dry_run import DryRun, dry_run
from hdwidget.errors import ConfigurationError
from hdwidget.function_config import FunctionRunConfig
from hdwidget.policies import NoTerminationPolicy, Policy
from hdwidget.samplers import BayesianParameterSampling, Sampler
from hdwidget.script_config import ScriptRunConfig
from hdwidget.shown import as_text, shown
from hdwidget.signature import check_signature

__all__ = [
    "RUNS_PER_HYPERPARAMETER",
    "HyperDriveConfig",
    "PrimaryMetricGoal",
]

T = TypeVar("T")

RUNS_PER_HYPERPARAMETER = 20
"""Azure's advice for Bayesian sampling, and no bad one for random sampling."""


MOST_PARENTS = 5
"""From so many earlier HyperDrive runs can one start warm; Azure's limit, too."""


class RecordedPlace(Protocol):
    """An experiment, as far as it says where its runs are."""

    @property
    def workspace(self) -> Any:  # noqa: ANN401  # a workspace, which has a `path`
        """Where it is."""
        ...


class EarlierRun(Protocol):
    """A handle on a run, as far as a configuration needs to know of it."""

    id: str

    @property
    def experiment(self) -> RecordedPlace:
        """Where it was submitted."""
        ...


@dataclass(frozen=True)
class HyperDriveConfig:
    """An experiment: what is tuned, over which space, judged by what, and for how long.

    Parameters
    ----------
    hyperparameter_sampling : Sampler
        The search space and how configurations are drawn from it: a RandomParameterSampling,
        GridParameterSampling or BayesianParameterSampling.
    primary_metric_name : str
        The metric that runs are compared by; the function logs it.
    primary_metric_goal : PrimaryMetricGoal
        Whether more or less of it is better.
    max_total_runs : int
        How many runs to make, >= 1. A finite space that is exhausted ends the experiment earlier.
    max_concurrent_runs : int, optional
        How many runs at once. The default is the number of CPUs, and 100 for coroutines.
    max_duration_minutes : float
        Wall-clock minutes after which the experiment ends; what still runs then is canceled.
    policy : Policy, optional
        When to stop a run early; None never does.
    run_config : callable, FunctionRunConfig or ScriptRunConfig
        The function or the script that is tuned.
    estimator : None
        A part of Azure's signature that has no meaning here; it must be None.
    resume_from : sequence of HyperDriveRun, optional
        Up to five earlier HyperDrive runs that have ended, of any workspace, with the same metric
        and goal. Their curves take part in the policy's comparisons under random and grid
        sampling, their runs are what Bayesian sampling begins with, and none of their
        configurations is repeated. Those that do not fit the space are not used; a warning says so.
    resume_child_runs : sequence of Run, optional
        Runs that did not complete, to be gone on with first: with their hyperparameters, their
        values so far, and a copy of their outputs; ``run.resume_from`` is the earlier one's folder.

    Raises
    ------
    ConfigurationError
        For an argument that does not hold, or a function that does not take the hyperparameters.

    Examples
    --------
    >>> from hdwidget import RandomParameterSampling, uniform
    >>> def train(run, x):
    ...     run.log("loss", x**2)
    >>> HyperDriveConfig(
    ...     run_config=train,
    ...     hyperparameter_sampling=RandomParameterSampling({"x": uniform(-1, 1)}, seed=1),
    ...     primary_metric_name="loss",
    ...     primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
    ...     max_total_runs=20,
    ... ).max_total_runs
    20
    """

    hyperparameter_sampling: Sampler
    primary_metric_name: str
    primary_metric_goal: PrimaryMetricGoal
    max_total_runs: int
    max_concurrent_runs: int | None
    max_duration_minutes: float
    policy: Policy
    run_config: FunctionRunConfig | ScriptRunConfig
    resume_from: tuple[EarlierRun, ...]
    resume_child_runs: tuple[EarlierRun, ...]

    @suggest_keywords
    def __init__(
        self,
        hyperparameter_sampling: Sampler,
        primary_metric_name: str,
        primary_metric_goal: PrimaryMetricGoal,
        max_total_runs: int,
        max_concurrent_runs: int | None = None,
        max_duration_minutes: float = 10080,
        policy: Policy | None = None,
        estimator: None = None,
        run_config: Callable[..., Any] | FunctionRunConfig | ScriptRunConfig | None = None,
        resume_from: Sequence[EarlierRun] | EarlierRun | None = None,
        resume_child_runs: Sequence[EarlierRun] | EarlierRun | None = None,
    ) -> None:
        if estimator is not None:
            msg = "`estimator` is Azure's only; give `run_config`."
            raise ConfigurationError(msg)
        sampler = _instance(
            "hyperparameter_sampling",
            hyperparameter_sampling,
            Sampler,
            "RandomParameterSampling({...}) or BayesianParameterSampling({...})",
        )
        if not is_text(primary_metric_name) or not primary_metric_name:
            msg = (
                "`primary_metric_name` must be the name of the metric that the function logs, "
                f"but got primary_metric_name={shown(primary_metric_name)}."
            )
            raise ConfigurationError(msg)
        try:
            goal = PrimaryMetricGoal[as_text(primary_metric_goal)]
        except KeyError:
            msg = (
                "`primary_metric_goal` must be PrimaryMetricGoal.MAXIMIZE or .MINIMIZE, "
                f"but got primary_metric_goal={shown(primary_metric_goal)}."
            )
            raise ConfigurationError(msg) from None
        minutes = positive_number("max_duration_minutes", max_duration_minutes)
        run = (
            run_config
            if isinstance(run_config, FunctionRunConfig | ScriptRunConfig)
            else _function(run_config)
        )
        if isinstance(run, FunctionRunConfig):
            check_signature(run.function, sampler.space.names, with_setup=run.setup is not None)
        fields: dict[str, object] = {
            "hyperparameter_sampling": sampler,
            "primary_metric_name": primary_metric_name,
            "primary_metric_goal": goal,
            "max_total_runs": whole_number("max_total_runs", max_total_runs, minimum=1),
            "max_concurrent_runs": None
            if max_concurrent_runs is None
            else whole_number("max_concurrent_runs", max_concurrent_runs, minimum=1),
            "max_duration_minutes": minutes,
            "policy": NoTerminationPolicy()
            if policy is None
            else _instance("policy", policy, Policy, "BanditPolicy(slack_factor=0.15)"),
            "run_config": run,
            "resume_from": _earlier("resume_from", resume_from, most=MOST_PARENTS),
            "resume_child_runs": _earlier("resume_child_runs", resume_child_runs),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        if isinstance(sampler, BayesianParameterSampling) and not self.resume_from:
            _advise(self.max_total_runs, sampler)

    @property
    def parents(self) -> list[dict[str, str]]:
        """Which earlier runs it starts warm from: ``run_id`` and ``workspace`` of each."""
        return [_reference(run) for run in self.resume_from]

    @property
    def adopted(self) -> list[dict[str, str]]:
        """Which runs are to be gone on with first: ``run_id`` and ``workspace`` of each."""
        return [_reference(run) for run in self.resume_child_runs]

    @property
    def concurrent_runs(self) -> int:
        """How many runs there are at most at once."""
        if self.max_concurrent_runs is not None:
            return self.max_concurrent_runs
        return self.run_config.most_at_once

    @property
    def most_at_once(self) -> int:
        """How many runs there can be at once."""
        return min(self.concurrent_runs, self.max_total_runs)

    def changed(self, **fields: object) -> Self:
        """Return a copy with other values of some arguments, which have been checked."""
        made = copy.copy(self)
        for name, value in fields.items():
            object.__setattr__(made, name, value)
        return made

    def arguments(self, params: Mapping[str, object]) -> tuple[str, ...]:
        """Return what a script gets for a configuration; nothing for a function."""
        if isinstance(self.run_config, FunctionRunConfig):
            return ()
        options = self.hyperparameter_sampling.space.options
        return (*self.run_config.arguments, *as_arguments(params, options))

    def trial_json(self, arguments: Sequence[str]) -> dict[str, object]:
        """Return what the record keeps of a trial beside its hyperparameters: of a script's."""
        run = self.run_config
        if isinstance(run, FunctionRunConfig):
            return {}
        return {"script": run.script, "command": list(run.command), "arguments": list(arguments)}

    def dry_run(self) -> DryRun:
        """Run one trial in this process and estimate the cost of the whole.

        Nothing is stored, and no process or thread is in between: exceptions come through with
        their own traceback, and `breakpoint()` works.

        Returns
        -------
        DryRun
            What was logged, how long it took, and an upper bound for the whole, in seconds.
        """
        params = self.hyperparameter_sampling.propose(0, [])
        if params is None:  # pragma: no cover  # no space is empty
            msg = "the search space holds no configuration."
            raise ConfigurationError(msg)
        if isinstance(self.run_config, ScriptRunConfig):
            msg = (
                "a dry run calls a function in this process, but `run_config` is a script. "
                "Run it once with experiment.submit(run_config)."
            )
            raise ConfigurationError(msg)
        return dry_run(
            self.run_config.function,
            self.run_config.setup,
            params,
            primary_metric=self.primary_metric_name,
            max_total_runs=self.max_total_runs,
            concurrent_runs=min(self.concurrent_runs, self.max_total_runs),
        )

    def to_json(self) -> Mapping[str, object]:
        """Return the configuration as the record keeps it."""
        return {
            "hyperparameter_sampling": self.hyperparameter_sampling.to_json(),
            "primary_metric_name": self.primary_metric_name,
            "primary_metric_goal": self.primary_metric_goal.value,
            "max_total_runs": self.max_total_runs,
            "max_concurrent_runs": self.concurrent_runs,
            "max_duration_minutes": self.max_duration_minutes,
            "policy": self.policy.to_json(),
            "hyperparameters": len(self.hyperparameter_sampling.space.dimensions),
            "space_size": self.hyperparameter_sampling.space.size,
            "resume_from": self.parents,
            **self.run_config.to_json(),
        }


def _function(given: object) -> FunctionRunConfig:
    if given is None or not callable(given):
        msg = (
            "`run_config` must be a training function `train(run, **hyperparameters)`, "
            f"FunctionRunConfig(train) or ScriptRunConfig(…), but got run_config={shown(given)}."
            f"{' Did you call it? Leave out the parentheses.' if given is None else ''}"
        )
        raise ConfigurationError(msg)
    return FunctionRunConfig(given)


def _earlier(
    name: str, given: Sequence[EarlierRun] | EarlierRun | None, most: int | None = None
) -> tuple[EarlierRun, ...]:
    runs = tuple(given) if isinstance(given, list | tuple) else () if given is None else (given,)
    for run in runs:
        if not (hasattr(run, "id") and hasattr(run, "experiment")):
            msg = (
                f"`{name}` must be a list of runs, such as experiment.get_runs(), "
                f"but got {shown(run)}."
            )
            raise ConfigurationError(msg)
    if most is not None and len(runs) > most:
        msg = f"`{name}` must name at most {most} runs, but got {len(runs)}."
        raise ConfigurationError(msg)
    return cast("tuple[EarlierRun, ...]", runs)


def _reference(run: EarlierRun) -> dict[str, str]:
    return {"run_id": run.id, "workspace": str(run.experiment.workspace.path)}


def _advise(total: int, sampler: BayesianParameterSampling) -> None:
    """Warn where there are too few runs for a model to learn from."""
    count = len(sampler.space.dimensions)
    advised = RUNS_PER_HYPERPARAMETER * count
    if sampler.space.size is not None:
        advised = min(advised, sampler.space.size)
    if total < advised:
        message = (
            f"Bayesian sampling learns little from max_total_runs={total}: at least {advised} are "
            f"advised, {RUNS_PER_HYPERPARAMETER} for each of {count} hyperparameters."
        )
        warnings.warn(message, stacklevel=4)


def _instance(name: str, value: object, kind: type[T], example: str) -> T:
    if not isinstance(value, kind):
        msg = (
            f"`{name}` must be a {kind.__name__.lower()} such as {example}, "
            f"but got {name}={shown(value, 80)}."
        )
        raise ConfigurationError(msg)
    return value
