import math

import numpy as np
import pytest

from hdwidget.analysis.effects import (
    INACTIVE,
    LEVELS,
    REPLICATES,
    _Grid,
    _places,
    _shapley,
    _walk,
    effects,
)
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

FOUR = SearchSpace({name: uniform(-math.pi, math.pi) for name in "abcd"})


def measured(space, function, runs, *, noise=0.0, seed=0):
    """Return each dimension's share of the variance that is found, and the shares' spread."""
    rng = np.random.default_rng(seed)
    configurations = [space.sample(rng) for _ in range(runs)]
    utilities = np.array([function(**each) for each in configurations], float)
    points = np.array([space.encode(each) for each in configurations])
    utilities += noise * rng.normal(size=runs)
    found = effects(space, points, utilities, np.random.default_rng(0))
    assert found.shape == (REPLICATES, len(space.dimensions))
    shares = found / found.sum(axis=1).mean()
    return shares.mean(axis=0), shares.std(axis=0)


class TestClosedForms:
    def test_a_sum_has_its_variances(self):
        shares, spread = measured(FOUR, lambda a, b, c, d: 3 * a + 2 * b + c, 300)
        assert shares == pytest.approx(np.array([9, 4, 1, 0]) / 14, abs=0.1)
        assert spread[3] < 0.01

    def test_noise_is_nobodys(self):
        shares, _ = measured(FOUR, lambda a, b, c, d: 3 * a + 2 * b + c, 400, noise=3.0)
        assert shares == pytest.approx(np.array([9, 4, 1, 0]) / 14, abs=0.08)

    def test_ishigami(self):
        # V_1 = 0.314, V_2 = 0.442 and V_13 = 0.244, of which a and c have half each
        shares, _ = measured(
            FOUR,
            lambda a, b, c, d: math.sin(a) + 7 * math.sin(b) ** 2 + 0.1 * c**4 * math.sin(a),
            800,
        )
        assert shares == pytest.approx([0.436, 0.442, 0.122, 0.0], abs=0.08)

    def test_a_product_is_shared_equally(self):
        space = SearchSpace({"a": uniform(-1, 1), "b": uniform(-1, 1), "c": choice("x", "y")})
        shares, _ = measured(space, lambda a, b, c: a * b, 200)
        assert shares == pytest.approx([0.5, 0.5, 0.0], abs=0.12)

    def test_a_nested_parameter_counts_where_it_is_active(self):
        # 3 x with probability 1/3, else 0: variances 1/2 by kind, 1/12 by x and 1/6 by both
        space = SearchSpace(
            {"m": choice({"kind": 1, "x": loguniform(0, 1)}, {"kind": 2, "x": uniform(0, 1)}, "no")}
        )
        names = [dimension.name for dimension in space.dimensions]
        shares, _ = measured(space, lambda m: 0 if m == "no" or m["kind"] == 1 else 3 * m["x"], 300)
        assert dict(zip(names, shares, strict=True)) == pytest.approx(
            {"m": 7 / 9, "m[0].x": 0.0, "m[1].x": 2 / 9}, abs=0.04
        )

    def test_options_count_as_often_as_they_are_drawn(self):
        # 1 with probability 1/4: variance 3/16, against 1/12 of the other
        space = SearchSpace({"a": choice("x", "x", "x", "y"), "b": uniform(0, 1)})
        shares, _ = measured(space, lambda a, b: (a == "y") + b, 300)
        assert shares == pytest.approx([9 / 13, 4 / 13], abs=0.05)


class TestChance:
    @pytest.mark.parametrize("seed", range(2))
    def test_of_nothing_no_parameter_has_an_effect(self, seed):
        rng = np.random.default_rng(seed)
        points = rng.random((60, 4))
        found = effects(FOUR, points, rng.normal(size=60), np.random.default_rng(0))
        # Of a variance of 1, and there would be a quarter of it each without what chance gives.
        assert np.all(np.abs(found.mean(axis=0)) < 0.15)
        assert np.all(np.abs(found.mean(axis=0)) < 2 * found.std(axis=0))

    def test_a_constant_has_no_effects(self):
        points = np.random.default_rng(0).random((20, 4))
        found = effects(FOUR, points, np.full(20, 0.1), np.random.default_rng(0))
        assert not found.any()

    def test_the_same_seed_gives_the_same(self):
        rng = np.random.default_rng(0)
        points, utilities = rng.random((20, 4)), rng.random(20)
        one, other = (effects(FOUR, points, utilities, np.random.default_rng(3)) for _ in range(2))
        assert np.array_equal(one, other)

    @pytest.mark.parametrize("scale", [2.0**-1000, 2.0**1000])
    def test_units_do_not_matter(self, scale):
        points = np.random.default_rng(0).random((15, 4))
        found, scaled = (
            effects(FOUR, points, factor * points[:, 0], np.random.default_rng(0))
            for factor in (1.0, scale)
        )
        assert np.array_equal(scaled, found)


