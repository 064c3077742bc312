"""Samples and the decoded cube follow the distributions that the reference defines."""

import math

import numpy as np
import pytest
from scipy import stats

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

N = 4000
ALMOST_SURELY = 1e-3  # with fixed seeds; a wrong distribution is at 1e-30

CONTINUOUS = [
    (uniform(-1, 3), stats.uniform(-1, 4)),
    (loguniform(math.log(1e-4), math.log(10)), stats.loguniform(1e-4, 10)),
    (normal(2, 3), stats.norm(2, 3)),
    (lognormal(-1, 0.5), stats.lognorm(0.5, scale=math.exp(-1))),
]
QUANTIZED = [
    (quniform(-1, 3, 0.5), stats.uniform(-1, 4)),
    (quniform(0.3, 7.7, 1), stats.uniform(0.3, 7.4)),
    (qloguniform(0, math.log(40), 4), stats.loguniform(1, 40)),
    (qnormal(2, 3, 2), stats.norm(2, 3)),
    (qlognormal(1, 0.7, 0.25), stats.lognorm(0.7, scale=math.e)),
]


def named(cases):
    return [pytest.param(*case, id=repr(case[0])) for case in cases]


@pytest.mark.parametrize(("expression", "theirs"), named(CONTINUOUS))
def test_continuous_samples_follow_scipy(expression, theirs):
    rng = np.random.default_rng(20)
    samples = [expression.sample(rng) for _ in range(N)]
    assert stats.kstest(samples, theirs.cdf).pvalue > ALMOST_SURELY
    assert all(type(x) is float for x in samples)


@pytest.mark.parametrize(("expression", "theirs"), named(CONTINUOUS))
def test_continuous_encoding_is_scipys_cdf_and_decoding_its_quantile(expression, theirs):
    u = np.linspace(1e-6, 1 - 1e-6, 201)
    x = np.array([expression.decode(p) for p in u])
    np.testing.assert_allclose(x, theirs.ppf(u), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose([expression.encode(v) for v in x], theirs.cdf(x), rtol=1e-9)


@pytest.mark.parametrize(("expression", "theirs"), named(QUANTIZED))
def test_quantized_samples_follow_the_rounded_distribution(expression, theirs):
    rng = np.random.default_rng(21)
    samples = np.array([expression.sample(rng) for _ in range(N)])
    multiples, observed = np.unique(np.round(samples / expression.q), return_counts=True)
    edges = (multiples + 0.5) * expression.q
    expected = N * np.diff(theirs.cdf(edges), prepend=0.0)
    expected[-1] = N - expected[:-1].sum()
    common = expected >= 5
    observed = [*observed[common], observed[~common].sum() + 1e-9]
    expected = [*expected[common], expected[~common].sum() + 1e-9]
    assert stats.chisquare(observed, expected).pvalue > ALMOST_SURELY


@pytest.mark.parametrize(("expression", "theirs"), named(QUANTIZED))
def test_quantized_values_are_the_formula_of_the_reference(expression, theirs):
    for u in np.random.default_rng(22).random(500):
        value = expression.decode(u)
        formula = round(theirs.ppf(u) / expression.q) * expression.q
        assert value == pytest.approx(formula, rel=1e-15, abs=1e-15)


@pytest.mark.parametrize(
    ("expression", "theirs"), named([case for case in QUANTIZED if case[0].size is not None])
)
def test_probabilities_of_a_grid_are_differences_of_scipys_cdf(expression, theirs):
    values, probabilities = zip(*expression.support(), strict=True)
    half = expression.q / 2
    expected = [theirs.cdf(v + half) - theirs.cdf(v - half) for v in values]
    np.testing.assert_allclose(probabilities, expected, rtol=1e-9, atol=1e-12)
    assert sum(probabilities) == pytest.approx(1.0, abs=1e-12)
    assert min(probabilities) > 0.0


@pytest.mark.parametrize(
    "expression", [randint(7), choice("a", "b", "a", "c"), choice(range(5)), quniform(0, 9, 3)]
)
def test_finite_samples_follow_their_support(expression):
    values, probabilities = zip(*expression.support(), strict=True)
    rng = np.random.default_rng(23)
    samples = [expression.sample(rng) for _ in range(N)]
    observed = [samples.count(value) for value in values]
    assert sum(observed) == N
    assert stats.chisquare(observed, N * np.array(probabilities)).pvalue > ALMOST_SURELY


def test_randint_is_uniform():
    assert randint(4).support() == [(i, 0.25) for i in range(4)]


def test_an_option_given_twice_is_twice_as_likely():
    assert choice("a", "b", "a").support() == [("a", 2 / 3), ("b", 1 / 3)]


def test_samples_depend_on_the_generator_only():
    first = [uniform(0, 1).sample(np.random.default_rng(5)) for _ in range(2)]
    assert first[0] == first[1]
