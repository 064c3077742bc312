"""Pictures of the widget, and what can be told of them without looking."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page
from support.notebook_page import NotebookPage, Theme

__all__ = ["WIDTHS", "settle", "take_screenshots"]

WIDTHS = (480, 900, 1400)
THEMES: tuple[Theme, ...] = ("light", "dark")

COLOURS = 16
"""A blank picture has one; text alone, with its smooth edges, has dozens."""

PROTRUDING = """(widget) => {
    const clips = (element) => getComputedStyle(element).overflowX !== "visible";
    const right = widget.getBoundingClientRect().right + 1;
    const found = [];
    const visit = (element) => {
        if (element.getBoundingClientRect().right > right)
            found.push(`<${element.tagName.toLowerCase()} class="${element.className}">`);
        if (!clips(element)) for (const child of element.children) visit(child);
    };
    for (const child of widget.children) visit(child);
    return found;
}"""
"""Finds what sticks out of the widget, unless it is in something that scrolls or clips."""


def take_screenshots(notebook: NotebookPage, cell: int, folder: Path, name: str) -> list[Path]:
    """Take pictures of a cell's widget and of the window around it, in all widths and themes.

    Returns
    -------
    list of Path
        Those of the widget; those of the window stand beside them and end in ``-window.png``.

    Raises
    ------
    AssertionError
        If a picture is blank, or if something sticks out of the widget or of its cell.
    """
    folder.mkdir(parents=True, exist_ok=True)
    widget = notebook.widget(cell)
    height = notebook.page.viewport_size["height"]
    pictures = []
    for theme in THEMES:
        notebook.set_theme(theme)
        for width in WIDTHS:
            notebook.page.set_viewport_size({"width": width, "height": height})
            widget.evaluate("(widget) => widget.scrollIntoView({block: 'center'})")
            settle(notebook.page)
            stem = f"{name}-{width}-{theme}"
            notebook.page.screenshot(path=folder / f"{stem}-window.png")
            picture = folder / f"{stem}.png"
            widget.screenshot(path=picture)
            check_fit(widget, stem)
            check_colours(picture)
            pictures.append(picture)
    return pictures


def settle(page: Page) -> None:
    """Return when fonts are there, and what has changed until now is drawn."""
    page.evaluate(
        """() => document.fonts.ready.then(() => new Promise((done) =>
            requestAnimationFrame(() => requestAnimationFrame(() => done(null)))))"""
    )


def check_fit(widget: Locator, where: str) -> None:
    """Fail if something sticks out of the widget, or the widget out of its cell."""
    wide, room = widget.evaluate(
        "(widget) => { const host = widget.getRootNode().host; "
        "return [host.scrollWidth, host.clientWidth] }"
    )
    assert wide <= room, f"{where}: the widget is {wide} px wide in {room} px"
    protruding = widget.evaluate(PROTRUDING)
    assert not protruding, f"{where}: sticking out on the right: {protruding}"


def check_colours(picture: Path) -> None:
    """Fail if a picture shows next to nothing."""
    with Image.open(picture) as image:
        colours = image.convert("RGB").getcolors(maxcolors=image.width * image.height)
    assert len(colours) >= COLOURS, f"{picture} has {len(colours)} colours only"
