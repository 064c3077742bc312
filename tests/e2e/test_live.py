"""`RunDetails` is live, and takes commands, whatever the notebook's cells do meanwhile."""

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import WAIT, finish, let_log, submit_gated

AWAIT = "await run\nrun.status"

ways = pytest.mark.parametrize(
    "way",
    [
        pytest.param([WAIT], id="blocked"),
        pytest.param([AWAIT], id="awaiting"),
        pytest.param([], id="idle"),
    ],
)
"""What follows the cell that submits: how the notebook waits for the run."""


def begin(notebook, way):
    """Submit an experiment, wait in the given way, and return the view."""
    notebook.run_all()
    if way:
        notebook.wait_until_running(1)
    else:
        notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    expect(view.status).to_have_text("Running")
    return view


@ways
def test_runs_and_curves_arrive(open_notebook, kernel, way):
    notebook = open_notebook(submit_gated(4, concurrent=2), *way, kernel=kernel)
    view = begin(notebook, way)
    view.expect_runs(1, 0)
    view.expect_curves(2, best=0.5, run=1)
    before = view.chart.screenshot()

    let_log(notebook)
    view.expect_curves(2, best=0.8, run=1)
    expect(view.cell(1, "Step")).to_have_text("2")
    assert view.chart.screenshot() != before

    finish(notebook, run=0)
    view.expect_runs(2, 1, 0)
    view.expect_done(1)
    expect(view.cell(0, "Status")).to_have_text("Completed")
    expect(view.filter_by_status("Completed")).to_have_text("1Completed")
    expect(view.filter_by_status("Running")).to_have_text("2Running")

    finish(notebook)
    expect(view.status).to_have_text("Completed")
    view.expect_runs(3, 2, 1, 0)
    view.expect_done(4)
    if way:
        expect(notebook.wait_for(1)).to_contain_text("Completed")


@ways
def test_cancel(open_notebook, kernel, way):
    notebook = open_notebook(submit_gated(3), *way, kernel=kernel)
    view = begin(notebook, way)
    view.expect_runs(2, 1, 0)

    view.cancel.click()
    expect(view.widget.get_by_role("alertdialog", name="Cancel all runs?")).to_be_visible()
    view.page.keyboard.press("Enter")  # on "Keep going", which has the focus
    expect(view.widget.get_by_role("alertdialog")).to_have_count(0)
    let_log(notebook)
    expect(view.cell(2, "Step")).to_have_text("2")
    expect(view.status).to_have_text("Running")

    view.confirm_cancel()
    expect(view.status).to_have_text("Canceled (user)")
    expect(view.filter_by_status("Canceled")).to_have_text("3Canceled")
    expect(view.cancel).to_have_count(0)
    expect(view.resume).to_have_attribute("aria-disabled", "false")
    if way:
        expect(notebook.wait_for(1)).to_contain_text("Canceled")


BUSY = """import time
while not Path("go").exists():
    time.sleep(0.01)
await run
run.status"""


def test_cancel_while_a_cell_neither_waits_nor_ends(open_notebook, kernel, frontend):
    notebook = open_notebook(submit_gated(2), BUSY, kernel=kernel)
    view = begin(notebook, [BUSY])
    view.expect_runs(1, 0)
    view.confirm_cancel()
    if frontend == "nbclassic" or kernel == "ipykernel-6.31":  # there are no subshells
        message = view.widget.get_by_role("alert")
        expect(message).to_contain_text("The kernel is busy. Interrupt the cell")
        expect(message).to_contain_text('HyperDriveRun(experiment, "HD_')
        expect(view.status).to_have_text("Running")
        (notebook.folder / "go").touch()
    expect(view.status).to_have_text("Canceled (user)")
    expect(view.widget.get_by_role("alert")).to_have_count(0)
    (notebook.folder / "go").touch()
    expect(notebook.wait_for(1)).to_contain_text("Canceled")
