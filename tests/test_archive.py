"""Experiments as files: what comes back is what went, and a hostile file changes nothing."""

import contextlib
import errno
import io
import json
import os
import random
import shutil
import stat
import tempfile
import threading
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hdwidget import Experiment, Workspace
from hdwidget.archive import export_experiment, import_experiment
from hdwidget.archive.layout import is_plain_name, is_safe
from hdwidget.errors import ArchiveError, ConfigurationError, HDWidgetError, StoreError
from hdwidget.models import Model
from hdwidget.store import RunRecord, Store

CHILDREN = 3
TAGS = {"who": "me", "half": "\ud800"}
SEARCH = {
    "hyperparameter_sampling": {"sampler": "grid", "space": {}},
    "primary_metric_name": "loss",
    "primary_metric_goal": "MINIMIZE",
    "max_total_runs": 3,
    "max_concurrent_runs": 1,
    "max_duration_minutes": 10,
    "policy": {"name": "NoTerminationPolicy"},
    "hyperparameters": 1,
    "space_size": None,
}
TEXT = st.characters(exclude_categories=("Cs",))


def fill(workspace):
    """Put an experiment into a workspace: a HyperDrive run with children, files and a model."""
    store = workspace.host.store
    store.ensure_experiment("digits")
    common = {"experiment": "digits", "created": 1.5}
    store.insert_run(
        RunRecord(
            id="HD_1", type="hyperdrive", status="Completed", config=SEARCH, tags=TAGS, **common
        )
    )
    for number in range(CHILDREN):
        run_id = f"HD_1_{number}"
        store.insert_run(
            RunRecord(
                id=run_id,
                type="function",
                parent="HD_1",
                number=number,
                proposal=number,
                status="Running",
                started=2.0,
                params={"rate": 0.1 * number, "odd": float("nan")},
                **common,
            )
        )
        for seq in range(4):
            store.append_metric(run_id, "loss", seq, 2 * seq, 3.0 + seq, seq / 3)
            store.append_metric(run_id, "count", seq, None, 3.0 + seq, 2**60 + seq)
            store.append_metric(run_id, "text", seq, None, 3.0 + seq, {"é": [seq, None]})
        store.end_run(run_id, status="Completed", ended=9.0)
        logs = workspace.path / "runs" / run_id / "logs"
        logs.mkdir(parents=True)
        (logs / "std_log.txt").write_text(f"run {number}\n" * 1000)
    (workspace.path / "runs" / "HD_1_0" / "outputs").mkdir()
    (workspace.path / "runs" / "HD_1_0" / "outputs" / "model é.bin").write_bytes(bytes(range(256)))
    (workspace.path / "runs" / "HD_1_0" / "outputs" / "link").symlink_to("/etc/passwd")
    run = experiment_of(workspace).get_run("HD_1_0")
    run.register_model("digits", "outputs/model é.bin", tags={"kind": "svm"})
    store.flush()


def experiment_of(workspace, name="digits"):
    return workspace.experiments[name]


@pytest.fixture
def source(tmp_path):
    with Workspace(tmp_path / "source") as workspace:
        fill(workspace)
        yield workspace


@pytest.fixture
def target(tmp_path):
    with Workspace(tmp_path / "target") as workspace:
        yield workspace


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    with Workspace(folder / "source") as workspace:
        fill(workspace)
        return experiment_of(workspace).export(folder / "digits.zip")


@pytest.fixture
def archive(request, made_once, tmp_path):
    """An archive: of `source`, where a test has it."""
    if "source" not in request.fixturenames:
        return made_once
    return experiment_of(request.getfixturevalue("source")).export(tmp_path / "digits.zip")


def everything(workspace, name="digits"):
    """Return all that an experiment holds, to be compared."""
    store = workspace.host.store
    runs = store.all_runs(name)
    return {
        "runs": [repr(run) for run in runs],
        "series": {
            run.id: {
                metric: repr((series, list(series.values)))
                for metric, series in store.series(run.id).items()
            }
            for run in runs
        },
        "files": {run.id: files(workspace.path / "runs" / run.id) for run in runs},
        "models": [
            (model.id, model.file, dict(model.tags), model.run, files(model.place(workspace.path)))
            for model in store.models()
        ],
    }


