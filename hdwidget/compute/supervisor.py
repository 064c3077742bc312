"""The process between the engine and the trials' processes: it starts, watches and kills them.

It imports what the trials need once and forks itself for each of them, or, where forking is not
safe, keeps one interpreter ready ahead of need. It lives and dies with its connection to the
engine: at its end every trial is killed, so that no kernel's death leaves an orphan. It has a
session of its own, so that an interrupted cell interrupts no trial.
"""

import contextlib
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
import traceback
from typing import NoReturn, Protocol

from hdwidget.compute import child
from hdwidget.compute.client import connect
from hdwidget.compute.descendants import adopt_orphans, children_of, kill_family
from hdwidget.compute.frames import Message, Unpacker, send
from hdwidget.compute.memory import meter_of_this_system
from hdwidget.compute.watch import MemoryWatch

__all__ = ["BOOT", "SUPERVISOR", "Supervisor", "main"]

BOOT = (
    "import json, sys;"
    "boot = json.loads(sys.stdin.buffer.readline());"
    "sys.path[:] = boot['path'];"
    "from hdwidget.compute import {module};"
    "{module}.{function}(boot)"
)
"""What `python -P -c` runs; the rest comes over stdin, where no other user can read it."""

SUPERVISOR = "supervisor"
CHECK_SECONDS = 1.0
POLL_SECONDS = 0.05
LINGER_SECONDS = 0.4
"""What an ended trial leaves behind has so long to go by itself: half a second, all in all."""
NOT_STARTED = 70
"""The exit code of a trial whose process could not be started; sysexits.h's EX_SOFTWARE."""


class Process(Protocol):
    """A trial's process: what `subprocess.Popen` and `Forked` have in common."""

    pid: int

    def poll(self) -> int | None:
        """Return the exit code, minus the signal's number if one killed it; None while it lives."""
        ...


