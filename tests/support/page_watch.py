"""What a page must not do: ask another machine for anything, or complain."""

import re

from playwright.sync_api import ConsoleMessage, Page

__all__ = ["PageWatch"]

LOCAL = ("data:", "blob:", "about:")

NOISE = (
    # JupyterLab 4.6 asks the debugger of a kernel that it has just told to restart.
    r"^Could not restore the debugger state",
    # Notebook 7.6 has no such command: its pages other than the tree have no file browser.
    r"Command 'filebrowser:open-path' not registered",
    # ipywidgets, of a view whose kernel has gone; it stands in the view's place, too.
    r"^Error: widget model not found",
    # Notebook 7.6 hears of a plugin's settings before those of the shortcuts are there.
    r"reading 'schema'\)\n.*/static/notebook/notebook_core",
)
"""Regular expressions for what Jupyter itself complains of."""


class PageWatch:
    """Notes a page's requests and complaints from its beginning to its end.

    Parameters
    ----------
    page : Page
        What is watched; it has loaded nothing yet.
    origin : str
        The server's address: ``http://127.0.0.1:8888``.
    """

    def __init__(self, page: Page, origin: str) -> None:
        self._own = (f"{origin}/", f"ws{origin.removeprefix('http')}/", *LOCAL)
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self._note_address(request.url))
        page.on("websocket", lambda socket: self._note_address(socket.url))
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self._note_complaint(error.stack or error.message))

    def check(self) -> None:
        """Fail if the page has asked another machine, or complained."""
        assert not self.foreign, f"requests left the machine: {self.foreign}"
        assert not self.complaints, "the page complains:\n" + "\n".join(self.complaints)

    def _note_address(self, url: str) -> None:
        if not url.startswith(self._own):
            self.foreign.append(url)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note_complaint(f"{message.text} ({message.location['url']})")

    def _note_complaint(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in NOISE):
            self.complaints.append(text)
