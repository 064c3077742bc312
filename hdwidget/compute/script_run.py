"""A script's side: how it finds the run that it is. Light: no store, no engine, no NumPy."""

import json
import os
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from hdwidget.compute.client import SocketTransport
from hdwidget.context import (
    DURABLE,
    Logged,
    Transport,
    TrialRun,
    known_run,
    offline_run,
    set_process_run,
)
from hdwidget.errors import EngineError, RunCanceled
from hdwidget.metrics import MetricValue

__all__ = ["ScriptRun", "run_of_this_process"]


class ScriptRun(TrialRun):
    """The run as its script sees it; what `hdwidget.Run` is inside a script's process."""

    @staticmethod
    def get_context() -> TrialRun:
        """Return the run that the calling code is part of."""
        return run_of_this_process()


class Silent:
    """The transport of all processes of a job but the first: what they log is the first one's.

    They may ask and end the run like the first one.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def request(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Ask the engine whatever is no note."""
        return {} if kind == "note" else self._transport.request(kind, **fields)

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Do nothing."""
        del name, value, step
        return DURABLE


_connecting = threading.Lock()
"""All threads of a process are one run, whichever asks first."""


def _renew_lock() -> None:
    global _connecting  # noqa: PLW0603  # another thread of the parent's may have held it
    _connecting = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def run_of_this_process() -> TrialRun:
    """Return the run that the calling code is part of, or one that logs to the console."""
    found = known_run()
    if found is None and "HDWIDGET_RUN" in os.environ:
        with _connecting:
            found = known_run() or _connected()
    return found or offline_run()


def _connected() -> TrialRun:
    """Ask the engine who this process is; where there is none, say so once, and go on offline."""
    try:
        address, token = json.loads(os.environ["HDWIDGET_CHANNEL"]), os.environ["HDWIDGET_TOKEN"]
        transport = SocketTransport(address, token, os.environ["HDWIDGET_RUN"])
        told = transport.hello()
    except (OSError, EngineError) as error:
        sys.stderr.write(f"hdwidget: the run {os.environ['HDWIDGET_RUN']} is over: {error}\n")
        set_process_run(offline_run())
        return offline_run()
    except (KeyError, TypeError, ValueError) as error:
        message = (
            "HDWIDGET_RUN says that this process is a run, but HDWIDGET_CHANNEL and HDWIDGET_TOKEN "
            f"say not how to reach it ({error!r}): unset HDWIDGET_RUN, or leave all three alone."
        )
        raise EngineError(message) from error
    run = ScriptRun(
        run_id=told["run_id"],
        number=told["number"],
        experiment=told["experiment"],
        hyperparameters=told["params"],
        folder=Path(told["folder"]),
        resume_from=None if told["resume_from"] is None else Path(told["resume_from"]),
        transport=transport if os.environ.get("HDWIDGET_RANK", "0") == "0" else Silent(transport),
    )
    set_process_run(run)
    _take_stops_quietly()
    return run


def _take_stops_quietly() -> None:
    """Have a stop that ends the script leave a line, and no traceback, which looks like a crash."""
    otherwise = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, RunCanceled):
            sys.stderr.write(f"hdwidget: stopped: {error}\n")
        else:
            otherwise(kind, error, trace)

    sys.excepthook = tell
