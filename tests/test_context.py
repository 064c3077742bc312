"""What a trial sees of its run."""

import contextvars
import functools
import io
import subprocess
import sys

import pytest

from hdwidget import context
from hdwidget.context import DURABLE, TrialRun, current_run, trial
from hdwidget.errors import MetricError, RunCanceled


class Transport:
    """Keeps what is logged; raises `RunCanceled` from the value numbered `stop_at` on."""

    def __init__(self, stop_at=None):
        self.values = []
        self.asked = []
        self._stop_at = stop_at

    def request(self, kind, **fields):
        self.asked.append((kind, fields))
        return {"status": "Running", "tags": {"a": "b"}, "properties": {}, "metrics": {"loss": 1}}

    def log(self, name, value, step):
        self.values.append((name, value, step))
        if len(self.values) == self._stop_at:
            raise RunCanceled
        return DURABLE


def make_run(folder=None, **options):
    return TrialRun(
        run_id="HD_1_0",
        number=0,
        experiment="digits",
        hyperparameters={"rate": 0.1},
        folder=folder,
        transport=Transport(**options),
    )


# --- the run


def test_a_run_is_who_it_is():
    run = make_run()
    assert (run.id, run.name, run.number, run.experiment) == ("HD_1_0", "HD_1_0", 0, "digits")
    assert run.hyperparameters == {"rate": 0.1}
    assert repr(run) == "<run HD_1_0 of digits>"


def test_values_are_handed_over_plain():
    run = make_run()
    assert run.log("loss", 2, step=3.0) is DURABLE
    run.log("loss", 0.5, "how far off we are", 4)
    assert run._transport.values == [("loss", 2, 3), ("loss", 0.5, 4)]


@pytest.mark.parametrize(
    ("name", "value", "step"), [("", 1, None), ("loss", None, None), ("loss", 1, 0.5)]
)
def test_what_cannot_be_logged_is_refused_before_it_is_handed_over(name, value, step):
    run = make_run()
    with pytest.raises(MetricError):
        run.log(name, value, step=step)
    assert run._transport.values == []


def test_a_list_is_logged_value_by_value():
    run = make_run()
    run.log_list("loss", iter([1, 0.5]), description="for Azure's sake")
    assert run._transport.values == [("loss", 1, None), ("loss", 0.5, None)]


def test_a_list_ends_where_the_trial_is_to_stop():
    run = make_run(stop_at=2)
    with pytest.raises(RunCanceled):
        run.log_list("loss", [1, 2, 3])
    assert len(run._transport.values) == 2


def test_what_stands_in_the_record_is_asked_for():
    run = make_run()
    assert (run.status, run.tags, run.properties) == ("Running", {"a": "b"}, {})
    assert run.get_metrics("loss", recursive=True) == {"loss": 1}
    assert run._transport.asked == [("describe", {})] * 3 + [("metrics", {"name": "loss"})]


def test_details_are_azures(tmp_path):
    run = make_run(tmp_path)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "stdout.txt").write_text("epoch 1")
    details = run.get_details_with_logs()
    assert details["runDefinition"]["arguments"] == ["--rate", "0.1"]
    assert details["logFiles"] == {"logs/stdout.txt": "epoch 1"}
    assert (details["runId"], details["status"], details["error"]) == ("HD_1_0", "Running", None)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((), ("RunFailed", "the run was failed by its own code", "")),
        (("too hot", "Heat"), ("Heat", "too hot", "")),
        ((ValueError("no data"),), ("ValueError", "no data", "ValueError: no data\n")),
    ],
)
def test_a_failure_is_told_in_words(given, told):
    run = make_run()
    run.fail(*given)
    assert run._transport.asked == [
        ("fail", dict(zip(("type", "message", "traceback"), told, strict=True)))
    ]


def test_a_model_is_laid_ready_before_the_engine_is_asked(tmp_path):
    run = make_run(tmp_path / "runs" / "HD_1_0")
    found = []

    def request(kind, *, staged, **fields):
        found.append((tmp_path / "models" / staged / "model.pkl").read_text())
        return {**fields, "version": 1, "run": "HD_1_0", "created": 5.0}

    run._transport.request = request
    (run.output_dir / "model.pkl").write_text("weights")
    model = run.register_model("digits", "outputs/model.pkl", tags={"fold": 3})
    assert (model.id, model.tags, model.run) == ("digits:1", {"fold": "3"}, "HD_1_0")
    assert found == ["weights"]


def test_the_folder_for_outputs_is_made_when_it_is_asked_for(tmp_path):
    run = make_run(tmp_path / "HD_1_0")
    assert not (tmp_path / "HD_1_0").exists()
    assert run.output_dir == tmp_path / "HD_1_0" / "outputs"
    assert run.output_dir.is_dir()


