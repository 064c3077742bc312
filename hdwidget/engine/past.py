"""What the record holds of a HyperDrive run's earlier life."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hdwidget.context import CHECKPOINT
from hdwidget.errors import StoreError
from hdwidget.metrics import number_of
from hdwidget.status import RunStatus, StopReason
from hdwidget.store import RunRecord, Series, Store

__all__ = ["CUT_OFF", "Past", "PastRun", "has_checkpoint", "numbers", "read_past", "steps_of"]

CUT_OFF = frozenset({StopReason.INTERRUPTED, StopReason.FAULT, StopReason.TIME_BUDGET})
"""Why a run was canceled that had done nothing to deserve it: it is gone on with or repeated."""


@dataclass(frozen=True)
class PastRun:
    """A run of an earlier life, which has ended.

    Attributes
    ----------
    record : RunRecord
        The run.
    values : sequence of float
        What it has logged of the primary metric.
    repeated : bool
        Whether a later run has taken its place.
    """

    record: RunRecord
    values: Sequence[float]
    repeated: bool

    @property
    def was_cut_off(self) -> bool:
        """Whether it has still to be evaluated to its end."""
        canceled = self.record.status == RunStatus.CANCELED
        return canceled and not self.repeated and self.record.reason in CUT_OFF


@dataclass(frozen=True)
class Past:
    """A HyperDrive run's earlier life.

    Attributes
    ----------
    runs : sequence of PastRun
        Its children by their number, all of which have ended.
    spent_seconds : float
        How long it has been driven.
    attempt : int
        How often it has been driven.
    space_version : int
        How often its space has been changed.
    status, reason, error
        How it has ended.
    """

    runs: Sequence[PastRun]
    spent_seconds: float
    attempt: int
    space_version: int
    status: RunStatus
    reason: StopReason | None
    error: Mapping[str, object] | None


def read_past(store: Store, run_id: str, metric: str) -> Past:
    """Return the earlier life of a HyperDrive run that nobody drives any more."""
    parent = store.run(run_id)
    children = store.children(run_id)
    curves = store.curves(run_id, metric)
    replaced = {
        str(child.properties["repeats"]) for child in children if "repeats" in child.properties
    }
    runs = [
        PastRun(
            child,
            numbers(curves.get(child.id)),
            child.id in replaced,
        )
        for child in children
    ]
    driven = (parent.ended or parent.created) - (parent.started or parent.created)
    try:
        earlier = float(str(parent.properties.get("spent_seconds", 0.0)))
        attempt = int(parent.properties.get("attempt", 1))
        space_version = int(parent.properties.get("space_version", 0))
    except (TypeError, ValueError, OverflowError) as error:
        message = f"the properties of {run_id} in the record are none of hdwidget's: {error}."
        raise StoreError(message) from error
    return Past(
        runs,
        spent_seconds=earlier + max(driven, 0.0),
        attempt=attempt,
        space_version=space_version,
        status=RunStatus(parent.status),
        reason=None if parent.reason is None else StopReason(parent.reason),
        error=parent.error,
    )


def numbers(series: Series | None) -> list[float]:
    """Return what a run has logged of the primary metric."""
    if series is None:
        return []
    if isinstance(series.values, list):  # integers beyond 64 bits are among them
        return [number_of(series.name, value) for value in series.values]
    return series.values.astype(np.float64).tolist()


def steps_of(series: Series) -> set[int]:
    """Return the steps that a run has logged; none where they do not tell its values apart."""
    steps: list[int] = [] if series.steps is None else series.steps.tolist()
    distinct = set(steps)
    return distinct if len(distinct) == len(steps) else set()


def has_checkpoint(folder: Path) -> bool:
    """Tell whether the run of this folder has left something to go on from."""
    checkpoint = folder / CHECKPOINT
    return checkpoint.is_dir() and any(checkpoint.iterdir())
