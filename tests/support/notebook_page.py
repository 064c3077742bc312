"""A notebook, open in the browser: what a person does with it, in each of Jupyter's frontends."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import nbformat
from playwright.sync_api import Locator, Page, expect
from support.jupyter_server import JupyterServer

__all__ = ["NotebookPage", "Theme"]

Theme = Literal["light", "dark"]

WIDGET = "[data-lm-suppress-shortcuts] .app"
"""The element that holds all of the widget; Playwright looks into shadow roots."""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
"""What colours a traceback in a terminal."""


class NotebookPage(ABC):
    """A notebook in one frontend; cells are counted from 0.

    Parameters
    ----------
    page : Page
        Playwright's page, for whatever this class does not do.
    url : str
        The notebook's address, with the server's token.
    folder : Path
        Where the notebook is: its kernel's working directory.
    theme : {"light", "dark"}
        What it is shown in.
    """

    path: ClassVar[str]
    """What stands before a notebook's path in its address."""

    query: ClassVar[str] = ""
    """What the address needs besides the token."""

    def __init__(self, page: Page, url: str, folder: Path, theme: Theme) -> None:
        self.page = page
        self._url = url
        self.folder = folder
        self.theme: Theme = theme

    @classmethod
    def create(
        cls,
        page: Page,
        server: JupyterServer,
        name: str,
        sources: Sequence[str],
        *,
        theme: Theme = "light",
        kernel: str = "python3",
    ) -> Self:
        """Write a notebook, made of the sources of its cells, in a folder of its own: `name`."""
        folder = server.root / name
        folder.mkdir()
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={"kernelspec": {"name": kernel, "display_name": kernel}},
        )
        nbformat.write(notebook, folder / "notebook.ipynb")
        address = f"{server.url}/{cls.path}{name}/notebook.ipynb"
        return cls(page, f"{address}?{cls.query}token={server.token}", folder, theme)

    def open(self) -> None:
        """Load the page, and return when it is connected to its kernel."""
        self.page.goto(self._url)
        self._prepare()
        self.set_theme(self.theme)

    def reload(self) -> None:
        """Save the notebook and load the page again, while the kernel goes on."""
        self.save()
        self.page.reload()
        self._prepare()

    def run_all(self) -> None:
        """Begin to run all cells; returns at once."""
        self._forget_results()
        self._begin_all()

    def run(self, cell: int) -> None:
        """Begin to run one cell; returns at once."""
        self._forget_results(cell)
        self._begin(cell)

    def wait_for(self, cell: int) -> Locator:
        """Return a cell's output when it has run; fail if it raised."""
        self.page.wait_for_function(self._has_run, arg=cell)
        errors = [output for output in self.outputs(cell) if output["output_type"] == "error"]
        assert not errors, COLOUR.sub("", "\n".join(errors[0]["traceback"]))
        return self.output(cell)

    def wait_until_running(self, cell: int) -> None:
        """Return when the kernel evaluates a cell: those before it have ended."""
        for before in range(cell):
            self.wait_for(before)
        expect(self.prompt(cell)).to_have_text(re.compile(r"\[\*\]"))

    def widget(self, cell: int) -> Locator:
        """Return the widget in a cell's output."""
        return self.output(cell).locator(WIDGET)

    @abstractmethod
    def cell(self, cell: int) -> Locator:
        """Return a cell."""

    @abstractmethod
    def prompt(self, cell: int) -> Locator:
        """Return what stands beside a cell's source: `[ ]:`, `[*]:` or `[3]:`."""

    @abstractmethod
    def output(self, cell: int) -> Locator:
        """Return all that is below a cell's source."""

    @abstractmethod
    def outputs(self, cell: int) -> list[dict[str, Any]]:
        """Return a cell's outputs as nbformat has them."""

    @abstractmethod
    def count_cells(self) -> int:
        """Return how many cells the notebook has."""

    @abstractmethod
    def wait_for_cells(self, count: int) -> None:
        """Return when the notebook has that many cells."""

    @abstractmethod
    def save(self) -> None:
        """Save the notebook."""

    @abstractmethod
    def restart_kernel(self) -> None:
        """Restart the kernel, and return when it answers."""

    @abstractmethod
    def set_theme(self, theme: Theme) -> None:
        """Change the theme."""

    # What the frontends do each in their own way; JavaScript where it is a str.

    _has_run: ClassVar[str]

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _forget_results(self, cell: int | None = None) -> None: ...

    @abstractmethod
    def _begin_all(self) -> None: ...

    @abstractmethod
    def _begin(self, cell: int) -> None: ...
