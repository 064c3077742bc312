"""The problems and the tables of the benchmark of samplers."""

import math

import numpy as np
import pytest
from benchmarks.regret_table import by_problem, show
from benchmarks.sampler_problems import SPLITS
from benchmarks.sampler_problems.optimum import lowest, random_points
from benchmarks.sampler_problems.problem import Instance, best_observed

from hdwidget.space import SearchSpace, choice, uniform

PROBLEMS = [problem for split in SPLITS.values() for problem in split]
ONE_OF_EACH = {(p.kind, p.noise > 0): p for p in PROBLEMS}.values()
SURROGATES = [problem for problem in PROBLEMS if problem.kind == "surrogate"]


@pytest.fixture(params=PROBLEMS, ids=lambda problem: problem.name)
def problem(request):
    return request.param


def test_splits_are_of_the_same_kinds_and_share_nothing():
    tune, report = SPLITS["tune"], SPLITS["report"]
    assert sorted(p.kind for p in tune) == sorted(p.kind for p in report)
    assert len({p.name for p in PROBLEMS}) == len(PROBLEMS)
    assert not {p.space for p in tune} & {p.space for p in report}


def test_optimum_is_not_beaten(problem):
    rng = np.random.default_rng(9)
    instance = problem.instance(seed=4)
    losses = [instance.function(problem.space.sample(rng)) for _ in range(200)]
    assert np.nanmin(losses) >= instance.optimum
    assert np.isnan(losses).mean() <= 0.6


def test_optimum_is_one_of_the_table(problem):
    if problem.kind == "table":
        instance = problem.instance(seed=0)
        losses = [instance.function(params) for params in problem.space.enumerate()]
        assert np.nanmin(losses) == instance.optimum


@pytest.mark.parametrize("problem", ONE_OF_EACH, indirect=True, ids=lambda p: p.name)
def test_regret_is_the_same_each_time(problem):
    params = problem.space.sample(np.random.default_rng(2))
    first, again = (problem.instance(seed=1) for _ in range(2))
    assert first.observe(params, 3) == pytest.approx(again.observe(params, 3), abs=0, nan_ok=True)
    assert first.regret(first.optimum) == 0.0
    assert 0.0 < first.regret(first.optimum + 1.0) == again.regret(again.optimum + 1.0) < math.inf


def test_seed_moves_the_optimum_of_a_synthetic_problem(problem):
    rng = np.random.default_rng(5)
    params = problem.space.sample(rng)
    while math.isnan(problem.instance(0).function(params)):
        params = problem.space.sample(rng)
    moved = {problem.instance(seed).function(params) for seed in range(3)}
    assert (len(moved) > 1) == (problem.kind == "synthetic")


@pytest.mark.parametrize("problem", SURROGATES, indirect=True, ids=lambda p: p.name)
def test_random_points_are_configurations(problem):
    points = random_points(problem.space, 20, np.random.default_rng(0))
    for point in points:
        params = problem.space.decode(np.where(np.isnan(point), 0.5, point))
        np.testing.assert_allclose(problem.space.encode(params), point, atol=1e-9)


def test_lowest_finds_what_a_switched_off_dimension_hides():
    space = SearchSpace({"x": uniform(0, 1), "c": choice("a", {"kind": "b", "y": uniform(0, 1)})})

    def function(points):  # lowest in option b, at (0.3, 0.8)
        x, c, y = points.T
        return (x - 0.3) ** 2 + np.where(c < 0.5, 1e-3, (y - 0.8) ** 2)

    assert 0.0 <= lowest(space, function, seed=0) < 1e-8


def test_one_is_the_median_of_random_search_after_ten_trials():
    space = SearchSpace({"x": uniform(0, 1)})
    instance = Instance(space, lambda params: params["x"] + 7.0, 7.0, noise=0.0, seed=0)
    # The smallest of ten uniform numbers has the median 1 - 0.5 ** 0.1.
    assert instance.regret(7.0 + 1 - 0.5**0.1) == pytest.approx(1.0, rel=0.2)


def test_noise_is_what_is_observed_but_not_what_counts():
    space = SearchSpace({"c": choice("a", "b")})
    instance = Instance(space, lambda params: 1.0, 0.0, noise=0.5, seed=0)
    pairs = np.array([instance.observe({"c": "a"}, trial) for trial in range(200)])
    assert set(pairs[:, 0]) == {1.0}
    assert pairs[:, 1].std() == pytest.approx(0.5, rel=0.2)


def test_best_observed_is_the_loss_of_what_looked_best():
    observed = np.array([math.nan, 3.0, 1.0, 2.0, 1.0, math.nan, 0.5])
    losses = np.array([math.nan, 2.0, 1.5, 0.1, 0.2, math.nan, 1.0])
    assert best_observed(losses, observed).tolist() == [2.0, 2.0, 1.5, 1.5, 1.5, 1.5, 1.0]


def row(method, problem, seed, regret, **others):
    return {
        "method": method,
        "problem": problem,
        "seed": seed,
        "flight": 1,
        "regret": [1.0] * 49 + [regret],
        "ms": [2.0] * 50,
        **others,
    }


def test_table_has_means_ranks_and_paired_differences():
    rows = [row("ours", p, s, 0.1 * s) for p in ("a", "b") for s in (1, 3)]
    rows += [row("theirs", p, s, 0.1 * s + 0.25) for p in ("a", "b") for s in (1, 3)]
    _, title, _, _, _, ours, theirs = show(rows, "ours").split("\n")
    assert title == "### 1 in flight"
    assert ours.startswith("| ours | 2 x 2 | 1.000 +- 0.000 | 0.200 +- 0.100 | - | 1.00 |")
    assert "| 0.450 +- 0.100 | - | 2.00 | - | +0.250 [+0.250, +0.250] |" in theirs


def test_seeds_that_lack_problems_do_not_count_in_means():
    rows = [row("ours", p, s, 0.5) for p in ("a", "b") for s in (1, 2)]
    rows.append(row("ours", "a", 3, 0.0))
    assert "| 2 x 3 (5) | 1.000 +- 0.000 | 0.500 +- 0.000 |" in show(rows, "ours")


def test_table_by_problem():
    rows = [row("ours", "a", s, s) for s in (1, 2)]
    assert by_problem(rows, 50).split("\n")[-1] == "| 1 | a | 1.500 |"
