"""Samplers read back from their JSON form."""

from collections.abc import Mapping
from typing import cast

from hdwidget.errors import ConfigurationError
from hdwidget.samplers.base import Sampler
from hdwidget.samplers.bayesian import BayesianParameterSampling
from hdwidget.samplers.grid import GridParameterSampling
from hdwidget.samplers.random import RandomParameterSampling
from hdwidget.shown import shown
from hdwidget.space import SearchSpace

__all__ = ["sampler_from_json"]


def sampler_from_json(written: Mapping[str, object]) -> Sampler:
    """Read what `Sampler.to_json` wrote.

    Parameters
    ----------
    written
        ``{"sampler": "random", "seed": 1, "rule": "random", "space": {…}}``, or "grid" and a space,
        or "bayesian" with its seed, its initial_runs and a space.

    Raises
    ------
    ConfigurationError
        If it is not the form of a sampler.

    Examples
    --------
    >>> space = {"units": {"expression": "choice", "options": [16, 32]}}
    >>> sampler_from_json({"sampler": "grid", "space": space})
    GridParameterSampling({'units': choice(16, 32)})
    """
    match written:
        case {"sampler": "grid", "space": Mapping()}:
            return GridParameterSampling(_space(written))
        case {"sampler": "random", "space": Mapping(), "seed": seed, "rule": rule}:
            return RandomParameterSampling(_space(written), {"seed": seed, "rule": rule})
        case {"sampler": "bayesian", "space": Mapping(), "seed": seed, "initial_runs": count}:
            # It checks both, as it does what a user gives.
            seed, count = cast("int", seed), cast("int", count)
            return BayesianParameterSampling(_space(written), seed=seed, initial_runs=count)
        case _:
            msg = (
                'A sampler must be written as {"sampler": "random" | "grid" | "bayesian", "space": '
                f"{{…}}, …}}, but got {shown(written)}."
            )
            raise ConfigurationError(msg)


def _space(written: Mapping[str, object]) -> SearchSpace:
    return SearchSpace.from_json(cast("Mapping[str, object]", written["space"]))
