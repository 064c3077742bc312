"""What becomes of running experiments when their process ends.

A script that ends after `submit` waits for them; a kernel that is shut down leaves them as
interrupted, to be resumed.
"""

import atexit
import concurrent.futures
import concurrent.futures.thread  # pyright: ignore[reportUnusedImport]  # see the end
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from hdwidget.engine.host import Host
from hdwidget.engine.hosts import open_hosts
from hdwidget.status import RunStatus

__all__ = ["at_exit"]

TURN_SECONDS = 1.0


def at_exit() -> None:
    """Wait for what runs, or, in a kernel, interrupt it. The records close by themselves."""
    hosts = open_hosts()
    live = [run for host in hosts for run in list(host.live.values())]
    if live:
        futures = [run.finished for run in live]
        if _in_kernel():
            _end_all(hosts, at_once=True)
            concurrent.futures.wait(futures)
        else:
            _wait(hosts, futures)
            for run in live:
                if run.controller.failure is not None and run.controller.status == RunStatus.FAILED:
                    _say(f"hdwidget: {run.controller.run_id} failed: {run.controller.failure}")


def _wait(hosts: list[Host], futures: list[concurrent.futures.Future[None]]) -> None:
    """Wait for runs, with a handler of our own: an exception could hit anywhere, and end it."""
    default = signal.getsignal(signal.SIGINT)
    presses = 0

    def pressed(_number: int, _frame: object) -> None:
        nonlocal presses
        presses += 1
        at_once = presses > 1
        if at_once:
            signal.signal(signal.SIGINT, default)  # a third one ends the waiting
        _say("hdwidget: interrupting." if at_once else "hdwidget: canceling.")
        _end_all(hosts, at_once=at_once)

    if default is signal.default_int_handler:
        signal.signal(signal.SIGINT, pressed)
    _say(f"hdwidget: waiting for {_names(hosts)}; Ctrl-C cancels, a second Ctrl-C kills at once.")
    # In turns: on Windows no handler is called within one long wait.
    while concurrent.futures.wait(futures, TURN_SECONDS).not_done:
        continue
    signal.signal(signal.SIGINT, default)


def _names(hosts: list[Host]) -> str:
    return ", ".join(run_id for host in hosts for run_id in list(host.live))


def _end_all(hosts: list[Host], *, at_once: bool) -> None:
    for host in hosts:
        host.end_all(at_once=at_once)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _in_kernel() -> bool:
    """Tell whether this process is a Jupyter kernel, without loading IPython."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


# When `atexit` calls, it is too late: by then Python starts no thread, its executors take nothing,
# and the record may be closed; and trials in the kernel may want all three. Python's own executors
# register in this way; it calls the last one first, hence the import of theirs above.
_register: Callable[[Callable[[], None]], object] = getattr(
    threading, "_register_atexit", atexit.register
)
_register(at_exit)
