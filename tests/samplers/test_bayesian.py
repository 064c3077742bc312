"""Bayesian search as a whole: that it finds, and what it does where there is little to find."""

import math
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest

from hdwidget.errors import ConfigurationError, UnexpectedKeywordError
from hdwidget.samplers import BayesianParameterSampling, Observation, RandomParameterSampling
from hdwidget.space import (
    choice,
    lognormal,
    loguniform,
    qlognormal,
    qnormal,
    quniform,
    randint,
    uniform,
)

LINE = {"x": uniform(0, 1)}
MIXED = {
    "lr": loguniform(-9, 0),
    "units": choice(16, 32, 64, 32),
    "model": choice({"kind": "a", "n": uniform(0, 1), "q": choice(1, 2)}, {"kind": "b"}, "c"),
    "layers": randint(5),
    "width": qlognormal(0, 1, 0.5),
}


def bowl(params):
    return -((params["x"] - 0.3) ** 2)


def mixed(params):
    model = params["model"]
    bonus = model["n"] if model != "c" and model["kind"] == "a" else 0.0
    return bonus - (math.log(params["lr"]) + 4) ** 2 / 9 - abs(params["layers"] - 3)


def completed(params, utility):
    return Observation(params, utility, 1, "completed")


def search(sampler, utility, count, history=()):
    """Return the history after `count` proposals one at a time."""
    trials = list(history)
    for index in range(count):
        params = sampler.propose(index, trials)
        if params is None:
            break
        sampler.space.validate(params)
        trials.append(completed(params, utility(params)))
    return trials


def keys(sampler, trials):
    return [sampler.space.key(trial.params) for trial in trials]


def best(trials):
    return max(trial.utility for trial in trials)


# ---- it finds


def test_it_finds_the_optimum_of_a_bowl():
    assert best(search(BayesianParameterSampling(LINE, seed=1), bowl, 14)) > -1e-5


@pytest.mark.parametrize("seed", range(3))
def test_it_finds_better_configurations_than_random_search(seed):
    found = best(search(BayesianParameterSampling(MIXED, seed=seed), mixed, 25))
    chance = best(search(RandomParameterSampling(MIXED, seed=seed), mixed, 100))
    assert found > chance


def test_it_begins_with_an_even_design():
    proposals = [t.params["x"] for t in search(BayesianParameterSampling(LINE, seed=1), bowl, 4)]
    assert sorted(int(4 * x) for x in proposals) == [0, 1, 2, 3]


def test_an_earlier_experiments_trials_count_as_the_beginning():
    earlier = search(RandomParameterSampling(LINE, seed=1), bowl, 20)
    sampler = BayesianParameterSampling(LINE, seed=1)
    assert sampler.propose(0, earlier)["x"] == pytest.approx(0.3, abs=0.02)


def test_what_is_under_way_is_not_proposed_again():
    sampler = BayesianParameterSampling(LINE, seed=1)
    trials = search(sampler, lambda p: -abs(p["x"] - 0.3), 12)
    for index in range(12, 16):
        trials.append(Observation(sampler.propose(index, trials), None, 0, "pending"))
    running = sorted(trial.params["x"] for trial in trials[12:])
    assert np.diff(running).min() > 1e-4


def test_failures_are_avoided():
    def half(params):
        return None if params["x"] > 0.5 else params["x"]

    sampler = BayesianParameterSampling(LINE, seed=1)
    trials = []
    for index in range(30):
        params = sampler.propose(index, trials)
        utility = half(params)
        trials.append(Observation(params, utility, 1, "completed" if utility else "failed"))
    assert max(trial.utility or 0.0 for trial in trials) > 0.48


# ---- it is a function of its arguments


def pending_every_third(trials):
    return [
        Observation(t.params, None, 0, "pending") if i % 3 == 2 else t for i, t in enumerate(trials)
    ]


@pytest.fixture(scope="module")
def known():
    """Return a history, and the proposals 12 to 17 over its beginnings."""
    history = pending_every_third(search(RandomParameterSampling(MIXED, seed=5), mixed, 18))
    sampler = BayesianParameterSampling(MIXED, seed=1)
    return history, {i: sampler.propose(i, history[:i]) for i in range(12, 18)}


def test_the_order_of_asking_does_not_matter(known):
    history, expected = known
    sampler = BayesianParameterSampling(MIXED, seed=1)
    indices = [*expected, *expected]
    random.Random(0).shuffle(indices)
    for i in indices:
        assert sampler.propose(i, history[:i]) == expected[i]


def test_pickling_does_not_matter(known):
    history, expected = known
    used = BayesianParameterSampling(MIXED, seed=1)
    used.propose(17, history[:17])
    again = pickle.loads(pickle.dumps(used))
    assert again.propose(14, pickle.loads(pickle.dumps(history[:14]))) == expected[14]


