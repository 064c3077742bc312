"""Samplers as Azure's notebooks make them: constants in the space count as choices of one."""

from collections.abc import Mapping
from typing import Any

import hdwidget.samplers as local
from hdwidget.checks import suggest_keywords
from hdwidget.space import choice

__all__ = [
    "BayesianParameterSampling",
    "GridParameterSampling",
    "RandomParameterSampling",
]


class RandomParameterSampling(local.RandomParameterSampling):
    """Draw configurations at random.

    Parameters
    ----------
    parameter_space : Mapping
        Expressions by name; ``"--C"`` and ``"C"`` are the same.
    properties : object, optional
        Accepted for Azure's sake.
    seed, rule
        As `hdwidget.RandomParameterSampling` has them.
    """

    @suggest_keywords
    def __init__(
        self,
        parameter_space: Mapping[str, Any],
        properties: object = None,
        **options: Any,  # noqa: ANN401  # hdwidget's own
    ) -> None:
        del properties
        super().__init__(_expressions(parameter_space), **options)
        self.written = _written(parameter_space)


class GridParameterSampling(local.GridParameterSampling):
    """Try every configuration of a space of choices once.

    Parameters
    ----------
    parameter_space : Mapping
        Choices by name.
    """

    @suggest_keywords
    def __init__(self, parameter_space: Mapping[str, Any]) -> None:
        super().__init__(_expressions(parameter_space))
        self.written = _written(parameter_space)


class BayesianParameterSampling(local.BayesianParameterSampling):
    """Propose where a model of the runs so far expects the most improvement.

    Parameters
    ----------
    parameter_space : Mapping
        Expressions by name; here all of them, and with an early termination policy.
    properties : object, optional
        Accepted for Azure's sake.
    seed, initial_runs
        As `hdwidget.BayesianParameterSampling` has them.
    """

    @suggest_keywords
    def __init__(
        self,
        parameter_space: Mapping[str, Any],
        properties: object = None,
        **options: Any,  # noqa: ANN401  # hdwidget's own
    ) -> None:
        del properties
        super().__init__(_expressions(parameter_space), **options)
        self.written = _written(parameter_space)


def _written(space: Mapping[str, Any]) -> dict[str, str]:
    """Return each name as the notebook has it, by the name that hdwidget has."""
    return {key.lstrip("-"): key for key in space}


def _expressions(space: object) -> Any:  # noqa: ANN401  # what is no mapping is SearchSpace's to refuse
    if not isinstance(space, Mapping):
        return space
    return {
        name: choice(value) if isinstance(value, str | int | float) else value
        for name, value in space.items()  # pyright: ignore[reportUnknownVariableType]
    }
