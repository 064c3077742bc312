"""A JupyterLab in Chromium whose frames are timed, as the end-to-end tests have one."""

import itertools
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from playwright.sync_api import sync_playwright
from support.chromium import launch_chromium
from support.jupyter_server import JupyterServer
from support.lab_page import LabPage

__all__ = ["OpenNotebook", "running_lab"]

OpenNotebook: TypeAlias = Callable[..., LabPage]

TIMING = Path(__file__).with_name("timing.js")
SIZE = {"width": 1400, "height": 900}
MILLISECONDS = 120_000
"""How long the page may take for anything; plotly takes its time."""


@contextmanager
def running_lab(folder: Path) -> Generator[OpenNotebook]:
    """Run a server, which keeps its files in a folder, and a browser.

    Yields a context manager, ``open_notebook(*sources)``: a notebook of these cells in a new page,
    whose kernel ends with it. The page has the functions of ``timing.js``.
    """
    names = map("notebook-{}".format, itertools.count())
    with JupyterServer(folder) as server, sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        context = chromium.new_context(viewport=SIZE)
        context.set_default_timeout(MILLISECONDS)
        context.add_init_script(path=TIMING)

        @contextmanager
        def open_notebook(*sources: str) -> Generator[LabPage]:
            page = context.new_page()
            notebook = LabPage.create(page, server, next(names), sources)
            notebook.open()
            yield notebook
            page.close()
            server.end_kernels()

        yield open_notebook
        chromium.close()
