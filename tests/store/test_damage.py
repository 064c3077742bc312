"""A record that is damaged: it says so, and what can be read of it is read and saved."""

import os
import random
import shutil
import sqlite3
import subprocess

import pytest

from hdwidget import Workspace
from hdwidget.errors import HDWidgetError, StoreError
from hdwidget.store import RunRecord, Store
from hdwidget.store.salvage import salvage

PAGE = 4096
CHILDREN = 12
VALUES = 150


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a record with ended and with running runs."""
    folder = tmp_path_factory.mktemp("whole")
    store = Store(folder)
    store.ensure_experiment("digits")
    common = {"experiment": "digits", "status": "Running", "created": 1.0}
    store.insert_run(RunRecord(id="HD", type="hyperdrive", config={"goal": "maximize"}, **common))
    for number in range(CHILDREN):
        run_id = f"HD_{number}"
        params = {"rate": number / 7, "text": "x" * 400}
        store.insert_run(
            RunRecord(
                id=run_id, type="function", parent="HD", number=number, params=params, **common
            )
        )
        for seq in range(VALUES):
            store.append_metric(run_id, "loss", seq, None, 1.0, seq / 7)
        if number % 2:
            store.end_run(run_id, status="Completed")
    store.add_request("HD", "cancel")
    store.close()
    return (folder / "hdwidget.db").read_bytes()


def everything(folder):
    """Read all that a record is asked for."""
    store = Store(folder)
    try:
        store.models()
        store.pending_requests("HD")
        return {
            run.id: store.metrics_of_children(run.id)
            for experiment in store.experiments()
            for run in store.runs(experiment.name)
        }
    finally:
        store.close()


def values_of(store, run_id):
    series = store.series(run_id).get("loss")
    return [] if series is None else series.values.tolist()


def with_noise(data, page, generator):
    """Overwrite some bytes of a page, or all of it."""
    damaged = bytearray(data)
    start = page * PAGE
    if generator.random() < 0.5:
        damaged[start : start + PAGE] = generator.randbytes(PAGE)
    else:
        for _ in range(30):
            damaged[start + generator.randrange(PAGE)] ^= 1 << generator.randrange(8)
    return bytes(damaged)


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 3))])
def test_a_damaged_page_gives_our_errors_and_is_salvaged(whole, tmp_path, seed):
    generator = random.Random(seed)
    for page in range(len(whole) // PAGE):
        folder = tmp_path / str(page)
        folder.mkdir()
        (folder / "hdwidget.db").write_bytes(with_noise(whole, page, generator))
        try:
            everything(folder)
        except HDWidgetError as error:
            assert "hdwidget.db" in str(error)  # noqa: PT017  # it may as well be read
        damaged = (folder / "hdwidget.db").read_bytes()  # or with its log merged
        saved = salvage(folder)
        assert saved.damaged.read_bytes() == damaged
        store = Store(folder)
        ids = [run.id for run in store.children("HD")]
        assert saved.runs >= CHILDREN, page
        assert saved.values > CHILDREN * VALUES - 400, page  # no page holds as many
        if saved.values < CHILDREN * VALUES:
            assert saved.losses
        assert len(ids) >= CHILDREN - 1, page  # one may be under another parent, by a flipped bit
        store.ensure_experiment("next")
        store.close()
        shutil.rmtree(folder)


def test_a_record_without_damage_is_salvaged_whole(whole, tmp_path):
    (tmp_path / "hdwidget.db").write_bytes(whole)
    before = everything(tmp_path)
    saved = salvage(tmp_path)
    assert (saved.runs, saved.values, saved.losses) == (CHILDREN + 1, CHILDREN * VALUES, ())
    store = Store(tmp_path)
    assert [request.action for request in store.pending_requests("HD")] == ["cancel"]
    assert store.run("HD_3").params == {"rate": 3 / 7, "text": "x" * 400}
    assert store.run("HD").config == {"goal": "maximize"}
    store.close()
    after = everything(tmp_path)
    assert after.keys() == before.keys()
    for run_id, series in before["HD"].items():
        assert after["HD"][run_id]["loss"].values.tolist() == series["loss"].values.tolist()


def root_of(data, table, folder):
    path = folder / "look.db"
    path.write_bytes(data)
    connection = sqlite3.connect(path)
    (root,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
    ).fetchone()
    connection.close()
    path.unlink()
    return root - 1


def zeroed(data, page):
    return data[: page * PAGE] + bytes(PAGE) + data[(page + 1) * PAGE :]


@pytest.mark.parametrize("table", ["runs", "metrics"])
def test_a_table_whose_root_is_gone_is_read_page_by_page(whole, tmp_path, table):
    (tmp_path / "hdwidget.db").write_bytes(zeroed(whole, root_of(whole, table, tmp_path)))
    with pytest.raises(StoreError, match=r"It is damaged: .*Workspace\.salvage\(\)"):
        everything(tmp_path)
    saved = salvage(tmp_path)
    assert saved.runs == CHILDREN + 1
    assert any(f"table of {table} is damaged" in loss for loss in saved.losses)
    store = Store(tmp_path)
    assert store.run("HD_3").params["rate"] == 3 / 7
    assert store.run("HD").config == {"goal": "maximize"}
    # The keyed table's inner pages hold rows as well, a few of which went with the root.
    lost = CHILDREN * VALUES - sum(len(values_of(store, f"HD_{n}")) for n in range(CHILDREN))
    assert lost == 0 if table == "runs" else 0 < lost < VALUES
    store.close()


def test_the_name_of_an_experiment_is_in_its_index_too(whole, tmp_path):
    root = root_of(whole, "experiments", tmp_path)
    (tmp_path / "hdwidget.db").write_bytes(zeroed(whole, root))
    salvage(tmp_path)
    store = Store(tmp_path)
    assert [run.id for run in store.runs("digits")] == ["HD"]
    store.close()


def test_a_run_whose_row_is_gone_keeps_its_id_and_its_metrics(whole, tmp_path):
    damaged = bytearray(whole)
    place = damaged.index(b"HD_3HD\x03function")  # its row, as SQLite puts the columns side by side
    damaged[place - 40 : place + 200] = bytes(240)
    (tmp_path / "hdwidget.db").write_bytes(damaged)
    saved = Workspace(tmp_path).salvage()
    assert "Run `HD_3` has lost its parameters, its status and its tags." in saved.losses
    store = Store(tmp_path)
    run = store.run("HD_3")
    assert (run.parent, run.number, run.status, run.reason) == ("HD", 3, "Canceled", "interrupted")
    assert values_of(store, "HD_3") == [seq / 7 for seq in range(VALUES)]
    store.close()
    with Workspace(tmp_path) as workspace:
        handle = workspace.experiments["digits"].get_run("HD_3")
        assert handle.get_status() == "Canceled"
        assert len(handle.get_metrics()["loss"]) == VALUES


@pytest.mark.parametrize("data", [b"", bytes(PAGE), b"my notes, " * 1000])
def test_a_record_whose_beginning_is_overwritten_is_salvaged(whole, tmp_path, data):
    if not data:
        (tmp_path / "hdwidget.db").write_bytes(bytes(100) + whole[100:])
    else:
        (tmp_path / "hdwidget.db").write_bytes(data[:PAGE] + whole[PAGE:])
    with pytest.raises(StoreError, match=r"not a record .*Workspace\.salvage\(\)"):
        Store(tmp_path)
    saved = salvage(tmp_path)
    assert (saved.runs, saved.values, saved.losses) == (CHILDREN + 1, CHILDREN * VALUES, ())


def test_every_salvage_keeps_what_it_replaces(whole, tmp_path):
    (tmp_path / "hdwidget.db").write_bytes(whole)
    kept = [salvage(tmp_path).damaged.name for _ in range(2)]
    assert kept == ["hdwidget-damaged-1.db", "hdwidget-damaged-2.db"]


def test_what_is_in_use_or_not_there_is_not_salvaged(store, tmp_path):
    lease = store.acquire("HD")
    with pytest.raises(StoreError, match="Run `HD` is driven by a living process: cancel it"):
        salvage(tmp_path)
    lease.release()
    with pytest.raises(StoreError, match=r"There is no record .*nothing to salvage"):
        salvage(tmp_path / "elsewhere")


def beside(folder):
    """Return a record's files as a process that is killed leaves them."""
    return {path.name: path.read_bytes() for path in folder.glob("hdwidget.db*")}


