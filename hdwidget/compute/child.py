"""What runs in a trial's own process: fetch the job, call the function, report how it ended.

Light on purpose: whatever is imported here is imported before the user's own modules.
"""

import asyncio
import atexit
import base64
import contextlib
import importlib
import inspect
import json
import os
import pickle
import signal
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

from hdwidget.compute.base import Outcome
from hdwidget.compute.client import SocketTransport
from hdwidget.compute.descendants import adopt_orphans, die_with_parent, read_file
from hdwidget.compute.frames import Message
from hdwidget.compute.payload import dump, load, load_sources
from hdwidget.context import TrialRun, set_process_run
from hdwidget.errors import RunCanceled
from hdwidget.signature import as_keywords

__all__ = ["belong_to_supervisor", "bound_data", "forked", "preload", "run_trial", "standby"]

OOM_SCORE = "/proc/self/oom_score_adj"


def preload(modules: list[str]) -> None:
    """Import `modules`; one that cannot be imported is the trial's to complain about."""
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def forked(job: Message) -> NoReturn:
    """Become the trial of `job`, in a process that was forked for it."""
    # What the fork server registered is not ours to run; as in multiprocessing.
    atexit._clear()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if "multiprocessing.util" in sys.modules:  # whose clearing up of semaphores went with it
        atexit.register(sys.modules["multiprocessing.util"]._exit_function)  # noqa: SLF001
    os.setsid()
    belong_to_supervisor()
    # Every fork would otherwise draw the same "random" numbers; `random` sees to that by itself.
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    run_trial(job)


def standby(boot: Message) -> NoReturn:
    """Load what trials need and wait on stdin for a job; where there is no safe fork."""
    belong_to_supervisor()
    preload(boot["preload"])
    line = sys.stdin.buffer.readline()
    if not line:  # the supervisor has gone
        os._exit(0)
    run_trial(json.loads(line))


def belong_to_supervisor() -> None:
    """Have Linux leave nothing behind of this process, of what it starts and of what it becomes.

    It is killed when its supervisor dies, however that dies; what its descendants leave behind is
    its own; and when the machine runs out of memory, it goes rather than whoever has started it.
    """
    die_with_parent()
    adopt_orphans()
    with contextlib.suppress(OSError):  # not Linux, or it is not allowed
        score = int(read_file(OOM_SCORE))
        with open(OOM_SCORE, "w") as file:  # noqa: PTH123  # as light as can be
            file.write(str(min(1000, score + 300)))


def bound_data(most: int | None) -> None:
    """Have Linux refuse this process, and each that it starts, more than so many bytes from now on.

    It is what a trial may reserve, and not what it takes: only to keep the machine alive while
    nobody looks. A program that it becomes is bound as well.
    """
    if sys.platform == "linux" and most is not None:
        import resource  # noqa: PLC0415  # there is none on Windows

        status = read_file("/proc/self/status").split()
        most += 1024 * int(status[status.index(b"VmData:") + 1])
        with contextlib.suppress(ValueError, OSError):  # there is a lower one
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def run_trial(job: Message) -> NoReturn:
    """Evaluate the trial of `job` in this process, and end the process."""
    bound_data(job.get("most_data"))
    _redirect(job["stdout"], job["stderr"])
    transport = SocketTransport(job["address"], job["token"], job["trial"])
    outcome = Outcome("completed")
    try:
        work = transport.hello()
        _evaluate(work, transport)
        # Threads that the function has started belong to it; as in multiprocessing.
        threading._shutdown()  # noqa: SLF001  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
    except BaseException as error:  # noqa: BLE001  # whatever a trial raises is data
        outcome = Outcome.of(error)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    report: Message = {"ended": outcome.ended}
    if outcome.failure is not None:
        sys.stderr.write(outcome.failure.traceback)
        report["failure"] = outcome.failure.to_json()
    if sys.platform == "linux":
        report["threads"] = len(os.listdir("/proc/self/task"))  # noqa: PTH208  # cheaper, and no user's path
    with contextlib.suppress(Exception):
        transport.ask(report)
    atexit._run_exitfuncs()  # noqa: SLF001  # as multiprocessing does  # pyright: ignore[reportPrivateUsage]
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(0)


def _redirect(stdout: str, stderr: str) -> None:
    """Point file descriptors 0, 1 and 2, and with them `print`, at the run's log files."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for target, path in ((0, os.devnull), (1, stdout), (2, stderr)):
        file = os.open(path, os.O_RDONLY if target == 0 else flags, 0o644)
        os.dup2(file, target)
        os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # for the process's life
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(  # noqa: SIM115  # for the process's life
            number, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        setattr(sys, name, stream)


def _let_forks_die() -> None:
    """Make SIGTERM end what the trial forks, as it ends any process.

    A handler of Python's runs between two steps of Python's only. A worker of a pool that is about
    to block would thus outlive the signal, and `Pool.terminate` wait for it for ever.
    """
    if not hasattr(os, "register_at_fork"):
        return

    def in_child() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM]),
        after_in_child=in_child,
    )


def _evaluate(work: Message, transport: SocketTransport) -> None:
    folder = Path(work["payloads"])
    load_sources(folder)

    def cancel(_number: int, _frame: object) -> None:
        # Sticky, and raised once: a second signal must not tear a cleanup apart.
        if transport.stopped is None:
            transport.stopped = "the run was canceled"
            raise RunCanceled(transport.stopped)

    signal.signal(signal.SIGTERM, cancel)
    _let_forks_die()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if work["task"] == "setup":
        dump(load(folder, "setup")(), folder, "data")
        return
    params: dict[str, object] = pickle.loads(base64.b64decode(work["params"]))  # noqa: S301  # the engine's, over a socket of mode 0700
    run = TrialRun(
        run_id=work["run_id"],
        number=work["number"],
        experiment=work["experiment"],
        hyperparameters=params,
        folder=Path(work["folder"]),
        transport=transport,
        resume_from=None if work["resume_from"] is None else Path(work["resume_from"]),
    )
    set_process_run(run)
    transport.ask({"started": True})
    function: Any = load(folder, "function")
    made = (load(folder, "data"),) if work["data"] else ()
    result = function(run, *made, **as_keywords(params))
    if inspect.iscoroutine(result):
        asyncio.run(result)
