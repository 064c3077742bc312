"""Random search, with independent points or a Sobol sequence, and without repeats."""

import itertools
import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hdwidget.checks import nearest, suggest_keywords, whole_number
from hdwidget.errors import ConfigurationError
from hdwidget.samplers.base import Observation, Sampler
from hdwidget.samplers.distinct import DistinctConfigurations
from hdwidget.samplers.draws import Draws, RandomDraws, SobolDraws
from hdwidget.samplers.permutation import weighted_permutation
from hdwidget.shown import as_text, shown
from hdwidget.space import Expression, SearchSpace

__all__ = ["RandomParameterSampling"]

Rule = Literal["random", "sobol"]
PROPERTIES = ("seed", "rule")
# A permutation of so many configurations takes some 0.3 s, once.
MOST_PERMUTED = 2**20


class RandomParameterSampling(Sampler):
    """Propose configurations from their distribution; a finite space never repeats one.

    Proposal i depends on the seed, the rule and i only, not on the history.

    Parameters
    ----------
    parameter_space
        A parameter expression by name.
    properties
        Azure's form of the options below, such as ``{"seed": 1}``.
    seed
        A whole number >= 0; None draws one, to be read from the attribute of this name.
    rule
        "random", the default, for independent configurations; "sobol" for a scrambled Sobol
        sequence, whose first points cover the space more evenly.

    Raises
    ------
    SpaceError
        If the space does not hold, or has more dimensions than a Sobol sequence can.
    ConfigurationError
        If an option is unknown, does not hold, or is given twice.

    Examples
    --------
    >>> from hdwidget.space import choice, uniform
    >>> sampler = RandomParameterSampling({"lr": uniform(0.0, 1.0)}, seed=1)
    >>> sampler.propose(7, []) == sampler.propose(7, [])
    True
    >>> sampler = RandomParameterSampling({"units": choice(16, 32)}, seed=1)
    >>> sampler.propose(2, []) is None
    True
    """

    @suggest_keywords
    def __init__(
        self,
        parameter_space: Mapping[str, Expression],
        properties: Mapping[str, object] | None = None,
        *,
        seed: int | None = None,
        rule: Rule | None = None,
    ) -> None:
        options = _merged(properties, {"seed": seed, "rule": rule})
        self.space = SearchSpace(parameter_space)
        self.seed = _seed(options["seed"])
        self.rule: Rule = _rule(options["rule"])
        if self.rule == "sobol":
            # Now, rather than at the first proposal, which the engine's loop waits for.
            _ = self._draws

    def propose(self, index: int, history: Sequence[Observation]) -> dict[str, object] | None:  # noqa: ARG002  # the seam's
        """Return configuration number `index`, None when the space is exhausted; see `Sampler`."""
        number = whole_number("index", index, minimum=0)
        size = self.space.size
        if size is None:
            return self.space.decode(self._draws.point(number))
        if number >= size:
            return None
        if self.rule == "random" and size <= MOST_PERMUTED:
            return self.space.at(int(self._permutation[number]))
        return self._distinct.at(number)

    def over(self, space: SearchSpace) -> "RandomParameterSampling":
        """Return the same sampler over another space; see `Sampler`."""
        return RandomParameterSampling(space, seed=self.seed, rule=self.rule)

    def to_json(self) -> dict[str, object]:
        """Return the sampler as the record keeps it; see `Sampler`."""
        options = {"seed": self.seed, "rule": self.rule}
        return {"sampler": "random", **options, "space": self.space.to_json()}

    def __repr__(self) -> str:
        space = dict(self.space)
        return f"RandomParameterSampling({space!r}, seed={self.seed!r}, rule={self.rule!r})"

    def __getstate__(self) -> dict[str, object]:
        # What is cached follows from these, and may be large.
        return {"space": self.space, "seed": self.seed, "rule": self.rule}

    @cached_property
    def _draws(self) -> Draws:
        kind = SobolDraws if self.rule == "sobol" else RandomDraws
        return kind(self.seed, len(self.space.dimensions))

    @cached_property
    def _permutation(self) -> NDArray[np.int64]:
        return weighted_permutation(self.space, self.seed)

    @cached_property
    def _distinct(self) -> DistinctConfigurations:
        return DistinctConfigurations(self.space, self._draws, self._rest())

    def _rest(self) -> Iterator[int]:
        """Yield numbers of configurations in which every one comes up."""
        size = self.space.size or 0
        if size <= MOST_PERMUTED:
            yield from self._permutation.tolist()
            return
        # Of so many, few are ever proposed, so that equally likely draws soon find a new one.
        source = random.Random(self.seed)  # noqa: S311  # search needs no secrets
        for _ in itertools.count():
            yield source.randrange(size)


def _merged(
    properties: Mapping[str, object] | None, options: Mapping[str, object]
) -> dict[str, object]:
    """Return the options, whether they came as keywords or in Azure's dict."""
    if properties is not None and not isinstance(properties, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
        msg = f"`properties` must be a dict such as {{'seed': 1}}, but got {shown(properties)}."
        raise ConfigurationError(msg)
    merged = dict(options)
    for name, value in (properties or {}).items():
        if name not in PROPERTIES:
            unknown = as_text(name)
            msg = (
                f"`properties` takes no `{unknown}`.{nearest(unknown, PROPERTIES)} "
                f"It takes {', '.join(PROPERTIES)}."
            )
            raise ConfigurationError(msg)
        if options[name] is not None:
            msg = (
                f"`{name}` must be given once, but got {name}={shown(options[name])} and "
                f"properties={shown(dict(properties or {}))}."
            )
            raise ConfigurationError(msg)
        merged[name] = value
    return merged


def _seed(seed: object) -> int:
    return secrets.randbelow(2**32) if seed is None else whole_number("seed", seed, minimum=0)


def _rule(rule: object) -> Rule:
    for known in get_args(Rule):
        if isinstance(rule, str) and rule == known:
            return known
    if rule is None:
        return "random"
    msg = f'`rule` must be "random" or "sobol", but got rule={shown(rule)}.'
    raise ConfigurationError(msg + nearest(as_text(rule), get_args(Rule)))