def restored(files, folder):
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def unmerged(store, tmp_path):
    """The files of a record most of which is in the log still."""
    for seq in range(300):
        store.append_metric("HD", "loss", seq, None, 0.0, seq).wait()
    return beside(tmp_path)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.33, 0.5, 0.77, 0.999])
def test_a_truncated_log_keeps_what_comes_before(unmerged, tmp_path, part):
    log = unmerged["hdwidget.db-wal"]
    files = {**unmerged, "hdwidget.db-wal": log[: int(len(log) * part)]}
    again = Store(restored(files, tmp_path / "again"))
    if again.experiments():  # else it was cut before the first commit
        values = values_of(again, "HD")
        assert values == list(range(len(values)))
    again.close()


@pytest.mark.parametrize("gone", ["hdwidget.db-wal", "hdwidget.db-shm"])
def test_a_log_or_its_index_that_is_gone_leaves_a_record_that_opens(unmerged, tmp_path, gone):
    files = {name: data for name, data in unmerged.items() if name != gone}
    again = Store(restored(files, tmp_path / "again"))
    if gone.endswith("shm"):  # it is made anew
        assert values_of(again, "HD") == list(range(300))
    again.ensure_experiment("next")
    again.close()


@pytest.mark.skipif(os.name == "nt", reason="there a file that is open is not deleted")
@pytest.mark.parametrize("gone", ["hdwidget.db", "hdwidget.db-wal"])
@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_record_that_is_deleted_while_open_says_so(store, tmp_path, gone, how, monkeypatch):
    monkeypatch.setattr("hdwidget.store.writer.LOOK_SECONDS", 0.0)
    store.append_metric("HD", "loss", 0, None, 0.0, 0.5).wait()
    assert store.usable
    (tmp_path / gone).rename(tmp_path / "away")
    if how == "replaced":
        (tmp_path / gone).touch()
    assert not store.usable
    ticket = store.append_metric("HD", "loss", 1, None, 0.0, 0.5)
    with pytest.raises(StoreError, match=f"{gone} was deleted, moved or replaced while it was"):
        ticket.wait()
    with pytest.raises(StoreError, match="was deleted"):
        store.append_metric("HD", "loss", 2, None, 0.0, 0.5)


