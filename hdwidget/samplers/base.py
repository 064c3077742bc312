"""The seam between an experiment and what proposes its configurations."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hdwidget.space import SearchSpace

__all__ = ["Observation", "Sampler"]


@dataclass(frozen=True)
class Observation:
    """One trial as the record shows it.

    Parameters
    ----------
    params
        Its configuration.
    value
        The best primary metric that it has logged, None when it has logged none.
    intervals
        How often it has logged the primary metric.
    status
        "pending" while it is queued or running, "stopped" when a policy or a person ended it.
    """

    params: Mapping[str, object]
    value: float | None
    intervals: int
    status: Literal["pending", "completed", "stopped", "failed"]


class Sampler(ABC):
    """What proposes configurations: a pure function of its arguments and of the record.

    The same index and history give the same proposal, in whatever order they are asked for, in
    this process or, after pickling, in another; so an experiment goes on after a crash as it would
    have without.

    Attributes
    ----------
    space
        What is searched.
    """

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

    @abstractmethod
    def to_json(self) -> dict[str, object]:
        """Return the sampler as the record keeps it; `sampler_from_json` reads it."""
