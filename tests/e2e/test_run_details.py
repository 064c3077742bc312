"""`RunDetails` as a person sees it, in every frontend."""

import pytest
from playwright.sync_api import expect
from support.experiment_cells import WAIT, finish, submit_gated

HOSTILE = "</script><img src=x onerror=window.taken=true>"


def test_it_is_live_while_a_cell_blocks(open_notebook, kernel):
    notebook = open_notebook(submit_gated(3), WAIT, kernel=kernel)
    notebook.run_all()
    notebook.wait_until_running(1)
    widget = notebook.widget(0)
    done = widget.get_by_role("progressbar", name="Runs done")
    expect(widget.get_by_role("status")).to_have_text("Running")
    expect(done).to_have_attribute("aria-valuenow", "0")

    finish(notebook)
    expect(widget.get_by_role("status")).to_have_text("Completed")
    expect(done).to_have_attribute("aria-valuenow", "3")
    expect(notebook.wait_for(1)).to_contain_text("Completed")


def test_a_hostile_name_is_text(open_notebook):
    notebook = open_notebook(submit_gated(1, name=HOSTILE), WAIT)
    notebook.run_all()
    expect(notebook.widget(0).get_by_role("heading", name=HOSTILE)).to_be_visible()
    finish(notebook)
    notebook.wait_for(1)
    expect(notebook.output(0).locator("img[src=x]")).to_have_count(0)
    assert notebook.page.evaluate("() => window.taken") is None


def test_keys_pressed_in_the_widget_stay_there(open_notebook):
    notebook = open_notebook(submit_gated(1), "1", "2")
    notebook.run(0)
    tab = notebook.widget(0).get_by_role("tab", name="Curves")
    tab.focus()
    tab.press("d")
    tab.press("d")
    assert notebook.count_cells() == 3

    tab.press("Escape")  # leaves the widget: now the same keys are for the notebook
    notebook.page.keyboard.press("d")
    notebook.page.keyboard.press("d")
    notebook.wait_for_cells(2)


def test_it_survives_a_reload(open_notebook):
    notebook = open_notebook(submit_gated(3))
    notebook.run(0)
    notebook.wait_for(0)
    notebook.reload()
    widget = notebook.widget(0)
    expect(widget.get_by_role("status")).to_have_text("Running")

    finish(notebook)
    expect(widget.get_by_role("status")).to_have_text("Completed")


@pytest.mark.parametrize("frontend", ["lab"])
def test_it_is_up_to_date_when_it_comes_back_into_sight(open_notebook):
    notebook = open_notebook(submit_gated(3), *["# a line\n" * 20] * 6)
    notebook.set_windowing_mode("full")
    notebook.run(0)
    expect(notebook.widget(0).get_by_role("status")).to_have_text("Running")
    notebook.go_to(6)
    expect(notebook.cell(0)).to_be_hidden()

    finish(notebook)
    notebook.go_to(0)
    expect(notebook.widget(0).get_by_role("status")).to_have_text("Completed")
