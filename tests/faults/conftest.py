"""Experiments whose trials misbehave, as functions and as scripts."""

import random
from pathlib import Path

import pytest
from faults.misdeeds import commit
from faults.witness import Witness

from hdwidget import (
    Environment,
    FunctionRunConfig,
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    ScriptRunConfig,
    choice,
)

TESTS = Path(__file__).parents[1]

SCRIPT = """\
import sys
from pathlib import Path

from faults.misdeeds import commit
from hdwidget import Run

commit(Run.get_context(), sys.argv[-1], Path(sys.argv[1]))
"""


@pytest.fixture
def witness(tmp_path):
    (tmp_path / "witness").mkdir()
    return Witness(tmp_path / "witness")


@pytest.fixture(params=["function", "script"])
def kind(request):
    return request.param


@pytest.fixture
def submit(leftovers, experiment, witness, kind, tmp_path):
    """Return what submits misdeeds in an order of its seed, with good trials in between."""

    def submits(names, seed, *, at_once=3, **options):
        order = [*names, *(f"good {number}" for number in range(3))]
        random.Random(seed).shuffle(order)
        config = HyperDriveConfig(
            run_config=configured(kind, tmp_path, **options),
            hyperparameter_sampling=GridParameterSampling({"deed": choice(*order)}),
            primary_metric_name="loss",
            primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
            max_total_runs=len(order),
            max_concurrent_runs=at_once,
        )
        return experiment.submit(config)

    return submits


def configured(kind, folder, **options):
    """Return what commits misdeeds, each in processes of its own."""
    seen = folder / "witness"
    if kind == "function":

        def train(run, deed):
            commit(run, deed, seen)

        return FunctionRunConfig(train, **options)
    source = folder / "source"
    source.mkdir()
    (source / "train.py").write_text(SCRIPT)
    return ScriptRunConfig(
        source,
        script="train.py",
        arguments=[seen],
        environment=Environment(environment_variables={"PYTHONPATH": str(TESTS)}),
        **options,
    )
