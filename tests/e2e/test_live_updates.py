"""What a person has arranged stays so when something new arrives."""

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import finish, let_log, submit_gated

pytestmark = pytest.mark.parametrize("frontend", ["lab"])

RUNS = 60


@pytest.fixture
def notebook(open_notebook):
    """Return a notebook with sixty runs that go on."""
    notebook = open_notebook(submit_gated(RUNS, points=2))
    notebook.run(0)
    notebook.wait_for(0)
    expect(DetailsView(notebook.widget(0)).filter_by_status("Running")).to_have_text(
        f"{RUNS}Running"
    )
    return notebook


def test_table_and_brush_stay(notebook):
    view = DetailsView(notebook.widget(0))
    view.open_tab("Parallel")
    view.brush(1, 0.05, 0.45)  # layers: 1 and 2
    title = view.table.get_by_role("columnheader", name="learning_rate")
    title.get_by_role("button").click()
    view.filter.press_sequentially("ad")  # of "adam"
    view.table.evaluate("(table) => { table.scrollTop = 130 }")
    expect(view.table.locator("[data-run]").first).to_be_attached()
    numbers = view.table.get_by_role("rowheader").all_inner_texts()
    chosen = int(numbers[7])
    view.row(chosen).click()
    view.filter.focus()
    chip = view.widget.get_by_role("button", name="shown: clear the filter").inner_text()
    brushes = view.parallel.locator(".parallel-brush").count()

    let_log(notebook)
    expect(view.cell(chosen, "Step")).to_have_text("3")
    finish(notebook, chosen)
    expect(view.cell(chosen, "Status")).to_have_text("Completed")

    expect(view.widget.get_by_role("tab", name="Parallel")).to_have_attribute(
        "aria-selected", "true"
    )
    assert view.parallel.locator(".parallel-brush").count() == brushes == 1
    expect(title).to_have_attribute("aria-sort", "ascending")
    assert view.table.get_by_role("rowheader").all_inner_texts() == numbers
    assert view.table.evaluate("(table) => table.scrollTop") == 130
    expect(view.row(chosen)).to_have_attribute("aria-selected", "true")
    assert view.widget.get_by_role("button", name="shown: clear").inner_text() == chip
    view.page.keyboard.type("a")  # where the typing was interrupted
    expect(view.filter).to_have_value("ada")
    assert view.table.get_by_role("rowheader").all_inner_texts() == numbers


def test_a_zoom_stays(notebook):
    view = DetailsView(notebook.widget(0))
    view.zoom(0.2, 0.6)  # between the two points that there are
    between = view.widget.get_by_text("in this part of the interval axis")
    expect(between).to_be_visible()
    let_log(notebook)
    view.expect_curves(60, best=30, run=59)
    expect(between).to_be_visible()  # the new points are beyond
    reset = view.widget.get_by_role("button", name="reset zoom")
    reset.click()
    expect(reset).to_have_count(0)
    expect(between).to_have_count(0)
