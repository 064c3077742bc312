"""The classic notebook, as nbclassic keeps it."""

from typing import Any

from playwright.sync_api import Locator
from support.notebook_page import NotebookPage, Theme

__all__ = ["ClassicPage"]


class ClassicPage(NotebookPage):
    """The classic notebook. It has one theme, and it cannot tell when its widgets are ready."""

    path = "nbclassic/notebooks/"
    # The reply may overtake the outputs: done is what the kernel has said "idle" to.
    _has_run = """(index) => {
        const cell = Jupyter.notebook.get_cell(index);
        const request = Jupyter.notebook.kernel._msg_callbacks[cell.last_msg_id];
        return Number.isInteger(cell.input_prompt_number) && request?.iopub_done;
    }"""

    def cell(self, cell: int) -> Locator:
        return self.page.locator("#notebook-container > .cell").nth(cell)

    def prompt(self, cell: int) -> Locator:
        return self.cell(cell).locator(".input_prompt")

    def output(self, cell: int) -> Locator:
        return self.cell(cell).locator(".output")

    def outputs(self, cell: int) -> list[dict[str, Any]]:
        return self.page.evaluate(
            "(index) => Jupyter.notebook.get_cell(index).output_area.toJSON()", cell
        )

    def count_cells(self) -> int:
        return self.page.evaluate("() => Jupyter.notebook.ncells()")

    def wait_for_cells(self, count: int) -> None:
        self.page.wait_for_function("(count) => Jupyter.notebook.ncells() === count", arg=count)

    def save(self) -> None:
        self.page.evaluate("() => Jupyter.notebook.save_notebook().then(() => {})")

    def restart_kernel(self) -> None:
        self.page.evaluate("() => Jupyter.notebook.restart_kernel({confirm: false}).then(() => {})")

    def set_theme(self, theme: Theme) -> None:
        assert theme == "light", "nbclassic has no dark theme"

    def open(self) -> None:
        # Once it is connected, widgetsnbextension asks the kernel for widgets and then draws every
        # output anew, which removes those drawn until then. It says no word of it, but its last
        # question to a new kernel is a comm_info_request.
        with self.page.expect_websocket() as socket:
            self.page.goto(self._url)
        socket.value.wait_for_event(
            "framereceived", lambda frame: '"msg_type": "comm_info_reply"' in str(frame)
        )
        self._prepare()
        # What is answered after the reply is handled after it.
        self.page.evaluate("() => new Promise((done) => Jupyter.notebook.kernel.kernel_info(done))")
        self.set_theme(self.theme)

    def _prepare(self) -> None:
        self._wait_for_kernel()

    def _wait_for_kernel(self) -> None:
        self.page.wait_for_function(
            """() => {
                const notebook = window.Jupyter?.notebook;
                if (!notebook?._fully_loaded) return false;
                return notebook.kernel?.is_connected() && notebook.kernel.info_reply.banner;
            }"""
        )

    def _forget_results(self, cell: int | None = None) -> None:
        self.page.evaluate(
            """(only) => Jupyter.notebook.get_cells().forEach((cell, index) => {
                if (only === null || index === only) cell.set_input_prompt(null);
            })""",
            cell,
        )

    def _begin_all(self) -> None:
        self.page.evaluate("() => { Jupyter.notebook.execute_all_cells() }")

    def _begin(self, cell: int) -> None:
        self.page.evaluate("(index) => { Jupyter.notebook.execute_cells([index]) }", cell)