class Forked:
    """A process that was forked from this one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return the exit code, minus the signal's number if one killed it; None while it lives."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return None if pid == 0 else os.waitstatus_to_exitcode(status)


class Supervisor:
    """Starts trials' processes on the engine's word. Owned by the one thread of its process."""

    def __init__(self, boot: Message, connection: socket.socket) -> None:
        self._boot = boot
        self._connection = connection
        self._selector = selectors.DefaultSelector()
        self._processes: dict[str, Process] = {}
        self._runs: dict[str, str] = {}  # by trial: several processes may belong to one
        self._killed: set[str] = set()
        self._leftovers: dict[int, float] = {}
        self._orphans: dict[int, float] = {}
        self._own: list[int] = []  # what a module has started that trials need
        self._watch = MemoryWatch(meter_of_this_system())
        self._standby: subprocess.Popen[bytes] | None = None
        self._parent = os.getppid()

    def serve(self) -> None:
        """Do what the engine says until it goes; then kill what is left."""
        self._selector.register(self._connection, selectors.EVENT_READ)
        awake, wake = socket.socketpair()
        awake.setblocking(False)  # noqa: FBT003  # the standard library's signature
        wake.setblocking(False)  # noqa: FBT003
        self._selector.register(awake, selectors.EVENT_READ)
        wait = CHECK_SECONDS
        if hasattr(signal, "SIGCHLD"):
            signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
            signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        else:  # Windows tells nobody that a child has ended
            wait = POLL_SECONDS
        unpacker = Unpacker()
        try:
            while os.getppid() == self._parent:
                for key, _ in self._selector.select(self._turn(wait)):
                    if key.fileobj is awake:
                        with contextlib.suppress(BlockingIOError):
                            awake.recv(4096)
                        continue
                    data = self._connection.recv(1 << 16)
                    if not data:
                        return
                    for message in unpacker.feed(data):
                        self._obey(message)
                self._reap()
                self._look()
        except ConnectionError:
            return
        finally:
            signal.set_wakeup_fd(-1)  # its socket goes with this call
            self._end()

    def _turn(self, wait: float) -> float:
        """Return for how many seconds there is nothing to do if nobody says anything."""
        if self._leftovers or self._orphans:
            wait = min(wait, POLL_SECONDS)
        look = self._watch.seconds_left()
        return wait if look is None else min(wait, look)

    def _end(self) -> None:
        """Kill what is left; what ended trials have left behind may still clean up."""
        for trial in self._processes:
            self._kill(trial, hard=True)
        self._adopt()
        self._tend()
        while self._leftovers or self._orphans:
            time.sleep(POLL_SECONDS)
            self._tend()
        if self._standby is not None:
            self._standby.kill()
        for pid in self._own:
            kill_family(pid)

    def _obey(self, message: Message) -> None:
        if message["do"] == "start":
            starts = {"fork": self._fork, "spawn": self._hand_over, "program": _start_program}
            job = message["job"]
            trial = job["trial"]
            try:
                process = starts[self._boot["method"]](job)
            # No more processes, no memory; or a text that no process can be given, such as half
            # a surrogate pair. This trial fails, others may go on.
            except (OSError, ValueError):
                traceback.print_exc()
                send(self._connection, {"exited": trial, "code": NOT_STARTED})
                return
            self._processes[trial] = process
            self._runs[trial] = job["run"]
            self._watch.begin(job["run"], process.pid, job["memory_limit"], job["given"])
        elif message["do"] == "kill":
            self._kill(message["trial"], hard=message["hard"])

    def _fork(self, job: Message) -> Process:
        pid = os.fork()
        if pid:
            return Forked(pid)
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            self._connection.close()
            child.forked(job)
        except BaseException:  # noqa: BLE001  # a child never goes on as a second supervisor
            traceback.print_exc()
        finally:
            os._exit(NOT_STARTED)

    def _hand_over(self, job: Message) -> Process:
        ready = self._standby or self._start_standby()
        assert ready.stdin is not None
        with contextlib.suppress(OSError):  # it died: its exit code will say so
            ready.stdin.write(json.dumps(job).encode() + b"\n")
            ready.stdin.close()
        self._standby = self._start_standby()
        return ready

    def _start_standby(self) -> subprocess.Popen[bytes]:
        code = BOOT.format(module="child", function="standby")
        process = subprocess.Popen(  # noqa: S603  # our own interpreter
            [sys.executable, "-P", "-c", code], stdin=subprocess.PIPE, start_new_session=True
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(self._boot).encode() + b"\n")
        process.stdin.flush()
        return process

    def prepare(self) -> None:
        """Load what trials need, or start the interpreter that does."""
        if self._boot["method"] == "fork":
            child.preload(self._boot["preload"])
            gc.collect()
            gc.freeze()  # so that no collection in a trial copies these pages
            self._own = children_of(os.getpid())
        elif self._boot["method"] == "spawn":
            self._standby = self._start_standby()
        else:
            child.preload(["resource"])  # what a fork needs before it becomes a program

    def _kill(self, trial: str, *, hard: bool) -> None:
        process = self._processes.get(trial)
        if process is None:
            return
        if not hasattr(os, "killpg"):
            os.kill(process.pid, signal.SIGTERM)  # on Windows: TerminateProcess
        elif hard:
            self._killed.add(trial)
            if sys.platform == "linux":
                kill_family(process.pid)
            else:
                _kill_group(process.pid)
                with contextlib.suppress(ProcessLookupError):  # it may not lead its group yet
                    os.kill(process.pid, signal.SIGKILL)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)

    def _reap(self) -> None:
        for trial, process in list(self._processes.items()):
            code = process.poll()
            if code is not None:
                del self._processes[trial]
                # What the trial has started and left behind may clean up (joblib's tracker of
                # semaphores does), but not go on.
                self._leftovers[process.pid] = time.monotonic() + LINGER_SECONDS
                self._adopt()
                toll = self._watch.end(self._runs.pop(trial), process.pid)
                unexplained = code == -signal.SIGKILL and trial not in self._killed
                self._killed.discard(trial)
                message: Message = {
                    "exited": trial,
                    "code": code,
                    "peak_memory": toll.peak,
                    "out_of_memory": toll.out_of_memory and unexplained,
                }
                send(self._connection, message)
        self._tend()

    def _look(self) -> None:
        """Tell the engine which trials take too much memory, and kill who takes far too much."""
        for excess in self._watch.look():
            for trial in [trial for trial, run in self._runs.items() if run == excess.run]:
                send(self._connection, {"exceeded": trial, "used": excess.used})
                if excess.is_far:
                    self._kill(trial, hard=True)

    def _adopt(self) -> None:
        """Take note of what is ours since the trial that has started it has ended: daemons."""
        if sys.platform == "linux":
            started = (*self._processes.values(), self._standby)
            known = [process.pid for process in started if process is not None]
            for pid in set(children_of(os.getpid())).difference(known, self._own):
                self._orphans.setdefault(pid, time.monotonic() + LINGER_SECONDS)

    def _tend(self) -> None:
        """See what ended trials have left behind to its end."""
        now = time.monotonic()
        for pid, deadline in list(self._leftovers.items()):
            if now > deadline:
                _kill_group(pid)
            if now > deadline or not _is_group(pid):
                del self._leftovers[pid]
        if self._orphans:
            self._adopt()  # what they have left behind in turn
        for pid, deadline in list(self._orphans.items()):
            if now > deadline:
                kill_family(pid)
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self._orphans[pid]
                self._adopt()


def _start_program(job: Message) -> Process:
    """Start the program of a job, never through a shell; it may not be there."""

    def before() -> None:
        child.belong_to_supervisor()
        child.bound_data(job["most_data"])

    with contextlib.ExitStack() as files:
        stdout = files.enter_context(open(job["stdout"], "ab"))  # noqa: PTH123  # as light as can be
        stderr = files.enter_context(open(job["stderr"], "ab"))  # noqa: PTH123
        try:
            return subprocess.Popen(  # noqa: S603  # what the user asked for
                job["command"],
                cwd=job["folder"],
                env={**os.environ, **job["environment"]},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
                preexec_fn=before if sys.platform == "linux" else None,  # noqa: PLW1509  # there is one thread
            )
        except (OSError, ValueError) as error:
            words = f"{job['command'][0]} could not be started: {error}\n"
            stderr.write(words.encode(errors="backslashreplace"))
            raise


def _is_group(pid: int) -> bool:
    if not hasattr(os, "killpg"):
        return False
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _kill_group(pid: int) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def main(boot: Message) -> NoReturn:
    """Be the supervisor, in a process of its own, until the engine goes."""
    try:
        adopt_orphans()
        connection = connect(boot["address"])
        send(connection, {"hello": SUPERVISOR, "token": boot["token"]})
        supervisor = Supervisor(boot, connection)
        supervisor.prepare()
        supervisor.serve()
    except (ConnectionError, FileNotFoundError):
        pass  # the engine went before we were ready
    except BaseException:  # noqa: BLE001  # to the log, from where the engine quotes it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        # An engine that was killed could not clean up after itself.
        shutil.rmtree(boot["runtime"], ignore_errors=True)
        os._exit(0)
