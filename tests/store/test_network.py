"""Workspaces on network file systems: found out, and kept without a write-ahead log."""

import errno
import multiprocessing
import shutil
import sqlite3
import sys
import warnings
from pathlib import Path

import pytest

from hdwidget.errors import StoreError
from hdwidget.store import RunRecord, Store, connection
from hdwidget.store.lease import FileLock
from hdwidget.store.network import network_file_system, of_mountinfo

MOUNTS = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:40 / /home rw,relatime shared:1 - nfs4 server:/home rw,vers=4.2
41 40 0:41 / /home/me/scratch rw - ext4 /dev/vdb rw
42 27 0:42 / /mnt/my\\040share rw - cifs //server/share rw
43 27 0:43 / /mnt/c rw - 9p C: rw,aname=drvfs
44 27 0:44 / /mnt/far rw,nosuid - fuse.sshfs me@far:/ rw
45 27 0:45 / /mnt/stick rw - fuseblk /dev/sdb1 rw
46 27 0:46 / /mnt/stick rw - nfs server:/stick rw
a line that nobody understands
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/work", "ext4"),
        ("/home", "nfs4"),
        ("/home/me/project", "nfs4"),
        ("/homes/me", "ext4"),
        ("/home/me/scratch/project", "ext4"),
        ("/mnt/my share/project", "cifs"),
        ("/mnt/c/Users", "9p"),
        ("/mnt/far/project", "fuse.sshfs"),
        ("/mnt/stick", "nfs"),
    ],
)
def test_the_innermost_and_last_mount_says_the_type(folder, kind):
    assert of_mountinfo(MOUNTS, Path(folder)) == kind


@pytest.mark.parametrize(
    ("kind", "network"),
    [
        *[(kind, True) for kind in ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "lustre")],
        *[(kind, False) for kind in ("ext4", "xfs", "btrfs", "tmpfs", "overlay", "fuseblk", "")],
    ],
)
def test_types_that_computers_share(monkeypatch, tmp_path, kind, network):
    monkeypatch.setattr("hdwidget.store.network._type_of", lambda _: kind)
    assert network_file_system(tmp_path) == (kind if network else None)


@pytest.mark.skipif(sys.platform != "linux", reason="where the system says so in a file")
def test_what_cannot_be_found_out_counts_as_a_local_disk(monkeypatch, tmp_path):
    monkeypatch.setattr("hdwidget.store.network.MOUNTINFO", tmp_path / "missing")
    assert network_file_system(tmp_path) is None


@pytest.fixture
def on_nfs(monkeypatch):
    for module in ("connection", "leases"):
        monkeypatch.setattr(f"hdwidget.store.{module}.network_file_system", lambda _: "nfs4")


def opened(folder):
    with pytest.warns(UserWarning, match=rf"{folder.name} is on a network file system \(nfs4\)"):
        return Store(folder)


def journal_mode(folder):
    file = sqlite3.connect(folder / "hdwidget.db")
    (mode,) = file.execute("PRAGMA journal_mode").fetchone()
    file.close()
    return mode


@pytest.mark.usefixtures("on_nfs")
def test_a_record_on_a_network_has_no_log(tmp_path, make_run):
    store = opened(tmp_path)
    store.ensure_experiment("digits")
    store.insert_run(make_run())
    for seq in range(300):
        ticket = store.append_metric("HD", "loss", seq, None, 0.0, seq)
        if seq % 50 == 0:
            ticket.wait()
            assert len(store.series("HD")["loss"]) > seq
    store.flush()
    assert store._writer._connection.execute("PRAGMA journal_mode").fetchone() == ("truncate",)
    assert store._writer._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert not list(tmp_path.glob("*-wal"))
    assert store.usable
    store.close()


