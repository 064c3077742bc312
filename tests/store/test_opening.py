"""What may be opened as a record, and what becomes of older and of newer ones."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import pytest

from hdwidget.errors import SchemaError, StoreError
from hdwidget.store import Store
from hdwidget.store import connection as connection_module
from hdwidget.store.connection import connect_writer
from hdwidget.store.migrations import MIGRATIONS


def schema_of(path):
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return rows, version


def names_in(folder):
    return [entry.name for entry in folder.iterdir()]


def pragma(connection, name):
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.fixture
def reachable():
    """A folder that another user can enter, unlike pytest's, which all its sessions share."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for inside in folder.iterdir():
            inside.chmod(0o755)


def read_only(folder):
    folder.mkdir(exist_ok=True)
    for entry in (*folder.iterdir(), folder):
        entry.chmod(0o555)
    return folder


def as_somebody_else(folder, use):
    """Open a store as a user whom permissions bind, use it, and return what is printed."""
    script = f"""
        import os, pathlib, warnings
        from hdwidget.errors import StoreError
        from hdwidget.store import Store
        if os.getuid() == 0:
            os.setuid(65534)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                store = Store(pathlib.Path({str(folder)!r}))
            print(*(warning.message for warning in caught))
        except StoreError as error:
            print(error)
            raise SystemExit
    """
    command = [sys.executable, "-c", textwrap.dedent(script) + textwrap.dedent(use)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def add_notes(connection):
    connection.execute("CREATE TABLE notes (text TEXT)")


def fail_half_way(connection):
    connection.execute("CREATE TABLE half (text TEXT)")
    connection.execute("CREATE TABLE runs (text TEXT)")


def test_a_folder_is_made_with_its_parents(tmp_path):
    store = Store(tmp_path / "a" / "b")
    store.close()
    assert schema_of(tmp_path / "a" / "b" / "hdwidget.db")[1] == len(MIGRATIONS)
    assert names_in(tmp_path / "a" / "b") == ["hdwidget.db"]  # the log is merged


@pytest.mark.parametrize(("durability", "synchronous"), [("process", 1), ("power", 2)])
def test_durability_is_sqlites_synchronous(tmp_path, durability, synchronous):
    connection = connect_writer(tmp_path / "hdwidget.db", durability)
    assert pragma(connection, "synchronous") == synchronous
    assert pragma(connection, "fullfsync") == (durability == "power")
    assert pragma(connection, "journal_mode") == "wal"
    connection.close()


def test_a_record_of_a_newer_hdwidget_is_refused(tmp_path):
    path = tmp_path / "hdwidget.db"
    connect_writer(path, "process", migrations=[*MIGRATIONS, add_notes]).close()
    before = path.read_bytes()
    with pytest.raises(
        SchemaError, match=r"has schema 3, .* up to 2: a newer .*pip install -U hdwidget"
    ):
        Store(tmp_path)
    assert path.read_bytes() == before


def test_an_older_record_is_migrated_and_keeps_its_data(tmp_path):
    path = tmp_path / "hdwidget.db"
    store = Store(tmp_path)
    store.ensure_experiment("digits")
    store.close()
    connect_writer(path, "process", migrations=[*MIGRATIONS, add_notes]).close()
    schema, version = schema_of(path)
    assert version == len(MIGRATIONS) + 1
    assert "notes" in dict(schema)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM experiments").fetchall() == [("digits",)]
    connection.close()


def test_a_migration_that_fails_leaves_the_record_as_it_was(tmp_path):
    path = tmp_path / "hdwidget.db"
    Store(tmp_path).close()
    before = schema_of(path)
    with pytest.raises(StoreError, match="table runs already exists"):
        connect_writer(path, "process", migrations=[*MIGRATIONS, fail_half_way])
    assert schema_of(path) == before


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "hdwidget.db").write_bytes(b"my notes, " * 1000)
    with pytest.raises(SchemaError, match=r"hdwidget\.db is not a record of hdwidget's: use"):
        Store(tmp_path)


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "hdwidget.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="not a record"):
        Store(tmp_path)
    assert path.read_bytes() == before
    assert names_in(tmp_path) == ["hdwidget.db"]


