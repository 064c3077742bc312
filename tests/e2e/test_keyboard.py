"""All that the mouse does, the keyboard does; and its keys stay in the widget."""

import pytest
from playwright.sync_api import expect
from support.details_view import DetailsView
from support.experiment_cells import submit_gated


def test_keys_pressed_in_the_widget_stay_there(open_notebook):
    notebook = open_notebook(submit_gated(1), "1", "2")
    notebook.run(0)
    notebook.wait_for(0)
    tab = notebook.widget(0).get_by_role("tab", name="Curves")
    tab.focus()
    tab.press("d")
    tab.press("d")
    assert notebook.count_cells() == 3

    tab.press("Escape")  # leaves the widget: now the same keys are for the notebook
    notebook.page.keyboard.press("d")
    notebook.page.keyboard.press("d")
    notebook.wait_for_cells(2)


@pytest.mark.parametrize("frontend", ["lab"])
def test_tab_goes_through_it_all(open_notebook):
    notebook = open_notebook(submit_gated(4))
    notebook.run(0)
    notebook.wait_for(0)
    view = DetailsView(notebook.widget(0))
    view.expect_runs(3, 2, 1, 0)
    keyboard = view.page.keyboard

    view.cancel.focus()
    keyboard.press("Enter")
    keyboard.press("Escape")
    expect(view.cancel).to_be_focused()
    go_to(view, view.filter_by_status("Running"))
    tabs = view.widget.get_by_role("tablist", name="Charts")
    go_to(view, tabs.get_by_role("tab", name="Curves"))
    go_to(view, view.chart)
    keyboard.press("ArrowRight")
    expect(view.widget.locator(".curves-tooltip")).to_contain_text("Run ")
    go_to(view, tabs.get_by_role("tab", name="Curves"), "Shift+Tab")
    keyboard.press("ArrowRight")
    expect(tabs.get_by_role("tab", name="Parallel")).to_be_focused()

    go_to(view, view.parallel)
    keyboard.press("End")  # means nothing here
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter", *["ArrowUp"] * 21, "Enter"):
        keyboard.press(key)  # from the middle of the metric's axis to its end
    view.expect_runs(3, 2)
    keyboard.press("Delete")
    view.expect_runs(3, 2, 1, 0)

    go_to(view, view.filter)
    keyboard.type("dd")
    view.expect_runs()
    keyboard.press("ControlOrMeta+a")
    keyboard.press("Delete")
    view.expect_runs(3, 2, 1, 0)

    go_to(view, view.table)
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(view.row(2)).to_have_attribute("aria-selected", "true")
    keyboard.press("End")
    keyboard.press("Space")
    selected = view.table.locator('[data-run][aria-selected="true"]')
    expect(selected.get_by_role("rowheader")).to_have_text(["2", "0"])
    assert notebook.count_cells() == 1


def go_to(view, target, key="Tab"):
    """Press Tab until something has the focus, as a person would."""
    passed = []
    while not target.evaluate("(target) => target.getRootNode().activeElement === target"):
        view.page.keyboard.press(key)
        passed.append(
            view.widget.evaluate(
                "(widget) => widget.getRootNode().activeElement?.outerHTML.slice(0, 90)"
            )
        )
        assert len(passed) < 12, f"{key} does not lead there, but to {passed}"
