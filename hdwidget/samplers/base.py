"""The seam between an experiment and what proposes its configurations."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from hdwidget.errors import ConfigurationError
from hdwidget.samplers.explanation import Explanation
from hdwidget.shown import shown
from hdwidget.space import SearchSpace

__all__ = ["Observation", "Sampler"]


@dataclass(frozen=True)
class Observation:
    """One trial as the record shows it.

    Parameters
    ----------
    params
        Its configuration.
    utility
        The utility of the best primary metric that it has logged: the value itself when
        maximizing, its negative when minimizing, so that higher is better; None when it has logged
        no number.
    intervals
        How often it has logged the primary metric.
    status
        "pending" while it is queued or running, "stopped" when a policy or a person ended it.
    curve
        `(intervals,)` floats, the utility of each value that it has logged, NaN where that was no
        number.
    source
        0 for the experiment itself, 1, 2, … for the earlier ones that it starts warm from: their
        utilities may have another offset and spread.
    """

    params: Mapping[str, object]
    utility: float | None
    intervals: int
    status: Literal["pending", "completed", "stopped", "failed"]
    curve: Sequence[float] = ()
    source: int = 0


class Sampler(ABC):
    """What proposes configurations: a pure function of its arguments and of the record.

    The same index and history give the same proposal, in whatever order they are asked for, in
    this process or, after pickling, in another; so an experiment goes on after a crash as it would
    have without.

    Attributes
    ----------
    space
        What is searched.
    is_slow
        Whether a proposal takes more than a millisecond or so. The engine then asks in a process
        of its own, and what trials log is not held up.
    learns
        Whether proposals depend on the history. Of one that does not, the earlier experiments that
        a search starts warm from are there for the policy.
    """

    is_slow: ClassVar[bool] = False
    learns: ClassVar[bool] = False
    space: SearchSpace

    @abstractmethod
    def propose(self, index: int, history: Sequence[Observation]) -> dict[str, object] | None:
        """Return a configuration to try.

        Parameters
        ----------
        index
            The proposal's number, from 0.
        history
            The trials so far, in the order in which they were proposed.

        Returns
        -------
        dict or None
            A value for each name of the space; None when the space has no further one.
        """

    def explain(
        self, index: int, params: Mapping[str, object], history: Sequence[Observation]
    ) -> Explanation | None:
        """Return why `params` were proposed, None where there is nothing to say.

        Parameters
        ----------
        index, history
            What `propose` was asked with.
        params
            What it answered, or any other configuration of the space.
        """
        del index, params, history
        return None

    def over(self, space: SearchSpace) -> "Sampler":
        """Return the same sampler over another space.

        Raises
        ------
        ConfigurationError
            If this kind of sampler cannot change its space.
        """
        msg = f"{type(self).__name__} cannot change its space to {shown(space)}."
        raise ConfigurationError(msg)

    @abstractmethod
    def to_json(self) -> dict[str, object]:
        """Return the sampler as the record keeps it; `sampler_from_json` reads it."""