def files(place):
    if place.is_file():
        return place.read_bytes()
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def nothing_changed(workspace):
    """Return whether a workspace holds nothing, not even a file that was left behind."""
    names = {path.name for path in workspace.path.iterdir()}
    return workspace.host.store.experiments() == [] and not {
        name for name in names if not name.startswith("hdwidget.db")
    }


def test_what_comes_back_is_what_went(source, archive, target):
    experiment = target.import_(archive)
    assert experiment.name == "digits"
    assert everything(target) == everything(source)
    assert (
        experiment.get_run("HD_1").get_metrics()
        == experiment_of(source).get_run("HD_1").get_metrics()
    )
    assert not (target.path / "runs" / "HD_1_0" / "outputs" / "link").exists()
    assert not list(target.path.glob(".import-*"))


def test_an_export_of_what_was_imported_is_the_same_file(archive, target, tmp_path):
    again = target.import_(archive).export(tmp_path / "again.zip")
    assert again.read_bytes() == archive.read_bytes()


def test_an_experiment_may_get_another_name(archive, target):
    assert target.import_(archive, "numbers").name == "numbers"
    assert [run.id for run in target.experiments["numbers"].get_runs()] == ["HD_1"]
    with pytest.raises(StoreError, match=r"`HD_1` is in the workspace already, in .* `numbers`"):
        target.import_(archive)


def test_what_is_here_already_is_left_alone(source, archive, target):
    target.import_(archive)
    before = everything(target)
    target.import_(archive)
    assert everything(target) == before
    before = everything(source)
    source.import_(archive)
    assert everything(source) == before


def test_another_run_of_the_same_id_is_an_error_and_nothing_is_taken(archive, target):
    store = target.host.store
    store.ensure_experiment("digits")
    other = RunRecord(
        id="HD_1_2", experiment="digits", type="function", status="Failed", created=1.0
    )
    store.insert_run(other).wait()
    with pytest.raises(
        StoreError, match=r"`HD_1_2` is in the workspace already.*nothing was taken"
    ):
        target.import_(archive)
    assert store.all_runs("digits") == [other]
    assert not (target.path / "runs").exists()


def test_a_model_gets_another_version_if_its_own_is_taken(archive, target, tmp_path):
    (tmp_path / "own.bin").write_bytes(b"mine")
    with Experiment(target, "own").start_logging() as mine:
        mine.upload_file("outputs/own.bin", tmp_path / "own.bin")
        mine.register_model("digits", "outputs/own.bin")
    for _ in range(2):
        target.import_(archive)
        models = target.host.store.models("digits")
        assert [(model.version, model.run) for model in models] == [(2, "HD_1_0"), (1, mine.id)]
    assert models[0].place(target.path).read_bytes() == bytes(range(256))
    assert models[1].place(target.path).read_bytes() == b"mine"


def test_runs_that_go_on_are_exported_as_they_are(source, target, tmp_path):
    store = source.host.store
    lease = store.acquire("HD_live")
    store.insert_run(
        RunRecord(
            id="HD_live", experiment="digits", type="function", status="Running", created=1.0
        ),
        lease=lease,
    )
    going_on = threading.Event()

    def log_without_end():
        for seq in range(1_000_000):
            if going_on.is_set():
                return
            for name in ("first", "second"):  # in this order
                store.append_metric("HD_live", name, seq, None, float(seq), seq, lease=lease)
            if seq == 50:
                begun.set()
            store.flush()

    begun = threading.Event()
    thread = threading.Thread(target=log_without_end)
    thread.start()
    assert begun.wait(30)
    path = experiment_of(source).export(tmp_path / "live.zip")
    going_on.set()
    thread.join()
    lease.release()
    target.import_(path)
    series = target.host.store.series("HD_live")
    first, second = (series[name].values.tolist() for name in ("first", "second"))
    assert len(first) > 50
    assert first == list(range(len(first)))
    assert 0 <= len(first) - len(second) <= 1
    run = target.host.store.run("HD_live")
    assert (run.status, run.reason) == ("Canceled", "interrupted")
    assert run.ended == first[-1]


