"""Exported files with anything in a place of them: they are refused, or all of it can be read."""

import contextlib
import hashlib
import json
import shutil
import zipfile

import pytest
from fuzz.looks import look_at_everything
from fuzz.test_foreign_records import JSON, planted
from hypothesis import strategies as st
from support.configs import config
from support.fuzzing import at_two_lengths, each_of
from support.odd_values import TEXTS

from hdwidget import Experiment, Workspace
from hdwidget.errors import HDWidgetError


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    """Return what is in an exported experiment, by name."""
    folder = tmp_path_factory.mktemp("sound")
    with Workspace(folder / "workspace") as workspace:
        experiment = Experiment(workspace, "digits")

        async def train(run, x):
            run.log("accuracy", x, step=3)
            run.log("note", "a text")
            (run.output_dir / "model.txt").write_text("weights")
            if run.number == 0:
                run.register_model("digits", "outputs/model.txt")

        experiment.submit(config(train)).wait_for_completion()
        with zipfile.ZipFile(experiment.export(folder / "it.zip")) as file:
            return {name: file.read(name) for name in file.namelist()}


def packed(path, contents):
    """Write an archive whose manifest agrees with what it holds, if it is one."""
    with contextlib.suppress(ValueError, TypeError):
        manifest = json.loads(contents["manifest.json"])
        manifest["files"] = {
            name: [len(data), hashlib.sha256(data).hexdigest()]
            for name, data in contents.items()
            if name != "manifest.json"
        }
        contents = {**contents, "manifest.json": json.dumps(manifest).encode()}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in contents.items():
            file.writestr(name, data)


def files(folder):
    return sorted(path for path in folder.rglob("*") if "workspace" not in path.parts)


@at_two_lengths(12, 2000)
def test_anything_in_a_place_of_an_archive(contents, tmp_path, examples, seed):
    archive = tmp_path / "it.zip"

    def each(name, line, path, other, renamed, cut):
        changed = dict(contents)
        if name.endswith((".jsonl", ".json")):
            lines = [changed[name]] if name.endswith(".json") else changed[name].splitlines()
            line %= len(lines)
            lines[line] = json.dumps(planted(json.loads(lines[line]), path, other)).encode()
            changed[name] = b"\n".join(lines)
        else:
            changed[name] = changed[name][: cut % (len(changed[name]) + 1)]
        if renamed is not None and name != "manifest.json":
            changed[renamed] = changed.pop(name)
        try:
            packed(archive, changed)
        except (ValueError, IndexError, OSError):
            return  # no zip file can hold it
        outside = files(tmp_path)
        shutil.rmtree(tmp_path / "workspace", ignore_errors=True)
        with contextlib.suppress(HDWidgetError), Workspace(tmp_path / "workspace") as workspace:
            try:
                workspace.import_(archive)
            except HDWidgetError:
                assert not list(workspace.path.glob(".import-*"))
            look_at_everything(workspace)
        assert files(tmp_path) == outside

    each_of(
        each,
        examples,
        seed,
        name=st.sampled_from(sorted(contents)) | st.just("runs.jsonl"),
        line=st.integers(0, 20),
        path=st.lists(st.integers(0, 30), min_size=1, max_size=4),
        other=JSON | st.just("gone"),
        renamed=st.none() | st.none() | TEXTS | st.just("../evil") | st.just("/tmp/evil"),
        cut=st.integers(0, 500),
    )
