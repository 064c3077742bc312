"""Whatever a run that goes or has ended is asked for: it is done, or refused, and it goes on."""

import contextlib
import numbers
import warnings

import pytest
from hypothesis import strategies as st
from support.bounded import eventually
from support.configs import config
from support.fuzzing import at_two_lengths, each_of
from support.gate import Gate
from support.odd_values import ANYTHING, NUMBERS, TEXTS

from hdwidget import FunctionRunConfig, HyperDriveConfig, RandomParameterSampling, choice, uniform
from hdwidget.errors import HDWidgetError

MOST = 20


def modest(value):
    """Tell whether a budget, or what holds one, does not make a test last for ever."""
    budgets = value.values() if isinstance(value, dict) else [value]
    return not any(isinstance(one, numbers.Real) and one > MOST for one in budgets)


BUDGETS = (st.integers(-2, MOST) | NUMBERS | ANYTHING).filter(modest)
PARAMS = ANYTHING | st.dictionaries(st.just("x") | TEXTS, st.floats(-1, 2) | ANYTHING, max_size=2)
SPACES = ANYTHING | st.dictionaries(
    st.just("x") | TEXTS,
    st.sampled_from([uniform(0, 1), uniform(2, 3), choice(1, 2), choice(len, 1.5)]) | ANYTHING,
    max_size=2,
)
FUNCTIONS = ANYTHING | st.sampled_from([print, lambda run, x: None, FunctionRunConfig(print)])
ASKED = st.one_of(
    st.tuples(st.just("enqueue"), st.tuples(PARAMS)),
    st.tuples(st.just("update_space"), st.tuples(SPACES)),
    st.tuples(st.just("extend"), st.tuples(BUDGETS, BUDGETS)),
    st.tuples(st.just("get_metrics"), st.tuples(ANYTHING)),
    st.tuples(
        st.sampled_from(
            ["get_children_sorted_by_primary_metric", "get_best_run_by_primary_metric"]
        ),
        st.lists(st.booleans() | st.integers(-1, 9), max_size=3),
    ),
    st.tuples(st.just("resume"), st.tuples(FUNCTIONS)),
    st.tuples(st.sampled_from(["pause", "continue_", "get_details", "get_children"]), st.just(())),
)


@pytest.mark.parametrize("stands", ["live", "ended"])
@at_two_lengths(15, 2000)
def test_a_run_that_is_asked_for_anything(experiment, stands, examples, seed):
    gate = Gate()

    async def train(run, x):
        await gate.passed()
        run.log("accuracy", 0.5)

    run = experiment.submit(config(train))
    if stands == "live":
        gate.reached()
    else:
        gate.open()
        run.wait_for_completion()

    def each(asked):
        method, arguments = asked
        with contextlib.suppress(HDWidgetError):
            getattr(run, method)(*arguments)
        for child in run.get_children()[:1]:
            if method == "resume":
                with contextlib.suppress(HDWidgetError):
                    child.resume(*arguments)

    each_of(each, examples, seed, asked=ASKED)
    if stands == "live":
        run.continue_()
        gate.open()
    run.wait_for_completion()
    assert run.status == "Completed"


def lasts(payload):
    """Tell whether the time is not up at once, which ends a run rightly."""
    minutes = payload.get("max_duration_minutes") if isinstance(payload, dict) else None
    return not (isinstance(minutes, numbers.Real) and 0 < minutes < MOST)


PAYLOADS = (
    ANYTHING
    | st.dictionaries(
        st.sampled_from(["paused", "params", "space", "max_total_runs", "max_duration_minutes"])
        | st.sampled_from(["run_id", "workspace"])
        | TEXTS,
        PARAMS | BUDGETS | st.just({"x": {"expression": "uniform", "low": 1, "high": 2}}),
        max_size=2,
    )
).filter(lambda payload: modest(payload) and lasts(payload))


@at_two_lengths(25, 2000)
def test_requests_that_somebody_else_has_written(experiment, examples, seed):
    gate = Gate()

    async def train(run, x):
        await gate.passed()
        run.log("accuracy", 0.5)

    run = experiment.submit(config(train))
    gate.reached()
    store = experiment.host.store

    def each(action, payload, of_child):
        with contextlib.suppress(HDWidgetError):
            store.add_request(f"{run.id}_0" if of_child else run.id, action, payload).wait()
        with contextlib.suppress(HDWidgetError):
            run.continue_()  # has the engine look at once

    actions = ["enqueue", "update_space", "extend", "pause", "adopt", "resume", "dance"]
    each_of(
        each,
        examples,
        seed,
        action=st.sampled_from(actions) | TEXTS,
        payload=PAYLOADS,
        of_child=st.booleans(),
    )
    run.continue_()
    assert run.status == "Running", run.get_details()["error"]
    gate.open()
    run.wait_for_completion()
    assert run.status == "Completed"


@at_two_lengths(15, 2000)
def test_anything_that_is_submitted(experiment, examples, seed):
    async def train(run, x):
        run.log("accuracy", 0.5)

    earlier = experiment.submit(config(train, max_total_runs=1))
    earlier.wait_for_completion()
    runs = [earlier, *earlier.get_children()]

    def each(asked, tags, parents, adopted):
        with contextlib.suppress(HDWidgetError), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            sampler = RandomParameterSampling({"x": uniform(0, 1)}, seed=1)
            new = config(
                train,
                max_total_runs=1,
                hyperparameter_sampling=sampler,
                resume_from=parents,
                resume_child_runs=adopted,
            )
            assert isinstance(new, HyperDriveConfig)
            run = experiment.submit(new if asked is None else asked, tags)
            assert eventually(lambda: run.get_details()["endTimeUtc"])

    some = st.none() | st.lists(st.sampled_from(runs) | ANYTHING, max_size=3) | ANYTHING
    each_of(
        each,
        examples,
        seed,
        asked=st.none() | st.none() | ANYTHING,
        tags=st.none() | ANYTHING,
        parents=some,
        adopted=some,
    )