def test_a_file_that_is_there_is_replaced_only_on_request(source, tmp_path):
    path = tmp_path / "digits.zip"
    path.write_text("mine")
    with pytest.raises(ConfigurationError, match="is there already: give another path, or over"):
        experiment_of(source).export(path)
    assert path.read_text() == "mine"
    assert experiment_of(source).export(path, overwrite=True) == path
    assert zipfile.is_zipfile(path)
    assert {entry.name for entry in tmp_path.iterdir()} == {"digits.zip", "source"}


def test_an_export_that_fails_leaves_nothing_behind(source, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("hdwidget.archive.writing.os.fsync", fail)
    with pytest.raises(ArchiveError, match=r"digits\.zip cannot be written: .*No space left"):
        experiment_of(source).export(tmp_path / "digits.zip")
    assert [entry.name for entry in tmp_path.iterdir()] == ["source"]


def test_what_cannot_be_exported_says_why(source, tmp_path):
    with pytest.raises(ConfigurationError, match="Experiment `other` has no runs in"):
        Experiment(source, "other").export(tmp_path / "other.zip")
    with pytest.raises(ConfigurationError, match=r"must be a file's, but .* is a folder"):
        experiment_of(source).export(tmp_path)
    with pytest.raises(ArchiveError, match=r"cannot be written: .*No such file"):
        experiment_of(source).export(tmp_path / "missing" / "digits.zip")
    (source.path / "runs" / "HD_1_0" / "logs" / "a\\b").touch()
    with pytest.raises(ArchiveError, match="a name that not every system can hold: rename it"):
        experiment_of(source).export(tmp_path / "digits.zip")


def test_the_metrics_are_written_in_parts(source, target, tmp_path, monkeypatch):
    monkeypatch.setattr("hdwidget.archive.writing.PART", 20)
    path = experiment_of(source).export(tmp_path / "digits.zip")
    assert "metrics/2.f8.npy" in zipfile.ZipFile(path).namelist()
    target.import_(path)
    assert everything(target) == everything(source)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(TEXT, max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(TEXT), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.text(TEXT, max_size=10), JSON_VALUES, max_size=3)
TIMES = st.floats(0, 2e9)
LOGGED = st.lists(
    st.tuples(
        st.sampled_from(["loss", "é", "a b"]),
        st.integers(-(2**70), 2**70) | st.floats() | st.text(TEXT, max_size=9) | OBJECTS,
        st.none() | st.integers(-(2**62), 2**62),
        TIMES,
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.text(TEXT, min_size=1, max_size=40).filter(str.strip),
    runs=st.lists(st.tuples(OBJECTS, OBJECTS, TIMES, LOGGED), min_size=1, max_size=3),
)
def test_whatever_was_recorded_comes_back(name, runs):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        stores = [Store(root / each) for each in ("source", "target")]
        stores[0].ensure_experiment(name)
        for number, (params, tags, time, logged) in enumerate(runs):
            run = RunRecord(
                id=f"HD_{number}",
                experiment=name,
                type="function",
                status="Failed",
                created=time,
                params=params,
                tags=tags,
                error={"message": str(params)},
            )
            stores[0].insert_run(run)
            for metric, value, step, when in logged:
                stores[0].append_next(run.id, metric, step, when, value).wait()
        export_experiment(stores[0], root / "source", name, root / "it.zip", overwrite=False)
        taken = import_experiment(
            stores[1], root / "target", root / "it.zip", None, max_bytes=10**9
        )
        assert taken == name
        before, after = (
            [(repr(run), repr(sorted_series(store.series(run.id)))) for run in store.all_runs(name)]
            for store in stores
        )
        assert after == before
        for store in stores:
            store.close()


def sorted_series(series):
    return [
        (name, list(of.values), None if of.steps is None else of.steps.tolist(), of.times.tolist())
        for name, of in sorted(series.items())
    ]


def forged(archive, folder, changes=(), *, listed=True, manifest=None):
    """Return a copy of an archive with other contents, whose manifest agrees with them."""
    with zipfile.ZipFile(archive) as source:
        contents = {name: source.read(name) for name in source.namelist()}
    whole = json.loads(contents.pop("manifest.json"))
    contents.update(changes)
    contents = {name: data for name, data in contents.items() if data is not None}
    if listed:
        whole["files"] = {
            name: [len(data), sha256(data).hexdigest()] for name, data in contents.items()
        }
    whole.update(manifest or {})
    path = folder / "forged.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in contents.items():
            target.writestr(name, data)
        target.writestr("manifest.json", json.dumps(whole))
    return path


def refused(target, path, match):
    with pytest.raises(ArchiveError, match=match):
        target.import_(path)
    assert nothing_changed(target)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "files/../../evil.txt",
        "files/HD_1/../../../evil.txt",
        "/etc/evil.txt",
        "files/HD_1//evil.txt",
        "files/HD_1/./evil.txt",
        "files\\HD_1\\evil.txt",
        "files/HD_1/a\\..\\b",
        "files/HD_1/",
        "files/HD_1",
        "hdwidget.db",
        "runs/HD_1/logs/evil.txt",
        "metrics/../0.f8.npy",
        "files/HD_1/" + "x" * 300,
    ],
)
def test_a_file_that_would_leave_its_place_is_refused(archive, target, tmp_path, name):
    refused(target, forged(archive, tmp_path, {name: b"evil"}), "a name that does not belong")
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR, stat.S_IFCHR])
def test_what_is_no_plain_file_is_refused(archive, target, tmp_path, kind):
    path = forged(archive, tmp_path)
    with zipfile.ZipFile(path, "a") as file:
        member = zipfile.ZipInfo("files/HD_1/logs/link")
        member.external_attr = (kind | 0o777) << 16
        file.writestr(member, "/etc/passwd")
    refused(target, path, "is no plain file in it")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(archive, target, tmp_path):
    path = forged(archive, tmp_path)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("runs.jsonl", "")
    refused(target, path, "it holds 'runs.jsonl' twice")


