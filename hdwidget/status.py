"""The states a run goes through, and why a canceled one was canceled."""

import enum

__all__ = ["FINAL", "STOPPED", "RunStatus", "StopReason", "standing"]


class RunStatus(enum.StrEnum):
    """Where a run stands; HyperDrive's words."""

    NOT_STARTED = "NotStarted"
    QUEUED = "Queued"
    PREPARING = "Preparing"
    STARTING = "Starting"
    RUNNING = "Running"
    FINALIZING = "Finalizing"
    CANCEL_REQUESTED = "CancelRequested"
    COMPLETED = "Completed"
    FAILED = "Failed"
    CANCELED = "Canceled"


FINAL = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELED})


class StopReason(enum.StrEnum):
    """Why a run was told to stop."""

    POLICY = "policy"
    USER = "user"
    TIME_BUDGET = "time budget"
    TRIAL_TIMEOUT = "trial timeout"
    TRIAL = "the trial itself"
    FRUITLESS = "the first runs brought no value"
    FAULT = "a fault of the engine"
    INTERRUPTED = "interrupted"


STOPPED = "Stopped by policy"
"""How a run that was canceled by the policy is shown: it is no loss, and may be the best."""


def standing(status: str, reason: str | None) -> str:
    """Return a run's status as a person reads it: a stop by the policy is one of its own."""
    stopped = status == RunStatus.CANCELED and reason == StopReason.POLICY
    return STOPPED if stopped else str(status)
