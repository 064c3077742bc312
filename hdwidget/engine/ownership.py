"""Who drives a run: taking one, and writing down the end of one whose driver has died."""

from hdwidget.errors import StoreError
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import Lease, RunRecord, Store

__all__ = ["CHILD", "HYPERDRIVE", "begun", "driven_as", "interrupted"]

HYPERDRIVE = "hyperdrive"
CHILD = "child"


def driven_as(run: RunRecord) -> str:
    """Return the id of the run whose driver is a run's own: a trial is driven with its parent."""
    return run.id if run.parent is None or run.type == CHILD else run.parent


def begun(store: Store, record: RunRecord) -> Lease:
    """Write a new run into the record, and return the right to drive it.

    Raises
    ------
    StoreError
        The workspace cannot be written.
    """
    store.ensure_experiment(record.experiment)
    lease = store.acquire(record.id)  # first: a run that is seen without a driver is dead
    try:
        store.insert_run(record, lease=lease).wait()
    except BaseException:
        lease.release()
        raise
    return lease


def interrupted(store: Store, run: RunRecord) -> RunRecord:
    """Return a run as it stands after writing down that its driver has died, if it has."""
    parent = driven_as(run)
    try:
        lease = store.acquire(parent)
    except StoreError:  # somebody else is at it, or the workspace cannot be written
        return run
    try:
        children = store.children(parent)
        ends = {child.id: child.ended or _last_sign(store, child) for child in children}
        ends[parent] = max((end for end in ends.values() if end is not None), default=None)
        for record in [*children, store.run(parent)]:
            if RunStatus(record.status) not in FINAL:
                store.end_run(
                    record.id,
                    lease=lease,
                    status=RunStatus.CANCELED.value,
                    reason=StopReason.INTERRUPTED.value,
                    ended=ends[record.id],
                )
        store.flush()
    finally:
        lease.release()
    return store.run(run.id)


def _last_sign(store: Store, run: RunRecord) -> float | None:
    """Return when a run that was cut off was last heard of."""
    points = store.series(run.id).values()
    return max((float(series.times[-1]) for series in points), default=run.started)
