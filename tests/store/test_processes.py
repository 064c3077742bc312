"""One record, several processes: side by side, killed, forked and ended."""

import contextlib
import os
import random
import subprocess
import sys
import textwrap
import warnings

import pytest
from support.bounded import eventually

from hdwidget.errors import StoreError
from hdwidget.store import Store

HEAD = """
    import pathlib, sys
    from hdwidget.store import RunRecord, Store
    store = Store(pathlib.Path(sys.argv[1]))
    name = sys.argv[2]
    store.ensure_experiment("digits")
    store.insert_run(RunRecord(
        id=name, experiment="digits", type="function", status="Running", created=0.0))
"""


def start(script, *arguments):
    command = [sys.executable, "-c", textwrap.dedent(HEAD) + textwrap.dedent(script), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_processes_write_one_new_record_at_full_speed(tmp_path):
    script = """
        sys.stdin.readline()
        for seq in range(20_000):
            store.append_metric(name, "loss", seq, None, 0.0, seq)
        store.end_run(name, status="Completed").wait()
        store.close()
    """
    processes = [start(script, str(tmp_path), name) for name in "ab"]
    for process in processes:
        with contextlib.suppress(BrokenPipeError):  # it has failed: its return code says so
            process.stdin.write("go\n")
            process.stdin.flush()
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    store = Store(tmp_path)
    assert [run.status for run in store.runs("digits")] == ["Completed"] * 2
    for name in "ab":
        assert store.series(name)["loss"].values.tolist() == list(range(20_000))
    store.close()


def test_kernels_write_and_read_each_other_at_full_speed(tmp_path):
    script = """
        other = sys.argv[3]
        store.ensure_experiment(f"of {name}")
        lease = store.acquire(name)
        sys.stdin.readline()
        seen = []
        for seq in range(6000):
            store.append_metric(name, "loss", seq, None, 0.0, seq, lease=lease)
            if seq % 100 == 0:
                values = store.series(other, "loss").get("loss")
                values = [] if values is None else values.values.tolist()
                assert values == list(range(len(values))), "a value is missing"
                seen.append(len(values))
                [run.id for run in store.runs("digits")]
        assert seen == sorted(seen), "a value was gone again"
        assert store.series(name)["loss"].values.tolist() == list(range(6000))
        print("done", flush=True)
        sys.stdin.readline()
        assert store.series(other)["loss"].values.tolist() == list(range(6000))
        store.end_run(name, lease=lease, status="Completed").wait()
        store.close()
    """
    processes = [
        start(script, str(tmp_path), name, other) for name, other in [("a", "b"), ("b", "a")]
    ]
    watcher = Store(tmp_path)
    eventually(lambda: {run.id for run in watcher.runs("digits")} == {"a", "b"})
    for turn in ("go", "compare"):
        for process in processes:
            process.stdin.write(f"{turn}\n")
            process.stdin.flush()
        if turn == "go":
            assert [process.stdout.readline() for process in processes] == ["done\n"] * 2
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    assert [run.status for run in watcher.runs("digits")] == ["Completed"] * 2
    watcher.close()


@pytest.mark.parametrize("seed", range(3))
def test_what_was_acknowledged_survives_kill_9(tmp_path, seed):
    script = """
        for seq in range(1_000_000):
            ticket = store.append_metric(name, "loss", seq, None, 0.0, seq)
            if seq % 3 == 0:
                ticket.wait()
                print(seq, flush=True)
    """
    with start(script, str(tmp_path), "a") as process:
        for _ in range(random.Random(seed).randrange(1, 400)):
            acknowledged = process.stdout.readline()
        process.kill()
        for line in process.stdout:
            acknowledged = line if line.endswith("\n") else acknowledged
    store = Store(tmp_path)
    values = store.series("a")["loss"].values.tolist()
    assert values == list(range(len(values)))
    assert len(values) > int(acknowledged)
    store.close()


def test_an_interpreter_that_ends_without_closing_keeps_what_is_queued(tmp_path):
    script = """
        for seq in range(5000):
            store.append_metric(name, "loss", seq, None, 0.0, seq)
    """
    with start(script, str(tmp_path), "a") as process:
        process.communicate()
    store = Store(tmp_path)
    assert len(store.series("a")["loss"]) == 5000
    store.close()


def test_a_store_that_is_forgotten_keeps_what_is_queued(tmp_path, make_run):
    store = Store(tmp_path)
    store.ensure_experiment("digits")
    store.insert_run(make_run())
    lease = store.acquire("HD")
    del store
    again = Store(tmp_path)
    assert again.run("HD").id == "HD"
    assert lease.released
    again.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_must_open_its_own_store(store):
    lease = store.acquire("HD")
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: the writer is a thread
        child = os.fork()
    if child == 0:
        for use in (
            lambda: store.append_metric("HD", "loss", 0, None, 0.0, 0.5),
            lambda: store.run("HD"),
            lambda: store.acquire("HD"),
            lambda: store.is_driven("HD"),
            store.flush,
            store.close,
        ):
            try:
                use()
            except StoreError as error:
                os.write(writer, f"{error}\n".encode())
        store._closing()  # what the end of an interpreter does
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        errors = pipe.read().splitlines()
    os.waitpid(child, 0)
    expected = f"opened by process {os.getpid()}, and process {child} is a fork of it: open"
    assert len(errors) == 6
    assert all(expected in error for error in errors)
    assert store.is_driven("HD")
    store.update_run("HD", lease=lease, status="Completed").wait()
