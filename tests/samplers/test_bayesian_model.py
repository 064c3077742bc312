"""The parts of Bayesian search: gradients, tails, scales, encodings, forecasts."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from hdwidget.samplers import BayesianParameterSampling, Observation, RandomParameterSampling
from hdwidget.samplers.bayesian.acquisition import log_improvement, log_improvement_slope
from hdwidget.samplers.bayesian.coordinates import NEUTRAL, Coordinates
from hdwidget.samplers.bayesian.feasibility import Feasibility
from hdwidget.samplers.bayesian.fit import Posterior, fitted, likeliest
from hdwidget.samplers.bayesian.forecast import forecast
from hdwidget.samplers.bayesian.kernel import Hyperparameters, Kernel
from hdwidget.samplers.bayesian.outputs import Outputs
from hdwidget.samplers.bayesian.process import GaussianProcess
from hdwidget.space import (
    SearchSpace,
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

# Two numbers, and a category of two levels.
OWNER = np.array([0, 1, 2, 2])
AXES = 3
SHAPE = Hyperparameters(np.array([3.0, 1.0, 0.5]), 1.7, 0.01, 0.4)


def data(count=25, seed=0):
    rng = np.random.default_rng(seed)
    category = np.eye(2)[rng.integers(2, size=count)] * math.sqrt(0.5)
    features = np.hstack([rng.random((count, 2)), category])
    values = np.sin(5 * features[:, 0]) + features[:, 1] ** 2 + features[:, 2]
    return features, (values - values.mean()) / values.std()


def process():
    features, values = data()
    return GaussianProcess(features, values, np.zeros(len(values)), Kernel(SHAPE, OWNER))


def difference(function, at, step=1e-6):
    steps = step * np.eye(len(at))
    return np.array([(function(at + s) - function(at - s)) / (2.0 * step) for s in steps])


# ---- the process


def test_the_fits_gradient_is_that_of_its_loss():
    features, values = data()
    extra = np.linspace(0, 0.2, len(values))
    posterior = Posterior(features, values, extra, OWNER, AXES)
    for shift in (0.0, 0.7, -1.3):
        theta = posterior.prior + shift
        expected = difference(lambda t: posterior.loss(t)[0], theta, 1e-5)
        assert posterior.loss(theta)[1] == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_the_loss_is_that_of_the_normal_density_and_the_priors():
    features, values = data(8)
    posterior = Posterior(features, values, np.zeros(8), OWNER, AXES)
    theta = posterior.prior + 0.3
    weights, (scale, noise) = np.exp(theta[:3]), np.exp(theta[3:5])
    kernel = Kernel(Hyperparameters(weights, scale, noise, 1 / (1 + math.exp(-theta[5]))), OWNER)
    covariance = kernel(features * kernel.root, features * kernel.root) + noise * np.eye(8)
    density = stats.multivariate_normal(np.zeros(8), covariance).logpdf(values)
    prior = stats.norm(posterior.prior, posterior.spread).logpdf(theta).sum()
    top = stats.norm(0, posterior.spread).logpdf(0).sum()
    constant = 4 * math.log(2 * math.pi)
    assert posterior.loss(theta)[0] == pytest.approx(-density - prior + top - constant)


def test_the_posteriors_slopes_are_those_of_its_predictions():
    model = process()
    numbers = slice(2)  # nobody climbs along a category
    for at in (
        np.array([0.3, 0.8, math.sqrt(0.5), 0.0]),
        np.array([0.9, 0.1, 0.0, math.sqrt(0.5)]),
    ):
        mean, deviation, mean_slope, deviation_slope = model.slopes(at)
        means, deviations = model.predict(at[None])
        assert (mean, deviation) == (pytest.approx(means[0]), pytest.approx(deviations[0]))
        expected = difference(lambda x: model.predict(x[None])[0][0], at)[numbers]
        assert mean_slope[numbers] == pytest.approx(expected, rel=1e-5, abs=1e-7)
        expected = difference(lambda x: model.predict(x[None])[1][0], at)[numbers]
        assert deviation_slope[numbers] == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_the_posterior_is_that_of_the_normal_distribution():
    features, values = data(6)
    kernel = Kernel(SHAPE, OWNER)
    model = GaussianProcess(features, values, np.full(6, 0.1), kernel)
    scaled, at = features * kernel.root, features[:1] + 0.1
    cross = kernel(at * kernel.root, scaled)[0]
    covariance = kernel(scaled, scaled) + (SHAPE.noise + 0.1) * np.eye(6)
    mean = cross @ np.linalg.solve(covariance, values)
    variance = SHAPE.scale - cross @ np.linalg.solve(covariance, cross)
    means, deviations = model.predict(at)
    assert (means[0], deviations[0]) == (pytest.approx(mean), pytest.approx(math.sqrt(variance)))


def test_to_believe_changes_no_mean_and_lowers_the_deviation():
    model, at = process(), data(30, seed=1)[0]
    believing = model.believing(at[:3])
    assert believing.predict(at)[0] == pytest.approx(model.predict(at)[0], abs=1e-6)
    assert (believing.predict(at)[1] <= model.predict(at)[1] + 1e-9).all()
    assert (believing.predict(at[:3])[1] < 0.15).all()


def test_the_fit_finds_what_matters():
    rng = np.random.default_rng(0)
    features = rng.random((40, 3))
    values = np.sin(9 * features[:, 1])
    posterior = Posterior(features, values, np.zeros(40), np.arange(3), 3)
    shape = likeliest(posterior)
    assert shape.weights[1] > 20 * max(shape.weights[0], shape.weights[2])
    assert shape.noise < 1e-3


def test_the_fit_finds_noise():
    rng = np.random.default_rng(0)
    features = np.repeat(rng.random((20, 3)), 2, axis=0)  # each place twice
    values = np.sin(9 * features[:, 1]) + 0.5 * rng.standard_normal(40)
    posterior = Posterior(features, values, np.zeros(40), np.arange(3), 3)
    assert 0.1 < likeliest(posterior).noise < 0.6


def test_draws_are_around_the_likeliest():
    features, values = data()
    posterior = Posterior(features, values, np.zeros(len(values)), OWNER, AXES)
    mode, *drawn = fitted(posterior, np.random.default_rng(0))
    again = fitted(posterior, np.random.default_rng(0))
    assert mode.weights == pytest.approx(likeliest(posterior).weights)
    for one, other in zip(drawn, again[1:], strict=True):
        assert (one.weights == other.weights).all()
        assert not np.allclose(one.weights, mode.weights)
        assert np.abs(np.log(one.weights / mode.weights)).max() < 15


def test_success_is_likely_where_trials_succeeded():
    rng = np.random.default_rng(0)
    features = rng.random((30, 2))
    fails = features[:, 0] > 0.6
    feasibility = Feasibility(features[~fails], features[fails], np.arange(2), 2)
    good, bad = feasibility.heights(np.array([[0.2, 0.5], [0.9, 0.5]]))
    assert math.exp(good) > 0.9
    assert math.exp(bad) < 0.1
    at = np.array([0.55, 0.3])
    height, slope = feasibility.slope(at)
    assert height == pytest.approx(feasibility.heights(at[None])[0])
    expected = difference(lambda x: feasibility.heights(x[None])[0], at)
    assert slope == pytest.approx(expected, rel=1e-4)


# ---- the acquisition


@pytest.mark.parametrize("z", [-30.0, -8.0, -1.001, -0.999, 0.0, 0.7, 6.0])
def test_the_log_improvement_is_that_of_the_integral(z):
    # E[max(z - x, 0)] / phi(z) = int_0^inf t exp(-t^2 / 2 + z t) dt: no tail underflows.
    value, _ = integrate.quad(lambda t: t * math.exp(-t * t / 2 + z * t), 0, 50, epsrel=1e-12)
    expected = math.log(value) + stats.norm.logpdf(z)
    at = log_improvement(np.array([3.0 - 2.0 * z]), np.array([2.0]), 3.0)
    assert at[0] == pytest.approx(expected + math.log(2.0), rel=1e-9)


def test_the_log_improvement_has_no_cliffs_far_out():
    z = -np.geomspace(1e3, 1e7, 200)
    heights = log_improvement(-z, np.ones(200), 0.0)
    assert np.isfinite(heights).all()
    expected = -0.5 * z**2 - 0.5 * math.log(2 * math.pi) - 2 * np.log(-z)
    assert heights == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("best", [-200.0, -2.0, 0.5, 5.0])
def test_the_improvements_slope(best):
    mean, deviation = 0.3, 0.7
    gradients = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    height, slope = log_improvement_slope(mean, deviation, *gradients, best)

    def at(x):
        return log_improvement(x[:1], x[1:], best)[0]

    assert height == pytest.approx(at(np.array([mean, deviation])))
    expected = difference(at, np.array([mean, deviation]), 1e-5)
    assert slope == pytest.approx(expected, rel=1e-4, abs=1e-8)


# ---- the scale of losses


@given(
    st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=3, max_size=30).filter(
        lambda values: len(set(values)) > 1
    ),
    st.sampled_from([1.0, 1e300, 1e-300, -7.0]),
)
@settings(max_examples=60, deadline=None)
def test_outputs_keep_the_order_and_are_about_standard(losses, factor):
    losses = np.array(losses) * factor
    outputs = Outputs(losses)
    assert np.isfinite(outputs.values).all()
    assert outputs.values.mean() == pytest.approx(0, abs=1e-8)
    assert outputs.values.std() == pytest.approx(1)
    ordered = outputs.values[np.argsort(losses, kind="stable")]
    assert (np.diff(ordered) >= -1e-9).all()
    assert outputs.at(losses) == pytest.approx(outputs.values, abs=1e-6)


def test_outputs_lead_back_to_losses():
    losses = np.random.default_rng(0).lognormal(size=40)
    outputs = Outputs(losses)
    assert outputs.losses(outputs.values) == pytest.approx(losses)
    far = outputs.losses(np.array([-50.0, 50.0]))
    spread = np.ptp(losses)
    assert far == pytest.approx([losses.min() - spread, losses.max() + spread])


def test_skewed_losses_become_symmetric():
    losses = np.random.default_rng(0).lognormal(sigma=1.5, size=200)
    assert abs(stats.skew(Outputs(losses).values)) < 0.2 * stats.skew(losses)


# ---- the coordinates

SPACE = SearchSpace(
    {
        "a": uniform(-1, 2),
        "b": loguniform(-9, 0),
        "c": normal(0, 1),
        "d": lognormal(0, 1),
        "e": randint(7),
        "f": quniform(0, 1, 0.1),
        "g": qloguniform(0, 4, 1),
        "h": qnormal(0, 1, 0.5),
        "i": qlognormal(0, 1, 0.5),
        "j": choice("x", "y", "x"),
        "k": choice(16, 32, 64),
        "l": choice({"kind": "m", "n": uniform(0, 1), "o": choice(1, {"p": randint(3)})}, "q"),
    }
)
COORDINATES = Coordinates(SPACE)
UNITS = st.lists(
    st.floats(0.01, 0.99), min_size=len(SPACE.dimensions), max_size=len(SPACE.dimensions)
).map(np.array)


@given(UNITS)
@settings(max_examples=100, deadline=None)
def test_a_snapped_point_is_that_of_its_configuration(point):
    snapped = COORDINATES.snap(point[None])[0]
    again = COORDINATES.encode(SPACE.decode(snapped))
    assert again == pytest.approx(snapped, abs=1e-9)
    assert COORDINATES.snap(snapped[None])[0] == pytest.approx(snapped, abs=1e-15)


@given(UNITS)
@settings(max_examples=30, deadline=None)
def test_neighbours_differ_in_one_parameter(point):
    point = COORDINATES.snap(point[None])[0]
    params = SPACE.decode(point)
    for neighbour in COORDINATES.neighbours(point):
        other = SPACE.decode(neighbour)
        assert sum(params[name] != other[name] for name in params) <= 1


def test_what_does_not_count_stands_at_a_neutral_place():
    off = COORDINATES.encode(SPACE.decode([0.3] * 11 + [0.9] * (len(COORDINATES) - 11)))
    nested = [i for i, axis in enumerate(COORDINATES.axes) if axis.parent >= 0]
    assert len(nested) == 3
    assert off[nested[0]] == NEUTRAL
    free, _ = COORDINATES.free(off)
    assert nested[0] not in free
    on = COORDINATES.encode(SPACE.decode([0.3] * len(COORDINATES)))
    assert nested[0] in COORDINATES.free(on)[0]


@pytest.mark.parametrize(
    ("options", "is_category"),
    [
        ((16, 32, 64), False),
        ((0.1, 0.01, 0.001), False),
        ((16, 64, 32), True),
        ((16, 32), True),
        ((True, False), True),
        (("a", "b", "c"), True),
        ((1, 2, None), True),
    ],
)
def test_numbers_that_rise_or_fall_are_a_scale(options, is_category):
    (axis,) = Coordinates(SearchSpace({"x": choice(*options)})).axes
    assert axis.is_category is is_category


def test_categories_are_as_far_from_one_another_each():
    coordinates = Coordinates(SearchSpace({"x": choice("a", "b", "c")}))
    features = coordinates.features(coordinates.snap(np.array([[0.1], [0.5], [0.9]])))
    distances = ((features[:, None] - features) ** 2).sum(axis=2)
    assert distances == pytest.approx(1.0 - np.eye(3))


# ---- stopped trials


def curve(end, intervals=20, start=1.0):
    """Return utilities that rise to `end` from `start` below."""
    return tuple(end - start * math.exp(-5 * t / intervals) for t in range(1, intervals + 1))


def trial(end, stopped_at=None):
    values = curve(end)
    if stopped_at is None:
        return Observation({}, max(values), len(values), "completed", values)
    return Observation({}, max(values[:stopped_at]), stopped_at, "stopped", values[:stopped_at])


ENDS = (0.1, 0.25, 0.3, 0.42, 0.5, 0.61, 0.7)


def outputs_of(trials):
    return Outputs(-np.array([t.utility for t in trials]))


def test_a_stopped_trial_counts_for_what_it_would_have_come_to():
    completed = [trial(end) for end in ENDS]
    outputs = outputs_of(completed)
    stopped = [trial(0.35, 5), trial(0.15, 12), trial(0.35, 12)]
    values, variances = forecast(outputs, completed, stopped)
    face = outputs.at(-np.array([t.utility for t in stopped]))
    truth = outputs.at(-np.array([max(curve(end)) for end in (0.35, 0.15, 0.35)]))
    assert (np.abs(values - truth) < 0.8 * np.abs(face - truth)).all()
    assert (np.abs(values - truth) < 2 * np.sqrt(variances)).all()


def test_a_forecast_is_no_worse_than_what_was_seen():
    completed = [trial(end) for end in ENDS]
    outputs = outputs_of(completed)
    stopped = [trial(0.9, 18)]
    values, _ = forecast(outputs, completed, stopped)
    assert values[0] <= outputs.at(np.array([-stopped[0].utility]))[0]


@pytest.mark.parametrize("status", ["few", "short", "empty", "no number yet"])
def test_where_nothing_can_be_forecast_little_is_said(status):
    count = {"few": 3}.get(status, 7)
    completed = [trial(end) for end in ENDS[:count]]
    cut = {"short": 2, "empty": 0}.get(status, 20)
    completed = [
        Observation({}, t.utility, t.intervals, t.status, t.curve[:cut]) for t in completed
    ]
    if status == "no number yet":
        blank = (math.nan,) * 10
        completed = [
            Observation({}, t.utility, 20, t.status, blank + t.curve[10:]) for t in completed
        ]
    _, variances = forecast(outputs_of(completed), completed, [trial(0.3, 5)])
    assert variances[0] > 0.4


def hill(params):
    return 0.8 - 2.0 * abs(params["x"] - 0.3)


def with_median_stopping(sampler, epochs, intervals=20):
    """Return the best utility of a search that stops a trial once it is below the median."""
    trials, spent = [], 0
    while spent < epochs:
        params = sampler.propose(len(trials), trials)
        values = curve(hill(params), intervals)
        others = [t.curve[: intervals // 4] for t in trials]
        is_bad = len(others) > 4 and max(values[: intervals // 4]) < np.median(
            list(map(max, others))
        )
        kept = values[: intervals // 4] if is_bad else values
        status = "stopped" if is_bad else "completed"
        trials.append(Observation(params, max(kept), len(kept), status, kept))
        spent += len(kept)
    return trials


def test_stopped_trials_do_not_mislead_the_search():
    trials = with_median_stopping(BayesianParameterSampling({"x": uniform(0, 1)}, seed=1), 400)
    assert sum(t.status == "stopped" for t in trials) >= 3
    assert max(t.utility for t in trials) == pytest.approx(0.8, abs=0.02)


# ---- what explains a proposal


def history_of(utility, count=20, scale=1.0):
    space = {"x": uniform(0, 1), "c": choice("a", "b")}
    sampler = RandomParameterSampling(space, seed=1)
    proposals = [sampler.propose(i, []) for i in range(count)]
    return space, [Observation(p, utility(p) * scale, 1, "completed") for p in proposals]


def slope(params):
    return params["x"] + (params["c"] == "a")


@pytest.mark.parametrize("scale", [1.0, 1e300, 1e-300])
def test_an_explanation_is_of_the_utility(scale):
    space, history = history_of(slope, scale=scale)
    sampler = BayesianParameterSampling(space, seed=1)
    params = {"x": 0.5, "c": "a"}
    said = sampler.explain(20, params, history)
    assert said.origin == "model"
    assert said.mean / scale == pytest.approx(1.5, abs=0.1)
    assert 0.0 < said.deviation / scale < 0.2
    assert 0.0 <= said.expected_improvement / scale < 0.05
    better = sampler.explain(20, {"x": 1.0, "c": "a"}, history)
    assert better.expected_improvement > said.expected_improvement


def test_a_proposal_is_better_than_chance_by_what_explains_it():
    space, history = history_of(slope)
    sampler = BayesianParameterSampling(space, seed=1)
    proposed = sampler.explain(20, sampler.propose(20, history), history)
    others = [sampler.explain(20, t.params, history) for t in history]
    assert proposed.expected_improvement > max(o.expected_improvement for o in others)


def test_the_initial_design_says_so():
    sampler = BayesianParameterSampling({"x": uniform(0, 1)}, seed=1)
    said = sampler.explain(0, {"x": 0.5}, [])
    assert (said.origin, said.mean, said.expected_improvement) == ("initial", None, None)


def test_to_explain_changes_no_proposal():
    space, history = history_of(slope)
    sampler = BayesianParameterSampling(space, seed=1)
    expected = sampler.propose(20, history)
    sampler.explain(19, expected, history[:19])
    assert sampler.propose(20, history) == expected
