"""What the end-to-end tests check at every turn can fail."""

import sys

import pytest
from PIL import Image
from playwright.sync_api import expect
from support.chromium import find_chromium
from support.page_watch import PageWatch
from support.screenshots import check_colours, check_fit


@pytest.fixture
def page(browser):
    """Open an empty page."""
    opened = browser.new_page()
    yield opened
    opened.close()


def test_a_request_to_another_machine_is_noticed(server, page):
    watch = PageWatch(page, server.url)
    with page.expect_event("requestfailed"):
        page.set_content("<img src='https://example.invalid/pixel.png'>")
    with pytest.raises(AssertionError, match=r"left the machine: \['https://example\.invalid/"):
        watch.check()


def test_a_websocket_to_another_machine_is_noticed(server, page):
    watch = PageWatch(page, server.url)
    with page.expect_websocket():
        page.evaluate("() => { new WebSocket('wss://example.invalid/news') }")
    with pytest.raises(
        AssertionError, match=r"left the machine: \['wss://example\.invalid/news'\]"
    ):
        watch.check()


def test_requests_to_the_server_are_none_of_that(server, page):
    watch = PageWatch(page, server.url)
    page.goto(f"{server.url}/api?token={server.token}")
    watch.check()


@pytest.mark.parametrize(
    "script",
    ["console.error('no such column')", "setTimeout(() => { throw Error('no such column') })"],
)
def test_a_complaint_is_noticed(server, page, script):
    watch = PageWatch(page, server.url)
    with page.expect_event("pageerror" if "throw" in script else "console"):
        page.evaluate(f"() => {{ {script} }}")
    with pytest.raises(AssertionError, match=r"the page complains:\n.*no such column"):
        watch.check()


WIDGET = """(inside) => {
    const host = document.createElement("div");
    host.style.width = "400px";
    document.body.append(host);
    host.attachShadow({mode: "open"}).innerHTML = `<div id="widget">${inside}</div>`;
}"""


@pytest.mark.parametrize(
    "inside",
    [
        "<p style='width: 300px'></p>",
        "<div style='overflow: auto'><p style='width: 500px'></p></div>",
    ],
)
def test_a_widget_fits(page, inside):
    page.evaluate(WIDGET, inside)
    check_fit(page.locator("#widget"), "here")


@pytest.mark.parametrize(
    "inside",
    [
        "<p class='wide' style='width: 500px'></p>",
        "<p class='wide' style='position: relative; left: 9px; width: 400px'></p>",
        "<div style='overflow: clip; width: 500px' class='wide'></div>",
    ],
)
def test_a_widget_that_does_not_fit_is_noticed(page, inside):
    page.evaluate(WIDGET, inside)
    with pytest.raises(AssertionError, match="here: "):
        check_fit(page.locator("#widget"), "here")


def test_a_blank_picture_is_noticed(tmp_path):
    picture = tmp_path / "blank.png"
    Image.new("RGB", (400, 300), "white").save(picture)
    with pytest.raises(AssertionError, match=r"blank\.png has 1 colours only"):
        check_colours(picture)


def test_an_error_in_a_cell_is_told(open_notebook):
    notebook = open_notebook("1 / 0")
    notebook.run_all()
    with pytest.raises(AssertionError, match="ZeroDivisionError: division by zero"):
        notebook.wait_for(0)


def test_a_cell_runs_again_after_a_restart(open_notebook):
    notebook = open_notebook(
        "import os\nos.environ.setdefault('AGAIN', 'first')", "os.environ['AGAIN'] = 'second'"
    )
    notebook.run_all()
    notebook.wait_for(1)
    notebook.run(0)
    assert "second" in notebook.wait_for(0).inner_text()
    notebook.restart_kernel()
    notebook.run(0)
    assert "first" in notebook.wait_for(0).inner_text()


def test_a_missing_chromium_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("HDWIDGET_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="apt-get install chromium"):
        find_chromium()


@pytest.mark.parametrize("frontend", ["lab"])
def test_the_kernel_is_the_one_that_was_asked_for(open_notebook, kernel):
    notebook = open_notebook(
        "import ipykernel, sys; ipykernel.__version__, sys.prefix", kernel=kernel
    )
    notebook.run(0)
    shown = notebook.wait_for(0)
    if kernel == "python3":
        expect(shown).to_contain_text(sys.prefix)
    else:
        expect(shown).to_contain_text(f"'{kernel.removeprefix('ipykernel-')}.")
        expect(shown).to_contain_text(f".venv-{kernel}")
