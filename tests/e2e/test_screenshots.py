"""Pictures of the widget in JupyterLab, in `tests/e2e/screenshots`: to be looked at."""

import pytest
from playwright.sync_api import expect
from support.experiment_cells import WAIT, finish, submit_gated
from support.screenshots import take_screenshots

pytestmark = pytest.mark.parametrize("frontend", ["lab"])


def test_the_widget_fits_its_cell_in_every_width(open_notebook, screenshot_folder):
    notebook = open_notebook(submit_gated(8, points=5), WAIT)
    notebook.run_all()
    finish(notebook)
    notebook.wait_for(1)
    expect(notebook.widget(0).get_by_role("status")).to_have_text("Completed")
    take_screenshots(notebook, 0, screenshot_folder, "completed")
