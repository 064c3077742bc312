"""The record of a workspace, in SQLite through the standard library, behind a narrow seam."""

from hdwidget.store.database import Store
from hdwidget.store.lease import Lease
from hdwidget.store.records import (
    ExperimentRecord,
    Request,
    RunRecord,
    Series,
    child_record,
    listed,
)
from hdwidget.store.tickets import Ticket

__all__ = [
    "ExperimentRecord",
    "Lease",
    "Request",
    "RunRecord",
    "Series",
    "Store",
    "Ticket",
    "child_record",
    "listed",
]