class Interrupted:
    """A connection beside which something happens just before one of its statements."""

    def __init__(self, connection, statement, event):
        self._connection = connection
        self._statement = statement
        self._event = event

    def execute(self, sql):
        if sql == self._statement:
            self._event()
        return self._connection.execute(sql)

    def __getattr__(self, name):
        return getattr(self._connection, name)


@pytest.mark.parametrize("statement", ["PRAGMA user_version", "SELECT count(*) FROM sqlite_master"])
def test_a_record_that_another_process_is_making_is_no_foreign_file(
    tmp_path, monkeypatch, statement
):
    path, made = tmp_path / "hdwidget.db", []
    connect = connection_module._connect

    def make_it_meanwhile():
        if not made:
            made.append(path)
            with contextlib.suppress(StoreError):  # it may have to wait: that is as good
                connect_writer(path, "process").close()

    def connect_interrupted(path, *, timeout):
        monkeypatch.setattr(connection_module, "_connect", connect)  # the first one only
        return Interrupted(connect(path, timeout=timeout), statement, make_it_meanwhile)

    monkeypatch.setattr(connection_module, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(connection_module, "_connect", connect_interrupted)
    connect_writer(path, "process").close()
    assert made
    assert schema_of(path)[1] == len(MIGRATIONS)


def test_threads_open_one_new_record_at_the_same_time(tmp_path):
    failures, barrier = [], threading.Barrier(4)

    def open_all():
        for number in range(15):
            barrier.wait(30)
            try:
                Store(tmp_path / str(number)).close()
            except StoreError as error:
                failures.append(error)

    threads = [threading.Thread(target=open_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_an_empty_file_becomes_a_record(tmp_path):
    (tmp_path / "hdwidget.db").touch()
    Store(tmp_path).close()


def test_a_directory_in_the_records_place_is_an_error(tmp_path):
    (tmp_path / "hdwidget.db").mkdir()
    with pytest.raises(StoreError, match=r"hdwidget\.db failed: unable to open .*writable"):
        Store(tmp_path)


def test_a_file_in_the_folders_place_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "inside"):
        with pytest.raises(StoreError, match="A workspace must be a folder that can be written"):
            Store(folder)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="permissions of POSIX")
def test_a_folder_that_may_not_be_written_is_an_error(reachable):
    output = as_somebody_else(read_only(reachable / "theirs"), "")
    assert "hdwidget.db failed" in output
    assert "writable" in output


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="permissions of POSIX")
@pytest.mark.parametrize("killed", [False, True])
def test_a_record_that_may_not_be_written_is_read(reachable, make_run, killed):
    folder = reachable / "theirs"
    store = Store(folder)
    store.ensure_experiment("digits")
    store.insert_run(make_run()).wait()
    store.append_metric("HD", "loss", 0, None, 0.0, 0.5).wait()
    beside = {path.name: path.read_bytes() for path in folder.iterdir() if killed}
    store.close()
    for name, data in beside.items():  # as a process that is killed leaves them
        (folder / name).write_bytes(data)
    use = """
        print(store.experiments()[0].name, store.series("HD")["loss"].values, store.usable)
        print(store.is_driven("HD"))
        store.flush()
        for write in (lambda: store.ensure_experiment("more"), lambda: store.acquire("HD")):
            try:
                write()
            except StoreError as error:
                print(error)
        store.close()
    """
    lines = as_somebody_else(read_only(folder), use).splitlines()
    assert lines[0].endswith(
        "the folder and the file writable, then open the workspace again. "
        "Until then it can be read only."
    )
    assert lines[1:3] == ["digits [0.5] True", "False"]
    assert "make the folder and the file writable" in lines[3]
    assert "The lock" in lines[4]
    assert "Make the workspace writable" in lines[4]
