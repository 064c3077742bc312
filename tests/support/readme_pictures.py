"""The pictures of the README and the tutorials, from JupyterLab: `make screenshots` takes them."""

import tempfile
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright
from support.chromium import launch_chromium
from support.details_view import DetailsView
from support.experiment_cells import WAIT
from support.jupyter_server import JupyterServer
from support.lab_page import LabPage
from support.screenshots import settle

FOLDER = Path(__file__).parents[2] / "notebooks" / "images"

SUBMIT = """from hdwidget import Experiment, RunDetails
from hdwidget.demo import digits_config

run = Experiment(name="digits").submit(digits_config())
RunDetails(run).show()"""

RUNS = 40
SEEN = 18
"""So many runs are done in the picture of what is live."""

SIZE = {"width": 1000, "height": 960}
SHARPNESS = 2
"""Pixels per CSS pixel, for screens that have them."""

MILLISECONDS = 120_000


def main() -> None:
    """Take the pictures: curves while a cell waits, a brush at the end, and two searches."""
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=MILLISECONDS)
    with (
        tempfile.TemporaryDirectory() as folder,
        JupyterServer(Path(folder)) as server,
        sync_playwright() as playwright,
        launch_chromium(playwright) as chromium,
    ):
        page = chromium.new_page(viewport=SIZE, device_scale_factor=SHARPNESS)
        page.set_default_timeout(MILLISECONDS)
        notebook = LabPage.create(page, server, "digits", [SUBMIT, WAIT])
        notebook.open()
        notebook.run_all()
        view = DetailsView(notebook.widget(0))
        page.wait_for_function(DONE, arg=[view.done.element_handle(), SEEN])
        view.open_tab("Curves")
        picture(notebook, "curves", cells=2)

        view.expect_done(RUNS)
        notebook.wait_for(1)
        notebook.set_theme("dark")
        view.open_tab("Parallel")
        view.brush(0, 0.65, 1.0)
        view.widget.locator(".header-run").click()
        picture(notebook, "parallel", cells=1)

        figure(page, server)


DONE = "([bar, count]) => Number(bar.getAttribute('aria-valuenow')) >= count"


def figure(page: Page, server: JupyterServer) -> None:
    """Save the figure of the tutorial on Bayesian sampling."""
    tutorial = nbformat.read(FOLDER.parent / "04_bayesian.ipynb", as_version=4)
    cells = [cell.source for cell in tutorial.cells if cell.cell_type == "code"]
    last = next(i for i, source in enumerate(cells) if "bqplot.Figure(" in source)
    notebook = LabPage.create(page, server, "bayesian", cells[: last + 1])
    notebook.open()
    notebook.run_all()
    drawn = notebook.cell(last).locator(".bqplot")
    drawn.scroll_into_view_if_needed()
    settle(page)
    file = FOLDER / "bayesian.png"
    drawn.screenshot(path=file)
    shrink(file)


def picture(notebook: LabPage, name: str, *, cells: int) -> None:
    """Save a picture of a notebook's first cells, cut out of the window."""
    page = notebook.page
    page.mouse.move(0, 0)  # hovers nothing
    notebook.go_to(1)  # its buttons stand in the active cell
    notebook.cell(0).evaluate("(cell) => cell.scrollIntoView()")
    settle(page)
    boxes = [notebook.cell(cell).bounding_box() for cell in range(cells)]
    left, top = (min(box[side] for box in boxes) for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file, clip=clip)
    shrink(file)


def shrink(file: Path) -> None:
    """Leave a picture few colours."""
    with Image.open(file) as image:  # a third of the size, and no eye sees it
        few = image.convert("RGB").quantize(256, kmeans=2, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


if __name__ == "__main__":
    main()
