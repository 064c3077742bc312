"""A run's log and files on their way to the page."""

import math
import queue

import pytest
from support.bounded import DEADLINE, eventually
from support.record import Child, recorded

from hdwidget.engine.clock import SystemClock
from hdwidget.widget.log_tail import MOST_BYTES
from hdwidget.widget.run_files import MOST_FILES, RunFiles

NO_NUMBERS = {"predicted": None, "deviation": None, "expected_improvement": None}


class Turned(SystemClock):
    """A clock whose sleepers wake when the test says so; tells for how long they lay down."""

    def __init__(self):
        self.sleeps = queue.SimpleQueue()
        self.woken = queue.SimpleQueue()

    async def sleep(self, seconds):
        self.sleeps.put(seconds)
        while self.woken.empty():  # another thread wakes it
            await super().sleep(0.001)
        self.woken.get()


@pytest.fixture
def clock():
    return Turned()


@pytest.fixture
def run(experiment):
    """Return a HyperDrive run that another process seems to drive, with two runs under way."""
    running = {"status": "Running", "columns": {"ended": None}}
    experiment.host.live["HD_0"] = None  # or it would be settled as interrupted
    yield recorded(experiment, Child(**running), Child(**running), status="Running")
    del experiment.host.live["HD_0"]


@pytest.fixture
def page(run, clock):
    """Return what watches, and the queue of what it sends."""
    messages = queue.SimpleQueue()
    files = RunFiles(
        run.experiment.host, lambda content, buffers: messages.put((content, buffers)), clock=clock
    )
    yield files, messages
    files.close()


@pytest.fixture
def folder(run):
    return run.experiment.host.run_folder(f"{run.id}_1")


@pytest.fixture
def look(run, page, clock):
    """Return a function that has run 1 looked at, first or again, and returns what was sent."""
    files, messages = page
    looked = []

    def look():
        if looked:
            clock.woken.put(None)
        else:
            files.watch(1, f"{run.id}_1")
        looked.append(clock.sleeps.get(timeout=DEADLINE))
        return None if messages.empty() else messages.get()

    return look


def write(folder, name, data):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(data)


def end(run, number):
    store = run.experiment.host.store
    store.end_run(f"{run.id}_{number}", status="Completed", ended=1.0)
    store.flush()


def test_a_run_is_followed_to_its_end(run, folder, look):
    content, buffers = look()
    assert content == {
        "type": "files",
        "run": 1,
        "begin": True,
        "from": [0, 0],
        "files": [],
        "more": False,
        "ended": False,
        "proposal": None,
    }
    assert buffers == [b"", b""]
    assert look() is None  # nothing has changed
    write(folder, "logs/stdout.txt", b"one\n")
    write(folder, "logs/stderr.txt", b"oh\n")
    content, buffers = look()
    assert (content["begin"], content["from"], buffers) == (False, [0, 0], [b"one\n", b"oh\n"])
    write(folder, "logs/stdout.txt", b"two\n")
    content, buffers = look()
    assert (content["from"], buffers) == ([4, 3], [b"two\n", b""])
    write(folder, "outputs/model.bin", b"12345")
    end(run, 1)
    content, buffers = look()
    assert content["ended"]
    assert content["files"] == [
        ["logs/stderr.txt", 3],
        ["logs/stdout.txt", 8],
        ["outputs/model.bin", 5],
    ]


def test_new_files_are_noticed_in_time(folder, look):
    look()
    write(folder, "outputs/deep/er/model.bin", b"1")
    found = [message for message in (look() for _ in range(8)) if message is not None]
    assert [content["files"] for content, _ in found] == [[["outputs/deep/er/model.bin", 1]]]


def test_what_is_no_file_is_not_listed_and_their_number_is_bounded(folder, look):
    for number in range(MOST_FILES + 5):
        write(folder, f"outputs/{number:04d}", b"")
    write(folder, "source.py", b"the user's, not what the run has made")
    (folder / "outputs" / "0000-link").symlink_to(folder / "source.py")
    content, _ = look()
    names = [name for name, _ in content["files"]]
    assert names == [f"outputs/{number:04d}" for number in range(MOST_FILES)]
    assert content["more"]


def test_what_a_run_prints_too_fast_is_left_out(folder, look):
    look()
    chatter = b"%063d\n" % 0 * 16_000  # a megabyte
    write(folder, "logs/stdout.txt", chatter)
    write(folder, "logs/stderr.txt", chatter)
    content, buffers = look()
    assert all(MOST_BYTES - 64 <= len(each) <= MOST_BYTES for each in buffers)
    assert content["from"] == [len(chatter) - len(each) for each in buffers]


def test_large_messages_are_followed_by_long_pauses(run, page, clock, folder):
    files, _ = page
    write(folder, "logs/stdout.txt", b"x" * MOST_BYTES)
    files.watch(1, f"{run.id}_1")
    assert clock.sleeps.get(timeout=DEADLINE) == MOST_BYTES / 200_000
    clock.woken.put(None)
    assert clock.sleeps.get(timeout=DEADLINE) == 0.25


def test_one_run_is_watched_at_a_time(run, page, clock, folder):
    files, messages = page
    files.watch(1, f"{run.id}_1")
    clock.sleeps.get(timeout=DEADLINE)
    files.watch(0, f"{run.id}_0")
    clock.sleeps.get(timeout=DEADLINE)
    assert [messages.get()[0]["run"] for _ in range(2)] == [1, 0]
    write(folder, "logs/stdout.txt", b"not looked at any more\n")
    clock.woken.put(None)
    clock.sleeps.get(timeout=DEADLINE)
    assert messages.empty()
    files.close()
    eventually(files._task.done)


def test_what_cannot_be_read_is_said(run, page, clock, monkeypatch):
    files, messages = page

    def fail(_):
        message = "disk I/O error"
        raise OSError(message)

    monkeypatch.setattr(run.experiment.host.store, "run", fail)
    files.watch(1, f"{run.id}_1")
    content, _ = messages.get(timeout=DEADLINE)
    assert content == {
        "type": "files",
        "run": 1,
        "problem": "This log is not followed any more: disk I/O error",
    }
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("noted", "sent"),
    [
        (
            {"origin": "model", "predicted": 0.93, "deviation": 0.01, "expected_improvement": 0},
            {"origin": "model", "predicted": 0.93, "deviation": 0.01, "expected_improvement": 0.0},
        ),
        ({"origin": "initial"}, {"origin": "initial", **NO_NUMBERS}),
        ({"origin": "model", "predicted": math.nan}, {"origin": "model", **NO_NUMBERS}),
        ({"origin": "model", "predicted": "high", "more": []}, {"origin": "model", **NO_NUMBERS}),
        ({"origin": "a hunch"}, None),  # a user's own
        ("a hunch", None),
        (None, None),
    ],
)
def test_why_a_run_was_proposed_comes_first(run, folder, look, noted, sent):
    store = run.experiment.host.store
    store.annotate(f"{run.id}_1", properties={"proposal": noted})
    store.flush()
    content, _ = look()
    assert content["proposal"] == sent
    write(folder, "logs/stdout.txt", b"one\n")
    content, _ = look()
    assert content["proposal"] is None
