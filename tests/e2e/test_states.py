"""What the view says when there is little or nothing to show, or when something is wrong."""

import os
import re
import signal

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import submit, submit_gated
from support.screenshots import take_screenshots

pytestmark = pytest.mark.parametrize("frontend", ["lab"])

HELD = """
from hdwidget.engine.controller import Controller

schedule = Controller._schedule

async def schedule_later(self, group):
    while not Path("start").exists():
        await asyncio.sleep(0.01)
    await schedule(self, group)

Controller._schedule = schedule_later

async def train(run, learning_rate, layers, optimizer):
    run.log("score", learning_rate)"""

OTHERS = """async def train(run, learning_rate, layers, optimizer):
    run.log("loss", learning_rate)
    run.log("val_acc", learning_rate)"""

FAILING = """async def train(run, learning_rate, layers, optimizer):
    raise ValueError(f"the batch does not fit: {learning_rate}")"""


def test_before_the_first_run_there_is_the_space(open_notebook, screenshot_folder):
    notebook = open_notebook(submit(HELD, runs=20))
    notebook.run(0)
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    expect(
        view.widget.get_by_role("heading", name="Waiting for the first run (0/20)")
    ).to_be_visible()
    space = view.widget.get_by_role("table", name="Search space")
    expect(space.get_by_role("row", name="learning_rate")).to_contain_text("0.0001 to 1, log scale")
    expect(space.get_by_role("row", name="optimizer")).to_contain_text("adam, sgd")
    take_screenshots(notebook, 0, screenshot_folder, "waiting")

    (notebook.folder / "start").touch()
    expect(view.status).to_have_text("Completed")
    view.expect_done(20)
    expect(view.table).to_be_visible()


def test_a_metric_that_is_never_logged_is_named(open_notebook, screenshot_folder):
    notebook = open_notebook(submit(OTHERS))
    notebook.run(0)
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    expect(view.status).to_contain_text("Failed")
    expect(view.widget.locator(".states-unlogged")).to_have_text(
        "Runs finished but never logged score; they logged: loss, val_acc"
    )
    take_screenshots(notebook, 0, screenshot_folder, "unlogged")
    view.widget.get_by_role("button", name="loss", exact=True).click()
    expect(view.chart).to_have_accessible_name("3 curves of loss")


def test_a_failing_experiment_says_why(open_notebook, screenshot_folder):
    notebook = open_notebook(submit(FAILING, runs=5))
    notebook.run(0)
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    expect(view.status).to_contain_text("Failed")
    expect(view.widget.get_by_role("alert")).to_contain_text("ValueError: the batch does not fit")
    expect(view.filter_by_status("Failed")).to_have_text("5Failed")
    expect(view.cell(0, "Reason")).to_contain_text("ValueError: the batch does not fit")
    take_screenshots(notebook, 0, screenshot_folder, "failed")


JUMP_MILLISECONDS = 8_000
"""So long a page may hear nothing, and a little longer."""


def test_a_kernel_that_hangs_or_dies_is_noticed(open_notebook, screenshot_folder):
    notebook = open_notebook(
        submit_gated(3), submit_gated(3, name="other"), "import os; os.getpid()"
    )
    for cell in range(3):
        notebook.run(cell)
        notebook.wait_for(cell)
    first, second = (DetailsView(notebook.widget(cell)) for cell in (0, 1))
    for view in (first, second):
        expect(badge(view)).to_have_text("live")
    kernel = int(notebook.outputs(2)[0]["data"]["text/plain"])
    clock = notebook.page.clock
    clock.install()

    os.kill(kernel, signal.SIGSTOP)
    first.confirm_cancel()
    expect(first.widget.get_by_role("alert")).to_contain_text("The kernel is busy")
    clock.fast_forward(JUMP_MILLISECONDS)
    for view in (first, second):
        expect(badge(view)).to_have_text(STALE)
        expect(view.widget.locator(".header-cancel")).to_have_attribute("aria-disabled", "true")
    take_screenshots(notebook, 0, screenshot_folder, "hanging")
    os.kill(kernel, signal.SIGCONT)
    expect(first.status).to_have_text("Canceled (user)")
    expect(first.widget.get_by_role("alert")).to_have_count(0)
    expect(badge(second)).to_have_text("live")
    expect(second.cancel).to_have_attribute("aria-disabled", "false")

    os.kill(kernel, signal.SIGKILL)
    clock.fast_forward(JUMP_MILLISECONDS)
    expect(badge(second)).to_have_text(STALE)
    expect(second.cancel).to_have_attribute("aria-disabled", "true")
    second.expect_runs(2, 1, 0)  # what was known stays
    expect(first.status).to_have_text("Canceled (user)")
    notebook.page.screenshot(path=screenshot_folder / "dead.png")
    second.widget.screenshot(path=screenshot_folder / "dead-widget.png")


STALE = re.compile(r"^last update \d\d:\d\d$")


def badge(view):
    """Return what says whether a view is up to date."""
    return view.widget.locator(".header-badge")