def test_a_bomb_is_refused_before_it_goes_off(archive, target, tmp_path, monkeypatch):
    huge = {"files/HD_1/outputs/zeros": bytes(20_000_000)}
    path = forged(archive, tmp_path, huge)
    with pytest.raises(ArchiveError, match=r"unpacks to 20.* more than max_bytes=1000000: give"):
        target.import_(path, max_bytes=1_000_000)
    assert nothing_changed(target)
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    with monkeypatch.context() as small:
        small.setattr("hdwidget.archive.unpacking.shutil.disk_usage", lambda _: usage)
        refused(target, path, "and the disk of the workspace has 1000000 left")
    lie = json.loads(zipfile.ZipFile(path).read("manifest.json"))["files"]
    lie["files/HD_1/outputs/zeros"][0] = 10
    path = forged(archive, tmp_path, huge, listed=False, manifest={"files": lie})
    refused(target, path, "zeros' is not what its manifest says")


@pytest.mark.parametrize(
    ("manifest", "match"),
    [
        ({"format": "something"}, "it is no archive that Experiment.export has made"),
        ({"version": 2}, "has version 2 of the format, and .* knows 1: upgrade with `pip install"),
        ({"version": 0}, "it is no archive"),
        ({"version": "1"}, "it is no archive"),
        ({"experiment": "digits"}, "its manifest is damaged"),
        ({"experiment": {"name": " ", "created": 1.0}}, "its manifest is damaged"),
        ({"experiment": {"name": "\ud800", "created": 1.0}}, "its manifest is damaged"),
        ({"experiment": {"name": "x", "created": float("inf")}}, "its manifest is damaged"),
        ({"files": []}, "its manifest is damaged"),
        ({"files": {"runs.jsonl": [1]}}, "its manifest is damaged"),
        ({"files": {"runs.jsonl": [-1, "0" * 64]}}, "its manifest is damaged"),
        ({"files": {"runs.jsonl": [1, "x"]}}, "its manifest is damaged"),
        ({"files": {}}, "its manifest and its files do not agree on"),
    ],
)
def test_a_manifest_that_does_not_hold_is_refused(archive, target, tmp_path, manifest, match):
    refused(target, forged(archive, tmp_path, manifest=manifest), match)


