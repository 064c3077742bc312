"""The registry of models in the record, from one process and from several."""

import subprocess
import sys
import textwrap

import pytest

from hdwidget.errors import ModelNotFoundError, StoreError
from hdwidget.model_record import ModelRecord, staged
from hdwidget.store import Store
from hdwidget.store.connection import connect_writer
from hdwidget.store.migrations import MIGRATIONS


def model(name="digits", **fields):
    defaults = {
        "version": 0,
        "file": "model.pkl",
        "tags": {"kind": "svm"},
        "properties": {},
        "description": "ä",
        "run": None,
        "created": 5.0,
    }
    return ModelRecord(name=name, **{**defaults, **fields})


@pytest.fixture
def register(store, tmp_path):
    """Return what lays a model's file ready and registers it."""
    source = tmp_path / "model.pkl"

    def register(record, text="weights"):
        source.write_text(text)
        with staged(source, tmp_path) as ready:
            return store.register_model(record, ready)

    return register


def test_versions_count_up_by_name(store, register):
    versions = [(name, register(model(name)).version) for name in ("a", "b", "a", "a", "b")]
    assert versions == [("a", 1), ("b", 1), ("a", 2), ("a", 3), ("b", 2)]
    assert [each.id for each in store.models()] == ["b:2", "a:3", "a:2", "b:1", "a:1"]
    assert [each.id for each in store.models("a")] == ["a:3", "a:2", "a:1"]


def test_a_model_comes_back_as_it_was_registered(store, register, tmp_path):
    record = model(properties={"score": float("inf")}, run="HD_1_0")
    made = register(record)
    assert made == record._replace(version=1) == store.model("digits") == store.model("digits", 1)
    assert made.place(tmp_path) == tmp_path / "models" / "digits" / "1" / "model.pkl"
    assert made.place(tmp_path).read_text() == "weights"
    assert [entry.name for entry in (tmp_path / "models").iterdir()] == ["digits"]


def test_a_version_that_is_deleted_is_not_given_again(store, register, tmp_path):
    for _ in range(2):
        register(model())
    store.delete_model("digits", 2)
    assert [each.version for each in store.models()] == [1]
    assert not (tmp_path / "models" / "digits" / "2").exists()
    assert register(model()).version == 3
    with pytest.raises(ModelNotFoundError, match=r"has no version 2\. It has 3, 1\."):
        store.delete_model("digits", 2)


def test_an_unknown_model_names_the_nearest(store, register):
    with pytest.raises(ModelNotFoundError, match=r"No model `digit` is in the workspace\.$"):
        store.model("digit")
    register(model())
    with pytest.raises(ModelNotFoundError, match="Did you mean `digits`"):
        store.model("digit")
    with pytest.raises(ModelNotFoundError, match=r"`digits` has no version 7\. It has 1\."):
        store.model("digits", 7)


def test_what_a_registration_left_that_was_never_committed_is_replaced(store, register, tmp_path):
    leftover = tmp_path / "models" / "digits" / "1"
    leftover.mkdir(parents=True)
    (leftover / "half.bin").touch()
    made = register(model())
    assert made.version == 1
    assert [entry.name for entry in leftover.iterdir()] == ["model.pkl"]


def test_without_files_nothing_is_registered_and_the_record_goes_on(store, register):
    with pytest.raises(StoreError, match="The files of model `digits` cannot be put into"):
        store.register_model(model(), ".nothing")
    assert store.models() == []
    assert register(model()).version == 1


def test_a_staged_folder_cannot_lie_elsewhere(store, register, tmp_path):
    (tmp_path / "precious").mkdir()
    with pytest.raises(StoreError, match="cannot be put into"):
        store.register_model(model(), "../precious")
    assert (tmp_path / "precious").is_dir()


def test_two_processes_never_get_one_version(tmp_path):
    script = """
        import pathlib, sys
        from hdwidget.model_record import ModelRecord, staged
        from hdwidget.store import Store
        folder = pathlib.Path(sys.argv[1])
        store = Store(folder)
        source = folder / f"{sys.argv[2]}.txt"
        source.write_text(sys.argv[2])
        sys.stdin.readline()
        for _ in range(25):
            with staged(source, folder) as ready:
                made = store.register_model(
                    ModelRecord("digits", 0, source.name, {}, {}, "", None, 0.0), ready)
            print(made.version)
        store.close()
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script), str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    given = {
        name: [int(line) for line in process.communicate()[0].split()]
        for name, process in zip("ab", processes, strict=True)
    }
    assert sorted(given["a"] + given["b"]) == list(range(1, 51))
    store = Store(tmp_path)
    assert len(store.models()) == 50
    for name, versions in given.items():
        for version in versions:
            assert store.model("digits", version).place(tmp_path).read_text() == name
    store.close()


def test_a_record_from_before_models_is_brought_up_to_them(tmp_path):
    connection = connect_writer(tmp_path / "hdwidget.db", "process", migrations=MIGRATIONS[:1])
    connection.execute("INSERT INTO experiments (name, created) VALUES ('digits', 1.0)")
    connection.close()
    store = Store(tmp_path)
    assert store.models() == []
    assert [each.name for each in store.experiments()] == ["digits"]
    store.close()


def test_files_that_were_not_registered_are_not_left(tmp_path):
    (tmp_path / "model.pkl").touch()
    with staged(tmp_path / "model.pkl", tmp_path) as ready:
        assert (tmp_path / "models" / ready / "model.pkl").is_file()
    with pytest.raises(FileNotFoundError), staged(tmp_path / "missing.pkl", tmp_path):
        pass
    assert list((tmp_path / "models").iterdir()) == []