@pytest.mark.usefixtures("on_nfs")
def test_a_commit_waits_for_those_who_read(tmp_path, make_run):
    store = opened(tmp_path)
    store.ensure_experiment("digits")
    store.insert_run(make_run()).wait()
    reader = sqlite3.connect(tmp_path / "hdwidget.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM runs").fetchall()
    ticket = store.append_metric("HD", "loss", 0, None, 0.0, 0.5)
    with pytest.raises(TimeoutError):
        ticket.wait(timeout=0.05)
    reader.execute("COMMIT")
    reader.close()
    ticket.wait()
    store.close()


@pytest.mark.usefixtures("on_nfs")
def test_a_record_on_a_network_that_is_deleted_says_so(tmp_path):
    store = opened(tmp_path)
    store.ensure_experiment("digits")
    renumbered = tmp_path / "hdwidget.db"
    renumbered.rename(tmp_path / "copied")
    shutil.copy(tmp_path / "copied", renumbered)  # as a file server gives it another number
    assert store.usable
    renumbered.unlink()
    assert not store.usable
    with pytest.raises(StoreError, match="It was deleted, moved or replaced while it was open"):
        store.ensure_experiment("more")


def test_a_record_that_comes_onto_a_network_gives_up_its_log(tmp_path, request):
    store = Store(tmp_path)
    store.ensure_experiment("digits")
    store.close()
    assert journal_mode(tmp_path) == "wal"
    request.getfixturevalue("on_nfs")
    store = opened(tmp_path)
    assert [experiment.name for experiment in store.experiments()] == ["digits"]
    store.close()


def test_a_record_that_leaves_a_network_gets_its_log_back(tmp_path, on_nfs, monkeypatch):
    del on_nfs
    opened(tmp_path).close()
    monkeypatch.undo()
    Store(tmp_path).close()
    assert journal_mode(tmp_path) == "wal"


def test_a_log_that_is_in_use_is_not_taken_away(tmp_path, request, monkeypatch):
    store = Store(tmp_path)
    request.getfixturevalue("on_nfs")
    monkeypatch.setattr("hdwidget.store.connection.BUSY_SECONDS", 0.05)
    with pytest.raises(StoreError, match="Another process has kept it locked"):
        Store(tmp_path)
    store.close()


def drive(folder):
    """Write and read in a process of its own, which must find out by itself, too."""
    connection.network_file_system = lambda _: "nfs4"
    warnings.simplefilter("ignore")
    store = Store(Path(folder))
    name = multiprocessing.current_process().name
    store.ensure_experiment("digits")
    store.insert_run(
        RunRecord(id=name, experiment="digits", type="x", status="Running", created=0.0)
    )
    for seq in range(500):
        store.append_metric(name, "loss", seq, None, 0.0, seq)
        if seq % 20 == 0:
            store.runs("digits")
    store.close()


def test_two_processes_share_a_record_without_a_log(tmp_path):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=drive, args=(str(tmp_path),), name=name) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    store = Store(tmp_path)
    for name in "ab":
        assert store.series(name)["loss"].values.tolist() == list(range(500))
    store.close()


@pytest.mark.usefixtures("on_nfs")
def test_a_run_that_another_computer_drives_is_left_to_it(tmp_path, make_run, monkeypatch):
    store = opened(tmp_path)
    store.ensure_experiment("digits")
    store.insert_run(make_run())
    with monkeypatch.context() as there:
        there.setattr("socket.gethostname", lambda: "far-away")
        store.acquire("HD").release()  # its lock is not seen from here
    assert store.is_driven("HD")
    lease = store.acquire("HD")  # but it can be taken over
    assert lease.epoch == 2
    lease.release()
    assert not store.is_driven("HD")
    store.close()


def test_a_file_system_that_locks_no_files_is_named(store, tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("hdwidget.store.lease._try_lock", refuse)
    with pytest.raises(StoreError, match=r"No locks available.* does not lock files, put it on"):
        store.acquire("HD")
    assert not store.is_driven("HD")
    assert not FileLock.is_held(tmp_path / "runs" / ".HD.lock")
