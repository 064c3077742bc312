"""The files of a run, and that no name leads out of its folder."""

import io
import os

import pytest

from hdwidget import artifacts
from hdwidget.errors import ConfigurationError, RunFileNotFoundError


@pytest.fixture
def folder(tmp_path):
    """A run's folder: a script's sources, a lock, logs, outputs and an upload."""
    home = tmp_path / "runs" / "HD_1_0"
    for name in (
        "train.py",
        "driver.lock",
        "logs/stdout.txt",
        "logs/deep/events.txt",
        "outputs/model.pkl",
        "outputs/models/a/weights.bin",
        ".uploads/plots/roc.png",
    ):
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return home


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A working folder beside the run's."""
    place = tmp_path / "elsewhere"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


NAMES = [
    "logs/deep/events.txt",
    "logs/stdout.txt",
    "outputs/model.pkl",
    "outputs/models/a/weights.bin",
    "plots/roc.png",
]


class TestNames:
    def test_a_folder_of_uploads_among_a_scripts_sources_is_no_upload(self, folder):
        (folder / "uploads").mkdir()
        (folder / "uploads" / "form.html").write_text("source")
        assert "form.html" not in artifacts.file_names(folder)

    def test_logs_outputs_and_uploads_are_the_runs_files_sorted(self, folder):
        assert artifacts.file_names(folder) == NAMES
        assert artifacts.file_names(folder, "outputs/") == NAMES[2:4]

    def test_a_run_without_a_folder_has_none(self, tmp_path):
        assert artifacts.file_names(tmp_path / "HD_2") == []

    @pytest.mark.parametrize(
        "name",
        [
            "outputs/model.pkl",
            "/outputs/model.pkl",
            "./outputs//model.pkl",
            "././outputs/./model.pkl",
        ],
    )
    def test_a_leading_slash_and_dot_are_forgiven(self, folder, name):
        assert artifacts.find(folder, name) == folder / "outputs" / "model.pkl"

    @pytest.mark.parametrize(
        "name", ["../HD_1_1/outputs/x", "outputs/../../x", "..", "", "/", "./", "outputs/a\0b"]
    )
    def test_a_name_that_leads_out_is_none(self, folder, name):
        for use in (
            lambda: artifacts.find(folder, name),
            lambda: artifacts.upload_file(folder, name, io.BytesIO(b"")),
            lambda: artifacts.download_file(folder, name),
        ):
            with pytest.raises(
                ConfigurationError, match=r"has a name such as 'outputs/model\.pkl'"
            ):
                use()

    def test_an_unknown_name_names_the_nearest(self, folder):
        with pytest.raises(RunFileNotFoundError, match=r"Did you mean `outputs/model\.pkl`"):
            artifacts.find(folder, "outputs/model.pk")
        with pytest.raises(RunFileNotFoundError, match=r"It has logs/deep/events\.txt, logs"):
            artifacts.find(folder, "zzz")

    def test_the_sources_beside_are_no_files_of_the_run(self, folder):
        with pytest.raises(RunFileNotFoundError, match=r"no file `train\.py`"):
            artifacts.find(folder, "train.py")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no links")
class TestLinks:
    @pytest.fixture
    def secret(self, tmp_path):
        made = tmp_path / "secret"
        made.mkdir()
        (made / "key.txt").write_text("secret")
        return made

    def test_a_link_out_of_the_folder_is_neither_listed_nor_read(self, folder, secret):
        (folder / "outputs" / "key.txt").symlink_to(secret / "key.txt")
        (folder / "outputs" / "all").symlink_to(secret)
        assert artifacts.file_names(folder) == NAMES
        for name in ("outputs/key.txt", "outputs/all/key.txt", "outputs/all"):
            with pytest.raises(ConfigurationError, match="leads out of the run's folder"):
                artifacts.find(folder, name)

    def test_nothing_is_written_through_a_link(self, folder, secret):
        (folder / "outputs" / "all").symlink_to(secret)
        with pytest.raises(ConfigurationError, match="leads out of the run's folder"):
            artifacts.upload_file(folder, "outputs/all/new.txt", io.BytesIO(b""))
        assert [entry.name for entry in secret.iterdir()] == ["key.txt"]

    def test_a_link_to_another_file_of_the_run_is_a_file(self, folder):
        (folder / "outputs" / "best.pkl").symlink_to("model.pkl")
        assert "outputs/best.pkl" in artifacts.file_names(folder)
        assert artifacts.find(folder, "outputs/best.pkl").read_text() == "outputs/model.pkl"


