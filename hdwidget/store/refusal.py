"""What stands in the place of a writer where a record can only be read."""

from hdwidget.errors import StoreError
from hdwidget.store.lease import Lease
from hdwidget.store.operations import Point
from hdwidget.store.tickets import Ticket
from hdwidget.store.writer import Change

__all__ = ["Refusal"]


class Refusal:
    """Takes no operation, and says why: has the methods of a `Writer`."""

    usable = True

    def __init__(self, reason: StoreError) -> None:
        self._reason = str(reason)

    def put(self, work: Change | Point, lease: Lease | None = None) -> Ticket:
        """Raise the `StoreError` that prevented the writing."""
        del work, lease
        raise StoreError(self._reason)

    def drain(self) -> None:
        """Do nothing: nothing is queued."""

    flush = close = drain
