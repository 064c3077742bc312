"""What has been learnt from the trials that have ended."""

import numpy as np
from numpy.typing import NDArray

from hdwidget.samplers.bayesian.coordinates import Coordinates
from hdwidget.samplers.bayesian.evidence import Evidence
from hdwidget.samplers.bayesian.feasibility import Feasibility
from hdwidget.samplers.bayesian.fit import Posterior, fitted
from hdwidget.samplers.bayesian.forecast import forecast
from hdwidget.samplers.bayesian.kernel import Kernel
from hdwidget.samplers.bayesian.outputs import Outputs
from hdwidget.samplers.bayesian.process import GaussianProcess

__all__ = ["Model"]

Array = NDArray[np.float64]
# More points make the fit slower, and the hyperparameters hardly better; with more axes than 20
# they are fewer, so that points times axes have a bound.
MOST_FITTED, LEAST_FITTED, MOST_FITTED_NUMBERS = 150, 60, 3000
# More make every prediction slower.
MOST_KNOWN = 400
# How many of the best the search begins with: a share of the trials, within bounds.
INCUMBENT_SHARE, LEAST_INCUMBENTS, MOST_INCUMBENTS = 0.2, 3, 8


class Model:
    """Gaussian processes of the trials' losses, one for each setting of the hyperparameters.

    Parameters
    ----------
    coordinates
        The axes.
    evidence
        The trials; at least two different losses.
    rng
        The source of the hyperparameters' draws.

    Attributes
    ----------
    outputs : Outputs
        The scale on which the processes see losses.
    processes : list of GaussianProcess
        The likeliest first.
    bests : ndarray
        What each process expects at the best completed trial: what luck has observed there is no
        measure, nor what a stopped one might have come to.
    incumbents : ndarray
        `(k, d)` the points of the best trials.
    feasibility : Feasibility or None
        Where trials succeed; None when none has failed.
    likeness : float
        How alike earlier experiments are to the present one, from 0 to 1; 1 without any.
    is_rescaled : bool
        Whether earlier experiments had another offset or spread.
    """

    def __init__(
        self, coordinates: Coordinates, evidence: Evidence, rng: np.random.Generator
    ) -> None:
        self.is_rescaled = evidence.is_rescaled
        self.outputs = Outputs(evidence.losses)
        values = self.outputs.values
        is_own = evidence.sources == 0
        self.incumbents = np.vstack(
            [_best(evidence.scored[of], values[of]) for of in (is_own, ~is_own)]
        )
        owner, axes = coordinates.owner, len(coordinates)
        features = coordinates.features(np.vstack([evidence.scored, evidence.cut]))
        extra = np.zeros(len(values))
        sources = np.append(evidence.sources, [trial.source for trial in evidence.stopped])
        sources = sources.astype(np.intp)
        if evidence.stopped:
            forecasts = forecast(self.outputs, evidence.completed, evidence.stopped)
            values, extra = np.append(values, forecasts[0]), np.append(extra, forecasts[1])
        order = np.argsort(values, kind="stable")
        most = max(LEAST_FITTED, min(MOST_FITTED, MOST_FITTED_NUMBERS // axes))
        some, known = (_own_first(order, sources, limit) for limit in (most, MOST_KNOWN))
        posterior = Posterior(features[some], values[some], extra[some], owner, axes, sources[some])
        given = features[known], values[known], extra[known]
        kernels = [Kernel(shape, owner) for shape in fitted(posterior, rng)]
        self.likeness = kernels[0].shape.likeness
        self.processes = [GaussianProcess(*given, kernel, sources[known]) for kernel in kernels]
        best = coordinates.features(self.incumbents)
        self.bests = np.array([process.predict(best)[0].min() for process in self.processes])
        self.feasibility: Feasibility | None = None
        if len(evidence.failed):
            failed = coordinates.features(evidence.failed[-most // 2 :])
            succeeded = features[_best_and_some(order, most - len(failed))]
            self.feasibility = Feasibility(succeeded, failed, owner, axes)


def _best(points: Array, values: Array) -> Array:
    """Return the points that a search begins with."""
    count = int(INCUMBENT_SHARE * len(values))
    count = max(LEAST_INCUMBENTS, min(MOST_INCUMBENTS, count))
    return points[np.argsort(values, kind="stable")[:count]]


def _own_first(order: NDArray[np.intp], sources: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return which points to take, at most so many: earlier experiments' where there is room."""
    is_own = sources[order] == 0
    own = _best_and_some(order[is_own], most)
    return np.sort(np.concatenate([own, _best_and_some(order[~is_own], most - len(own))]))


def _best_and_some(order: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return which points to take, at most so many: the best, and some of each rank below."""
    if len(order) <= most:
        return np.sort(order)
    half = most // 2
    stride = np.linspace(half, len(order) - 1, most - half).astype(int)
    return np.sort(np.concatenate([order[:half], order[stride]]))
