"""Whom a process has started, and that nobody of them is left."""

import os
import subprocess
import sys

import psutil
import pytest
from support.bounded import eventually
from support.leftovers import alive

from hdwidget.compute.descendants import children_of, family_of, kill_family

pytestmark = [
    pytest.mark.usefixtures("leftovers"),
    pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc"),
]

ADOPTING = """
import os, signal, subprocess, sys, threading, time
from hdwidget.compute.descendants import adopt_orphans
adopt_orphans()
"""
DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        {}
        time.sleep(600)
    os._exit(0)
os.wait()
"""


class Started:
    """Starts processes that adopt orphans; the test sees their end."""

    def __init__(self):
        self.all = []

    def __call__(self, code):
        return self.process(code).pid

    def process(self, code):
        process = subprocess.Popen(
            [sys.executable, "-c", f"{ADOPTING}{code}\nprint(flush=True)\ntime.sleep(600)"],
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self.all.append(process)
        process.stdout.readline()
        return process


@pytest.fixture
def started():
    started = Started()
    yield started
    for process in started.all:
        kill_family(process.pid)
        process.wait()
        process.stdout.close()


def test_threads_children_and_theirs_are_family(started):
    pid = started(
        "thread = threading.Thread(target=lambda: (subprocess.Popen(['sleep', '600']),"
        " time.sleep(600)), daemon=True)\n"
        "thread.start()\n"
        "subprocess.Popen([sys.executable, '-c',"
        ' \'import subprocess; subprocess.run(["sleep", "600"])\'])'
    )
    eventually(lambda: len(family_of(pid)) == 4)
    assert sorted(family_of(pid)) == sorted(
        [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    )
    assert len(children_of(pid)) == 2
    kill_family(pid)


def test_a_daemon_stays_in_the_family(started):
    pid = started(DAEMON.format("pass"))
    (daemon,) = children_of(pid)
    assert os.getsid(daemon) != os.getsid(pid)
    kill_family(pid)
    eventually(lambda: not alive(daemon))


def test_nobody_escapes_by_forking_while_the_family_is_killed(started):
    # Each generation lives for a moment only, in a session of its own; who escapes says so.
    chain = (
        "for _ in range(20000):\n"
        "            if os.fork():\n"
        "                os._exit(0)\n"
        "            os.setsid()\n"
        "        os.write(1, b'escaped')\n"
        "        os._exit(0)"
    )
    for _ in range(10):
        process = started.process(DAEMON.format(chain))
        kill_family(process.pid)
        assert process.stdout.read() == b""


def test_who_ignores_every_signal_is_killed_too(started):
    pid = started(
        "for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:\n"
        "    signal.signal(number, signal.SIG_IGN)"
    )
    kill_family(pid)
    eventually(lambda: not alive(pid))


def test_nobody_is_killed_instead_of_who_is_gone():
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    assert children_of(process.pid) == []
    kill_family(process.pid)
