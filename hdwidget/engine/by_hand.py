"""Runs without code of their own: this process begins them, logs to them and ends them."""

import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from hdwidget.engine.ownership import CHILD, HYPERDRIVE, begun
from hdwidget.errors import ConfigurationError, EngineError
from hdwidget.metrics import MetricValue
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import Lease, RunRecord, Store, child_record

__all__ = ["HandRuns"]

EVALUATED = ("function", "script")
"""The types of runs that have code of their own, which logs."""


class HandRuns:
    """The runs of a workspace that this process is itself. Any thread may call its methods.

    Parameters
    ----------
    store : Store
        The record.
    folder : callable
        Returns the folder of a run, by its id.
    is_driven : callable
        Tells whether a living process drives a run.
    """

    def __init__(
        self,
        store: Store,
        folder: Callable[[str], Path],
        is_driven: Callable[[RunRecord], bool],
    ) -> None:
        self._store, self._folder, self._is_driven = store, folder, is_driven
        self._leases: dict[str, Lease] = {}

    def start(self, experiment: str) -> str:
        """Begin a run that this process itself is, until `finish`, and return its id.

        Raises
        ------
        StoreError
            The workspace cannot be written.
        """
        now = time.time()
        record = RunRecord(
            id=f"RUN_{uuid.uuid4()}",
            experiment=experiment,
            type="interactive",
            status=RunStatus.RUNNING.value,
            created=now,
            started=now,
        )
        return self._begin(record)

    def begin_child(self, parent: RunRecord, name: str | None) -> str:
        """Begin a run of this process's under another one, until `finish`; return its id.

        Raises
        ------
        ConfigurationError
            The parent is a HyperDrive run.
        """
        if parent.type == HYPERDRIVE:
            message = (
                f"the children of a HyperDrive run are its trials: begin a run under one of them, "
                f"but got {parent.id}."
            )
            raise ConfigurationError(message)
        siblings = self._store.children(parent.id)
        return self._begin(child_record(parent, name, time.time(), siblings))

    def log(self, run: RunRecord, name: str, value: MetricValue, step: int | None) -> None:
        """Record a value of a run from outside of it; durable on return.

        Raises
        ------
        EngineError
            The run is being evaluated: what its own code logs is counted and judged.
        """
        if run.type != HYPERDRIVE:  # whose engine logs nothing
            self._refuse_driven(run, "log to it")
        self._store.append_next(run.id, name, step, time.time(), value).wait()

    def finish(
        self, run: RunRecord, status: RunStatus, error: Mapping[str, object] | None = None
    ) -> None:
        """Record from outside how a run ended; nothing happens if it has ended.

        Raises
        ------
        EngineError
            The run is being evaluated: its own code says how it ends.
        """
        if RunStatus(run.status) in FINAL:
            return
        self._refuse_driven(run, "end it")
        self._end(run.id, status, error=error)

    def cancel(self, run: RunRecord) -> bool:
        """End a run as canceled, and return whether it was one of these."""
        is_one = run.id in self._leases or (
            run.type == CHILD and RunStatus(run.status) not in FINAL
        )
        if is_one:
            self._end(run.id, RunStatus.CANCELED, reason=StopReason.USER)
        return is_one

    def close(self) -> None:
        """Leave all of them as interrupted."""
        for run_id in tuple(self._leases):
            self._end(run_id, RunStatus.CANCELED, reason=StopReason.INTERRUPTED)

    def _begin(self, record: RunRecord) -> str:
        self._leases[record.id] = begun(self._store, record)
        (self._folder(record.id) / "outputs").mkdir(parents=True, exist_ok=True)
        return record.id

    def _end(
        self,
        run_id: str,
        status: RunStatus,
        *,
        reason: StopReason | None = None,
        error: Mapping[str, object] | None = None,
    ) -> None:
        self._store.end_run(
            run_id,
            lease=None,
            status=status.value,
            reason=None if reason is None else reason.value,
            error=error,
            ended=time.time(),
        ).wait()
        lease = self._leases.pop(run_id, None)
        if lease is not None:
            lease.release()

    def _refuse_driven(self, run: RunRecord, what: str) -> None:
        by_engine = run.type in (HYPERDRIVE, *EVALUATED)
        if not by_engine or RunStatus(run.status) in FINAL or not self._is_driven(run):
            return
        message = (
            f"{run.id} is being evaluated: only its own code can {what}, with Run.get_context(). "
            f"To stop it, write cancel()."
        )
        raise EngineError(message)
