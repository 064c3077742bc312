"""What remains of a run where nothing is live: the table beside the view."""

from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import WAIT, finish, submit, submit_gated


def test_the_table_remains_in_a_saved_notebook(open_notebook, screenshot_folder, frontend):
    notebook = open_notebook(submit_gated(12), WAIT)
    notebook.run_all()
    view = DetailsView(notebook.widget(0))
    table = notebook.output(0).locator(".hdwidget-static")
    expect(view.status).to_have_text("Running")
    expect(table).to_have_count(1)
    expect(table).to_be_hidden()
    finish(notebook)
    notebook.wait_for(1)
    expect(view.status).to_have_text("Completed")
    expect(table).to_contain_text("12 of 12 runs done")
    expect(table).to_be_hidden()

    notebook.restart_kernel()
    notebook.reload()
    expect(table).to_be_visible()
    expect(table).to_contain_text("12 of 12 runs done")
    expect(table.get_by_role("row")).to_have_count(11)
    expect(table.get_by_role("row").nth(1)).to_contain_text("★ 11")
    expect(notebook.widget(0)).to_have_count(0)
    expect(notebook.output(0)).to_contain_text(NOT_FOUND[frontend])  # Jupyter's word for the view
    notebook.output(0).screenshot(path=screenshot_folder / f"static-{frontend}.png")


NOT_FOUND = {
    "lab": "model not found",
    "notebook": "model not found",
    "nbclassic": "widget state could not be found",
}

HOSTILE = "</script><img src=x onerror=window.taken=true>"

FAILS = f"""async def train(run, **parameters):
    run.log({HOSTILE!r}, run.number)
    run.log("loss {HOSTILE}", 1.0)
    if run.number == 0:
        raise ValueError({HOSTILE!r})"""


def test_hostile_names_are_text(open_notebook):
    space = f"{{{HOSTILE!r}: choice({HOSTILE!r}, 'option {HOSTILE}')}}"
    hostile = submit(FAILS, space=space, runs=2, name=HOSTILE, metric=HOSTILE)
    broken = submit(
        f"async def train(run, x):\n    raise ValueError({HOSTILE!r})",
        space="{'x': uniform(0, 1)}",
        name=HOSTILE,
    )
    notebook = open_notebook(hostile, broken)
    for cell in (0, 1):
        notebook.run(cell)
        notebook.wait_for(cell)
    view = DetailsView(notebook.widget(0))
    expect(view.widget.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(view.status).to_have_text("Completed")
    expect(view.row(0)).to_contain_text(f"ValueError: {HOSTILE}")
    expect(view.cell(0, HOSTILE)).to_contain_text(HOSTILE)
    expect(view.parallel).to_contain_text("</script>")
    view.open_tab("Curves")
    view.widget.get_by_role("combobox", name="Metric").select_option(f"loss {HOSTILE}")
    view.expect_curves(2, best=1, run=1, metric=f"loss {HOSTILE}", primary=HOSTILE)
    view.row(1).hover()
    view.chart.focus()
    view.page.keyboard.press("ArrowRight")
    expect(view.widget.locator(".curves-tooltip")).to_contain_text(HOSTILE)
    failed = DetailsView(notebook.widget(1))
    expect(failed.status).to_contain_text("Failed")
    expect(failed.widget.get_by_role("alert")).to_contain_text(HOSTILE)
    check_inert(notebook)

    notebook.restart_kernel()
    notebook.reload()
    for cell in (0, 1):
        expect(notebook.output(cell).locator(".hdwidget-static")).to_contain_text("</script><img")
        expect(notebook.output(cell).locator(".hdwidget-static")).to_contain_text("ValueError")
    check_inert(notebook)


def check_inert(notebook):
    """Check that no text has become an element, or run."""
    for cell in (0, 1):
        expect(notebook.output(cell).locator("img[src=x]")).to_have_count(0)
    assert notebook.page.evaluate("() => window.taken") is None
