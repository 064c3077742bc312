"""The seam between the engine and whatever evaluates trials."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, cast

from hdwidget.compute.failure import Failure
from hdwidget.context import Logged
from hdwidget.errors import RunCanceled
from hdwidget.metrics import MetricValue

__all__ = ["Channel", "ComputeTarget", "Ended", "Outcome", "Reported", "TrialSpec"]

Ended: TypeAlias = Literal["completed", "failed", "canceled"]


@dataclass(frozen=True)
class TrialSpec:
    """One trial, as a compute target needs to know it.

    Attributes
    ----------
    run_id, number, experiment
        Who the trial is.
    params : Mapping[str, object]
        Its hyperparameters, in the order of the space.
    folder : Path
        ``runs/<id>`` in the workspace; the target writes ``logs/stdout.txt`` and
        ``logs/stderr.txt`` below it.
    arguments : tuple of str
        What a script gets: its base arguments and the hyperparameters.
    resume_from : Path, optional
        The folder of the run whose checkpoint it goes on from, which may be its own.
    """

    run_id: str
    number: int
    experiment: str
    params: Mapping[str, object]
    folder: Path
    arguments: tuple[str, ...] = ()
    resume_from: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """How a trial ended, as its compute target saw it.

    Attributes
    ----------
    failure : Failure, optional
        What went wrong, if anything did: with "failed" always, with "canceled" sometimes.
    facts : Mapping[str, object]
        What the target measured, kept as properties of the run: "threads", the number of threads
        that the trial's process had, and "peak_memory", the most bytes that its processes took
        together whenever they were looked at.
    """

    ended: Ended
    failure: Failure | None = None
    facts: Mapping[str, object] = field(default_factory=dict[str, object])

    @classmethod
    def of(
        cls, error: BaseException | None, facts: Mapping[str, object] | None = None
    ) -> "Outcome":
        """Return how a trial ended that returned, or raised `error`."""
        facts = facts or {}
        if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
            return cls("completed", facts=facts)
        if _is_stop(error):
            return cls("canceled", facts=facts)
        return cls("failed", Failure.of(error), facts)


class Channel(Protocol):
    """The engine's end of a trial's reports. Owned by the engine's loop: call it there only.

    Attributes
    ----------
    stopped : asyncio.Future[str]
        Done when the trial is to stop; its result says why. The target then lets the trial end by
        itself for a grace period, and kills it after that.
    told : bool
        Whether a `log` has raised `RunCanceled`, so that the trial knows by itself.
    """

    stopped: asyncio.Future[str]
    told: bool

    def started(self) -> None:
        """Say that the trial's own code begins now."""
        ...

    def request(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Answer what the trial asks beside logging; see `hdwidget.engine.answers`.

        Raises
        ------
        RunCanceled
            The trial logs to a child of its run, and is to stop.
        ConfigurationError
            What was asked does not hold.
        StoreError
            The record cannot be read or written.
        """
        ...

    def log(self, name: str, value: MetricValue, step: int | None) -> "Reported":
        """Record a value and judge it.

        Raises
        ------
        RunCanceled
            The trial is to stop, by this value's verdict or an earlier word.
        MetricError
            The primary metric is no number.
        """
        ...


class Reported(Logged, Protocol):
    """A value on its way to the disk; the store's tickets are such."""

    def wait(self, timeout: float | None = None) -> None:
        """Block a thread, never the loop's, until the value is durable."""
        ...

    def add_callback(
        self,
        callback: Callable[[Exception | None], object],
        *,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Have `callback` called on `loop` with None, or with what kept the value from the disk."""
        ...


class ComputeTarget(Protocol):
    """Where trials are evaluated.

    Attributes
    ----------
    slots : int
        How many trials it holds at once; the rest wait as Queued.
    """

    slots: int

    async def run(self, trial: TrialSpec, channel: Channel) -> Outcome:
        """Evaluate a trial to its end.

        Being canceled means: kill what was started, at once, and leave nothing behind.
        """
        ...

    async def close(self) -> None:
        """Release what the target holds; no trial is running any more."""
        ...


def _is_stop(error: BaseException) -> bool:
    """Tell whether a trial obeyed a stop: by this error, or by a group of nothing else."""
    if isinstance(error, BaseExceptionGroup):
        inner = cast("BaseExceptionGroup[BaseException]", error).exceptions
        return all(_is_stop(each) for each in inner)
    return isinstance(error, RunCanceled | asyncio.CancelledError)
