"""Whether the record holds what trials were promised."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from faults.witness import Witness

__all__ = ["End", "strange_ends", "unrecorded"]


@dataclass(frozen=True)
class End:
    """How a trial is to have ended.

    Attributes
    ----------
    status : str
        Its run's.
    error : str, optional
        A pattern for "type: message" of its error; without one it has none.
    reason : str, optional
        Why it was canceled.
    **told
        What else its error says.
    """

    status: str
    error: str | None = None
    reason: str | None = None
    exit_code: int | None = None
    signal: str | None = None

    def differs_from(self, run: Any) -> Iterator[str]:
        """Yield what is otherwise about a run, a sentence each."""
        if (run.status, run.reason) != (self.status, self.reason):
            yield f"{run.status} ({run.reason}), not {self.status} ({self.reason})"
        error = run.record.error
        if error is None or self.error is None:
            if (error is None) != (self.error is None):
                yield f"its error is {error}"
            return
        text = f"{error['type']}: {error['message']}"
        if not re.fullmatch(self.error, text):
            yield f"its error is {text!r}, not {self.error!r}"
        for what in ("exit_code", "signal"):
            if error[what] != getattr(self, what):
                yield f"its {what} is {error[what]}, not {getattr(self, what)}"


def strange_ends(ends: Iterable[tuple[Any, End]]) -> list[str]:
    """Return how runs have ended otherwise than they should."""
    return [
        f"{run.number} {run.hyperparameters}: {difference}"
        for run, end in ends
        for difference in end.differs_from(run)
    ]


def unrecorded(runs: Iterable[Any], witness: Witness) -> list[str]:
    """Return where the record is not what was logged.

    Each metric has one thread that logs it. The record has what the witness has, in that order;
    and it may have one value more, where the thread did not live to write it down.
    """
    found: list[str] = []
    for run in runs:
        promised = witness.logged(run.id)
        record = {name: list(map(repr, each)) for name, each in _values(run).items()}
        for name in promised.keys() | record.keys():
            kept, said = record.get(name, []), promised.get(name, [])
            if kept[: len(said)] != said or len(kept) > len(said) + 1:
                words = f"of {name!r} the record has {_short(kept)}, but logged was {_short(said)}"
                found.append(f"{run.number} {run.hyperparameters}: {words}")
    return found


def _values(run: Any) -> dict[str, list[object]]:
    logged = run.get_metrics()
    return {name: each if isinstance(each, list) else [each] for name, each in logged.items()}


def _short(values: list[str]) -> str:
    shown = ", ".join(values[:5])
    return f"{len(values)} ({shown}{', …' if len(values) > 5 else ''})"
