"""What may be opened as a record, and what becomes of older and of newer ones."""

import os
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from hdwidget.errors import SchemaError, StoreError
from hdwidget.store import Store
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
    assert pragma(connection, "journal_mode") == "wal"
    connection.close()


def test_a_record_of_a_newer_hdwidget_is_refused(tmp_path):
    path = tmp_path / "hdwidget.db"
    connect_writer(path, "process", migrations=[*MIGRATIONS, add_notes]).close()
    before = path.read_bytes()
    with pytest.raises(
        SchemaError, match=r"has schema 2, .* up to 1: a newer .*pip install -U hdwidget"
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
@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_may_not_be_written_is_an_error(tmp_path, there):
    folder = tmp_path / "theirs"
    folder.mkdir()
    if there:
        Store(folder).close()
    for entry in (*folder.iterdir(), folder):
        entry.chmod(0o555)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o755)
    script = f"""
        import os, pathlib
        from hdwidget.errors import StoreError
        from hdwidget.store import Store
        if os.getuid() == 0:
            os.setuid(65534)  # whom permissions bind, unlike root
        try:
            Store(pathlib.Path({str(folder)!r}))
        except StoreError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "hdwidget.db failed" in output
    assert "writable" in output
