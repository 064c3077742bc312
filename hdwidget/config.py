"""What to run and how: `HyperDriveConfig` and `FunctionRunConfig`, checked when they are made."""

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar, get_args

from hdwidget.arguments import as_arguments
from hdwidget.checks import finite_number, nearest, suggest_keywords, whole_number
from hdwidget.curves import PrimaryMetricGoal
from hdwidget.dry_run import DryRun, dry_run
from hdwidget.errors import ConfigurationError
from hdwidget.policies import NoTerminationPolicy, Policy
from hdwidget.samplers import BayesianParameterSampling, Sampler
from hdwidget.script_config import ScriptRunConfig
from hdwidget.signature import check_signature, is_async, label

__all__ = [
    "RUNS_PER_HYPERPARAMETER",
    "FunctionRunConfig",
    "HyperDriveConfig",
    "Isolation",
    "PrimaryMetricGoal",
]

Isolation: TypeAlias = Literal["coroutine", "thread", "process"]

T = TypeVar("T")

COROUTINES_AT_ONCE = 100

RUNS_PER_HYPERPARAMETER = 20
"""Azure's advice for Bayesian sampling, and no bad one for random sampling."""


@dataclass(frozen=True)
class FunctionRunConfig:
    """A Python function as the thing that is tuned.

    Parameters
    ----------
    function : callable
        ``train(run, **hyperparameters)``, or ``train(run, data, **hyperparameters)`` with `setup`;
        a plain function or an ``async def``.
    isolation : {"process", "thread", "coroutine"}, optional
        Where a trial runs. The default is a process of its own for a plain function, which uses
        all cores and can be killed, and a coroutine on the engine's loop for an ``async def``. A
        thread is for tiny functions; it stops at its next `run.log`, and cannot be killed.
    setup : callable, optional
        Called once per experiment without arguments; what it returns is handed to every trial as
        its second argument. Trials in processes map its large arrays copy-on-write instead of
        copying them.
    max_run_duration_seconds : float
        Wall-clock seconds after which a trial is stopped and, if it does not stop, killed.
        The default is 30 days.

    Raises
    ------
    ConfigurationError
        For an argument that does not hold.

    Examples
    --------
    >>> def train(run, data, depth): ...
    >>> FunctionRunConfig(train, setup=lambda: [1, 2, 3], isolation="thread")
    FunctionRunConfig(train, isolation='thread', setup=<lambda>)
    """

    function: Callable[..., Any]
    isolation: Isolation
    setup: Callable[[], object] | None
    max_run_duration_seconds: float

    @suggest_keywords
    def __init__(
        self,
        function: Callable[..., Any],
        *,
        isolation: Isolation | None = None,
        setup: Callable[[], object] | None = None,
        max_run_duration_seconds: float = 2592000,
    ) -> None:
        for name, value in (("function", function), ("setup", setup)):
            if not callable(value) and not (name == "setup" and value is None):
                msg = f"`{name}` must be callable, but got {name}={value!r}."
                raise ConfigurationError(msg)
        if setup is not None and is_async(setup):
            msg = f"`setup` must be a plain function, but `{label(setup)}` is an `async def`."
            raise ConfigurationError(msg)
        if isolation is None:
            isolation = "coroutine" if is_async(function) else "process"
        if isolation not in get_args(Isolation):
            msg = (
                f'`isolation` must be "process", "thread" or "coroutine", '
                f"but got isolation={isolation!r}.{nearest(str(isolation), get_args(Isolation))}"
            )
            raise ConfigurationError(msg)
        if isolation == "coroutine" and not is_async(function):
            msg = (
                f'`isolation="coroutine"` needs an `async def`, but `{label(function)}` is a plain '
                f'function. Use isolation="process" or "thread", or make it `async def`.'
            )
            raise ConfigurationError(msg)
        seconds = finite_number("max_run_duration_seconds", max_run_duration_seconds)
        if seconds <= 0:
            msg = (
                "`max_run_duration_seconds > 0` must hold, "
                f"but got max_run_duration_seconds={max_run_duration_seconds}."
            )
            raise ConfigurationError(msg)
        object.__setattr__(self, "function", function)
        object.__setattr__(self, "isolation", isolation)
        object.__setattr__(self, "setup", setup)
        object.__setattr__(self, "max_run_duration_seconds", seconds)

    @property
    def most_at_once(self) -> int:
        """How many runs there are at once where nobody says so."""
        return COROUTINES_AT_ONCE if self.isolation == "coroutine" else os.cpu_count() or 1

    def to_json(self) -> dict[str, object]:
        """Return what the record keeps of it: the function by its name only."""
        return {
            "function": label(self.function),
            "isolation": self.isolation,
            "max_run_duration_seconds": self.max_run_duration_seconds,
        }

    def __repr__(self) -> str:
        setup = "" if self.setup is None else f", setup={label(self.setup)}"
        return f"FunctionRunConfig({label(self.function)}, isolation={self.isolation!r}{setup})"


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
    estimator, resume_from, resume_child_runs
        Parts of Azure's signature that this version cannot honour; they must be None.

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
        resume_from: None = None,
        resume_child_runs: None = None,
    ) -> None:
        for name, value in (
            ("estimator", estimator),
            ("resume_from", resume_from),
            ("resume_child_runs", resume_child_runs),
        ):
            if value is not None:
                msg = f"`{name}` is not supported by this version of hdwidget; leave it out."
                raise ConfigurationError(msg)
        sampler = _instance(
            "hyperparameter_sampling",
            hyperparameter_sampling,
            Sampler,
            "RandomParameterSampling({...}) or BayesianParameterSampling({...})",
        )
        if not isinstance(primary_metric_name, str) or not primary_metric_name:  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            msg = (
                "`primary_metric_name` must be the name of the metric that the function logs, "
                f"but got primary_metric_name={primary_metric_name!r}."
            )
            raise ConfigurationError(msg)
        try:
            goal = PrimaryMetricGoal(primary_metric_goal)
        except ValueError:
            msg = (
                "`primary_metric_goal` must be PrimaryMetricGoal.MAXIMIZE or .MINIMIZE, "
                f"but got primary_metric_goal={primary_metric_goal!r}."
            )
            raise ConfigurationError(msg) from None
        minutes = finite_number("max_duration_minutes", max_duration_minutes)
        if minutes <= 0:
            msg = (
                "`max_duration_minutes > 0` must hold, "
                f"but got max_duration_minutes={max_duration_minutes}."
            )
            raise ConfigurationError(msg)
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
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        if isinstance(sampler, BayesianParameterSampling):
            _advise(self.max_total_runs, sampler)

    @property
    def concurrent_runs(self) -> int:
        """How many runs there are at most at once."""
        if self.max_concurrent_runs is not None:
            return self.max_concurrent_runs
        return self.run_config.most_at_once

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
            **self.run_config.to_json(),
        }


def _function(given: object) -> FunctionRunConfig:
    if given is None or not callable(given):
        msg = (
            "`run_config` must be a training function `train(run, **hyperparameters)`, "
            f"FunctionRunConfig(train) or ScriptRunConfig(…), but got run_config={given!r}."
            f"{' Did you call it? Leave out the parentheses.' if given is None else ''}"
        )
        raise ConfigurationError(msg)
    return FunctionRunConfig(given)


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
            f"but got {name}={value!r:.80}."
        )
        raise ConfigurationError(msg)
    return value
