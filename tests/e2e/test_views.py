"""Views of one run: opened late, beside each other, loaded again, closed."""

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import finish, let_log, submit_gated


def test_a_view_that_is_opened_late_shows_all(open_notebook, kernel):
    notebook = open_notebook(submit_gated(3), "details.show()", "RunDetails(run)", kernel=kernel)
    notebook.run(0)
    notebook.wait_for(0)
    first = DetailsView(notebook.widget(0))
    let_log(notebook)
    expect(first.cell(2, "Step")).to_have_text("2")

    notebook.run(1)
    notebook.wait_for(1)
    second = DetailsView(notebook.widget(1))
    expect(second.cell(2, "Step")).to_have_text("2")
    second.expect_curves(3, best=1.2, run=2)
    finish(notebook)
    for view in (first, second):
        expect(view.status).to_have_text("Completed")
        view.expect_done(3)

    notebook.run(2)  # a widget of its own, by its name alone, after the end
    notebook.wait_for(2)
    third = DetailsView(notebook.widget(2))
    expect(third.status).to_have_text("Completed")
    third.expect_runs(2, 1, 0)
    third.open_tab("Curves")
    third.expect_curves(3, best=1.2, run=2)


def test_it_survives_a_reload(open_notebook, kernel):
    notebook = open_notebook(submit_gated(3), kernel=kernel)
    notebook.run(0)
    notebook.wait_for(0)
    notebook.reload()
    view = DetailsView(notebook.widget(0))
    expect(view.status).to_have_text("Running")
    view.expect_runs(2, 1, 0)
    view.expect_curves(3, best=0.75, run=2)

    finish(notebook)
    expect(view.status).to_have_text("Completed")


def test_a_closed_widget_leaves_its_table(open_notebook):
    notebook = open_notebook(submit_gated(2), "details.close()", 'run.cancel(); "canceled"')
    notebook.run(0)
    notebook.wait_for(0)
    table = notebook.output(0).locator(".hdwidget-static")
    expect(notebook.widget(0)).to_be_visible()
    expect(table).to_be_hidden()
    notebook.run(1)
    notebook.wait_for(1)
    expect(notebook.widget(0)).to_have_count(0)
    expect(table).to_be_visible()


@pytest.mark.parametrize("frontend", ["lab"])
def test_it_is_up_to_date_when_it_comes_back_into_sight(open_notebook):
    notebook = open_notebook(submit_gated(60), *["# a line\n" * 20] * 6)
    notebook.set_windowing_mode("full")
    notebook.run(0)
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    expect(view.filter_by_status("Running")).to_have_text("60Running")
    view.table.evaluate("(table) => { table.scrollTop = 260 }")
    expect(view.row(40)).to_be_visible()
    notebook.go_to(6)
    expect(notebook.cell(0)).to_be_hidden()

    finish(notebook)
    notebook.go_to(0)
    expect(view.status).to_have_text("Completed")
    expect(view.cell(40, "Status")).to_have_text("Completed")
    assert view.table.evaluate("(table) => table.scrollTop") == 260
