"""A view of `RunDetails`: what a person finds in it, and does with the mouse."""

import re

from playwright.sync_api import Locator, Page, expect

__all__ = ["DetailsView"]

STEPS = 8
"""Into how many movements a drag is cut."""


class DetailsView:
    """One view of a widget, by its roles and names.

    Parameters
    ----------
    widget : Locator
        As `NotebookPage.widget` returns it.

    Attributes
    ----------
    status, done, cancel, resume, table, chart, parallel, filter : Locator
        Of the whole run, the bar that counts what is done, the buttons, the table of the runs, the
        curves, the parallel coordinates, the field of the text to filter by.
    """

    def __init__(self, widget: Locator) -> None:
        self.widget = widget
        self.status = widget.locator("header").get_by_role("status").first
        self.done = widget.get_by_role("progressbar", name="Runs done")
        self.cancel = widget.get_by_role("button", name="Cancel", exact=True)
        self.resume = widget.locator("header").get_by_role("button", name="Resume", exact=True)
        self.table = widget.get_by_role("grid", name="Runs")
        self.chart = widget.locator(".curves-plot")
        self.parallel = widget.get_by_role("application")
        self.filter = widget.get_by_role("searchbox", name="Filter")

    @property
    def page(self) -> Page:
        """The page that it is in."""
        return self.widget.page

    def expect_done(self, count: int) -> None:
        """Wait until so many runs have ended."""
        expect(self.done).to_have_attribute("aria-valuenow", str(count))

    def expect_runs(self, *numbers: int) -> None:
        """Wait until the table shows these runs, from top to bottom."""
        expect(self.table.get_by_role("rowheader")).to_have_text([str(each) for each in numbers])

    def expect_curves(
        self, count: int, *, best: float, run: int, metric: str = "score", primary: str = "score"
    ) -> None:
        """Wait until the chart is of so many curves of a metric, and names the best run."""
        digits = f"{best:g}"
        zeros = "0*" if "." in digits else r"(\.0+)?"
        words = re.escape(f"{count} curves of {metric}, best {primary} {digits}")
        expect(self.chart).to_have_accessible_name(re.compile(f"^{words}{zeros} by run {run}$"))

    def row(self, run: int) -> Locator:
        """Return a run's row in the table; it is there only while it is in sight."""
        return self.table.locator(f'[data-run="{run}"]')

    def cell(self, run: int, title: str) -> Locator:
        """Return a cell of the table by its column's title."""
        titles = self.table.get_by_role("columnheader").locator("button").all_inner_texts()
        column = [each.strip().rstrip("▲▼").strip() for each in titles].index(title)
        return self.row(run).locator("> *").nth(column + 1)  # the first one has the star

    def open_tab(self, name: str) -> None:
        """Open a tab of the charts."""
        tab = self.widget.get_by_role("tab", name=name)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")

    def filter_by_status(self, status: str) -> Locator:
        """Return the button that counts the runs of a status and filters by it."""
        filters = self.widget.get_by_role("group", name="Show runs by status")
        return filters.get_by_role("button", name=status)

    def shown(self, count: int, total: int) -> Locator:
        """Return the chip that says how many runs the filter lets through, and clears it."""
        return self.widget.get_by_role("button", name=f"{count} of {total} shown: clear the filter")

    def confirm_cancel(self) -> None:
        """Cancel the run and say yes."""
        self.cancel.click()
        question = self.widget.get_by_role("alertdialog", name="Cancel all runs?")
        question.get_by_role("button", name="Cancel all").click()

    def open_logs(self, run: int) -> Locator:
        """Open a run's logs, with what can be done with it, by the button in its row."""
        self.row(run).hover()
        self.row(run).get_by_role("button", name=f"Logs of run {run}").click()
        return self.widget.get_by_role("region", name=f"Logs of run {run}")

    def brush(self, axis: int | str, low: float, high: float) -> None:
        """Drag along an axis of the parallel coordinates, between two parts of its length.

        Parameters
        ----------
        axis : int or "metric"
            A hyperparameter by its place in the space, or the primary metric.
        low, high : float
            From 0, at the lower end or the first option, to 1.
        """
        box = self._box(self.parallel.locator(f'[data-axis="{axis}"] .parallel-line'))
        if box["height"] > box["width"]:
            points = [(box["x"], box["y"] + (1 - at) * box["height"]) for at in (low, high)]
        else:
            points = [(box["x"] + at * box["width"], box["y"]) for at in (low, high)]
        self._drag(*points)

    def zoom(self, low: float, high: float) -> None:
        """Drag across the curves, between two parts of the plotting area's width."""
        box = self._box(self.chart.locator(".u-over"))
        middle = box["y"] + box["height"] / 2
        self._drag(*((box["x"] + at * box["width"], middle) for at in (low, high)))

    def _box(self, target: Locator) -> dict[str, float]:
        """Bring something into sight, as the mouse needs it, and return where it is."""
        target.evaluate("(target) => target.scrollIntoView({block: 'center'})")
        return target.bounding_box()

    def _drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=STEPS)
        self.page.mouse.up()