def a_line(archive, name, number, changes):
    """Return a file of lines with one of them changed."""
    lines = zipfile.ZipFile(archive).read(name).splitlines()
    line = json.loads(lines[number]) | changes
    lines[number] = json.dumps({key: of for key, of in line.items() if of != "gone"}).encode()
    return {name: b"\n".join(lines)}


@pytest.mark.parametrize(
    ("name", "changes", "match"),
    [
        ("runs.jsonl", {"id": "../evil"}, "cannot be the id of a run"),
        ("runs.jsonl", {"id": "HD_1"}, "'HD_1' cannot be the id of a run, or is there twice"),
        ("runs.jsonl", {"id": ""}, "cannot be the id of a run"),
        ("runs.jsonl", {"parent": "HD_9"}, "'HD_9', does not come before it"),
        ("runs.jsonl", {"status": "Great"}, "has status 'Great'"),
        ("runs.jsonl", {"created": float("nan")}, "a line of runs.jsonl has created=nan"),
        ("runs.jsonl", {"number": 2**63}, "a line of runs.jsonl has number=9223372036854775808"),
        ("runs.jsonl", {"number": True}, "has number=True"),
        ("runs.jsonl", {"params": []}, r"has params=\[\]"),
        ("runs.jsonl", {"tags": "gone"}, "has tags=None"),
        ("runs.jsonl", {"reason": "\ud800"}, "has reason="),
        ("runs.jsonl", {"type": "hyperdrive"}, "`HD_1_2` has hyperparameter_sampling=None"),
        ("runs.jsonl", {"color": "red"}, "its runs have 'color', of which"),
        ("series.jsonl", {"run": "HD_9"}, "of run 'HD_9' is one too many"),
        ("series.jsonl", {"count": -1}, "is one too many"),
        ("series.jsonl", {"count": 10**9}, "does not hold|holds too few|as many values"),
        ("series.jsonl", {"count": 3}, "does not hold|as many values|holds too few"),
        ("series.jsonl", {"kind": "object"}, "is of kind 'object'"),
        ("series.jsonl", {"part": 7}, "is no array of numbers"),
        ("series.jsonl", {"part": -1}, "is no array of numbers"),
        ("series.jsonl", {"steps": 1}, "has steps=1"),
        ("models.jsonl", {"name": "../evil"}, "a model's name must be"),
        ("models.jsonl", {"file": "../evil"}, "is not one of its runs'"),
        ("models.jsonl", {"file": "other"}, "the files of model 'digits' are not `other`"),
        ("models.jsonl", {"run": "HD_9"}, "is not one of its runs'"),
        ("models.jsonl", {"version": 0}, "is not one of its runs'"),
        ("models.jsonl", {"color": "red"}, "more columns than this hdwidget knows"),
    ],
)
def test_a_line_that_does_not_hold_is_refused(archive, target, tmp_path, name, changes, match):
    path = forged(archive, tmp_path, a_line(archive, name, -1, changes))
    refused(target, path, match)


def npy(array, *, allow_pickle=False):
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=allow_pickle)
    return buffer.getvalue()


