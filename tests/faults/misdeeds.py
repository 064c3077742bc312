"""What trials do that they should not; functions and scripts alike."""

# ruff: noqa: T201  # trials print

import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from faults.witness import Witness

__all__ = ["HANGING", "MISDEEDS", "THREADS", "VALUES", "commit"]

THREADS = 10
VALUES = 30
FOREVER = 600

Log = Callable[[str, object], None]


class DoomError(BaseException):
    """Nothing that `except Exception` catches."""


def good(run: Any, log: Log) -> None:
    log("loss", 0.5)


def segfaults(run: Any, log: Log) -> None:
    ctypes.string_at(0)


def aborts(run: Any, log: Log) -> None:
    os.abort()


def exits(run: Any, log: Log) -> None:
    os._exit(3)


def exits_as_if_well(run: Any, log: Log) -> None:
    os._exit(0)


def calls_sys_exit(run: Any, log: Log) -> None:
    sys.exit(4)


def raises_keyboard_interrupt(run: Any, log: Log) -> None:
    raise KeyboardInterrupt


def raises_its_own(run: Any, log: Log) -> None:
    message = "the end"
    raise DoomError(message)


def kills_its_group(run: Any, log: Log) -> None:
    _child()
    os.killpg(0, signal.SIGKILL)


def leaves_children_and_dies(run: Any, log: Log) -> None:
    _child()
    _daemon()
    os._exit(5)


def leaves_a_daemon(run: Any, log: Log) -> None:
    _daemon()


def logs_no_numbers(run: Any, log: Log) -> None:
    for value in (float("nan"), float("inf"), float("-inf"), -0.0):
        log("loss", value)
        log("other", value)


def logs_from_threads(run: Any, log: Log) -> None:
    def work(number: int) -> None:
        for value in range(VALUES):
            log(f"thread {number}", value)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def closes_its_streams(run: Any, log: Log) -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()
    for number in range(3):
        try:
            os.close(number)
        except OSError:  # closed with its stream
            continue


def closes_all_files(run: Any, log: Log) -> None:
    os.closerange(3, 1024)
    log("loss", 0.75)
    os.closerange(3, 1024)
    with open(os.devnull, "rb"):  # noqa: PTH123  # it has the number of what was closed
        log("loss", 0.5)


def writes_garbage(run: Any, log: Log) -> None:
    print("begun", flush=True)
    for number in (1, 2):
        os.write(number, bytes(range(256)) + b"\xff\xfe\x1b[2J\r" + b"x" * 100_000)


def truncates_its_log(run: Any, log: Log) -> None:
    print("begun", flush=True)
    os.ftruncate(1, 0)
    os.lseek(1, 1 << 20, os.SEEK_SET)
    print("gone on", flush=True)


def deletes_its_folder(run: Any, log: Log) -> None:
    shutil.rmtree(run.output_dir.parent)


def waits_for_its_death(run: Any, log: Log) -> None:
    time.sleep(FOREVER)


def logs_very_much(run: Any, log: Log) -> None:
    for value in range(100_000):
        log("loss", float(value))


def prints_very_much(run: Any, log: Log) -> None:
    line = "x" * 999
    for _ in range(100_000):
        print(line)


def takes_memory(run: Any, log: Log) -> None:
    held = [b"x" * 100_000_000]
    while held:
        time.sleep(0.001)


def takes_memory_for_ever(run: Any, log: Log) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    held: list[bytes] = []
    while True:
        held.append(b"x" * 1_000_000)


def has_children_take_memory(run: Any, log: Log) -> None:
    code = "held = b'x' * 45_000_000\nimport time; time.sleep(600)"
    for _ in range(2):
        subprocess.Popen([sys.executable, "-S", "-c", code], start_new_session=True)
    time.sleep(FOREVER)


def ignores_every_signal(run: Any, log: Log) -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:  # the C library's own
            continue
    time.sleep(FOREVER)


def holds_the_interpreter(run: Any, log: Log) -> None:
    sum(itertools.repeat(0))  # no step of Python's between two of these


def stops_itself(run: Any, log: Log) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def hangs_with_children(run: Any, log: Log) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _child()
    _daemon()
    time.sleep(FOREVER)


def swallows_the_stop(run: Any, log: Log) -> None:
    while True:
        try:
            time.sleep(FOREVER)
        except BaseException:  # noqa: BLE001  # that is its misdeed
            continue


def _child() -> None:
    """Start a child that cannot be asked to go."""
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True)"
    started = subprocess.Popen(
        [sys.executable, "-S", "-c", f"{code}; time.sleep({FOREVER})"], stdout=subprocess.PIPE
    )
    assert started.stdout is not None
    started.stdout.readline()


def _daemon() -> None:
    """Start a process that is in nobody's session."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(FOREVER)
        os._exit(0)
    os.wait()


HANGING = (
    ignores_every_signal,
    holds_the_interpreter,
    stops_itself,
    hangs_with_children,
    swallows_the_stop,
)
"""Those that nothing but a SIGKILL ends."""

MISDEEDS = {
    deed.__name__: deed
    for deed in (
        good,
        segfaults,
        aborts,
        exits,
        exits_as_if_well,
        calls_sys_exit,
        raises_keyboard_interrupt,
        raises_its_own,
        kills_its_group,
        leaves_children_and_dies,
        leaves_a_daemon,
        logs_no_numbers,
        logs_from_threads,
        closes_its_streams,
        closes_all_files,
        writes_garbage,
        truncates_its_log,
        deletes_its_folder,
        waits_for_its_death,
        logs_very_much,
        prints_very_much,
        takes_memory,
        takes_memory_for_ever,
        has_children_take_memory,
        *HANGING,
    )
}


def commit(run: Any, name: str, folder: Path) -> None:
    """Commit a misdeed between two values of the loss, before the eyes of a witness."""
    witness = Witness(folder)
    log = partial(witness.log, run)
    log("loss", 1.0)
    witness.note(run.id, "pid", os.getpid())
    MISDEEDS[name.partition(" ")[0]](run, log)
    log("loss", 0.25)
