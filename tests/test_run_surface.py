"""What handles on runs and trials offer alike: values, tables, files, notes, an end."""

import asyncio
import io
import math
import threading
from pathlib import Path

import numpy as np
import pytest
from support.configs import config
from support.gate import Gate
from support.record import Child, recorded

from hdwidget import Run
from hdwidget.engine.events import MetricLogged
from hdwidget.errors import (
    ConfigurationError,
    EngineError,
    MetricError,
    RunFileNotFoundError,
)
from hdwidget.store import RunRecord
from hdwidget.widget.reading import read_board

CURVE = {"x": [1, 2], "y": [math.inf, 0.5]}


@pytest.fixture
def run(experiment):
    """The handle on a trial's run that has ended."""
    made = recorded(experiment, Child({"accuracy": [0.5]})).get_children()[0]
    (made.output_dir / "net").mkdir(parents=True)
    (made.output_dir / "net" / "layer.bin").write_text("layer")
    return made


class Figure:
    """What `log_image` needs to know of a figure."""

    def savefig(self, target, format):  # noqa: A002  # matplotlib's
        target.write(f"a picture as {format}".encode())


class TestValues:
    def test_they_may_be_added_when_the_code_has_ended(self, run):
        run.log("accuracy", np.float32(0.75), step=3)
        run.log("file", Path("a") / "b.pkl")
        run.log_list("names", ["x", True, 2])
        assert run.get_metrics() == {
            "accuracy": [0.5, 0.75],
            "file": str(Path("a/b.pkl")),
            "names": ["x", True, 2],
        }
        assert run.get_metrics("file", recursive=True) == {"file": str(Path("a/b.pkl"))}

    def test_rows_and_tables_are_columns(self, run):
        run.log_row("curve", x=1, y=math.inf)
        run.log_row("curve", x=2, y=0.5)
        run.log_table("table", {"x": np.arange(2), "y": ["a", None]})
        assert run.get_metrics("curve") == {"curve": CURVE}
        assert run.get_metrics("table") == {"table": {"x": [0, 1], "y": ["a", None]}}

    def test_nan_stays_what_it_is(self, run):
        run.log_row("curve", x=math.nan)
        assert math.isnan(run.get_metrics("curve")["curve"]["x"][0])

    @pytest.mark.parametrize(
        "kind", ["confusion_matrix", "residuals", "predictions", "accuracy_table"]
    )
    def test_artifacts_are_azures_dicts(self, run, kind):
        value = {"schema_type": kind, "schema_version": "v1", "data": {"matrix": [[1, 2], [3, 4]]}}
        getattr(run, f"log_{kind}")("chart", value)
        assert run.get_metrics("chart") == {"chart": value}

    def test_a_parent_keeps_its_own_values_apart(self, experiment):
        parent = recorded(experiment, Child({"accuracy": [0.5]}), Child())
        parent.log("accuracy", 0.9)
        parent.log_row("curve", x=1)
        children = {f"{parent.id}_0": {"accuracy": 0.5}, f"{parent.id}_1": {}}
        assert parent.get_metrics() == parent.get_metrics(recursive=True) == children
        own = Run(experiment, parent.id).get_metrics()
        assert own == {"accuracy": 0.9, "curve": {"x": [1]}}

    def test_rankings_take_only_numbers(self, experiment):
        parent = recorded(
            experiment,
            Child({"accuracy": [0.5, {"x": [1]}, "text", True]}),
            Child({"accuracy": [0.4]}),
        )
        assert parent.get_best_run_by_primary_metric().number == 0
        assert parent.get_details()["properties"]["score"] == "0.5"

    def test_a_page_shows_no_curve_for_rows_live_or_from_the_record(self, experiment):
        async def train(run, x):
            run.log_row("curve", x=1)
            run.log_table("table", {"x": [1, 2]})
            run.log_confusion_matrix("matrix", {"matrix": [[1]]})
            run.log("loss", x)
            run.log("accuracy", x)

        parent = experiment.submit(config(train, max_total_runs=1))
        parent.wait_for_completion()
        board = read_board(experiment.host.store, parent.id)
        assert board.metrics == ["accuracy", "loss"]
        child = f"{parent.id}_0"
        board.apply(MetricLogged(child, "curve", 1, None, 2e9, {"x": 2}))
        board.apply(MetricLogged(child, "loss", 1, None, 2e9, {"x": 2}))
        assert board.metrics == ["accuracy", "loss"]
        (point,) = board.take_changes().points  # a gap of the loss's curve
        assert math.isnan(point[-1])


