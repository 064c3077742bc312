"""Whatever comes in as a path, an id or a name: only our documented errors come out."""

import contextlib
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hdwidget import Experiment, HyperDriveRun, Run, Workspace
from hdwidget.errors import ConfigurationError, HDWidgetError, RunNotFoundError, StoreError
from hdwidget.store import RunRecord

ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=20)
    | st.lists(st.integers(), max_size=2)
    | st.builds(object)
)
LETTERS = st.characters(codec=None)  # halves of surrogate pairs, too
TEXTS = st.text(LETTERS, max_size=300) | st.sampled_from(
    [
        "",
        " ",
        ".",
        "\0",
        "a\0b",
        "\ud800",
        "~nobody-of-this-name",
        "x" * 5000,
        "file:x?mode=ro",
        "#?%00",
    ]
)


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    with Workspace(tmp_path_factory.mktemp("workspace")) as workspace:
        store = workspace.host.store
        store.ensure_experiment("digits")
        store.insert_run(
            RunRecord(
                id="HD_1", experiment="digits", type="script", status="Completed", created=1.0
            )
        ).wait()
        yield Experiment(workspace, "digits")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=TEXTS)
def test_any_text_as_the_path_of_a_workspace(name):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.normpath(f"{folder}/{name}")
        if name.startswith("~") or "\0" in name or not name:
            path = name
        elif not path.startswith(f"{folder}/"):
            return  # somebody else's folder
        with contextlib.suppress(HDWidgetError), Workspace(path) as workspace:
            assert workspace.experiments == {}
            with Experiment(workspace, "digits").start_logging() as run:
                run.log("loss", 0.5)
            assert list(workspace.experiments) == ["digits"]


@given(path=ANYTHING)
def test_anything_as_the_path_of_a_workspace(path):
    if path is not None:
        with pytest.raises(ConfigurationError, match="`path` must be a path, as a text or a Path"):
            Workspace(path)


@pytest.mark.parametrize("kind", ["a file", "below a file", "a loop of links", "a long name"])
def test_a_path_that_can_be_no_folder(tmp_path, kind):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    path = {
        "a file": tmp_path / "file",
        "below a file": tmp_path / "file" / "inside",
        "a loop of links": tmp_path / "loop",
        "a long name": tmp_path / ("x" * 300),
    }[kind]
    workspace = Workspace(path)
    assert workspace.experiments == {}
    with pytest.raises(StoreError, match="A workspace must be a folder that can be written"):
        Experiment(workspace, "digits").get_runs()
    with pytest.raises(StoreError, match="A workspace must be a folder that can be written"):
        Experiment(workspace, "digits").start_logging()
    with pytest.raises(StoreError, match="nothing to salvage"):
        workspace.salvage()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(run_id=ANYTHING | TEXTS)
def test_anything_as_the_id_of_a_run(experiment, run_id):
    for find in (
        experiment.get_run,
        lambda run_id: Run(experiment, run_id),
        lambda run_id: HyperDriveRun(experiment, run_id),
    ):
        with pytest.raises(RunNotFoundError):
            find(run_id)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=ANYTHING | TEXTS)
def test_anything_as_the_name_of_an_experiment(experiment, name):
    try:
        made = Experiment(experiment.workspace, name)
    except ConfigurationError:
        return
    assert made.get_runs() == []
    with pytest.raises(HDWidgetError):
        made.get_run("HD_1")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(path=ANYTHING | TEXTS)
def test_anything_as_the_path_of_an_archive(experiment, path):
    with pytest.raises(HDWidgetError):
        experiment.workspace.import_(path)
    with pytest.raises(HDWidgetError):
        experiment.export(f"/no/such/folder/{path}" if isinstance(path, str) else path)


@given(limit=ANYTHING)
def test_anything_as_the_most_bytes(experiment, limit):
    with pytest.raises(HDWidgetError):
        experiment.workspace.import_(Path("missing.zip"), max_bytes=limit)


NESTED = st.recursive(
    ANYTHING | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=NESTED, name=TEXTS, step=st.none() | ANYTHING | st.integers())
def test_anything_that_the_store_is_asked_to_keep(experiment, value, name, step):
    store = experiment.workspace.host.store
    with contextlib.suppress(HDWidgetError):
        store.append_next("HD_1", name, step, 0.0, value).wait()
    with contextlib.suppress(HDWidgetError):
        store.update_run("HD_1", tags={"x": value}, error={"message": name}).wait()
    with contextlib.suppress(HDWidgetError):
        store.annotate("HD_1", properties={name: value}, drop=[name]).wait()
    with contextlib.suppress(HDWidgetError):
        store.add_request(name, name, value).wait()
    store.series("HD_1")
    store.run("HD_1")
    assert store.usable


def test_lists_in_lists_without_end(experiment):
    store = experiment.workspace.host.store
    endless = []
    for _ in range(100_000):
        endless = [endless]
    with pytest.raises(HDWidgetError, match="must be a number, a bool, a text, or lists and dicts"):
        store.append_next("HD_1", "loss", None, 0.0, endless)
    store.update_run("HD_1", tags={"x": endless, "y": 10**5000}).wait()
    assert store.run("HD_1").tags["y"].startswith("0x")
    assert store.usable
