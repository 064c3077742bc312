"""A problem to compare samplers on, and how far from its optimum a configuration is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hdwidget.space import SearchSpace

__all__ = ["Function", "Instance", "Problem"]

Params = Mapping[str, object]
Function = Callable[[Params], float]

TRIALS_OF_RANDOM = 10
REPETITIONS = 250
FIRST_OF_RANDOM = 1_000_000  # no trial of a run has such a number, and so none its noise


@dataclass(frozen=True)
class Instance:
    """A problem with its optimum in one place.

    Parameters
    ----------
    function
        The loss of a configuration without noise: lower is better, NaN when the trial fails.
    optimum
        The lowest loss that there is.
    noise
        The standard deviation of what is observed around the loss.
    """

    space: SearchSpace
    function: Function
    optimum: float
    noise: float
    seed: int

    def observe(self, params: Params, trial: int) -> tuple[float, float]:
        """Return the loss without and with the noise of this trial."""
        loss = self.function(params)
        if not self.noise:
            return loss, loss
        rng = np.random.default_rng([self.seed, trial, 3])
        return loss, loss + self.noise * float(rng.standard_normal())

    def regret(self, loss: float) -> float:
        """Return 0 for the optimum and 1 for the median of random search after 10 trials."""
        return (loss - self.optimum) / self._unit

    @cached_property
    def _unit(self) -> float:
        rng = np.random.default_rng([self.seed, 2])
        count = REPETITIONS * TRIALS_OF_RANDOM
        trials = range(FIRST_OF_RANDOM, FIRST_OF_RANDOM + count)
        pairs = [self.observe(self.space.sample(rng), trial) for trial in trials]
        losses, observed = (
            np.array(pairs).reshape(REPETITIONS, TRIALS_OF_RANDOM, 2).transpose(2, 0, 1)
        )
        return float(np.median(best_observed(losses, observed)[:, -1])) - self.optimum


@dataclass(frozen=True)
class Problem:
    """What samplers are compared on.

    Parameters
    ----------
    make
        Makes the function and its optimum from a source of randomness, which decides where the
        optimum lies; a real task is the same whatever the seed.
    """

    name: str
    kind: Literal["synthetic", "table", "surrogate"]
    space: SearchSpace
    make: Callable[[SearchSpace, np.random.Generator], tuple[Function, float]]
    noise: float = 0.0

    def instance(self, seed: int) -> Instance:
        """Return the problem with its optimum where this seed puts it."""
        seed = seed if self.kind == "synthetic" else 0
        function, optimum = self.make(self.space, np.random.default_rng([seed, 1]))
        return Instance(self.space, function, optimum, self.noise, seed)


def best_observed(
    losses: NDArray[np.float64], observed: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the loss without noise of what looked best so far, along the last axis.

    Before anything has succeeded it is that of the worst there is.
    """
    shown = np.where(np.isnan(observed), np.inf, observed)
    before = np.insert(np.minimum.accumulate(shown, axis=-1)[..., :-1], 0, np.inf, axis=-1)
    number = np.where(shown < before, np.arange(shown.shape[-1]), 0)
    at = np.maximum.accumulate(number, axis=-1)
    return np.take_along_axis(np.nan_to_num(losses, nan=np.nanmax(losses)), at, axis=-1)
