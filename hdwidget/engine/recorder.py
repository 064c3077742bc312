"""The one place where the engine changes the record, and tells those who watch."""

import contextvars
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from hdwidget.engine.clock import Clock
from hdwidget.engine.events import (
    Event,
    MetricLogged,
    RunChanged,
    RunEnding,
    RunNoted,
    Subscriber,
)
from hdwidget.engine.past import steps_of
from hdwidget.metrics import MetricValue
from hdwidget.model_record import ModelRecord
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import Lease, RunRecord, Series, Store, Ticket, child_record, listed
from hdwidget.tables import as_logged

__all__ = ["Recorder"]

LOG = logging.getLogger(__name__)


class Recorder:
    """Writes one HyperDrive run and its children. Owned by the engine's loop.

    Every write carries the lease: an engine that has been fenced off writes nothing.
    """

    def __init__(self, store: Store, lease: Lease, clock: Clock) -> None:
        self._store = store
        self._lease = lease
        self._clock = clock
        self._subscribers: list[Subscriber] = []
        # Nobody's context: what a watcher prints is not the output of the trial that has logged.
        self._context = contextvars.Context()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Have `subscriber` called on the loop with every event from now on; it must be quick."""
        self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Leave `subscriber` alone from now on; harmless if it is not told anything."""
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)

    def created(self, run: RunRecord) -> Ticket:
        """Record a new run."""
        ticket = self._store.insert_run(run, lease=self._lease)
        self._tell(RunChanged(run.id, RunStatus(run.status), created=run))
        return ticket

    def status(
        self, run_id: str, status: RunStatus, *, reason: str | None = None, **columns: object
    ) -> Ticket:
        """Record a run's new status; with a final one its metrics are compacted."""
        if reason is not None:
            columns["reason"] = reason
        if status in FINAL:
            write = self._store.end_run
            columns["ended"] = self._clock.time()
        else:
            write = self._store.update_run
            if status is RunStatus.RUNNING:
                columns["started"] = self._clock.time()
        ticket = write(run_id, lease=self._lease, status=status.value, **columns)
        self._tell(RunChanged(run_id, status, reason, columns))
        return ticket

    def reopened(self, run_id: str, status: RunStatus, **properties: object) -> Ticket:
        """Record that a run that had ended goes on."""
        columns: dict[str, object] = {
            "reason": None,
            "ended": None,
            "error": None,
            "properties": properties,
        }
        if status is RunStatus.RUNNING:
            columns["started"] = self._clock.time()
        ticket = self._store.update_run(run_id, lease=self._lease, status=status.value, **columns)
        self._tell(RunChanged(run_id, status, None, columns))
        return ticket

    def logged_until(self, run_id: str) -> tuple[dict[str, int], dict[str, set[int]]]:
        """Return how many values a run has logged of each metric, and with which steps."""
        known = self._store.series(run_id)
        lengths = {name: len(series) for name, series in known.items()}
        return lengths, {name: steps_of(series) for name, series in known.items()}

    def ending(self, run_id: str, reason: StopReason) -> None:
        """Tell that a HyperDrive run is coming to its end; the record has it with its status."""
        self._tell(RunEnding(run_id, reason))

    def properties(self, run_id: str, properties: dict[str, object]) -> Ticket:
        """Record what the engine has noted about a run."""
        ticket = self._store.update_run(run_id, lease=self._lease, properties=properties)
        self._tell(RunNoted(run_id, properties=properties))
        return ticket

    def config(self, run_id: str, config: Mapping[str, object]) -> Ticket:
        """Record that a run's configuration has changed."""
        known = self._store.run(run_id).config
        changed = {**known, **config}
        ticket = self._store.update_run(run_id, lease=self._lease, config=changed)
        self._tell(RunNoted(run_id, config=config))
        return ticket

    def settled(self, request_id: int) -> Ticket:
        """Record that what was asked for is there."""
        return self._store.settle_request(request_id)

    def annotate(
        self,
        run_id: str,
        *,
        tags: Mapping[str, object],
        properties: Mapping[str, object],
        drop: Sequence[str],
    ) -> Ticket:
        """Record what a trial has noted about its run."""
        return self._store.annotate(
            run_id, tags=tags, properties=properties, drop=drop, lease=self._lease
        )

    def register_model(self, model: ModelRecord, staged: str) -> ModelRecord:
        """Put a model into the registry, and return it with its version."""
        return self._store.register_model(model, staged, lease=self._lease)

    def begin_child(self, parent: str, name: str | None) -> "tuple[RunRecord, Recorder]":
        """Record a run that a trial begins under its own, and return what writes it."""
        now = self._clock.time()
        record = child_record(self._store.run(parent), name, now, self._store.children(parent))
        lease = self._store.acquire(record.id)  # first: a run without a driver is dead
        self._store.insert_run(record, lease=lease)
        return record, Recorder(self._store, lease, self._clock)

    def release(self) -> None:
        """Let others drive the run; everything written is settled."""
        self._lease.release()

    def now(self) -> float:
        """Return the time in UTC epoch seconds."""
        return self._clock.time()

    def run(self, run_id: str) -> RunRecord:
        """Return a run as the record holds it."""
        return self._store.run(run_id)

    def logged(self, run_id: str, name: str | None) -> dict[str, Any]:
        """Return what a run has logged, in the shapes in which runs give it out."""
        return as_logged(listed(self._store.series(run_id, name)))

    def point(
        self, run_id: str, name: str, seq: int, step: int | None, value: MetricValue
    ) -> Ticket:
        """Record a logged value."""
        now = self._clock.time()
        ticket = self._store.append_metric(run_id, name, seq, step, now, value, lease=self._lease)
        self._tell(MetricLogged(run_id, name, seq, step, now, value))
        return ticket

    def copied(self, run_id: str, name: str, series: Series) -> None:
        """Record what another run has logged as a run's first values."""
        for seq, value in enumerate(series.values):
            step = None if series.steps is None else int(series.steps[seq])
            now = float(series.times[seq])
            self._store.append_metric(run_id, name, seq, step, now, value, lease=self._lease)
            self._tell(MetricLogged(run_id, name, seq, step, now, value))

    def own_point(self, run_id: str, name: str, step: int | None, value: MetricValue) -> Ticket:
        """Record a value of a run that no engine counts the values of; nobody is told."""
        now = self._clock.time()
        return self._store.append_next(run_id, name, step, now, value, lease=self._lease)

    def _tell(self, event: Event) -> None:
        for subscriber in tuple(self._subscribers):
            try:
                self._context.run(subscriber, event)
            except Exception:
                LOG.exception("A watcher of run %s failed and is told nothing more", event.run_id)
                self.unsubscribe(subscriber)
