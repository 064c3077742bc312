"""A run's log and files, while it runs: opened from its row, followed, read, closed."""

import re

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import WAIT, finish, submit

HOSTILE = "</script><img src=x onerror=\"document.title='taken'\">"

TALKING = f"""import sys

async def train(run, learning_rate, layers, optimizer):
    run.log("score", run.number)
    (run.output_dir / "model.bin").write_bytes(bytes(3200))
    print("\\x1b[1mbegun\\x1b[0m", run.number)
    print({HOSTILE!r}, file=sys.stderr)
    said = 0
    while not Path("finish").exists():
        await asyncio.sleep(0.01)
        while said < len(list(Path().glob("say-*"))):
            said += 1
            for line in range(50):
                print(f"part {{said}}, line {{line}}")
            print(f"\\r{{said - 1}} of 9", f"\\r{{said}} of 9", end="", file=sys.stderr)"""
"""Prints 50 lines and moves a progress bar for each `say`, until `finish`."""


def say(notebook):
    said = len(list(notebook.folder.glob("say-*")))
    (notebook.folder / f"say-{said}").touch()


def below(log):
    """Return how much there is below what is in sight, in pixels."""
    return log.evaluate("(log) => log.scrollHeight - log.clientHeight - log.scrollTop")


@pytest.mark.parametrize("way", [[WAIT], []], ids=["blocked", "idle"])
def test_the_log_of_a_run(open_notebook, kernel, frontend, way):
    if way and (frontend == "nbclassic" or kernel == "ipykernel-6.31"):
        pytest.skip("without subshells a page's questions wait for the cell's end")
    notebook = open_notebook(submit(TALKING, runs=2), *way, kernel=kernel)
    notebook.run_all()
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    view.expect_runs(1, 0)

    view.row(1).hover()
    view.row(1).get_by_role("button", name="Logs of run 1").click()
    pane = view.widget.get_by_role("region", name="Logs of run 1")
    log = pane.get_by_role("log")
    expect(log).to_be_focused()
    expect(log.locator(".is-stdout")).to_have_text(["begun 1"])
    expect(log.locator(".is-stderr")).to_have_text([HOSTILE])
    expect(pane).to_contain_text("Running")
    model = pane.get_by_role("listitem").filter(has_text="outputs/model.bin")
    expect(model).to_contain_text("3.2 kB")

    # What comes is followed, a bar overwrites itself.
    say(notebook)
    expect(log.locator(".is-stdout").last).to_have_text("part 1, line 49")
    expect(log.locator(".is-stderr").last).to_have_text(re.compile("^1 of 9"))
    assert below(log) < 2
    say(notebook)
    expect(log.locator(".is-stdout").last).to_have_text("part 2, line 49")
    expect(log.locator(".is-stderr").last).to_have_text(re.compile("^2 of 9"))
    expect(log.locator(".is-stderr")).to_have_count(2)
    assert below(log) < 2

    # Not while somebody reads what is above.
    log.evaluate("(log) => { log.scrollTop = 300; }")
    jump = pane.get_by_role("button", name="Jump to end")
    expect(jump).to_be_visible()
    say(notebook)
    expect(log.locator(".is-stdout").last).to_have_text("part 3, line 49")
    assert log.evaluate("(log) => log.scrollTop") == 300
    jump.click()
    expect(jump).to_have_count(0)
    assert below(log) < 2

    finish(notebook)
    expect(pane).to_contain_text("Completed")
    view.page.keyboard.press("Escape")
    expect(pane).to_have_count(0)
    expect(view.row(1).get_by_role("button", name="Logs of run 1")).to_be_focused()
    expect(view.widget.get_by_role("tab", name="Curves")).to_be_visible()
    assert view.page.title() != "taken"


def test_by_keys_alone(open_notebook, frontend):
    del frontend
    notebook = open_notebook(submit(TALKING, runs=2))
    notebook.run_all()
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    view.expect_runs(1, 0)
    view.table.focus()
    view.page.keyboard.press("Home")
    view.page.keyboard.press("ArrowDown")
    view.page.keyboard.press("l")
    pane = view.widget.get_by_role("region", name="Logs of run 0")
    expect(pane.get_by_role("log")).to_contain_text("begun 0")
    view.page.keyboard.press("Escape")
    expect(view.table).to_be_focused()
    view.page.keyboard.press("Tab")  # the titles
    view.page.keyboard.press("Tab")
    view.page.keyboard.press("Enter")
    expect(pane.get_by_role("log")).to_contain_text("begun 0")
    finish(notebook)


EXPLAINED = """from hdwidget import (
    BayesianParameterSampling, Experiment, HyperDriveConfig, PrimaryMetricGoal, RunDetails, choice,
)

async def train(run, layers):
    run.log("score", (layers - 2.5) ** 2)

config = HyperDriveConfig(
    run_config=train,
    hyperparameter_sampling=BayesianParameterSampling(
        {"layers": choice(1, 2, 3, 4)}, seed=1, initial_runs=3
    ),
    primary_metric_name="score",
    primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
    max_total_runs=4,
    max_concurrent_runs=1,
)
run = Experiment(name="digits").submit(config)
RunDetails(run).show()"""


def test_why_a_configuration_was_proposed(open_notebook, frontend):
    del frontend
    notebook = open_notebook(EXPLAINED, WAIT)
    notebook.run_all()
    notebook.wait_for(1)
    view = DetailsView(notebook.widget(0))
    view.expect_done(4)
    for run, why in ((0, "initial design, "), (3, r"predicted score \S+ ± \S+, expected imp")):
        view.row(run).hover()
        view.row(run).get_by_role("button", name=f"Logs of run {run}").click()
        pane = view.widget.get_by_role("region", name=f"Logs of run {run}")
        expect(pane).to_contain_text(re.compile(rf"Why this configuration: {why}.*; reached \d"))
        view.page.keyboard.press("Escape")


SCRIPT = """import time
from pathlib import Path
from hdwidget import Run

run = Run.get_context()
here = Path(HERE)
for step in range(1, 4):
    run.log("loss", 1 / step)
    print("step", step, flush=True)
Path("outputs/model.bin").write_bytes(bytes(3200))
while not (here / "finish").exists():
    time.sleep(0.01)
"""

ALONE = f"""from pathlib import Path
from hdwidget import Experiment, RunDetails, ScriptRunConfig

Path("source").mkdir()
script = {SCRIPT!r}.replace("HERE", repr(str(Path.cwd())))
Path("source", "train.py").write_text(script)
run = Experiment(name="digits").submit(ScriptRunConfig("source", "train.py"))
details = RunDetails(run)
details.show()"""


def test_a_script_alone(open_notebook, frontend):
    del frontend
    notebook = open_notebook(ALONE)
    notebook.run_all()
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    expect(view.status).to_have_text("Running")
    expect(view.chart).to_have_accessible_name("1 curve of loss")
    log = view.widget.get_by_role("log")
    expect(log.locator(".is-stdout")).to_have_text(["step 1", "step 2", "step 3"])
    model = view.widget.get_by_role("listitem").filter(has_text="outputs/model.bin")
    expect(model).to_contain_text("3.2 kB")
    expect(view.table).to_have_count(0)
    finish(notebook)
    expect(view.status).to_have_text("Completed")
