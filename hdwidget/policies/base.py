"""What every early termination policy is: when it is due, and what it decides of one run."""

import inspect
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final

from hdwidget.checks import whole_number
from hdwidget.curves import LearningCurves, PrimaryMetricGoal

__all__ = ["Decision", "Policy"]

_NO_NUMBER: Final = -math.inf


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy decided of one run at one interval, with the numbers that explain it.

    Values are in the user's sign: of a loss that is minimized, lower is better here too.

    Attributes
    ----------
    stop : bool
        Whether the run is to stop.
    interval : int
        The interval, counted from 1, at which it was decided.
    value : float
        The run's best up to that interval; NaN if it has logged no number.
    threshold : float
        The value that the run had to reach; NaN if there was none.
    basis : str
        What the threshold is, as a `str.format` template of `numbers`. The text is put together
        when somebody asks for it, since nearly every decision is to go on and is never read.
    numbers : tuple of float
        The numbers that go into `basis`.
    """

    stop: bool
    interval: int
    value: float
    threshold: float
    basis: str
    numbers: tuple[float, ...] = ()

    @classmethod
    def of_utilities(
        cls,
        goal: PrimaryMetricGoal,
        interval: int,
        utility: float,
        threshold: float,
        basis: str,
        numbers: tuple[float, ...] = (),
    ) -> "Decision":
        """Stop a run whose utility is strictly under the threshold's, or that has no number.

        Parameters
        ----------
        goal : PrimaryMetricGoal
            The goal by which the utilities are turned back into values.
        interval : int
            The interval, counted from 1.
        utility, threshold : float
            Of the run's best up to `interval`, and of what it is compared with: higher is better,
            ``-inf`` is no number.
        basis, numbers
            As in `Decision`.
        """
        return cls(
            stop=utility < threshold or utility == _NO_NUMBER,
            interval=interval,
            value=goal.to_value(utility),
            threshold=goal.to_value(threshold),
            basis=basis,
            numbers=numbers,
        )

    @property
    def reason(self) -> str:
        """Return the decision in words, for the run's record and the table."""
        if math.isnan(self.value):
            return f"no number was logged up to interval {self.interval}"
        basis = self.basis.format(*self.numbers)
        value, threshold = _apart(self.value, self.threshold)
        if math.isnan(self.threshold):
            return f"best {value} up to interval {self.interval} has nothing to reach, as {basis}"
        if not self.stop:
            relation = "no worse than"
        else:
            relation = "below" if self.value < self.threshold else "above"
        return f"best {value} up to interval {self.interval} is {relation} {threshold}, {basis}"


class Policy(ABC):
    """An early termination policy: stops runs that do worse than the others.

    A policy is a pure function of the learning curves, so that it can be asked again of the record
    and answers the same. To write one, derive from this class and implement `decide`; keep every
    argument of ``__init__`` as an attribute of the same name, and `to_json`, ``repr`` and ``==``
    follow.

    Parameters
    ----------
    evaluation_interval : int
        The policy is due at every interval that is a multiple of this one, at least 1. An interval
        is one logging of the primary metric.
    delay_evaluation : int
        The first interval at which the policy may be due, at least 0.

    Raises
    ------
    ConfigurationError
        If one of them is not a whole number or too small.
    """

    def __init__(self, evaluation_interval: int = 1, delay_evaluation: int = 0) -> None:
        self.evaluation_interval = whole_number(
            "evaluation_interval", evaluation_interval, minimum=1
        )
        self.delay_evaluation = whole_number("delay_evaluation", delay_evaluation, minimum=0)

    def is_due(self, interval: int) -> bool:
        """Return whether the policy is to be applied at `interval`, counted from 1."""
        return interval % self.evaluation_interval == 0 and interval >= self.delay_evaluation

    @abstractmethod
    def decide(self, curves: LearningCurves, run: int, interval: int) -> Decision:
        """Decide whether `run`, which has just logged its `interval`-th value, is to stop.

        The caller asks `is_due` first; `decide` does not.

        Parameters
        ----------
        curves : LearningCurves
            The curves of all runs, this value included; not changed.
        run : int
            The run's index in `curves`. It has not finished.
        interval : int
            The interval, counted from 1, that the run has reached.

        Returns
        -------
        Decision
            Whether to stop, and the numbers that explain it.

        Raises
        ------
        IndexError
            If the run has not reached `interval`.
        """

    def to_json(self) -> dict[str, object]:
        """Return the policy as a JSON object: its name and its arguments."""
        return {"name": type(self).__name__, **self._arguments()}

    def _arguments(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self._arguments().items())
        return f"{type(self).__name__}({arguments})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Policy) or type(self) is not type(other):
            return NotImplemented
        return self._arguments() == other._arguments()

    def __hash__(self) -> int:
        return hash((type(self), *self._arguments().values()))


def _apart(first: float, second: float) -> tuple[str, str]:
    """Return both as texts of four digits, or of as many as it takes to tell them apart."""
    for digits in range(4, 17):
        texts = f"{first:.{digits}g}", f"{second:.{digits}g}"
        if texts[0] != texts[1] or first == second:
            return texts
    return repr(first), repr(second)
