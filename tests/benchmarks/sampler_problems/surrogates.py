"""Surrogates of real tuning tasks: models of the loss, small enough to be kept.

Some are forests of extremely randomized trees, rough and flat in places, others ensembles of small
networks, smooth: surrogate benchmarks are made of both, and neither should decide alone.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.neural_network import MLPRegressor

from hdwidget.space import SearchSpace, choice

__all__ = ["Features", "Forest", "Nets", "Surrogate", "fitted", "loaded"]

Array = NDArray[np.float64]
TREES = 24
NETS = 3
HIDDEN = 32


class Features:
    """What a surrogate sees of a space: numbers in [0, 1], and a column for each option."""

    def __init__(self, space: SearchSpace) -> None:
        self._options = [
            len(dimension.expression.labels) if isinstance(dimension.expression, choice) else 0
            for dimension in space.dimensions
        ]

    def __call__(self, points: Array) -> Array:
        """Return `(n, columns)` for `(n, d)` encoded configurations, NaN where not active."""
        columns: list[Array] = []
        for column, options in zip(points.T, self._options, strict=True):
            if options:
                columns += [np.floor(column * options) == i for i in range(options)]
            else:
                columns.append(np.where(np.isnan(column), 0.5, column))
        return np.column_stack(columns).astype(float)


class Forest:
    """Trees side by side, `(trees, nodes)` arrays; a leaf's feature is -1."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self.arrays = dict(arrays)
        # All nodes in a row; a leaf leads to itself, so that all trees can be gone down together.
        trees, nodes = arrays["feature"].shape
        self._roots = np.arange(trees) * nodes
        own = np.arange(trees * nodes)
        leaf = arrays["feature"].ravel() < 0
        offset = np.repeat(self._roots, nodes)
        self._left = np.where(leaf, own, arrays["left"].ravel() + offset)
        self._right = np.where(leaf, own, arrays["right"].ravel() + offset)
        self._feature = np.where(leaf, 0, arrays["feature"].ravel()).astype(np.intp)
        self._threshold = arrays["threshold"].ravel().astype(float)
        self._value = arrays["value"].ravel().astype(float)
        self._depth, level = 0, self._roots
        while (level := level[~leaf[level]]).size:
            self._depth += 1
            level = np.concatenate([self._left[level], self._right[level]])

    @classmethod
    def fitted(cls, features: Array, targets: Array) -> "Forest":
        """Return the forest of `(n, columns)` features and `(n,)` targets."""
        model = ExtraTreesRegressor(TREES, min_samples_leaf=2, random_state=0)
        trees = [estimator.tree_ for estimator in model.fit(features, targets).estimators_]
        shape = (len(trees), max(tree.node_count for tree in trees))
        arrays = {
            "left": np.zeros(shape, np.int16),
            "right": np.zeros(shape, np.int16),
            "feature": np.full(shape, -1, np.int8),
            "threshold": np.zeros(shape, np.float32),
            "value": np.zeros(shape, np.float32),
        }
        for row, tree in enumerate(trees):
            inner, leaf = np.flatnonzero(tree.feature >= 0), np.flatnonzero(tree.feature < 0)
            arrays["left"][row, inner] = tree.children_left[inner]
            arrays["right"][row, inner] = tree.children_right[inner]
            arrays["feature"][row, inner] = tree.feature[inner]
            arrays["threshold"][row, inner] = tree.threshold[inner]
            arrays["value"][row, leaf] = tree.value.ravel()[leaf]
        return cls(arrays)

    def __call__(self, features: Array) -> Array:
        """Return the mean of the trees, `(n,)`, at `(n, columns)` features."""
        nodes = np.broadcast_to(self._roots, (len(features), len(self._roots)))
        for _ in range(self._depth):
            feature = np.take_along_axis(features, self._feature[nodes], axis=1)
            goes_left = feature <= self._threshold[nodes]
            nodes = np.where(goes_left, self._left[nodes], self._right[nodes])
        return self._value[nodes].mean(axis=1)


class Nets:
    """Networks of two hidden layers; what they give is averaged."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self.arrays = dict(arrays)
        weights = {name: array.astype(float) for name, array in arrays.items()}
        self._layers = [(weights[f"weights{i}"], weights[f"biases{i}"]) for i in range(3)]
        self._centre, self._spread = weights["scale"]

    @classmethod
    def fitted(cls, features: Array, targets: Array) -> "Nets":
        """Return the networks of `(n, columns)` features and `(n,)` targets."""
        scale = np.array([targets.mean(), targets.std()])
        models = [
            MLPRegressor(
                hidden_layer_sizes=(HIDDEN, HIDDEN),
                activation="tanh",
                solver="lbfgs",
                alpha=0.1,
                max_iter=2000,
                random_state=i,
            ).fit(2.0 * features - 1.0, (targets - scale[0]) / scale[1])
            for i in range(NETS)
        ]
        arrays: dict[str, NDArray[np.generic]] = {"scale": scale}
        for i in range(3):
            arrays[f"weights{i}"] = np.array([m.coefs_[i] for m in models], np.float32)
            arrays[f"biases{i}"] = np.array([m.intercepts_[i] for m in models], np.float32)
        return cls(arrays)

    def __call__(self, features: Array) -> Array:
        """Return the mean of the networks, `(n,)`, at `(n, columns)` features."""
        signal = np.broadcast_to(2.0 * features - 1.0, (NETS, *features.shape))
        for i, (weights, biases) in enumerate(self._layers):
            signal = signal @ weights + biases[:, None, :]
            if i < len(self._layers) - 1:
                signal = np.tanh(signal)
        return self._centre + self._spread * signal[:, :, 0].mean(axis=0)


Surrogate = Forest | Nets
KINDS: dict[str, type[Surrogate]] = {"forest": Forest, "nets": Nets}


def fitted(kind: str, features: Array, targets: Array) -> Surrogate:
    """Return a surrogate of `kind` "forest" or "nets"."""
    return KINDS[kind].fitted(features, targets)


def loaded(kind: str, arrays: Mapping[str, NDArray[np.generic]]) -> Surrogate:
    """Return the surrogate of `kind` with the `arrays` that it was kept with."""
    return KINDS[kind](arrays)
