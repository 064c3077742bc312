"""What a page asks of a run, and what it is answered."""

import pytest
from support.bounded import eventually
from support.configs import config
from support.functions import train as importable
from support.gate import Gate

from hdwidget import GridParameterSampling, Run, choice
from hdwidget.errors import ConfigurationError
from hdwidget.widget.commands import Commands


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def train(gate):
    """Return a function whose trials wait at the gate, and then log."""

    async def train(run, x):
        await gate.passed()
        run.log("accuracy", x)

    return train


@pytest.fixture
def waiting(experiment, train, gate):
    run = experiment.submit(config(train))
    gate.reached()
    return run


class Page:
    """What a page sends, and what comes back."""

    def __init__(self, run):
        self.answers = []
        self._commands = Commands(run, self.answers.append, lambda number: run_id(run, number))

    def ask(self, **content):
        """Return the answer to a command."""
        self._commands.obey(content)
        return self.answers.pop()


def run_id(run, number):
    if number == 7:
        message = "there is no run 7."
        raise ConfigurationError(message)
    return f"{run.id}_{number}"


def accepted(command, note=None, run=None):
    return {"type": "accepted", "command": command, "run": run, "note": note}


def children(run):
    return [(child.status, child.hyperparameters["x"]) for child in reversed(run.get_children())]


def forget(experiment):
    """Forget the functions that this process has seen, as another one."""
    experiment.host._configs.clear()


def test_what_is_no_command_is_not_answered(waiting, gate):
    page = Page(waiting)
    for content in ({}, {"type": "snapshot"}, {"type": "explode"}, {"type": None}):
        page._commands.obey(content)
    assert page.answers == []
    gate.open()


def test_one_run_is_canceled_and_goes_on(waiting, gate):
    page = Page(waiting)
    assert page.ask(type="cancel", run=1) == accepted("cancel", run=1)
    one = Run(waiting.experiment, f"{waiting.id}_1")
    eventually(lambda: one.status == "Canceled")
    assert page.ask(type="resume", run=1) == accepted("resume", run=1)
    gate.open()
    waiting.wait_for_completion()
    assert [status for status, _ in children(waiting)] == ["Completed"] * 3


def test_a_run_that_is_none_is_refused(waiting, gate):
    refused = Page(waiting).ask(type="resume", run=7)
    assert (refused["type"], refused["run"]) == ("refusal", 7)
    assert refused["message"] == "Not resumed: there is no run 7."
    gate.open()


def test_pause_and_continue(waiting, gate):
    page = Page(waiting)
    assert page.ask(type="pause") == accepted("pause")
    eventually(lambda: waiting.record.properties.get("paused") is True)
    gate.open()
    eventually(lambda: [status for status, _ in children(waiting)] == ["Completed"] * 2)
    assert page.ask(type="continue") == accepted("continue")
    waiting.wait_for_completion()
    assert len(children(waiting)) == 3
    refused = page.ask(type="pause")
    assert refused["message"].startswith(f"Not paused: {waiting.id} is Completed: nobody drives it")


def test_the_whole_is_canceled_and_resumed(waiting, gate):
    page = Page(waiting)
    page.ask(type="cancel")
    waiting.wait_for_completion()
    assert waiting.status == "Canceled"
    gate.open()
    assert page.ask(type="resume") == accepted("resume")
    waiting.wait_for_completion()
    assert (waiting.status, len(children(waiting))) == ("Completed", 3)


def test_a_function_of_a_notebook_that_is_gone_is_asked_for(waiting, gate):
    page = Page(waiting)
    page.ask(type="cancel")
    waiting.wait_for_completion()
    forget(waiting.experiment)
    for content in ({"type": "resume"}, {"type": "resume", "run": 0}):
        refused = page.ask(**content)
        assert refused["message"].startswith("Not resumed: `")
        assert "was defined in a notebook" in refused["message"]
        assert "resume(run_config=" in refused["message"]
    gate.open()


def test_a_function_of_a_module_is_found(experiment):
    run = experiment.submit(config(importable, primary_metric_name="loss", max_total_runs=1))
    run.wait_for_completion()
    forget(experiment)
    assert Page(run).ask(type="extend", runs=1) == accepted("extend")
    run.wait_for_completion()
    assert len(children(run)) == 2


