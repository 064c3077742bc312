"""Grid search: every combination once."""

from collections.abc import Mapping, Sequence

from hdwidget.checks import suggest_keywords, whole_number
from hdwidget.errors import SpaceError
from hdwidget.samplers.base import Observation, Sampler
from hdwidget.shown import shown
from hdwidget.space import Dimension, Expression, SearchSpace, choice

__all__ = ["GridParameterSampling"]


class GridParameterSampling(Sampler):
    """Propose every configuration of a space of choices once, the last parameter fastest.

    Parameters
    ----------
    parameter_space
        A `choice` by parameter name; expressions nested in options are choices as well.

    Raises
    ------
    SpaceError
        If the space does not hold, or an expression is no `choice`.

    Examples
    --------
    >>> sampler = GridParameterSampling({"units": choice(16, 32), "act": choice("relu", "tanh")})
    >>> [sampler.propose(i, []) for i in (0, 1, 4)]
    [{'units': 16, 'act': 'relu'}, {'units': 16, 'act': 'tanh'}, None]
    """

    @suggest_keywords
    def __init__(self, parameter_space: Mapping[str, Expression]) -> None:
        self.space = SearchSpace(parameter_space)
        for dimension in self.space.dimensions:
            if not isinstance(dimension.expression, choice):
                raise SpaceError(_not_a_choice(dimension))

    def propose(self, index: int, history: Sequence[Observation]) -> dict[str, object] | None:  # noqa: ARG002  # the seam's
        """Return configuration number `index` of the grid, None after the last; see `Sampler`."""
        number = whole_number("index", index, minimum=0)
        return self.space.at(number) if number < (self.space.size or 0) else None

    def over(self, space: SearchSpace) -> "GridParameterSampling":
        """Return the same sampler over another space; see `Sampler`."""
        return GridParameterSampling(space)

    def to_json(self) -> dict[str, object]:
        """Return the sampler as the record keeps it; see `Sampler`."""
        return {"sampler": "grid", "space": self.space.to_json()}

    def __repr__(self) -> str:
        return f"GridParameterSampling({dict(self.space)!r})"


def _not_a_choice(dimension: Dimension) -> str:
    values = [dimension.expression.decode(u) for u in (0.1, 0.5, 0.9)]
    # Three figures are enough for an example; a coarse grid may repeat itself.
    short = dict.fromkeys(f"{v:.3g}" if isinstance(v, float) else shown(v) for v in values)
    return (
        f"GridParameterSampling takes `choice` only, but got {dimension.name}="
        f"{shown(dimension.expression)}. Name the values to try, such as "
        f"choice({', '.join(short)}), or use RandomParameterSampling."
    )