class TestGrid:
    @pytest.mark.parametrize(
        "expression",
        [
            uniform(0, 1),
            loguniform(-3, 0),
            normal(0, 1),
            lognormal(0, 1),
            quniform(0, 8, 2),
            qloguniform(0, 3, 1),
            qnormal(0, 3, 1),
            qlognormal(0, 1, 1),
            randint(5),
        ],
        ids=repr,
    )
    def test_numbers_are_distributed_as_the_expression(self, expression):
        found = np.sort(levels(SearchSpace({"x": expression}))[:, 0])
        if expression.size is None:
            expected = [
                expression.encode(expression.decode((i + 0.5) / LEVELS)) for i in range(LEVELS)
            ]
            assert found == pytest.approx(expected, abs=1e-6)
        else:
            values, counts = np.unique(found, return_counts=True)
            middles = [expression.encode(value) for value, _ in expression.support()]
            assert values == pytest.approx(sorted(middles), abs=1e-6)
            assert counts / LEVELS == pytest.approx(
                [p for _, p in expression.support()], abs=1.5 / LEVELS
            )

    def test_an_option_has_a_column(self):
        found = levels(SearchSpace({"x": choice("a", "b", "b")}))
        assert found.shape == (LEVELS, 4)  # and those of the copy
        assert np.unique(found, axis=0).tolist() == [[0, 1, 0, 1], [1, 0, 1, 0]]
        assert found.mean(axis=0)[:2] == pytest.approx([1 / 3, 2 / 3], abs=1 / LEVELS)

    def test_what_does_not_count_is_told_apart(self):
        inner = choice("x", {"z": uniform(0, 1)})
        space = SearchSpace({"m": choice("off", {"inner": inner})})
        assert [each.name for each in space.dimensions] == ["m", "m[1].inner", "m[1].inner[1].z"]
        low, high = 0, LEVELS - 1
        stops = [[low, high, high], [high, low, high], [high, high, high]]
        found = _Grid(space).features(np.array([stop * 2 for stop in stops], np.int16))
        z = pytest.approx(1 - 0.5 / LEVELS)
        off = [[1, 0, -1, -1, -1], [0, 1, 1, 0, -1], [0, 1, 0, 1, z]]
        assert found.tolist() == [each * 2 for each in off]

    def test_runs_are_where_their_values_are(self):
        space = SearchSpace(
            {"x": uniform(0, 1), "k": choice("a", {"z": randint(3)}), "q": quniform(0, 8, 2)}
        )
        params = {"x": 0.999, "k": {"z": 2}, "q": 4}
        point = space.encode(params)
        places = _places(
            np.array([point, space.encode({**params, "k": "a"})]), np.random.default_rng(0)
        )
        found = _Grid(space).features(np.hstack([places, places]))[:, :5]
        assert found[0] == pytest.approx([0.999, 0, 1, 5 / 6, point[3]], abs=1 / LEVELS)
        assert found[1, 1:4].tolist() == [1, 0, INACTIVE]


def levels(space):
    places = np.arange(LEVELS, dtype=np.int16)[:, None]
    return _Grid(space).features(np.repeat(places, 2, axis=1))


class TestWalks:
    def test_a_step_changes_one_coordinate(self):
        order, places = _walk(5, np.random.default_rng(0))
        steps = places[1:] != places[:-1]
        assert np.sort(order, axis=1).tolist() == [list(range(5))] * len(order)
        for step, column in zip(steps, order.T, strict=True):
            others = np.ones_like(step)
            others[np.arange(len(step)), column] = False
            assert not (step & others).any()

    def test_effects_sum_to_the_variance(self):
        rng = np.random.default_rng(0)
        order, places = _walk(3, rng)
        values = np.sin(places / LEVELS).prod(axis=-1)
        found = _shapley(order, values)
        assert found.sum() == pytest.approx(np.mean((values[0] - values[-1]) ** 2) / 2)

    def test_of_a_sum_each_has_its_own(self):
        order, places = _walk(2, np.random.default_rng(0))
        found = _shapley(order, (places / LEVELS) @ np.array([1.0, 0.0]))
        assert found[0] == pytest.approx(1 / 12, rel=0.15)
        assert found[1] == 0.0