def test_the_process_does_not_matter(known, tmp_path):
    history, expected = known
    file = tmp_path / "asked"
    file.write_bytes(pickle.dumps((BayesianParameterSampling(MIXED, seed=1), 16, history[:16])))
    probe = (
        "import pickle, sys; sampler, index, history = pickle.load(open(sys.argv[1], 'rb'))\n"
        "sys.stdout.buffer.write(pickle.dumps(sampler.propose(index, history)))"
    )
    command = [sys.executable, "-c", probe, str(file)]
    answer = subprocess.run(command, check=True, capture_output=True).stdout
    assert pickle.loads(answer) == expected[16]


def test_the_index_and_the_seed_matter(known):
    history, expected = known
    assert BayesianParameterSampling(MIXED, seed=2).propose(16, history[:16]) != expected[16]
    first = [BayesianParameterSampling(MIXED, seed=s).propose(0, []) for s in range(3)]
    assert first[0] != first[1] != first[2]


@pytest.mark.parametrize("history", ["known", "failures"])
def test_no_proposal_repeats_the_history(known, history):
    sampler = BayesianParameterSampling({"a": randint(4), "b": choice("u", "v", "w")}, seed=1)
    statuses = ["completed", "failed", "pending"] if history == "known" else ["failed"]
    trials = []
    for index in range(12):
        status = statuses[index % len(statuses)]
        params = sampler.propose(index, trials)
        trials.append(Observation(params, params["a"] * 1.0, 1, status))
    assert len(set(keys(sampler, trials))) == 12
    assert sampler.propose(12, trials) is None


def test_a_finite_space_that_an_earlier_experiment_has_exhausted():
    sampler = BayesianParameterSampling({"a": randint(4)}, seed=1)
    trials = [completed({"a": a}, a) for a in range(4)]
    assert sampler.propose(0, trials) is None
    assert sampler.propose(0, trials[:3]) == {"a": 3}


def test_an_endless_grid_of_which_one_value_has_all_the_probability():
    sampler = BayesianParameterSampling({"x": qnormal(0, 0.01, 1)}, seed=1)
    assert sampler.propose(0, []) == {"x": 0}
    assert sampler.propose(1, [completed({"x": 0}, 1.0)]) is None


# ---- degenerate histories


def random_history(space, count, utility, seed=3):
    sampler = RandomParameterSampling(space, seed=seed)
    return search(sampler, utility, count)


@pytest.mark.parametrize(
    "space",
    [
        {"x": uniform(0, 1)},
        {"c": choice("a", "b", "c", "d"), "d": choice(*range(9)), "e": choice("z")},
        {"x": qnormal(0, 1, 0.5), "y": qlognormal(2, 1, 1)},
        {"n": randint(10**9), "q": quniform(0, 1, 1e-6)},
        {f"x{i}": uniform(0, 1) for i in range(40)},
    ],
    ids=["one dimension", "categories", "endless grids", "fine grids", "40 dimensions"],
)
def test_spaces(space):
    sampler = BayesianParameterSampling(space, seed=1, initial_runs=8)
    values = {}
    trials = search(sampler, lambda p: values.setdefault(repr(p), len(values) * 7 % 11), 12)
    assert len(set(keys(sampler, trials))) == 12


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_few_trials(count):
    sampler = BayesianParameterSampling(MIXED, seed=1, initial_runs=1)
    history = random_history(MIXED, count, mixed)
    assert sampler.space.contains(sampler.propose(count, history))


def test_a_thousand_trials():
    history = random_history(MIXED, 1000, mixed)
    params = BayesianParameterSampling(MIXED, seed=1).propose(1000, history)
    assert mixed(params) > sorted(t.utility for t in history)[-10]


@pytest.mark.parametrize(
    "history",
    [
        [completed({"x": 0.01 * i}, 0.5) for i in range(20)],
        [completed({"x": 0.01 * i}, None) for i in range(20)],
        [completed({"x": 0.01 * i}, math.nan) for i in range(20)],
        [completed({"x": 0.01 * i}, -math.inf) for i in range(20)],
        [Observation({"x": 0.01 * i}, None, 0, "failed") for i in range(20)],
        [Observation({"x": 0.01 * i}, None, 0, "pending") for i in range(20)],
        [Observation({"x": 0.01 * i}, 0.1 * i, 3, "pending") for i in range(20)],
        [Observation({"x": 0.01 * i}, 0.1 * i, 3, "stopped") for i in range(20)],
        [completed({"x": 0.5}, 0.5)] * 20,
        [completed({"x": 0.5}, 0.1 * i) for i in range(20)],
        [completed({"x": 0.1 * (i % 2)}, 0.1 * i) for i in range(20)],
        [completed({"x": 0.01 * i}, 1.0 + 2**-52 * (i % 2)) for i in range(20)],
        [completed({"x": 0.01 * i}, 1.0 * (i == 7)) for i in range(20)],
    ],
    ids=[
        "constant",
        "no number",
        "NaN",
        "infinite",
        "failed",
        "pending",
        "pending with numbers",
        "stopped",
        "the same trial",
        "the same place",
        "two places",
        "a rounding apart",
        "one that differs",
    ],
)
def test_histories(history):
    sampler = BayesianParameterSampling(LINE, seed=1)
    params = sampler.propose(20, history)
    assert sampler.space.contains(params)
    assert all(params != trial.params for trial in history)


