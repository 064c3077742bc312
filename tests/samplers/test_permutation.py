"""The weighted permutation; that it follows the probabilities is shown in test_random.py."""

from types import SimpleNamespace

import numpy as np

from hdwidget.samplers.permutation import weighted_permutation
from hdwidget.space import SearchSpace, randint


def test_it_is_a_permutation_that_depends_on_the_seed():
    space = SearchSpace({"n": randint(1000)})
    order = weighted_permutation(space, 1)
    assert order.dtype == np.int64
    np.testing.assert_array_equal(np.sort(order), np.arange(1000))
    np.testing.assert_array_equal(order, weighted_permutation(space, 1))
    assert (order != weighted_permutation(space, 2)).mean() > 0.9


def test_a_probability_that_underflows_comes_last():
    space = SimpleNamespace(probabilities=lambda: np.array([0.0, 0.5, 0.5]))
    assert {int(weighted_permutation(space, seed)[-1]) for seed in range(20)} == {0}
