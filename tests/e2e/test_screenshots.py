"""Pictures of the widget in JupyterLab, in `tests/e2e/screenshots`: to be looked at."""

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import WAIT, finish, let_log, submit_gated
from support.screenshots import take_screenshots

pytestmark = pytest.mark.parametrize("frontend", ["lab"])


def test_the_widget_fits_its_cell_in_every_width(open_notebook, screenshot_folder):
    notebook = open_notebook(submit_gated(24, concurrent=12, points=12), WAIT)
    notebook.run_all()
    notebook.wait_until_running(1)
    view = DetailsView(notebook.widget(0))
    for run in (3, 7, 9):
        finish(notebook, run)
    view.expect_done(3)
    view.open_tab("Curves")
    expect(view.filter_by_status("Running")).to_have_text("12Running")
    let_log(notebook)
    expect(view.cell(11, "Step")).to_have_text("13")
    take_screenshots(notebook, 0, screenshot_folder, "running")

    finish(notebook)
    notebook.wait_for(1)
    expect(view.status).to_have_text("Completed")
    view.open_tab("Parallel")
    take_screenshots(notebook, 0, screenshot_folder, "completed")

    view.brush("metric", 0.6, 1.0)
    view.brush(0, 0.2, 0.9)
    view.table.locator("[data-run]").first.click()
    view.page.mouse.move(0, 0)  # hovers nothing
    take_screenshots(notebook, 0, screenshot_folder, "brushed")