@pytest.mark.skipif(os.name == "nt", reason="there a file that is open is not deleted")
def test_a_record_that_was_deleted_says_so_when_it_is_closed(store, tmp_path, monkeypatch):
    monkeypatch.setattr("hdwidget.store.writer.LOOK_SECONDS", 3600.0)
    (tmp_path / "hdwidget.db").unlink()
    store.append_metric("HD", "loss", 1, None, 0.0, 0.5).wait()
    with pytest.raises(StoreError, match=r"hdwidget\.db was deleted, moved or replaced"):
        store.close()


def test_a_record_that_another_program_locks_for_writing_is_read(store, tmp_path, monkeypatch):
    monkeypatch.setattr("hdwidget.store.connection.BUSY_SECONDS", 0.05)
    store.append_metric("HD", "loss", 0, None, 0.0, 0.5).wait()
    other = sqlite3.connect(tmp_path / "hdwidget.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert values_of(store, "HD") == [0.5]
    second = Store(tmp_path)
    assert values_of(second, "HD") == [0.5]
    with pytest.raises(StoreError, match=r"hdwidget\.db failed: .*Another process has kept it"):
        second.append_metric("HD", "loss", 1, None, 0.0, 0.5).wait()
    other.execute("ROLLBACK")
    other.close()
    store.append_metric("HD", "loss", 1, None, 0.0, 0.25).wait()
    assert values_of(store, "HD") == [0.5, 0.25]
    with pytest.raises(StoreError):
        second.close()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.name == "nt" or os.getuid() != 0:
        pytest.skip("only root mounts a small disk")
    command = [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this system mounts no small disk")
    yield folder
    subprocess.run([shutil.which("umount"), str(folder)], check=True)


def fill(folder):
    with (folder / "filler").open("wb", buffering=0) as file:
        for size in (PAGE, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def test_a_disk_that_runs_full_keeps_what_was_acknowledged(small_disk):
    store = Store(small_disk)
    store.ensure_experiment("digits")
    store.insert_run(RunRecord(id="HD", experiment="digits", type="x", status="Running", created=0))
    tickets = []
    while store.usable:
        tickets += [
            store.append_metric("HD", "text", len(tickets) + number, None, 0.0, "x" * 1000)
            for number in range(10)
        ]
        store._writer.drain()
    with pytest.raises(StoreError, match=r"The disk is full: free some space, then open"):
        store.flush()
    durable = sum(ticket.error is None for ticket in tickets)
    assert durable
    assert len(store.series("HD")["text"]) == durable  # and it is still read
    with pytest.raises(StoreError, match="The disk is full"):
        store.close()
    fill(small_disk)
    again = Store(small_disk)
    assert len(again.series("HD")["text"]) == durable
    again.close()
    (small_disk / "filler").unlink()
    again = Store(small_disk)
    again.append_metric("HD", "loss", 0, None, 0.0, 0.5).wait()
    again.close()


def test_a_workspace_on_a_full_disk_cannot_be_made(small_disk):
    fill(small_disk)
    with pytest.raises(StoreError, match=r"No space left|The disk is full|does not read or write"):
        Store(small_disk / "new")


@pytest.mark.parametrize("cell", ["name = x'00ff'", "created = x'00ff'", "created = 'soon'"])
def test_an_experiment_of_other_types_is_an_error_of_ours(tmp_path, whole, cell):
    file = tmp_path / "hdwidget.db"
    file.write_bytes(whole)
    with sqlite3.connect(file) as connection:
        connection.execute(f"UPDATE experiments SET {cell}")
    connection.close()
    with pytest.raises(StoreError, match="does not hold what was written"):
        everything(tmp_path)