class TestValuesOfOnesOwn:
    def test_they_run_next_and_count(self, waiting, gate):
        page = Page(waiting)
        assert page.ask(type="enqueue", values=[0.25]) == accepted("enqueue", "It runs next.")
        gate.open()
        waiting.wait_for_completion()
        assert children(waiting)[2] == ("Completed", 0.25)
        assert len(children(waiting)) == 3

    def test_what_is_no_configuration_is_refused_field_by_field(self, waiting, gate):
        refused = Page(waiting).ask(type="enqueue", values=[2])
        assert refused["message"] is None
        assert list(refused["fields"]) == ["0"]
        assert refused["fields"]["0"].startswith("`x` must be a value of uniform(0.0, 1.0)")
        gate.open()
        waiting.wait_for_completion()
        assert len(children(waiting)) == 3

    def test_where_all_runs_are_taken_there_is_one_more(self, waiting, gate):
        page = Page(waiting)
        page.ask(type="enqueue", values=[0.25])
        note = page.ask(type="enqueue", values=[0.5])["note"]
        assert note == "It runs next. All 3 runs were taken: now there are 4."
        gate.open()
        waiting.wait_for_completion()
        assert [x for _, x in children(waiting)][2:] == [0.25, 0.5]

    def test_a_paused_experiment_keeps_them(self, waiting, gate):
        page = Page(waiting)
        page.ask(type="pause")
        eventually(lambda: waiting.record.properties.get("paused") is True)
        note = page.ask(type="enqueue", values=[0.25])["note"]
        assert note == "Kept: it is the first to run when the experiment is continued."
        gate.open()
        page.ask(type="continue")
        waiting.wait_for_completion()
        assert children(waiting)[2] == ("Completed", 0.25)

    def test_a_canceled_experiment_keeps_them(self, waiting, gate):
        page = Page(waiting)
        page.ask(type="cancel")
        waiting.wait_for_completion()
        note = page.ask(type="enqueue", values=[0.25])["note"]
        assert note == "Kept: it is the first to run when the experiment is resumed."
        assert waiting.status == "Canceled"
        gate.open()
        page.ask(type="resume")
        waiting.wait_for_completion()
        assert children(waiting)[2] == ("Completed", 0.25)

    def test_an_experiment_with_all_of_its_runs_goes_on_with_them(self, waiting, gate):
        gate.open()
        waiting.wait_for_completion()
        note = Page(waiting).ask(type="enqueue", values=[0.25])["note"]
        assert note == "The experiment goes on with it."
        waiting.wait_for_completion()
        assert children(waiting)[3:] == [("Completed", 0.25)]

    def test_nor_does_a_space_that_is_used_up_keep_them(self, experiment, train, gate):
        gate.open()
        sampling = GridParameterSampling({"x": choice(0.1, 0.2)})
        run = experiment.submit(config(train, hyperparameter_sampling=sampling, max_total_runs=10))
        run.wait_for_completion()
        assert Page(run).ask(type="enqueue", values=[1])["note"] == (
            "The experiment goes on with it."
        )
        run.wait_for_completion()
        assert [x for _, x in children(run)] == [0.1, 0.2, 0.2]

    def test_what_cannot_be_started_is_kept_and_said(self, waiting, gate, train):
        gate.open()
        waiting.wait_for_completion()
        forget(waiting.experiment)
        note = Page(waiting).ask(type="enqueue", values=[0.25])["note"]
        assert note.startswith("Kept, but not started: `")
        assert note.endswith("run.extend(max_total_runs=4, run_config=…).")
        waiting.extend(max_total_runs=4, run_config=train)
        waiting.wait_for_completion()
        assert children(waiting)[3:] == [("Completed", 0.25)]


@pytest.mark.parametrize(
    ("more", "message"),
    [({"runs": 0}, "`runs`"), ({"runs": 1.5}, "`runs`"), ({"minutes": None}, "`minutes`")],
)
def test_a_budget_must_be_a_number(waiting, gate, more, message):
    refused = Page(waiting).ask(type="extend", **more)
    assert refused["message"].startswith(f"Not extended: {message}")
    gate.open()


def test_more_runs_and_more_minutes(waiting, gate):
    page = Page(waiting)
    minutes = waiting.record.config["max_duration_minutes"]
    page.ask(type="extend", runs=1)
    page.ask(type="extend", minutes=5)
    eventually(lambda: waiting.record.config["max_duration_minutes"] == minutes + 5)
    gate.open()
    waiting.wait_for_completion()
    assert len(children(waiting)) == 4


def test_a_single_run_is_only_canceled(experiment):
    run = experiment.start_logging()
    page = Page(run)
    for command in ("pause", "resume", "enqueue", "extend"):
        assert page.ask(type=command)["message"].endswith(f"{run.id} is no search.")
    assert page.ask(type="cancel") == accepted("cancel")
