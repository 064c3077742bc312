"""What a person does to have runs pause, go on, and begin, on the page itself."""

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import finish, submit_gated
from support.screenshots import take_screenshots

FORGET = """run.experiment.host._configs.clear()  # as another kernel, which has not seen `train`
run.status"""

RESUME = """run.resume(run_config=train)
await run
run.status"""


def test_pause_resume_and_values_of_ones_own(open_notebook, kernel, frontend, screenshot_folder):
    notebook = open_notebook(submit_gated(4, concurrent=1), kernel=kernel)
    notebook.run(0)
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    view.expect_runs(0)

    view.widget.get_by_role("button", name="Pause").click()
    expect(view.status).to_have_text("Paused, 1 run goes on")
    finish(notebook, run=0)
    expect(view.status).to_have_text("Paused")
    view.expect_done(1)

    form = write_values(view)
    if frontend == "lab":
        take_screenshots(notebook, 0, screenshot_folder, "variant")
    form.get_by_label("learning_rate").fill("0.02")
    view.page.keyboard.press("Enter")
    expect(form).to_have_count(0)
    expect(view.widget.get_by_text("Kept: it is the first to run")).to_be_visible()

    view.widget.get_by_role("button", name="Continue").click()
    view.expect_runs(1, 0)
    expect(view.status).to_have_text("Running")
    expect(view.cell(1, "learning_rate")).to_have_text("0.0200")
    expect(view.cell(1, "layers")).to_have_text("4")
    expect(view.widget.get_by_text("Kept: it is the first to run")).to_have_count(0)

    # One run is canceled, and that is undone.
    pane = view.open_logs(1)
    pane.get_by_role("button", name="Cancel run").click()
    expect(view.cell(1, "Status")).to_have_text("Canceled")
    view.expect_runs(2, 1, 0)
    pane.get_by_role("button", name="Resume").click()
    for run in (2, 3):  # perhaps before the kernel has heard of it
        finish(notebook, run)
    expect(view.cell(1, "Status")).to_have_text("Running")
    pane.get_by_role("button", name="Close the logs").click()

    # So is a cancel of all.
    view.confirm_cancel()
    expect(view.status).to_have_text("Canceled (user)")
    finish(notebook)
    view.resume.click()
    expect(view.status).to_have_text("Completed")
    view.expect_done(4)

    # And there may be more runs than planned.
    view.widget.get_by_role("button", name="More runs…").click()
    view.page.keyboard.type("2")
    view.page.keyboard.press("Enter")
    view.expect_done(6)
    expect(view.status).to_have_text("Completed")
    expect(view.widget.locator(".header-facts")).to_contain_text("6 / 6")


def write_values(view):
    """Begin a configuration from the best run's, with a slip of the finger, and return the form."""
    view.widget.get_by_role("button", name="Try a variant…").click()
    form = view.widget.get_by_role("form", name="Values to run")
    rate = form.get_by_label("learning_rate")
    expect(rate).to_be_focused()
    rate.fill("0,02")
    form.get_by_label("layers").select_option("4")
    view.page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_have_text("This is no number: 0,02")
    return form


@pytest.mark.parametrize("frontend", ["lab"])
def test_a_function_that_is_gone_is_asked_for_and_the_page_goes_on(
    open_notebook, screenshot_folder
):
    notebook = open_notebook(submit_gated(4, concurrent=2), FORGET, RESUME)
    notebook.run(0)
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    view.expect_runs(1, 0)
    view.confirm_cancel()
    expect(view.status).to_have_text("Canceled (user)")
    notebook.run(1)
    notebook.wait_for(1)
    view.resume.click()
    hint = view.widget.get_by_role("alert")
    expect(hint).to_contain_text("Not resumed: `train` was defined in a notebook")
    expect(hint).to_contain_text("write resume(run_config=train)")
    take_screenshots(notebook, 0, screenshot_folder, "hint")

    notebook.run(2)
    expect(view.status).to_have_text("Running")
    view.expect_runs(3, 2, 1, 0)  # the two that there were still to be
    finish(notebook)
    expect(view.status).to_have_text("Completed")
    expect(notebook.wait_for(2)).to_contain_text("Completed")