def test_durable_can_be_awaited_wherever_there_is_a_loop():
    import asyncio

    async def train():
        await DURABLE

    asyncio.run(train())


# --- finding it


def test_code_inside_a_trial_finds_its_run():
    run = make_run()
    assert trial(run).run(current_run) is run


def test_two_trials_do_not_see_each_other():
    first, second = make_run(), make_run()
    outer, inner = trial(first), trial(second)
    assert outer.run(lambda: (inner.run(current_run), current_run())) == (second, first)
    assert current_run().id == "OfflineRun"


def test_a_trials_context_keeps_what_the_caller_has_set():
    variable = contextvars.ContextVar("variable", default="unset")
    token = variable.set("set")
    try:
        context = trial(make_run())
    finally:
        variable.reset(token)
    assert context.run(variable.get) == "set"


def test_outside_a_trial_values_go_to_the_console(capsys):
    run = current_run()
    run.log("loss", 0.5, step=3)
    run.log("note", "ä")
    run.log_list("rate", [1, 2])
    assert capsys.readouterr().out == ("loss = 0.5 (step 3)\nnote = ä\nrate = 1\nrate = 2\n")


def test_outside_a_trial_outputs_go_to_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert current_run().output_dir.resolve() == tmp_path / "outputs"


def test_outside_a_trial_bad_values_are_refused_all_the_same():
    with pytest.raises(MetricError):
        current_run().log("loss", [1, 2])


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """The run of code that no experiment runs, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(context, "offline_run", functools.cache(context.offline_run.__wrapped__))
    return current_run()


def test_outside_a_trial_everything_works(offline, tmp_path, capsys):
    class Figure:
        def savefig(self, target, format):  # noqa: A002  # matplotlib's
            target.write(b"picture")

    offline.log("loss", 0.5)
    offline.log("loss", 0.4)
    offline.log_row("curve", x=1, y=2)
    offline.log_table("curve", {"x": [3], "y": [4]})
    offline.log_image("roc", plot=Figure())
    offline.log_predictions("chart", {"bins": [1]})
    offline.tag("kind", "svm")
    offline.set_tags({"dropped": None})
    offline.remove_tags(["dropped", "nothing"])
    offline.add_properties({"origin": "lab"})
    offline.upload_file("note.txt", io.StringIO("note"))
    offline.upload_folder("copy", offline.output_dir)
    assert offline.register_model("digits", "outputs/note.txt").version == 0
    with offline.child_run("fold") as child:
        child.log("accuracy", 0.75)
        child.tag("fold")
    offline.fail("too hot")
    offline.cancel()
    offline.complete()
    offline.flush()
    assert offline.get_metrics()["curve"] == {"x": [1, 3], "y": [2, 4]}
    assert offline.get_metrics("loss") == {"loss": [0.5, 0.4]}
    assert (offline.get_tags(), offline.get_properties()) == ({"kind": "svm"}, {"origin": "lab"})
    assert offline.get_status() == offline.get_details()["status"] == "Running"
    assert offline.get_file_names() == [
        "outputs/copy/note.txt",
        "outputs/copy/roc.png",
        "outputs/note.txt",
        "outputs/roc.png",
    ]
    offline.download_file("note.txt", "there/")
    assert (tmp_path / "there" / "note.txt").read_text() == "note"
    assert {entry.name for entry in tmp_path.iterdir()} == {"outputs", "there"}
    told = capsys.readouterr().out
    for words in (
        "curve = {'x': 1, 'y': 2}",
        "roc = outputs/roc.png",
        "kind: svm",
        "too hot",
        "accuracy = 0.75",
    ):
        assert words in told


def test_outside_a_trial_there_is_one_run(offline):
    offline.tag("kind", "svm")
    assert current_run().get_tags() == {"kind": "svm"}


def test_what_a_trial_loads_is_light():
    code = """
import sys
import hdwidget.context, hdwidget.compute.client
heavy = {"numpy", "sqlite3", "matplotlib", "pandas", "asyncio", "cloudpickle", "ipywidgets"}
ours = {name for name in sys.modules if name.startswith("hdwidget.")}
print(sorted(heavy & set(sys.modules)))
print(sorted(name for name in ours if name.split(".")[1] in ("store", "engine", "widget", "run")))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n[]\n"


def test_a_process_that_is_a_trial_finds_its_run_in_every_thread():
    # In a process of its own: there is no way back.
    code = """
import threading
from hdwidget.context import TrialRun, current_run, set_process_run, Offline
run = TrialRun(run_id="HD_1_0", number=0, experiment="e", hyperparameters={}, folder=None,
               transport=Offline())
set_process_run(run)
found = []
thread = threading.Thread(target=lambda: found.append(current_run()))
thread.start()
thread.join()
print(found == [run] == [current_run()])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "True\n"
