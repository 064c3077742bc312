"""The samplers that are compared, by name."""

import importlib
import importlib.util
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rivals import Hyperopt, Optuna, Skopt

from hdwidget.samplers import (
    BayesianParameterSampling,
    Observation,
    RandomParameterSampling,
    Sampler,
)
from hdwidget.space import SearchSpace

__all__ = ["METHODS", "Asker", "Method", "method_named"]


class Asker(Protocol):
    """What proposes configurations one after the other."""

    def ask(self) -> tuple[object, dict[str, object]]:
        """Return a token, and a configuration to try."""
        ...

    def tell(self, token: object, loss: float) -> None:
        """Take in the loss of a trial, NaN if it failed."""
        ...


class Ours:
    """A sampler of hdwidget's, told what the engine would tell it."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        self._history: list[Observation] = []

    def ask(self):
        params = self._sampler.propose(len(self._history), self._history)
        if params is None:
            msg = f"The space must have more configurations than {len(self._history)}."
            raise RuntimeError(msg)
        self._history.append(Observation(params, None, 0, "pending"))
        return len(self._history) - 1, params

    def tell(self, token, loss):
        params = self._history[token].params
        self._history[token] = (
            Observation(params, None, 0, "failed")
            if math.isnan(loss)
            else Observation(params, -loss, 1, "completed", (-loss,))
        )


@dataclass(frozen=True)
class Method:
    """A sampler to compare.

    Parameters
    ----------
    make
        Makes it from a space and a seed.
    needs
        The packages without which it cannot be asked.
    most_in_flight
        How many trials at a time it can be asked for, None for any number.
    """

    make: Callable[[SearchSpace, int], Asker]
    needs: tuple[str, ...] = ()
    most_in_flight: int | None = None

    @property
    def installed(self) -> bool:
        """Whether its packages are."""
        return all(importlib.util.find_spec(package) for package in self.needs)

    def takes(self, flight: int) -> bool:
        """Tell whether it can be asked for so many trials at a time."""
        return self.most_in_flight is None or flight <= self.most_in_flight


def _optuna(name: str) -> Callable[[SearchSpace, int], Asker]:
    return lambda space, seed: Optuna(space, lambda samplers: getattr(samplers, name)(seed=seed))


def _ours(make: Callable[..., Sampler]) -> Callable[[SearchSpace, int], Asker]:
    def made(space: SearchSpace, seed: int) -> Asker:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Ours(make(dict(space), seed=seed))

    return made


METHODS = {
    "ours": Method(_ours(BayesianParameterSampling)),
    "random": Method(_ours(RandomParameterSampling)),
    "optuna TPE": Method(_optuna("TPESampler"), ("optuna",)),
    "hyperopt TPE": Method(Hyperopt, ("hyperopt",)),
    "optuna GP": Method(_optuna("GPSampler"), ("optuna", "torch")),
    "skopt GP": Method(Skopt, ("skopt",), most_in_flight=1),
}


def method_named(name: str) -> Method:
    """Return one of `METHODS`, or the samplers of hdwidget's that "module:callable" makes."""
    if name in METHODS:
        return METHODS[name]
    module, _, attribute = name.partition(":")
    if not attribute:
        msg = f"A method must be one of {', '.join(METHODS)} or module:callable, but got {name!r}."
        raise ValueError(msg)
    return Method(_ours(getattr(importlib.import_module(module), attribute)))