class TestUpload:
    def test_a_file_keeps_the_name_that_it_is_given(self, folder, elsewhere):
        (elsewhere / "a.txt").write_text("a")
        assert artifacts.upload_file(folder, "./texts/b.txt", "a.txt") == "texts/b.txt"
        assert (folder / ".uploads" / "texts" / "b.txt").read_text() == "a"
        assert (
            artifacts.upload_file(folder, "outputs/b.txt", elsewhere / "a.txt") == "outputs/b.txt"
        )
        assert (folder / "outputs" / "b.txt").read_text() == "a"
        assert {"texts/b.txt", "outputs/b.txt"} < set(artifacts.file_names(folder))

    @pytest.mark.parametrize("stream", [io.BytesIO("ä".encode()), io.StringIO("ä")])
    def test_a_stream_is_kept_as_bytes(self, folder, stream):
        artifacts.upload_file(folder, "note.txt", stream)
        assert (folder / ".uploads" / "note.txt").read_bytes() == "ä".encode()

    def test_a_file_of_that_name_is_replaced_and_nothing_else_is_left(self, folder):
        for text in ("first", "second"):
            artifacts.upload_file(folder, "note.txt", io.StringIO(text))
        assert (folder / ".uploads" / "note.txt").read_text() == "second"
        assert [entry.name for entry in folder.iterdir() if entry.name[0] == "."] == [".uploads"]

    def test_a_stream_that_breaks_leaves_what_was_there(self, folder):
        class Broken(io.BytesIO):
            def read(self, size=-1):
                message = "it broke"
                raise OSError(message)

        artifacts.upload_file(folder, "note.txt", io.StringIO("first"))
        with pytest.raises(ConfigurationError, match="cannot be read or written so: it broke"):
            artifacts.upload_file(folder, "note.txt", Broken())
        assert (folder / ".uploads" / "note.txt").read_text() == "first"
        assert [entry.name for entry in folder.iterdir() if entry.name[0] == "."] == [".uploads"]

    def test_a_file_may_be_uploaded_onto_itself(self, folder):
        path = folder / "outputs" / "model.pkl"
        artifacts.upload_file(folder, "outputs/model.pkl", path)
        assert path.read_text() == "outputs/model.pkl"

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("missing.txt", "'missing.txt' does not exist"),
            (".", r"'\.' is a folder: use upload_folder"),
            (b"bytes", "a path or a stream must be given"),
        ],
    )
    def test_what_cannot_be_uploaded(self, folder, elsewhere, source, words):
        with pytest.raises(ConfigurationError, match=words):
            artifacts.upload_file(folder, "a.txt", source)

    def test_a_folder_is_no_name_for_a_file(self, folder):
        with pytest.raises(ConfigurationError, match="`outputs/models` is a folder of the run"):
            artifacts.upload_file(folder, "outputs/models", io.BytesIO(b""))

    def test_a_folder_is_uploaded_with_what_lies_below(self, folder, elsewhere):
        (elsewhere / "data" / "deep").mkdir(parents=True)
        (elsewhere / "data" / "a.txt").write_text("a")
        (elsewhere / "data" / "deep" / "b.txt").write_text("b")
        names = artifacts.upload_folder(folder, "/texts/", "data")
        assert names == ["texts/a.txt", "texts/deep/b.txt"]
        assert set(names) < set(artifacts.file_names(folder))

    def test_a_folder_may_be_uploaded_into_itself(self, folder):
        names = artifacts.upload_folder(folder, "outputs/copy", folder / "outputs")
        assert names == ["outputs/copy/model.pkl", "outputs/copy/models/a/weights.bin"]

    def test_what_is_no_folder_is_refused(self, folder, elsewhere):
        with pytest.raises(
            ConfigurationError, match="a folder to upload must be there, but 'data'"
        ):
            artifacts.upload_folder(folder, "texts", "data")


class TestDownload:
    def test_the_default_is_its_own_name_here(self, folder, elsewhere):
        artifacts.download_file(folder, "outputs/model.pkl")
        assert (elsewhere / "model.pkl").read_text() == "outputs/model.pkl"

    def test_the_folders_of_a_target_are_made(self, folder, elsewhere):
        place = artifacts.download_file(folder, "plots/roc.png", "a/b/c.png")
        assert (elsewhere / place).read_text() == ".uploads/plots/roc.png"

    @pytest.mark.parametrize("target", ["there", "new/"])
    def test_a_target_may_be_a_folder(self, folder, elsewhere, target):
        (elsewhere / "there").mkdir()
        artifacts.download_file(folder, "outputs/model.pkl", target)
        assert (elsewhere / target / "model.pkl").is_file()

    def test_a_folder_is_not_downloaded_as_a_file(self, folder):
        with pytest.raises(ConfigurationError, match=r"is a folder: use download_files\(prefix="):
            artifacts.download_file(folder, "outputs/models")

    def test_onto_itself_it_stays_what_it_is(self, folder, monkeypatch):
        monkeypatch.chdir(folder)
        artifacts.download_file(folder, "outputs/model.pkl", "outputs/model.pkl")
        assert (folder / "outputs" / "model.pkl").read_text() == "outputs/model.pkl"

    @pytest.mark.parametrize(
        ("prefix", "expected"),
        [
            (None, NAMES),
            ("", NAMES),
            ("/", NAMES),
            ("outputs", NAMES[2:4]),
            ("./outputs/", NAMES[2:4]),
            ("plots/r", NAMES[4:]),
        ],
    )
    def test_many_keep_their_names(self, folder, elsewhere, prefix, expected):
        artifacts.download_files(folder, prefix, "all")
        found = sorted(
            path.relative_to(elsewhere / "all").as_posix()
            for path in (elsewhere / "all").rglob("*")
            if path.is_file()
        )
        assert found == expected

    def test_logs_are_read_as_texts_whatever_is_in_them(self, folder):
        (folder / "logs" / "stderr.txt").write_bytes(b"\xff\xfe loss")
        assert artifacts.read_logs(folder) == {
            "logs/deep/events.txt": "logs/deep/events.txt",
            "logs/stderr.txt": "�� loss",
            "logs/stdout.txt": "logs/stdout.txt",
        }
