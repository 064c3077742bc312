"""What processes take, against what they were told to take."""

import os
import subprocess
import sys

import psutil
import pytest

from hdwidget.compute import memory
from hdwidget.compute.memory import ProcMeter, PsutilMeter, meter_of_this_system, oom_kills

MB = 1_000_000
SIZE = 64 * MB

linux = pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")


@pytest.fixture
def holder():
    """Start processes that hold memory: each runs code of the test's, and waits."""
    started = []

    def hold(code):
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", f"{code}\nprint(flush=True)\ninput()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started.append(process)
        process.stdout.readline()
        return process.pid

    yield hold
    for process in started:
        process.communicate(b"\n")


@pytest.fixture(params=[pytest.param("proc", marks=linux), "psutil"])
def meter(request):
    return ProcMeter() if request.param == "proc" else PsutilMeter(psutil)


HELD = f"held = bytearray(b'x') * {SIZE}"


def test_what_a_process_holds_is_counted(meter, holder):
    base, more = holder(""), holder(HELD)
    assert meter.bound([more]) - meter.bound([base]) == pytest.approx(SIZE, rel=0.1)
    assert meter.used([more], 0) - meter.used([base], 0) == pytest.approx(SIZE, rel=0.1)


def test_a_family_is_a_process_and_what_it_has_started(meter, holder):
    code = "import subprocess; child = subprocess.Popen(['sleep', '600'])"
    pid = holder(f"{code}\nimport atexit; atexit.register(child.kill)")
    (child,) = psutil.Process(pid).children()
    assert meter.family(pid) == [pid, child.pid]


def test_a_process_that_is_gone_takes_nothing(meter):
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    assert meter.family(process.pid) == [process.pid]
    assert meter.bound([process.pid]) == meter.used([process.pid], 0) == 0


@linux
def test_what_forks_share_counts_once(holder):
    pid = holder(
        f"{HELD}\nimport os, signal, atexit\n"
        "pids = [os.fork() for _ in range(1)]\n"
        "if not pids[0]: signal.pause()\n"
        "atexit.register(os.kill, pids[0], 9)"
    )
    meter = ProcMeter()
    family = meter.family(pid)
    assert len(family) == 2
    assert meter.bound(family) >= 2 * SIZE
    assert SIZE <= meter.used(family, 0) < 1.5 * SIZE


@linux
def test_mapped_files_do_not_count_until_they_are_written_to(holder, tmp_path):
    file = tmp_path / "data"
    file.write_bytes(bytes(SIZE))
    mapped = (
        f"import mmap; file = open({str(file)!r}, 'rb')\n"
        "data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY); sum(data[::4096])\n"
    )
    meter = ProcMeter()
    reads = holder(mapped)
    writes = holder(mapped + f"data[::4096] = bytes({SIZE // 4096 + (SIZE % 4096 > 0)})")
    # In a folder that is in memory itself the pages look like shared memory, which was given.
    assert meter.used([reads], SIZE) < SIZE / 4
    assert meter.used([writes], SIZE) >= SIZE


@linux
def test_shared_memory_counts_but_for_what_was_given(holder):
    pid = holder(f"import mmap; data = mmap.mmap(-1, {SIZE}); data[:] = bytes({SIZE})")
    meter = ProcMeter()
    assert meter.used([pid], 0) >= SIZE
    assert meter.used([pid], SIZE) < SIZE / 2


@linux
def test_an_older_kernel_has_the_bound_only(holder, monkeypatch):
    pid = holder("")
    meter = ProcMeter()
    expected = meter.bound([pid])
    read = memory.read_file

    def without_shares(path):
        if path.endswith("smaps_rollup"):
            raise FileNotFoundError(path)
        return read(path)

    monkeypatch.setattr(memory, "read_file", without_shares)
    assert meter.used([pid], 0) == expected > 0


def test_where_only_the_whole_is_told_it_is_the_whole(monkeypatch):
    texts = {"/proc/1/status": b"Name:\tpython\nVmSize:\t9000 kB\nVmRSS:\t 700 kB\nThreads:\t1\n"}
    monkeypatch.setattr(memory, "read_file", texts.__getitem__)
    assert ProcMeter().bound([1]) == 700 * 1024


def test_every_system_has_the_meter_that_it_can_have(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert isinstance(meter_of_this_system(), ProcMeter)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert isinstance(meter_of_this_system(), PsutilMeter)
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert meter_of_this_system() is None


@linux
def test_the_kernels_count_of_what_it_has_killed_is_read(monkeypatch):
    assert oom_kills() >= 0
    monkeypatch.setattr(memory, "read_file", lambda path: b"pgfault 7\noom_kill 3\nballoon 1\n")
    assert oom_kills() == 3


def test_where_nobody_counts_nothing_was_killed(monkeypatch):
    def missing(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(memory, "read_file", missing)
    assert oom_kills() == 0
    assert ProcMeter().bound([os.getpid()]) == 0
