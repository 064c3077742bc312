"""Random search: seeds, rules, properties; the order in which a finite space is proposed."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from hdwidget.errors import ConfigurationError, SpaceError, UnexpectedKeywordError
from hdwidget.samplers import RandomParameterSampling, distinct
from hdwidget.samplers import random as random_search
from hdwidget.space import SearchSpace, choice, normal, qloguniform, randint, uniform

LINE = {"x": uniform(0, 1)}
WEIGHTED = {"letter": choice(list("aaaaabbc")), "n": randint(2)}


def first_proposals(sampler, count):
    return [sampler.propose(index, []) for index in range(count)]


def test_proposals_follow_the_distribution():
    sampler = RandomParameterSampling({"x": normal(2, 3), "c": choice("a", "b", "a")}, seed=3)
    proposals = first_proposals(sampler, 3000)
    assert stats.kstest([p["x"] for p in proposals], stats.norm(2, 3).cdf).pvalue > 1e-3
    observed = [sum(p["c"] == c for p in proposals) for c in "ab"]
    assert stats.chisquare(observed, [2000, 1000]).pvalue > 1e-3


def test_proposals_are_independent_of_one_another():
    sampler = RandomParameterSampling({"x": uniform(0, 1), "y": uniform(0, 1)}, seed=3)
    proposals = [tuple(p.values()) for p in first_proposals(sampler, 3000)]
    neighbours = [(*one, *other) for one, other in pairwise(proposals)]
    correlations = np.corrcoef(np.transpose(neighbours)) - np.eye(4)
    assert np.abs(correlations).max() < 0.08


def test_neighbouring_seeds_share_nothing():
    proposals = [RandomParameterSampling(LINE, seed=s).propose(0, [])["x"] for s in range(3000)]
    assert stats.kstest(proposals, "uniform").pvalue > 1e-3


def test_the_first_proposals_of_a_seed_stay_what_they_are():
    sampler = RandomParameterSampling({"x": uniform(0, 1), "y": uniform(0, 1)}, seed=1)
    assert first_proposals(sampler, 2) == [
        pytest.approx({"x": 0.0668020093396563, "y": 0.07901298235490295}),
        pytest.approx({"x": 0.8026768856961329, "y": 0.07302122864216576}),
    ]


def test_a_seed_is_drawn_and_kept():
    one, other = RandomParameterSampling(LINE), RandomParameterSampling(LINE)
    assert one.seed != other.seed
    again = RandomParameterSampling(LINE, seed=one.seed)
    assert again.propose(5, []) == one.propose(5, [])


def test_azures_properties_are_the_same_options():
    sampler = RandomParameterSampling(LINE, {"seed": 4, "rule": "sobol"})
    assert (sampler.seed, sampler.rule) == (4, "sobol")
    assert RandomParameterSampling(LINE, {}).rule == "random"
    assert RandomParameterSampling(LINE, properties={"seed": np.int64(4)}).seed == 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"properties": {"sede": 1}}, r"`properties` takes no `sede`\. Did you mean `seed`\?"),
        (
            {"properties": {"seed": 1}, "seed": 1},
            r"`seed` must be given once, but got seed=1 and pr",
        ),
        ({"properties": {"rule": "sobol"}, "rule": "random"}, r"`rule` must be given once"),
        ({"properties": {"rule": 10**5000}, "rule": "random"}, r"`rule` must be given once"),
        ({"rule": "soboll"}, r'`rule` must be "random" or "sobol", but got.*mean `sobol`\?'),
        ({"seed": -1}, r"`seed` must be >= 0, but got seed=-1"),
        ({"seed": 1.5}, r"`seed` must be a whole number"),
    ],
)
def test_options_that_do_not_hold(options, message):
    with pytest.raises(ConfigurationError, match=message):
        RandomParameterSampling(LINE, **options)


def test_a_misspelt_keyword_suggests_the_nearest():
    with pytest.raises(UnexpectedKeywordError, match=r"`sed`\. Did you mean `seed`\?"):
        RandomParameterSampling(LINE, sed=1)


def test_a_space_that_does_not_hold():
    with pytest.raises(SpaceError, match="must be a parameter expression, but got x=3"):
        RandomParameterSampling({"x": 3})


def test_a_space_may_be_given_as_such():
    space = SearchSpace(LINE)
    assert RandomParameterSampling(space, seed=1).space == space


def test_the_text_names_the_options():
    sampler = RandomParameterSampling(LINE, seed=1)
    assert repr(sampler) == (
        "RandomParameterSampling({'x': uniform(0.0, 1.0)}, seed=1, rule='random')"
    )


# ---- a finite space


def test_the_first_proposal_of_a_weighted_space_follows_its_probabilities():
    space = SearchSpace(WEIGHTED)
    keys = [space.key(params) for params in space.enumerate()]
    samplers = (RandomParameterSampling(space, seed=seed) for seed in range(3000))
    firsts = [space.key(sampler.propose(0, [])) for sampler in samplers]
    observed = [firsts.count(key) for key in keys]
    assert stats.chisquare(observed, 3000 * space.probabilities()).pvalue > 1e-3


def test_the_second_proposal_is_drawn_from_what_the_first_left():
    space = SearchSpace({"letter": choice(list("aaabbc"))})
    samplers = (RandomParameterSampling(space, seed=seed) for seed in range(3000))
    seconds = [sampler.propose(1, [])["letter"] for sampler in samplers]
    p = {"a": 1 / 2, "b": 1 / 3, "c": 1 / 6}
    expected = [sum(p[f] * p[s] / (1 - p[f]) for f in p if f != s) for s in p]
    observed = [seconds.count(letter) for letter in p]
    assert stats.chisquare(observed, 3000 * np.array(expected)).pvalue > 1e-3


def test_an_unweighted_space_is_a_uniform_permutation():
    orders = [
        tuple(
            p["n"] for p in first_proposals(RandomParameterSampling({"n": randint(3)}, seed=s), 3)
        )
        for s in range(3000)
    ]
    observed = [orders.count(order) for order in sorted(set(orders))]
    assert len(observed) == 6
    assert stats.chisquare(observed).pvalue > 1e-3


def test_large_spaces_follow_the_distribution_without_repeats():
    sampler = RandomParameterSampling({"n": qloguniform(0, 14, 1), "c": choice("a", "b")}, seed=2)
    assert sampler.space.size > random_search.MOST_PERMUTED
    proposals = first_proposals(sampler, 300)
    assert len({tuple(p.values()) for p in proposals}) == 300
    # Small numbers are likely, so that they have all come up.
    assert {p["n"] for p in proposals} >= set(range(1, 6))


def test_a_large_space_of_few_likely_configurations_goes_on(monkeypatch):
    monkeypatch.setattr(distinct, "PATIENCE", 20)
    lopsided = {f"x{i}": choice([0] * 10**4 + [1]) for i in range(21)}
    sampler = RandomParameterSampling(lopsided, seed=2)
    proposals = first_proposals(sampler, 60)
    assert len({tuple(p.values()) for p in proposals}) == 60


def test_products_of_unlikely_options_still_have_their_place():
    tails = {f"x{i}": choice([0] * 10**5 + [1]) for i in range(3)}
    sampler = RandomParameterSampling(tails, seed=2)
    assert len({tuple(p.values()) for p in first_proposals(sampler, 8)}) == 8


# ---- Sobol


def points_of(rule, seed, count, dimensions=3):
    space = {f"x{i}": uniform(0, 1) for i in range(dimensions)}
    sampler = RandomParameterSampling(space, seed=seed, rule=rule)
    return np.array([list(p.values()) for p in first_proposals(sampler, count)])


@pytest.mark.parametrize("count", [64, 100, 256])
def test_sobol_covers_the_cube_more_evenly_than_chance(count):
    sobol = [qmc.discrepancy(points_of("sobol", seed, count)) for seed in range(5)]
    chance = [qmc.discrepancy(points_of("random", seed, count)) for seed in range(5)]
    assert max(sobol) < min(chance) / 2


def test_sobols_first_points_are_one_in_each_stratum():
    # A digital net in base 2: of the first 2**m points each of 2**m equal slices holds one.
    for count in (64, 128, 512):
        points = points_of("sobol", 7, count)
        assert (np.sort(np.floor(points * count), axis=0) == np.arange(count)[:, None]).all()


def test_sobol_depends_on_the_seed():
    assert not np.allclose(points_of("sobol", 1, 8), points_of("sobol", 2, 8))


def test_sobol_over_a_finite_space_meets_the_even_ones_first():
    space = {"a": randint(8), "b": randint(8)}
    sampler = RandomParameterSampling(space, seed=1, rule="sobol")
    points = first_proposals(sampler, 8)
    assert {p["a"] for p in points} == {p["b"] for p in points} == set(range(8))


def test_when_sobol_stalls_the_permutation_goes_on(monkeypatch):
    monkeypatch.setattr(distinct, "PATIENCE", 3)
    sampler = RandomParameterSampling(WEIGHTED, seed=1, rule="sobol")
    proposals = first_proposals(sampler, 7)
    assert proposals[-1] is None
    assert len({tuple(p.values()) for p in proposals[:6]}) == 6


def test_sobol_has_a_limit_of_dimensions():
    space = {f"x{i}": uniform(0, 1) for i in range(21202)}
    with pytest.raises(
        SpaceError, match=r"at most 21201 dimensions, but the space has 21202\. Use"
    ):
        RandomParameterSampling(space, rule="sobol")
    RandomParameterSampling(space, rule="random")


def test_random_search_leaves_scipy_alone():
    probe = (
        "import sys; from hdwidget.samplers import RandomParameterSampling as R\n"
        "from hdwidget.space import uniform, randint\n"
        "R({'x': uniform(0, 1)}).propose(0, []); R({'x': randint(3)}).propose(0, [])\n"
        "sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
