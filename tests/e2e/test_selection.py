"""The selection is one: of all views of a widget, and of Python."""

import json

from playwright.sync_api import expect
from support.bounded import eventually
from support.details_view import DetailsView
from support.experiment_cells import submit_gated

OBSERVE = """import json
details.observe(
    lambda change: Path("selected.json").write_text(json.dumps(change.new)), names="selected"
)
details.show()"""

SET = 'details.selected = [f"{run.id}_1"]'


def is_selected(view, *runs):
    """Check which runs a view marks in its table."""
    selected = view.table.locator('[data-run][aria-selected="true"]')
    expect(selected.get_by_role("rowheader")).to_have_text([str(run) for run in runs])


def test_python_and_all_views_share_the_selection(open_notebook, kernel):
    notebook = open_notebook(submit_gated(3), OBSERVE, "details.selected_runs", SET, kernel=kernel)
    for cell in (0, 1):
        notebook.run(cell)
        notebook.wait_for(cell)
    views = [DetailsView(notebook.widget(cell)) for cell in (0, 1)]
    for view in views:
        view.expect_runs(2, 1, 0)
        is_selected(view)

    views[0].row(0).click()
    views[0].row(2).click(modifiers=["ControlOrMeta"])
    for view in views:
        is_selected(view, 2, 0)
    file = notebook.folder / "selected.json"
    eventually(lambda: has_ending(file, "_0", "_2"))
    notebook.run(2)
    shown = notebook.wait_for(2)
    for number in (0, 2):
        expect(shown).to_contain_text(f"_{number}', Running)")

    notebook.run(3)
    notebook.wait_for(3)
    for view in views:
        is_selected(view, 1)
    views[1].row(1).click()  # again: none
    for view in views:
        is_selected(view)
    eventually(lambda: has_ending(file))


def has_ending(file, *endings):
    """Tell whether the ids that Python was told of last end so; the file may just be written."""
    try:
        ids = json.loads(file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return len(ids) == len(endings) and all(map(str.endswith, ids, endings))
