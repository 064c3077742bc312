"""Earlier experiments in Bayesian search: other scales, and other problems."""

from dataclasses import replace

import numpy as np
import pytest

from hdwidget.samplers import BayesianParameterSampling, Observation
from hdwidget.samplers.bayesian.alignment import Alignment
from hdwidget.samplers.bayesian.coordinates import Coordinates
from hdwidget.samplers.bayesian.evidence import Reader
from hdwidget.space import SearchSpace, choice, uniform

SPACE = SearchSpace({"x": uniform(0, 1), "y": uniform(0, 1), "kind": choice("a", "b", "c")})
BEFORE = 1


def bowl(params):
    return -((params["x"] - 0.3) ** 2) - (params["y"] - 0.7) ** 2 - (params["kind"] == "c")


def other(params):
    return -((params["x"] - 0.9) ** 2) - (params["y"] - 0.1) ** 2 - (params["kind"] != "c")


def observed(params, utility, source=0):
    return Observation(params, utility, 2, "completed", (utility - 1.0, utility), source)


def drawn(count, utility, *, seed, source=0):
    rng = np.random.default_rng(seed)
    draws = (SPACE.sample(rng) for _ in range(count))
    return [observed(params, utility(params), source) for params in draws]


def aligned(history):
    coordinates = Coordinates(SPACE)
    return Alignment(coordinates).read(Reader(SPACE, coordinates).read(history))


def search(history, count, seed=1):
    """Return the trials that follow after a history."""
    sampler = BayesianParameterSampling(dict(SPACE), seed=seed)
    trials = list(history)
    for index in range(count):
        params = sampler.propose(index, trials)
        trials.append(observed(params, bowl(params)))
    return trials[len(history) :]


@pytest.mark.parametrize(("offset", "ratio"), [(100.0, 20.0), (-3.0, 0.01), (5.0, 1.0)])
def test_another_offset_and_spread_are_found(offset, ratio):
    before = drawn(30, lambda params: offset + ratio * bowl(params), seed=1, source=BEFORE)
    read = aligned([*before, *drawn(8, bowl, seed=2)])
    assert read.is_rescaled
    assert [trial.utility for trial in read.completed[:30]] == pytest.approx(
        [bowl(trial.params) for trial in before], abs=0.1
    )
    first = read.completed[0]
    assert first.curve[-1] == pytest.approx(first.utility)
    assert first.utility - first.curve[0] == pytest.approx(1.0 / ratio, rel=0.2)


def test_the_present_experiment_stays_as_it_is():
    before = drawn(30, lambda params: 100 + 20 * bowl(params), seed=1, source=BEFORE)
    own = drawn(8, bowl, seed=2)
    assert aligned([*before, *own]).completed[30:] == own


def test_the_same_scale_is_left_alone():
    before = drawn(30, bowl, seed=1, source=BEFORE)
    read = aligned([*before, *drawn(8, bowl, seed=2)])
    assert not read.is_rescaled
    assert read.completed[:30] == before


def test_without_a_loss_of_its_own_everything_is_on_the_scale_of_the_largest():
    large = drawn(20, bowl, seed=1, source=1)
    small = drawn(8, lambda params: 50 + 10 * bowl(params), seed=2, source=2)
    read = aligned([*large, *small])
    assert read.completed[:20] == large
    assert [trial.utility for trial in read.completed[20:]] == pytest.approx(
        [bowl(trial.params) for trial in small], abs=0.2
    )


def test_stopped_trials_come_along():
    before = drawn(30, lambda params: 100 + 20 * bowl(params), seed=1, source=BEFORE)
    stopped = replace(before[0], status="stopped")
    read = aligned([stopped, *before[1:], *drawn(8, bowl, seed=2)])
    assert read.stopped[0].utility == pytest.approx(bowl(stopped.params), abs=0.1)


@pytest.mark.parametrize("size", [1, 3])
def test_a_few_earlier_trials_say_nothing_of_the_scale(size):
    before = drawn(size, lambda params: 1e6 * bowl(params), seed=1, source=BEFORE)
    assert not aligned([*before, *drawn(8, bowl, seed=2)]).is_rescaled


@pytest.mark.parametrize("constant", ["earlier", "own"])
def test_a_constant_metric_is_no_scale(constant):
    before = drawn(12, lambda p: 3.0 if constant == "earlier" else bowl(p), seed=1, source=BEFORE)
    own = drawn(6, lambda p: 3.0 if constant == "own" else bowl(p), seed=2)
    sampler = BayesianParameterSampling(dict(SPACE), seed=1)
    SPACE.validate(sampler.propose(6, [*before, *own]))


@pytest.mark.parametrize("factor", [1e-200, 1e200])
def test_huge_and_tiny_scales(factor):
    before = drawn(12, lambda params: factor * bowl(params), seed=1, source=BEFORE)
    sampler = BayesianParameterSampling(dict(SPACE), seed=1)
    SPACE.validate(sampler.propose(6, [*before, *drawn(6, bowl, seed=2)]))


@pytest.mark.parametrize("scale", [lambda u: u, lambda u: 1e3 + 50 * u])
def test_an_alike_experiment_is_worth_its_trials(scale):
    before = drawn(30, lambda params: scale(bowl(params)), seed=1, source=BEFORE)
    warm, cold = (search(history, 8) for history in (before, ()))
    best_warm, best_cold = (max(t.utility for t in trials) for trials in (warm, cold))
    assert best_warm > -0.01
    assert best_warm > best_cold


@pytest.mark.parametrize("misleading", [other, lambda params: -bowl(params)])
def test_another_problem_does_not_lead_astray(misleading):
    before = drawn(30, misleading, seed=1, source=BEFORE)
    assert max(trial.utility for trial in search(before, 20)) > -0.01


def test_where_earlier_experiments_mislead_the_design_comes_first():
    before = drawn(30, lambda params: -bowl(params), seed=1, source=BEFORE)
    own = drawn(5, bowl, seed=2)
    sampler = BayesianParameterSampling(dict(SPACE), seed=1)
    params = sampler.propose(5, [*before, *own])
    assert sampler.explain(5, params, [*before, *own]).origin == "initial"


def test_the_same_history_gives_the_same_proposal():
    before = drawn(20, lambda params: 7 + 3 * bowl(params), seed=1, source=BEFORE)
    own = drawn(9, bowl, seed=2)
    used = BayesianParameterSampling(dict(SPACE), seed=1)
    for count in (3, 7):
        used.propose(count, [*before, *own[:count]])
    fresh = BayesianParameterSampling(dict(SPACE), seed=1)
    assert used.propose(9, [*before, *own]) == fresh.propose(9, [*before, *own])