class TestPictures:
    def test_a_plot_is_saved_among_the_files_and_its_name_is_the_value(self, run, tmp_path):
        run.log_image("plots/roc: all", plot=Figure())
        run.log_image("plots/roc: all", plot=Figure())
        names = ["plots/roc_ all.png", "plots/roc_ all_1.png"]
        assert run.get_metrics("plots/roc: all") == {"plots/roc: all": names}
        assert set(names) < set(run.get_file_names())
        place = run.download_file(names[1], tmp_path / "p.png")
        assert place.read_text() == "a picture as png"

    def test_a_file_keeps_its_ending(self, run, tmp_path):
        (tmp_path / "a.jpg").write_text("jpeg")
        run.log_image("photo", tmp_path / "a.jpg")
        assert run.get_metrics("photo") == {"photo": "photo.jpg"}
        assert "photo.jpg" in run.get_file_names()

    @pytest.mark.parametrize(
        ("given", "error", "words"),
        [
            ({}, MetricError, "takes a path or a plot, one of them"),
            ({"path": "a.png", "plot": Figure()}, MetricError, "takes a path or a plot"),
            ({"plot": [1, 2]}, MetricError, "must be a matplotlib figure"),
            ({"path": "missing.png"}, ConfigurationError, r"'missing\.png' does not exist"),
        ],
    )
    def test_what_is_no_picture(self, run, given, error, words):
        with pytest.raises(error, match=words):
            run.log_image("photo", **given)
        assert run.get_metrics("photo") == {}


