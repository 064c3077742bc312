"""What every sampler must keep to, whatever it proposes; a new one joins with a line below."""

import json
import pickle
import random

import pytest

from hdwidget.samplers import (
    BayesianParameterSampling,
    GridParameterSampling,
    Observation,
    RandomParameterSampling,
    sampler_from_json,
)
from hdwidget.space import (
    choice,
    lognormal,
    loguniform,
    normal,
    qlognormal,
    qloguniform,
    qnormal,
    quniform,
    randint,
    uniform,
)

CHOICES = {
    "units": choice(16, 32, 64, 32),
    "model": choice({"kind": "a", "n": choice(1, 2)}, {"kind": "b"}, "c"),
    "layers": choice([[50, 50], [100]]),
}
FINITE = {
    **CHOICES,
    "rate": quniform(0, 1, 0.25),
    "batch": qloguniform(0, 2, 1),
    "seed": randint(2),
    "head": choice({"kind": "a", "x": randint(2)}, "b", "b", "b"),
}
INFINITE = {
    **FINITE,
    "a": uniform(0, 1),
    "b": loguniform(-3, 0),
    "c": normal(0, 1),
    "d": lognormal(0, 1),
    "e": qnormal(0, 1, 0.5),
    "f": qlognormal(0, 1, 0.5),
    "g": choice({"kind": "a", "x": uniform(0, 1)}, {"kind": "b"}),
}

SAMPLERS = {
    "random": lambda: RandomParameterSampling(INFINITE, seed=1),
    "random, finite": lambda: RandomParameterSampling(FINITE, seed=1),
    "random, many": lambda: RandomParameterSampling({**FINITE, "n": randint(10**6)}, seed=1),
    "sobol": lambda: RandomParameterSampling(INFINITE, seed=1, rule="sobol"),
    "sobol, finite": lambda: RandomParameterSampling(CHOICES, seed=1, rule="sobol"),
    "sobol, many": lambda: RandomParameterSampling(
        {**FINITE, "n": randint(10**6)}, seed=1, rule="sobol"
    ),
    # The last few are the model's, which takes its time.
    "bayesian": lambda: BayesianParameterSampling(INFINITE, seed=1, initial_runs=37),
    "bayesian, finite": lambda: BayesianParameterSampling(CHOICES, seed=1, initial_runs=10),
    "bayesian, many": lambda: BayesianParameterSampling(
        {**FINITE, "n": randint(10**6)}, seed=1, initial_runs=38
    ),
    "grid": lambda: GridParameterSampling(CHOICES),
}
FEW = 40


@pytest.fixture(params=SAMPLERS.values(), ids=SAMPLERS.keys())
def make(request):
    return request.param


def history_of(proposals):
    return [
        Observation(params, i * 5 % 7, 3, "completed")
        for i, params in enumerate(proposals)
        if params is not None
    ]


def proposals_in_order(sampler, count=FEW):
    proposals = []
    for index in range(count):
        proposals.append(sampler.propose(index, history_of(proposals)))
    return proposals


def test_proposals_are_configurations_of_the_space(make):
    sampler = make()
    for params in filter(None, proposals_in_order(sampler)):
        sampler.space.validate(params)
        assert tuple(params) == sampler.space.names


def test_the_same_arguments_give_the_same_proposal(make):
    assert proposals_in_order(make()) == proposals_in_order(make())


def test_asking_again_changes_nothing(make):
    sampler = make()
    first = proposals_in_order(sampler)
    assert sampler.propose(3, history_of(first[:3])) == first[3]
    assert sampler.propose(3, history_of(first[:3])) == first[3]


def test_the_order_of_asking_does_not_matter(make):
    expected = proposals_in_order(make())
    sampler = make()
    indices = list(range(FEW))
    random.Random(0).shuffle(indices)
    for index in indices:
        assert sampler.propose(index, history_of(expected[:index])) == expected[index]


def test_pickling_before_or_after_proposing_changes_nothing(make):
    expected = proposals_in_order(make())
    assert proposals_in_order(pickle.loads(pickle.dumps(make()))) == expected
    used = make()
    proposals_in_order(used)
    assert proposals_in_order(pickle.loads(pickle.dumps(used))) == expected


def test_proposing_does_not_grow_what_is_pickled(make):
    sampler = make()
    before = len(pickle.dumps(sampler))
    proposals_in_order(sampler)
    assert len(pickle.dumps(sampler)) == before


def test_the_record_of_a_sampler_proposes_the_same(make):
    sampler = make()
    again = sampler_from_json(json.loads(json.dumps(sampler.to_json())))
    assert again.to_json() == sampler.to_json()
    assert proposals_in_order(again) == proposals_in_order(sampler)


def test_the_history_is_left_alone(make):
    sampler = make()
    history = history_of(proposals_in_order(sampler, 3))
    copy = list(history)
    sampler.propose(3, history)
    assert history == copy


def test_changing_a_proposal_does_not_change_the_next_answer(make):
    sampler = make()
    first = sampler.propose(0, [])
    expected = pickle.loads(pickle.dumps(first))
    first["layers"].append("changed")
    first["units"] = "changed"
    assert sampler.propose(0, []) == expected


def test_a_finite_space_is_proposed_once_each_and_then_nothing(make):
    sampler = make()
    size = sampler.space.size
    if size is None or size > 10_000:
        proposals = proposals_in_order(sampler)
        assert None not in proposals
        size = FEW
    else:
        proposals = [sampler.propose(index, []) for index in range(size)]
        assert None not in proposals
        assert sampler.propose(size, []) is None
        assert sampler.propose(size + 7, []) is None
    assert len({sampler.space.key(params) for params in proposals}) == size


@pytest.mark.parametrize("index", [-1, 1.5, None])
def test_an_index_that_is_none(make, index):
    with pytest.raises(ValueError, match=r"`index` must be"):
        make().propose(index, [])