class Evil:
    def __reduce__(self):
        return (Path("evil.txt").touch, ())


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (npy(np.array([Evil()], object), allow_pickle=True), "is no array of numbers"),
        (npy(np.zeros((3, 3))), "is no list of float64"),
        (npy(np.zeros(48, np.float32)), "is no list of float64"),
        (npy(np.zeros(1000)), "does not hold the .* numbers that it should"),
        (npy(np.zeros(1)), "holds too few numbers"),
        (b"", "is no array of numbers"),
        (b"PK\3\4" + bytes(100), "is no array of numbers"),
        (npy(np.zeros(5)).replace(b"(5,)", b"(9**9,)"), "is no array of numbers"),
    ],
)
def test_metrics_that_are_no_numbers_are_refused(
    archive, target, tmp_path, data, match, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    refused(target, forged(archive, tmp_path, {"metrics/0.f8.npy": data}), match)
    assert not (tmp_path / "evil.txt").exists()


@pytest.mark.parametrize("gone", ["runs.jsonl", "series.jsonl", "models.jsonl", "metrics/0.f8.npy"])
def test_what_is_missing_is_named(archive, target, tmp_path, gone):
    refused(target, forged(archive, tmp_path, {gone: None}), gone)


@pytest.mark.parametrize("name", ["files/HD_9/logs/a.txt", "models/9/model.bin"])
def test_files_that_belong_to_nothing_are_refused(archive, target, tmp_path, name):
    refused(target, forged(archive, tmp_path, {name: b""}), "belongs to nothing in it")


@pytest.mark.parametrize("depth", [400, 100_000])
def test_lists_in_lists_without_end_are_no_trouble(archive, target, tmp_path, depth):
    nested = "[" * depth + "]" * depth
    lines = zipfile.ZipFile(archive).read("runs.jsonl")
    tags = f'"tags": {{"x": {nested}}}'.encode()
    path = forged(archive, tmp_path, {"runs.jsonl": lines.replace(b'"tags": {}', tags)})
    with contextlib.suppress(ArchiveError, StoreError):
        target.import_(path)
    target.host.store.ensure_experiment("goes on")


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\5\6" + bytes(18), b"PK\3\4" * 50])
def test_what_is_no_archive_is_refused(target, tmp_path, data):
    (tmp_path / "it.zip").write_bytes(data)
    refused(target, tmp_path / "it.zip", "it.zip cannot be imported: it is (damaged|no archive)")


def test_a_file_that_is_not_there_is_named(target, tmp_path):
    refused(target, tmp_path / "missing.zip", "missing.zip cannot be imported: .*No such file")
    refused(target, tmp_path, "cannot be imported: .*(directory|denied)")


@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_byte_is_found_or_means_nothing(source, archive, tmp_path, seed):
    generator = random.Random(seed)
    whole = archive.read_bytes()
    expected = everything(source)
    taken = 0
    for number in range(40):
        data = bytearray(whole)
        if number % 4 == 0:
            del data[generator.randrange(len(data)) :]
        else:
            for _ in range(generator.choice([1, 1, 5])):
                data[generator.randrange(len(data))] = generator.randrange(256)
        path = tmp_path / "flipped.zip"
        path.write_bytes(data)
        with Workspace(tmp_path / f"target {taken}") as target:
            try:
                target.import_(path)
            except HDWidgetError:
                assert nothing_changed(target)
            else:
                assert everything(target) == expected
                taken += 1


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_a_line_says_only_our_errors_come_out(archive, target, tmp_path, data):
    name = data.draw(st.sampled_from(["runs.jsonl", "series.jsonl", "models.jsonl"]))
    lines = zipfile.ZipFile(archive).read(name).splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    line = json.loads(lines[number])
    column = data.draw(st.sampled_from(sorted(line)))
    lines[number] = json.dumps(line | {column: data.draw(JSON_VALUES)}).encode()
    with contextlib.suppress(HDWidgetError):
        target.import_(forged(archive, tmp_path, {name: b"\n".join(lines)}))
    for experiment in target.experiments.values():
        for run in experiment.get_runs():
            for one in (run, *run.get_children()):
                one.get_details()
                one.get_metrics()
    assert all(model.run_id for model in Model.list(target))


@given(st.text())
def test_a_safe_name_stays_below_its_folder(name):
    if is_safe(name):
        assert os.path.normpath(f"/root/{name}").startswith("/root/")
        assert "\0" not in name
    if is_plain_name(name):
        assert (Path("/root") / name).parent == Path("/root")