class TestFiles:
    def test_they_are_listed_and_downloaded(self, run, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert run.upload_file("notes/a.txt", io.StringIO("a")) == "notes/a.txt"
        assert run.upload_folder("copy", run.output_dir) == ["copy/net/layer.bin"]
        names = ["copy/net/layer.bin", "notes/a.txt", "outputs/net/layer.bin"]
        assert run.get_file_names() == names
        run.download_file("/outputs/net/layer.bin", _validate_checksum=True)
        assert (tmp_path / "layer.bin").read_text() == "layer"
        run.download_files(prefix="outputs", output_directory="all")
        assert (tmp_path / "all" / "outputs" / "net" / "layer.bin").is_file()
        assert not (tmp_path / "all" / "notes").exists()
        with pytest.raises(RunFileNotFoundError, match=r"Did you mean `notes/a\.txt`"):
            run.download_file("notes/b.txt")

    def test_logs_come_as_texts_or_as_files(self, run, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        logs = run.output_dir.parent / "logs"
        logs.mkdir()
        (logs / "stdout.txt").write_text("epoch 1\n")
        assert run.get_details()["logFiles"] == {"logs/stdout.txt": str(logs / "stdout.txt")}
        told = run.get_details_with_logs()
        assert told["logFiles"] == {"logs/stdout.txt": "epoch 1\n"}
        assert told["runId"] == run.id
        (path,) = run.get_all_logs()
        assert path == str(Path(run.id) / "logs" / "stdout.txt")
        assert (tmp_path / path).read_text() == "epoch 1\n"
        assert run.get_all_logs("there") == [str(Path("there/logs/stdout.txt"))]


class TestNotes:
    def test_tags_are_added_changed_and_removed(self, experiment, run):
        run.tag("kind", "svm")
        run.tag("seen")
        run.set_tags({"kind": "net", "score": 0.5})
        assert run.get_tags() == run.tags == {"kind": "net", "seen": None, "score": "0.5"}
        run.remove_tags(["seen", "nothing"])
        run.remove_tags("score")
        assert Run(experiment, run.id).get_tags() == {"kind": "net"}

    def test_properties_are_added(self, run):
        run.add_properties({"origin": "lab", "n": 3})
        assert run.get_properties() == run.properties == {"origin": "lab", "n": "3"}

    def test_they_hold_for_a_parent_that_runs_and_to_its_end(self, experiment):
        gate = Gate()
        parent = experiment.submit(config(gate.waits, max_total_runs=1), tags={"who": "me"})
        gate.reached()
        (child,) = parent.get_children()
        parent.tag("a", "b")
        parent.log("note", 1)
        child.add_properties({"seen": "live"})
        gate.open()
        parent.wait_for_completion()
        assert parent.get_tags() == {"who": "me", "a": "b"}
        assert child.get_properties()["seen"] == "live"

    def test_threads_that_tag_at_once_lose_nothing(self, run):
        threads = [
            threading.Thread(target=run.tag, args=(f"tag {number}", "x")) for number in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(run.get_tags()) == 20


class TestEnds:
    def test_a_run_that_has_ended_stays_what_it_is(self, run):
        run.fail("too late")
        run.complete()
        run.flush()
        assert run.get_status() == "Completed"

    @pytest.mark.parametrize("of", ["parent", "child"])
    def test_a_run_that_is_being_evaluated_is_ended_by_its_code_alone(self, experiment, of):
        gate = Gate()

        async def waits(run, x):
            await gate.passed()

        parent = experiment.submit(config(waits, max_total_runs=1))
        gate.reached()
        run = parent if of == "parent" else parent.get_children()[0]
        for use in (run.complete, run.fail, lambda: parent.get_children()[0].log("accuracy", 1)):
            with pytest.raises(EngineError, match=r"only its own code can .* write cancel\(\)"):
                use()
        parent.cancel()
        gate.open()
        parent.wait_for_completion(raise_on_error=False)

    def test_a_run_without_code_ends_by_its_handle(self, experiment):
        store = experiment.host.store
        store.ensure_experiment("digits")
        leases = []
        for name in ("HD_a", "HD_b"):
            leases.append(store.acquire(name))
            record = RunRecord(
                id=name, experiment="digits", type="interactive", status="Running", created=1.0
            )
            store.insert_run(record, lease=leases[-1]).wait()
        done, failed = Run(experiment, "HD_a"), Run(experiment, "HD_b")
        done.log("loss", 0.5)
        done.complete()
        failed.fail(ValueError("no data"), error_code="Data")
        assert (done.status, done.get_metrics()) == ("Completed", {"loss": 0.5})
        assert failed.status == "Failed"
        assert failed.get_details()["endTimeUtc"] is not None
        error = failed.get_details()["error"]
        assert (error["type"], error["message"]) == ("Data", "no data")
        for lease in leases:
            lease.release()


# --- from inside a trial, in every isolation


def uses_all_of_it(run, x):
    """Do what a thorough script does; sync and async alike."""
    import io

    run.tag("kind", "svm")
    run.set_tags({"fold": 3, "dropped": "x"})
    run.remove_tags("dropped")
    run.add_properties({"origin": "lab"})
    run.log("accuracy", x)
    run.log_row("curve", x=1, y=float("inf"))
    run.log_row("curve", x=2, y=0.5)
    (run.output_dir / "model.pkl").write_text("weights")
    run.upload_file("note.txt", io.StringIO("note"))
    model = run.register_model("digits", "outputs/model.pkl", tags={"x": x})
    run.log("seen", f"{model.id} {run.get_status()} {sorted(run.get_tags())}")
    details = run.get_details_with_logs()
    run.log("details", f"{details['status']} {details['runDefinition']['arguments'][0]}")
    run.log("so far", str(run.get_metrics("curve")))
    run.complete()


async def uses_all_of_it_on_the_loop(run, x):
    uses_all_of_it(run, x)


ISOLATIONS = [
    pytest.param(uses_all_of_it_on_the_loop, "coroutine", id="coroutine"),
    pytest.param(uses_all_of_it, "thread", id="thread"),
    pytest.param(uses_all_of_it, "process", id="process"),
]


@pytest.mark.parametrize(("function", "isolation"), ISOLATIONS)
def test_a_trial_uses_all_of_it(experiment, function, isolation):
    parent = experiment.submit(config(function, isolation, max_total_runs=2))
    parent.wait_for_completion()
    for child in parent.get_children():
        assert child.get_tags() == {"kind": "svm", "fold": "3"}
        assert child.get_properties()["origin"] == "lab"
        metrics = child.get_metrics()
        assert metrics["curve"] == CURVE
        assert metrics["so far"] == str({"curve": CURVE})
        assert metrics["seen"].endswith(" Running ['fold', 'kind']")
        assert metrics["details"] == "Running --x"
        assert {"note.txt", "outputs/model.pkl"} <= set(child.get_file_names())
    models = experiment.workspace.models
    assert models["digits"].version == 2
    assert {model.run_id for model in type(models["digits"]).list(experiment.workspace)} == {
        child.id for child in parent.get_children()
    }


def fails_by_word(run, x):
    run.log("accuracy", x)
    if run.number == 0:
        run.fail("no convergence", error_code="Diverged")
    elif run.number == 1:
        run.cancel()
        run.log("accuracy", x)


async def fails_by_word_on_the_loop(run, x):
    fails_by_word(run, x)
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("function", "isolation"),
    [
        pytest.param(fails_by_word_on_the_loop, "coroutine", id="coroutine"),
        pytest.param(fails_by_word, "thread", id="thread"),
        pytest.param(fails_by_word, "process", id="process"),
    ],
)
def test_a_trial_that_calls_fail_or_cancel_ends_so(experiment, function, isolation):
    parent = experiment.submit(config(function, isolation, max_total_runs=3))
    parent.wait_for_completion()
    third, second, first = parent.get_children()
    assert [first.status, second.status, third.status] == ["Failed", "Canceled", "Completed"]
    error = first.get_details()["error"]
    assert (error["type"], error["message"]) == ("Diverged", "no convergence")
    assert second.reason == "the trial itself"


# --- runs under runs


def begins_folds(run, x):
    for fold in range(2):
        with run.child_run(f"fold {fold}") as child:
            child.log("accuracy", x + fold)
            child.log_row("curve", x=fold)
            child.tag("fold", fold)
            (child.output_dir / "fold.txt").write_text(str(fold))
    failed = run.child_run()
    failed.fail("no data")
    open_ = run.child_run()
    open_.log("seen", str(open_.get_metrics()))
    run.log("accuracy", x)


async def begins_folds_on_the_loop(run, x):
    begins_folds(run, x)


@pytest.mark.parametrize(
    ("function", "isolation"),
    [
        pytest.param(begins_folds_on_the_loop, "coroutine", id="coroutine"),
        pytest.param(begins_folds, "thread", id="thread"),
        pytest.param(begins_folds, "process", id="process"),
    ],
)
def test_a_trial_begins_runs_under_its_own(experiment, function, isolation):
    parent = experiment.submit(config(function, isolation, max_total_runs=2))
    parent.wait_for_completion()
    assert len(parent.get_children()) == 2
    assert len(read_board(experiment.host.store, parent.id)) == 2
    for trial in parent.get_children():
        x = trial.hyperparameters["x"]
        assert trial.get_metrics() == {"accuracy": x}
        open_, failed, second, first = trial.get_children()
        assert [each.number for each in (first, second, failed, open_)] == [0, 1, 2, 3]
        assert (first.type, first.parent, first.status) == ("child", trial, "Completed")
        assert first.get_metrics() == {"accuracy": x, "curve": {"x": [0]}}
        assert (second.get_tags(), second.properties["name"]) == ({"fold": "1"}, "fold 1")
        assert second.get_file_names() == ["outputs/fold.txt"]
        assert (failed.status, failed.get_details()["error"]["message"]) == ("Failed", "no data")
        assert (open_.status, open_.get_metrics()) == ("Completed", {"seen": "{}"})


class TestChildRuns:
    def test_a_handle_begins_one_and_ends_it(self, experiment, run):
        with run.child_run("check") as child:
            child.log("accuracy", 0.25)
            assert child.status == "Running"
            assert Run(experiment, child.id).status == "Running"
        assert (child.status, child.parent) == ("Completed", run)
        assert child.get_metrics() == {"accuracy": 0.25}
        assert run.get_metrics() == {"accuracy": 0.5}
        assert run.get_children() == [child]
        canceled = run.child_run()
        canceled.cancel()
        assert (canceled.status, canceled.reason) == ("Canceled", "user")

    def test_one_that_nobody_ends_is_interrupted_with_its_workspace(self, experiment, run):
        child = run.child_run()
        experiment.workspace.close()
        assert Run(experiment, child.id).reason == "interrupted"

    def test_a_hyperdrive_run_has_trials(self, experiment):
        parent = recorded(experiment, Child())
        with pytest.raises(ConfigurationError, match="are its trials: begin a run under one"):
            parent.child_run()
