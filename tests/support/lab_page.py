"""JupyterLab, and Notebook 7, which is made of the same parts."""

from typing import Any

from playwright.sync_api import Locator, expect
from support.notebook_page import NotebookPage, Theme

__all__ = ["LabPage", "Notebook7Page"]

PANEL = "window.jupyterapp.shell.currentWidget"
KERNEL = f"{PANEL}.sessionContext.session.kernel"
CELLS = f"{PANEL}.content.model.cells"


class LabPage(NotebookPage):
    """JupyterLab, with its left area closed."""

    path = "lab/tree/"
    query = "reset&"  # without what an earlier test left open
    _has_run = f"""(index) => {{
        const cell = {CELLS}.get(index);
        return cell.executionCount !== null && cell.executionState === "idle";
    }}"""

    def cell(self, cell: int) -> Locator:
        return self.page.locator(f'.jp-Cell[data-windowed-list-index="{cell}"]')

    def prompt(self, cell: int) -> Locator:
        return self.cell(cell).locator(".jp-InputPrompt")

    def output(self, cell: int) -> Locator:
        return self.cell(cell).locator(".jp-Cell-outputArea")

    def outputs(self, cell: int) -> list[dict[str, Any]]:
        return self.page.evaluate(f"(index) => {CELLS}.get(index).outputs.toJSON()", cell)

    def count_cells(self) -> int:
        return self.page.evaluate(f"() => {CELLS}.length")

    def wait_for_cells(self, count: int) -> None:
        self.page.wait_for_function(f"(count) => {CELLS}.length === count", arg=count)

    def execute(self, command: str, arguments: dict[str, Any] | None = None) -> None:
        """Execute one of the application's commands, and return when it is done."""
        self.page.evaluate(
            "([name, options]) => window.jupyterapp.commands.execute(name, options).then(() => {})",
            [command, arguments or {}],
        )

    def begin(self, command: str) -> None:
        """Execute a command without waiting for its end."""
        self.page.evaluate("(name) => { window.jupyterapp.commands.execute(name) }", command)

    def save(self) -> None:
        self.execute("docmanager:save")

    def restart_kernel(self) -> None:
        self.page.evaluate(f"() => {PANEL}.sessionContext.restartKernel()")
        self._wait_for_kernel()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.execute("apputils:change-theme", {"theme": f"JupyterLab {theme.capitalize()}"})
        self.page.wait_for_function(
            "(light) => document.body.dataset.jpThemeLight === light",
            arg="true" if theme == "light" else "false",
        )
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)  # it fades away

    def set_windowing_mode(self, mode: str) -> None:
        """Choose what becomes of cells out of sight: in "full" mode they are not displayed.

        JupyterLab 4.6 has "contentVisibility" unless told otherwise, the versions before it "full".
        """
        self.page.evaluate(
            f"(mode) => {{ {PANEL}.content.notebookConfig ="
            f" {{...{PANEL}.content.notebookConfig, windowingMode: mode}} }}",
            mode,
        )

    def go_to(self, cell: int) -> None:
        """Make a cell the active one, and bring it into sight."""
        self._activate(cell)
        self.page.evaluate(f"(index) => {PANEL}.content.scrollToItem(index)", cell)
        expect(self.cell(cell)).to_be_in_viewport()

    def _prepare(self) -> None:
        self._wait_for_kernel()
        self._close_left_area()

    def _wait_for_kernel(self) -> None:
        self.page.wait_for_function(
            f"() => window.jupyterapp?.restored && {PANEL}?.sessionContext?.isReady"
            f' && {KERNEL}?.connectionStatus === "connected"'
        )

    def _close_left_area(self) -> None:
        toggle = "application:toggle-left-area"
        self.page.evaluate("() => window.jupyterapp.restored.then(() => {})")
        if self.page.evaluate("(name) => window.jupyterapp.commands.isToggled(name)", toggle):
            self.execute(toggle)
        expect(self.page.locator("#jp-left-stack")).to_be_hidden()

    def _forget_results(self, cell: int | None = None) -> None:
        self.page.evaluate(
            f"""(only) => {{
                for (let index = 0; index < {CELLS}.length; index++) {{
                    if (only === null || index === only) {CELLS}.get(index).clearExecution();
                }}
            }}""",
            cell,
        )

    def _begin_all(self) -> None:
        self.begin("notebook:run-all-cells")

    def _begin(self, cell: int) -> None:
        self._activate(cell)
        self.begin("notebook:run-cell")

    def _activate(self, cell: int) -> None:
        self.page.evaluate(f"(index) => {{ {PANEL}.content.activeCellIndex = index }}", cell)


class Notebook7Page(LabPage):
    """Notebook 7: JupyterLab's parts around one document."""

    path = "notebooks/"
    query = ""

    def _close_left_area(self) -> None:
        """There is none in the way."""