@pytest.mark.parametrize("scale", [1e300, 1e-300, 5e-324 * 2**20])
def test_huge_and_tiny_scales_change_nothing(scale):
    plain = random_history(LINE, 15, bowl)
    scaled = [completed(t.params, t.utility * scale) for t in plain]
    sampler = BayesianParameterSampling(LINE, seed=1)
    at = sampler.propose(15, scaled)["x"]
    assert at == pytest.approx(sampler.propose(15, plain)["x"], abs=1e-3)


def test_one_divergence_does_not_hide_the_rest():
    history = random_history(LINE, 15, bowl)
    history[3] = completed(history[3].params, -1e300)
    params = BayesianParameterSampling(LINE, seed=1).propose(15, history)
    assert params["x"] == pytest.approx(0.3, abs=0.1)


def test_trials_of_another_space_tell_nothing():
    history = random_history(LINE, 15, bowl)
    foreign = [
        completed({"x": 7.0}, 100.0),
        completed({"x": "a"}, 100.0),
        completed({"y": 0.5}, 100.0),
        completed({"x": 0.5, "y": 0.5}, 100.0),
    ]
    sampler = BayesianParameterSampling(LINE, seed=1)
    assert sampler.propose(15, [*foreign, *history]) == sampler.propose(15, history)
    even = BayesianParameterSampling(LINE, seed=1).propose(0, [])
    assert sampler.propose(0, foreign) == even


def test_a_trial_stopped_before_it_logged_a_number_tells_nothing():
    history = random_history(LINE, 15, bowl)
    silent = [Observation({"x": 0.31}, None, 0, "stopped"), *history]
    sampler = BayesianParameterSampling(LINE, seed=1)
    params = {"x": 0.31}
    expected = sampler.explain(15, params, history)
    assert sampler.explain(15, params, silent) == expected
    failed = [Observation({"x": 0.31}, None, 0, "failed"), *history]
    gain = sampler.explain(15, params, failed).expected_improvement
    assert gain < 0.5 * expected.expected_improvement


def test_an_equal_configuration_is_not_proposed_again_whatever_its_type():
    space = {"x": lognormal(0, 1), "n": choice(1, 2)}
    history = [completed({"x": np.float64(1.0 + i), "n": np.int64(1)}, -i) for i in range(20)]
    sampler = BayesianParameterSampling(space, seed=1)
    assert sampler.space.contains(sampler.propose(20, history))


# ---- what it is made of


def test_options_that_do_not_hold():
    with pytest.raises(ConfigurationError, match=r"`initial_runs` must be >= 1, but got initial_r"):
        BayesianParameterSampling(LINE, initial_runs=0)
    with pytest.raises(ConfigurationError, match=r"`seed` must be >= 0, but got seed=-1"):
        BayesianParameterSampling(LINE, seed=-1)
    with pytest.raises(UnexpectedKeywordError, match=r"`sed`\. Did you mean `seed`\?"):
        BayesianParameterSampling(LINE, sed=1)


def test_a_seed_is_drawn_and_kept():
    one, other = BayesianParameterSampling(LINE), BayesianParameterSampling(LINE)
    assert one.seed != other.seed


def test_the_text_and_the_record_name_the_options():
    sampler = BayesianParameterSampling({"x": choice(1, 2)}, seed=3, initial_runs=4)
    text = "BayesianParameterSampling({'x': choice(1, 2)}, seed=3, initial_runs=4)"
    assert repr(sampler) == text
    assert sampler.to_json() == {
        "sampler": "bayesian",
        "seed": 3,
        "initial_runs": 4,
        "space": {"x": {"expression": "choice", "options": [1, 2]}},
    }


def test_making_one_leaves_scipy_alone():
    probe = (
        "import sys; from hdwidget import BayesianParameterSampling, uniform\n"
        "BayesianParameterSampling({'x': uniform(0, 1)}); sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
