"""Whatever a configuration is made of: it is refused, or it can be recorded."""

import contextlib
import json
import warnings

from hypothesis import strategies as st
from support.fuzzing import fuzzed
from support.odd_values import ANYTHING, NUMBERS, SCALARS, TEXTS, ends

import hdwidget
from hdwidget import (
    BanditPolicy,
    BayesianParameterSampling,
    GridParameterSampling,
    MedianStoppingPolicy,
    PrimaryMetricGoal,
    RandomParameterSampling,
    TruncationSelectionPolicy,
    choice,
    uniform,
)
from hdwidget.errors import HDWidgetError
from hdwidget.policies import policy_from_json
from hdwidget.samplers import sampler_from_json
from hdwidget.script_config import MpiConfiguration, PyTorchConfiguration
from hdwidget.store.json_text import as_recorded


def train(run, x): ...


async def atrain(run, x): ...


SPACE = {"x": uniform(0, 1)}
SOUND = {
    "HyperDriveConfig": {
        "hyperparameter_sampling": RandomParameterSampling(SPACE, seed=1),
        "primary_metric_name": "loss",
        "primary_metric_goal": PrimaryMetricGoal.MINIMIZE,
        "max_total_runs": 3,
        "max_concurrent_runs": 2,
        "max_duration_minutes": 10,
        "policy": None,
        "estimator": None,
        "run_config": train,
        "resume_from": None,
        "resume_child_runs": None,
    },
    "FunctionRunConfig": {
        "function": train,
        "isolation": None,
        "setup": None,
        "max_run_duration_seconds": 10,
        "max_retries": 0,
        "memory_limit": None,
    },
    "ScriptRunConfig": {
        "source_directory": None,
        "script": None,
        "arguments": None,
        "run_config": None,
        "compute_target": None,
        "environment": None,
        "distributed_job_config": None,
        "resume_from": None,
        "max_run_duration_seconds": 10,
        "command": ["true"],
        "docker_runtime_config": None,
        "stdout_metrics": None,
        "max_retries": 0,
        "memory_limit": None,
    },
    "Environment": {
        "python": None,
        "environment_variables": None,
        "launcher": (),
    },
}
USUAL = (
    TEXTS
    | NUMBERS
    | ANYTHING
    | st.sampled_from(
        ["process", "thread", "coroutine", "2 GB", "maximize", "1e9 TB", train, atrain]
    )
    | st.sampled_from(
        [uniform(0, 1), BanditPolicy(slack_factor=0.1), GridParameterSampling({"x": choice(1)})]
    )
    | st.lists(SCALARS, max_size=3)
    | st.dictionaries(TEXTS, SCALARS, max_size=2)
)


def changed(name):
    return st.dictionaries(st.sampled_from([*SOUND[name]]) | TEXTS, USUAL.filter(ends), max_size=3)


def configured(name, changes):
    """Return a configuration; None where it is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            return getattr(hdwidget, name)(**{**SOUND[name], **changes})
        except HDWidgetError:
            return None


@fuzzed(20, 5000, name=st.sampled_from(sorted(SOUND)), data=st.data())
def test_anything_in_a_configuration(name, data):
    made = configured(name, data.draw(changed(name)))
    if made is None:
        return
    repr(made)
    if hasattr(made, "to_json"):
        json.dumps(as_recorded(dict(made.to_json())))
    if name == "HyperDriveConfig":
        assert made.most_at_once >= 1
        assert made.parents == made.adopted == []


@fuzzed(
    15,
    4000,
    kind=st.sampled_from(
        [
            BanditPolicy,
            MedianStoppingPolicy,
            TruncationSelectionPolicy,
            PyTorchConfiguration,
            MpiConfiguration,
        ]
    ),
    arguments=st.lists(NUMBERS | ANYTHING, max_size=4),
    keywords=st.dictionaries(
        st.sampled_from(
            [
                "evaluation_interval",
                "delay_evaluation",
                "slack_factor",
                "slack_amount",
                "truncation_percentage",
                "exclude_finished_jobs",
                "process_count",
                "node_count",
            ]
        )
        | TEXTS,
        NUMBERS | ANYTHING,
        max_size=2,
    ),
)
def test_anything_in_a_policy(kind, arguments, keywords):
    try:
        made = kind(*arguments, **keywords)
    except HDWidgetError:
        return
    repr(made)
    if hasattr(made, "to_json"):
        assert policy_from_json(json.loads(json.dumps(made.to_json()))) == made


@fuzzed(
    15,
    4000,
    kind=st.sampled_from(
        [RandomParameterSampling, GridParameterSampling, BayesianParameterSampling]
    ),
    space=st.just(SPACE) | st.just({"x": choice(1, 2)}) | ANYTHING,
    arguments=st.lists(
        ANYTHING | st.dictionaries(st.sampled_from(["seed", "rule", "x"]), NUMBERS | ANYTHING),
        max_size=2,
    ),
    keywords=st.dictionaries(
        st.sampled_from(["properties", "seed", "rule", "initial_runs"]) | TEXTS,
        NUMBERS | ANYTHING,
        max_size=2,
    ),
)
def test_anything_in_a_sampler(kind, space, arguments, keywords):
    try:
        made = kind(space, *arguments, **keywords)
    except HDWidgetError:
        return
    made.propose(0, [])
    again = sampler_from_json(json.loads(json.dumps(made.to_json())))
    assert again.propose(0, []) == made.propose(0, [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)


@fuzzed(
    25,
    4000,
    written=JSON
    | st.fixed_dictionaries(
        {},
        optional={
            "sampler": st.sampled_from(["random", "grid", "bayesian"]) | JSON,
            "space": st.just({"x": {"expression": "choice", "options": [1]}}) | JSON,
            "seed": st.integers() | JSON,
            "rule": st.just("sobol") | JSON,
            "initial_runs": st.integers() | JSON,
            "name": st.sampled_from(["BanditPolicy", "MedianStoppingPolicy"]) | JSON,
            "slack_factor": JSON,
            "evaluation_interval": JSON,
        },
    ),
)
def test_anything_as_a_recorded_sampler_or_policy(written):
    for read in (sampler_from_json, policy_from_json):
        with contextlib.suppress(HDWidgetError):
            read(written)
