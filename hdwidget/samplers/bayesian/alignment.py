"""Earlier experiments' losses on the scale of the present one's."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.base import Observation
from hdwidget.samplers.bayesian.coordinates import Coordinates
from hdwidget.samplers.bayesian.evidence import Evidence
from hdwidget.samplers.bayesian.fit import Posterior, likeliest
from hdwidget.samplers.bayesian.kernel import Kernel
from hdwidget.samplers.bayesian.outputs import Outputs
from hdwidget.samplers.bayesian.process import GaussianProcess

__all__ = ["Alignment"]

Array = NDArray[np.float64]
# Of fewer trials nothing is predicted, and from fewer at hand no spread is told.
LEAST_TRIALS, LEAST_FOR_SPREAD = 4, 4
# More make the prediction slower and hardly better.
MOST_TRIALS = 100
# The logarithms of the spreads' ratios that are weighed, and the standard deviation of the belief
# in them.
RATIOS, RATIOS_DEVIATION = np.linspace(-14.0, 14.0, 113), 3.0
# What a prediction may be off by, beside its own deviation, as shares of the losses' deviation.
MISFITS = np.array([0.05, 0.1, 0.2, 0.4, 0.8])
# Losses further off, in deviations of the earlier ones, are no further.
MOST_DEVIATIONS = 1e12
# How much likelier, as a logarithm, an offset and another spread must make the losses to be
# believed: mostly, a metric is the same one as before.
PATIENCE = 2.0


@dataclass(frozen=True)
class Scale:
    """How one experiment's losses are read on another one's scale: offset + ratio * loss."""

    offset: float = 0.0
    ratio: float = 1.0

    def read(self, trial: Observation) -> Observation:
        """Return a trial as it would have come out on the other scale."""
        if self == Scale():
            return trial
        utility = None if trial.utility is None else self.ratio * trial.utility - self.offset
        curve = self.ratio * np.asarray(trial.curve, dtype=float) - self.offset
        return replace(trial, utility=utility, curve=curve)


class Alignment:
    """Reads earlier experiments' trials on the scale of the present experiment's.

    Another data set, another split, a sum instead of a mean: the same configurations are better
    and worse, by other numbers. What an earlier experiment predicts where the present one has
    looked tells by which; as long as that does not make the losses much likelier, they are taken
    as they are.

    Parameters
    ----------
    coordinates
        The axes.
    """

    def __init__(self, coordinates: Coordinates) -> None:
        self._coordinates = coordinates
        self._predictions: dict[Hashable, Prediction] = {}

    def read(self, evidence: Evidence) -> Evidence:
        """Return the evidence with all losses on one scale: the present experiment's.

        Before that one has a loss, it is the scale of the earlier one with most trials.
        """
        sources = evidence.sources
        if not sources.any():
            return evidence
        own = 0 if (sources == 0).any() else int(np.bincount(sources).argmax())
        here = sources == own
        points, losses = evidence.scored[here], evidence.losses[here]
        scales = {
            source: self._prediction(evidence, source).scale_of(points, losses)
            for source in np.unique(sources).tolist()
            if source != own and (sources == source).sum() >= LEAST_TRIALS
        }
        return replace(
            evidence,
            completed=[scales.get(t.source, Scale()).read(t) for t in evidence.completed],
            stopped=[scales.get(t.source, Scale()).read(t) for t in evidence.stopped],
            is_rescaled=any(scale != Scale() for scale in scales.values()),
        )

    def _prediction(self, evidence: Evidence, source: int) -> "Prediction":
        there = evidence.sources == source
        points, losses = evidence.scored[there], evidence.losses[there]
        key = points.tobytes(), losses.tobytes()
        if key not in self._predictions:
            self._predictions[key] = Prediction(self._coordinates, points, losses)
        return self._predictions[key]


class Prediction:
    """What an earlier experiment leads to expect, on its own scale.

    Parameters
    ----------
    coordinates
        The axes.
    points, losses
        `(n, d)` and `(n,)`, its completed trials.
    """

    def __init__(self, coordinates: Coordinates, points: Array, losses: Array) -> None:
        self._coordinates = coordinates
        self._losses = losses
        self._points = points

    @cached_property
    def _outputs(self) -> Outputs:
        return Outputs(self._losses)

    @cached_property
    def _process(self) -> GaussianProcess:
        owner, axes = self._coordinates.owner, len(self._coordinates)
        some = np.linspace(0, len(self._losses) - 1, min(len(self._losses), MOST_TRIALS))
        some = np.argsort(self._losses, kind="stable")[some.astype(int)]
        features, values = (
            self._coordinates.features(self._points[some]),
            self._outputs.values[some],
        )
        extra = np.zeros(len(some))
        posterior = Posterior(features, values, extra, owner, axes)
        return GaussianProcess(features, values, extra, Kernel(likeliest(posterior), owner))

    def scale_of(self, points: Array, losses: Array) -> Scale:
        """Return the scale of other losses, `(m,)`, which were observed at points `(m, d)`."""
        unit = float(np.abs(self._losses).max()) or 1.0  # squares must not overflow
        deviation = float((self._losses / unit).std()) * unit
        if not deviation:
            return Scale()
        mean, spread = self._process.predict(self._coordinates.features(points))
        expected = self._outputs.losses(mean)
        unsure = self._outputs.losses(mean + spread) - self._outputs.losses(mean - spread)
        # In units of the earlier losses' deviation.
        origin = float((self._losses / unit).mean()) * unit
        expected, unsure = (expected - origin) / deviation, unsure / (2.0 * deviation)
        with np.errstate(over="ignore"):
            observed = np.clip((losses - origin) / deviation, -MOST_DEVIATIONS, MOST_DEVIATIONS)
        scale = _likeliest_scale(expected, unsure, observed)
        offset = origin * (1.0 - scale.ratio) + scale.offset * deviation
        return Scale(offset, scale.ratio) if math.isfinite(offset) else Scale()


def _likeliest_scale(expected: Array, unsure: Array, losses: Array) -> Scale:
    """Return the likeliest scale of losses `(m,)` where others were expected.

    The offset has a normal prior as wide as it turns out itself; of ratio and misfit, every
    combination is looked at.
    """
    logs = RATIOS if len(losses) >= LEAST_FOR_SPREAD else np.zeros(1)
    ratios = np.exp(logs)[:, None, None]
    variance = ratios**2 * (unsure**2 + MISFITS[:, None] ** 2)
    rest = losses - ratios * expected
    weight = (1.0 / variance).sum(axis=-1)
    offset = (rest / variance).sum(axis=-1) / weight
    usual = -0.5 * np.log(variance).sum(axis=-1)
    width = np.maximum(np.abs(offset), ratios[..., 0])
    evidence = usual - 0.5 * (((rest - offset[..., None]) ** 2) / variance).sum(axis=-1)
    evidence -= 0.5 * np.log1p(weight * width**2) + 0.5
    evidence -= 0.5 * (logs[:, None] / RATIOS_DEVIATION) ** 2 + math.log(len(logs))
    same = len(logs) // 2
    plain = usual[same] - 0.5 * (rest[same] ** 2 / variance[same]).sum(axis=-1)
    i, j = np.unravel_index(np.argmax(evidence), evidence.shape)
    if evidence[i, j] < plain.max() + PATIENCE:
        return Scale()
    return Scale(float(offset[i, j]), math.exp(logs[i]))
