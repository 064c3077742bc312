"""What is brushed, chosen and typed filters the table and the charts alike."""

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import finish, submit_gated

pytestmark = pytest.mark.parametrize("frontend", ["lab"])

RUNS = 12


@pytest.fixture
def view(open_notebook):
    """Return the view of twelve runs, of which two have ended."""
    notebook = open_notebook(submit_gated(RUNS))
    notebook.run(0)
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    for run in (3, 7):
        finish(notebook, run)
    view.expect_done(2)
    return view


def expect_all(view):
    """Check that nothing is filtered."""
    view.expect_runs(*reversed(range(RUNS)))
    expect(view.widget.get_by_role("button", name="shown")).to_have_count(0)


def test_brush_status_and_text_filter_the_table(view):
    expect(view.parallel).to_have_accessible_name("Parallel coordinates of 12 runs")

    view.brush("metric", 0.5, 1.0)  # scores go from 0.25 to 3
    view.expect_runs(11, 10, 9, 8, 7, 6)
    expect(view.parallel).to_have_accessible_name("Parallel coordinates of 6 of 12 runs")
    view.filter_by_status("Completed").click()
    view.expect_runs(7)
    view.filter_by_status("Completed").click()
    view.shown(6, RUNS).click()
    expect_all(view)

    view.filter_by_status("Completed").click()
    view.expect_runs(7, 3)
    view.filter_by_status("Running").click()
    view.shown(RUNS, RUNS).click()
    expect_all(view)

    view.filter.fill("completed")
    view.expect_runs(7, 3)
    view.open_tab("Curves")
    view.expect_curves(2, best=2, run=7)
    view.filter.fill("no such thing")
    view.expect_runs()
    view.widget.get_by_role("button", name="Clear the filter", exact=True).click()
    expect_all(view)
    expect(view.filter).to_have_value("")


def test_a_brush_is_moved_and_cleared_with_the_mouse(view):
    view.brush("metric", 0.5, 1.0)
    view.expect_runs(11, 10, 9, 8, 7, 6)
    view.brush("metric", 0.75, 0.5)  # taken hold of in its middle
    view.expect_runs(8, 7, 6, 5, 4, 3)
    view.parallel.locator('[data-axis="metric"] .parallel-grip-whole').dblclick()
    expect_all(view)

    view.brush(2, 0.02, 0.3)  # a choice has a stretch for each option: "adam"
    view.parallel.locator('[data-axis="2"] .parallel-name').click()
    editor = view.widget.get_by_role("group", name="Filter by optimizer")
    expect(editor.get_by_role("checkbox", name="adam")).to_be_checked()
    expect(editor.get_by_role("checkbox", name="sgd")).not_to_be_checked()
    for row in view.table.locator("[data-run]").all():
        expect(row).to_contain_text("adam")
    editor.get_by_role("button", name="Clear").click()
    expect_all(view)
