"""One JupyterLab, one Chromium; each test opens a notebook of its own in them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from support.chromium import launch_chromium
from support.classic_page import ClassicPage
from support.jupyter_server import JupyterServer
from support.lab_page import LabPage, Notebook7Page
from support.page_watch import PageWatch

MILLISECONDS = 30_000
"""How long the page may take for anything; far more than it needs, on a busy machine, too."""

SCREENSHOTS = Path(__file__).parent / "screenshots"
"""Git-ignored."""

ROOT = Path(__file__).parents[2]

FRONTENDS = {"lab": LabPage, "notebook": Notebook7Page, "nbclassic": ClassicPage}

PAGES = pytest.StashKey[list[Page]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Take a picture of what is on the screen when a test fails."""
    report = yield
    if call.when == "call" and report.failed:
        for number, page in enumerate(item.stash.get(PAGES, [])):
            picture = SCREENSHOTS / "failed" / f"{folder_name(item)}-{number}.png"
            page.screenshot(path=picture)
            report.sections.append(("Screenshot", str(picture)))
    return report


def folder_name(item):
    """Return a test's name as it can stand in a path and an address."""
    return re.sub(r"\W+", "-", item.name).strip("-")


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    """Run a Jupyter server."""
    with JupyterServer(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(scope="package")
def browser():
    """Run a Chromium. Its pages share a cache, which saves half of JupyterLab's start."""
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        context = chromium.new_context()
        context.set_default_timeout(MILLISECONDS)
        yield context
        chromium.close()


@pytest.fixture(
    params=[
        "lab",
        pytest.param("notebook", marks=pytest.mark.slow),
        pytest.param("nbclassic", marks=pytest.mark.slow),
    ]
)
def frontend(request):
    """Return the name of a frontend: a test runs in each, unless `lab_only` says otherwise."""
    return request.param


@pytest.fixture(
    params=[
        "python3",
        pytest.param("ipykernel-7.3", marks=pytest.mark.slow),
        pytest.param("ipykernel-6.31", marks=pytest.mark.slow),
    ]
)
def kernel(request, server):
    """Return the name of a kernel, for `open_notebook`: a test that asks for it runs on each."""
    if request.param != "python3":
        server.add_kernel(request.param, ROOT / f".venv-{request.param}" / "bin" / "python")
    return request.param


@pytest.fixture
def open_notebook(request, server, browser, frontend):
    """Open a notebook, made of the sources of its cells, in a folder of its own.

    ``open_notebook(*sources, width=1400, height=900, theme="light", kernel="python3")`` returns a
    `NotebookPage`. At the end of the test the kernels are shut down, and the test fails if a page
    has asked another machine for anything, or has complained.
    """
    watches = []
    pages = request.node.stash[PAGES] = []
    log_begins = server.log.stat().st_size
    name = folder_name(request.node)

    def open_notebook(*sources, width=1400, height=900, theme="light", kernel="python3"):
        page = browser.new_page()
        page.set_viewport_size({"width": width, "height": height})
        watches.append(PageWatch(page, server.url))
        kind = FRONTENDS[frontend]
        folder = f"{name}-{len(pages)}"
        opened = kind.create(page, server, folder, sources, theme=theme, kernel=kernel)
        pages.append(page)
        opened.open()
        return opened

    yield open_notebook

    for page in pages:
        page.close()  # before its kernel goes, of which it would complain
    server.end_kernels()
    with server.log.open("rb") as log:
        log.seek(log_begins)
        request.node.add_report_section("teardown", "Jupyter server", log.read().decode())
    for watch in watches:
        watch.check()


@pytest.fixture
def screenshot_folder():
    """Return where pictures go: into the git-ignored folder beside the tests."""
    return SCREENSHOTS
