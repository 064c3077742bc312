"""What becomes of running experiments when their process ends.

A script that ends after `submit` waits for them; a kernel that is shut down leaves them as
interrupted, to be resumed.
"""

import atexit
import concurrent.futures
import concurrent.futures.thread  # pyright: ignore[reportUnusedImport]  # see the end
import sys
import threading
from collections.abc import Callable
from typing import Any

from hdwidget.engine.host import Host, open_hosts

__all__ = ["at_exit"]


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
            names = ", ".join(run.controller.run_id for run in live)
            _say(f"hdwidget: waiting for {names}; Ctrl-C cancels, twice at once.")
            _wait(hosts, futures)


def _wait(hosts: list[Host], futures: list[concurrent.futures.Future[None]]) -> None:
    for at_once in (False, True):
        try:
            concurrent.futures.wait(futures)
        except KeyboardInterrupt:
            _say("hdwidget: interrupting." if at_once else "hdwidget: canceling.")
            _end_all(hosts, at_once=at_once)
        else:
            return
    concurrent.futures.wait(futures)


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
