import os
import stat

import pytest

from hdwidget import ConfigurationError, snapshot
from hdwidget.snapshot import lay_out, take_snapshot


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    write(folder, "train.py", "steps/score.py", "data/small.csv", ".hdwidget/hdwidget.db")
    write(folder, "__pycache__/train.pyc", ".git/HEAD", "outputs/old.pkl", "steps/outputs/kept.txt")
    return folder


def write(folder, *names, text="x"):
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def names(folder):
    return sorted(
        os.path.relpath(f"{root}/{name}", folder)
        for root, _, files in os.walk(folder)
        for name in files
    )


def taken(source, tmp_path, leave_out=None):
    target = tmp_path / "snapshot"
    take_snapshot(source, target, leave_out=leave_out or tmp_path / "workspace")
    return target


def test_it_holds_what_a_script_needs_and_not_what_tools_leave_behind(source, tmp_path):
    found = names(taken(source, tmp_path))
    assert found == ["data/small.csv", "steps/outputs/kept.txt", "steps/score.py", "train.py"]


def test_the_workspace_is_never_copied_into_itself(source, tmp_path):
    write(source, "record/hdwidget.db")
    target = source / "record" / "runs" / "HD_1" / "snapshot"
    take_snapshot(source, target, leave_out=source / "record")
    assert "train.py" in names(target)
    assert not [name for name in names(target) if name.startswith("record")]


def test_the_first_ignore_file_that_is_there_counts(source, tmp_path):
    (source / ".gitignore").write_text("steps/\n")
    (source / ".amlignore").write_text("# data lie elsewhere\n*.csv\n!keep.csv\n")
    write(source, "data/keep.csv")
    found = names(taken(source, tmp_path))
    assert "steps/score.py" in found
    assert "data/keep.csv" in found
    assert "data/small.csv" not in found


def test_gitignore_counts_where_there_is_no_amlignore(source, tmp_path):
    (source / ".gitignore").write_text("/data\n")
    assert "data/small.csv" not in names(taken(source, tmp_path))


def test_what_is_too_large_is_named_and_nothing_is_copied(source, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "LIMIT_BYTES", 1000)
    write(source, "data/images.npz", text="x" * 2000)
    with pytest.raises(ConfigurationError, match=r"largest are data/images\.npz .*\.amlignore"):
        taken(source, tmp_path)
    assert not (tmp_path / "snapshot").exists()


def test_links_to_folders_are_not_followed(source, tmp_path):
    (source / "loop").symlink_to(source)
    assert not [name for name in names(taken(source, tmp_path)) if name.startswith("loop")]


def test_each_run_gets_a_copy_of_its_own_and_empty_folders(source, tmp_path):
    made = taken(source, tmp_path)
    lay_out(made, tmp_path / "run")
    (tmp_path / "run" / "train.py").write_text("changed")
    assert (made / "train.py").read_text() == "x"
    assert list((tmp_path / "run" / "outputs").iterdir()) == []
    assert (tmp_path / "run" / "logs").is_dir()


def test_a_large_file_is_shared_and_cannot_be_changed_by_mistake(source, tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "LARGE_BYTES", 100)
    write(source, "data/images.npz", text="x" * 200)
    made = taken(source, tmp_path)
    lay_out(made, tmp_path / "run")
    shared = tmp_path / "run" / "data" / "images.npz"
    assert shared.resolve() == made / "data" / "images.npz"
    assert not stat.S_IMODE(shared.stat().st_mode) & stat.S_IWUSR


def test_a_workspace_that_is_the_source_itself_is_left_out(source, tmp_path):
    write(source, "hdwidget.db", "hdwidget.db-wal", "runs/RUN_1/train.py", "models/a/1/model.pkl")
    write(source, "snapshots/RUN_1/train.py", "steps/runs/kept.txt")
    target = source / "snapshots" / "RUN_2"
    take_snapshot(source, target, leave_out=source)
    assert names(target) == [
        *("data/small.csv", "steps/outputs/kept.txt", "steps/runs/kept.txt", "steps/score.py"),
        "train.py",
    ]


@pytest.mark.parametrize("way", ["..", "link"])
def test_the_workspace_is_recognized_by_whatever_path(source, tmp_path, way):
    write(source, "record/hdwidget.db")
    (tmp_path / "link").symlink_to(source)
    named = source / "data" / ".." if way == ".." else tmp_path / "link"
    found = names(taken(named, tmp_path, leave_out=source / "record"))
    assert "train.py" in found
    assert "record/hdwidget.db" not in found


def test_files_in_the_place_of_a_runs_own_folders_are_left_out(source, tmp_path):
    write(source, "logs", "steps/logs")
    made = taken(source, tmp_path)
    lay_out(made, tmp_path / "run")
    assert (tmp_path / "run" / "logs").is_dir()
    assert (tmp_path / "run" / "steps" / "logs").is_file()


def test_a_file_that_vanishes_meanwhile_is_left_out(source, tmp_path, monkeypatch):
    copy2 = snapshot.shutil.copy2

    def copies_late(file, copy):
        (source / "train.py").unlink(missing_ok=True)
        copy2(file, copy)

    monkeypatch.setattr(snapshot.shutil, "copy2", copies_late)
    assert names(taken(source, tmp_path)) == [
        *("data/small.csv", "steps/outputs/kept.txt", "steps/score.py"),
    ]


def test_a_file_that_cannot_be_read_is_named_and_nothing_is_left(source, tmp_path, monkeypatch):
    def refuses(file, copy):
        copy.touch()
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(snapshot.shutil, "copy2", refuses)
    with pytest.raises(ConfigurationError, match=r"Permission denied: .*small\.csv'.*\.amlignore"):
        taken(source, tmp_path)
    assert not (tmp_path / "snapshot").exists()


@pytest.mark.parametrize("script", ["train.py", "outputs/score.py"])
def test_a_script_that_would_be_left_out_is_an_error(source, tmp_path, script):
    write(source, "outputs/score.py")
    (source / ".gitignore").write_text("train*\n")
    with pytest.raises(ConfigurationError, match=rf"{script} is left out of .*\.gitignore"):
        take_snapshot(source, tmp_path / "snapshot", leave_out=tmp_path, script=script)
    assert not (tmp_path / "snapshot").exists()
