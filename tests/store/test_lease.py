"""The lock of the operating system under a lease."""

import os
import subprocess
import sys
import textwrap
import warnings

import pytest

from hdwidget.errors import StoreError
from hdwidget.store.lease import FileLock

DRIVER = """
    import pathlib, sys
    from hdwidget.store import Store
    store = Store(pathlib.Path(sys.argv[1]))
    lease = store.acquire("HD")
    print(lease.epoch, flush=True)
    sys.stdin.read()
"""


def test_a_driver_that_is_killed_drives_no_more(store, tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(DRIVER), str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as driver:
        assert driver.stdout.readline() == "1\n"
        assert store.is_driven("HD")
        with pytest.raises(StoreError, match=f"driven by process {driver.pid} on .* already"):
            store.acquire("HD")
        driver.kill()
        driver.wait()
    assert not store.is_driven("HD")
    assert store.acquire("HD").epoch == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_does_not_hold_the_lock_of_its_parent(tmp_path):
    path = tmp_path / "driver.lock"
    lock = FileLock(path)
    reader, writer = os.pipe()
    ready, tell_ready = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: of threads, there are none
        child = os.fork()
    if child == 0:
        os.close(writer)
        os.write(tell_ready, b"1")
        os.read(reader, 1)  # lives until its parent closes the pipe
        os._exit(0)
    assert os.read(ready, 1)
    assert FileLock.is_held(path)  # the fork, which closed its copy, has not unlocked it
    lock.release()
    held = FileLock.is_held(path)
    os.close(writer)
    os.waitpid(child, 0)
    for end in (reader, ready, tell_ready):
        os.close(end)
    assert not held


def test_a_probe_leaves_no_file_and_no_lock_behind(tmp_path):
    path = tmp_path / "driver.lock"
    assert not FileLock.is_held(path)
    assert not path.exists()
    lock = FileLock(path)
    lock.release()
    assert not FileLock.is_held(path)
    FileLock(path).release()


def test_a_lock_outlasts_a_probe(tmp_path, monkeypatch):
    tries = iter([False, True])
    monkeypatch.setattr("hdwidget.store.lease._try_lock", lambda _: next(tries))
    monkeypatch.setattr("hdwidget.store.lease.time.sleep", lambda _: None)
    FileLock(tmp_path / "driver.lock").release()
