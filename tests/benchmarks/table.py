"""Figures beside their peers and their bars, as a table and for the summary of `run.py`."""

import json
import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["FIGURES", "Figure", "read", "report", "show"]

FIGURES = "HDWIDGET_BENCH_FIGURES"
"""The environment variable that names the file where `run.py` wants the figures."""

HEADER = ("figure", "ours", "peer", "ratio", "bar", "met")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Something that was measured, a number for each round; its value is their median.

    Parameters
    ----------
    unit : str
        Of the numbers; more is better in a unit "…/s", less is better in any other.
    limit : float, optional
        The bar: at most this much or, in a unit "…/s", at least.
    times : float, optional
        The bar: at least so many times as good as the peer.
    """

    name: str
    unit: str
    ours: Sequence[float]
    peer: Sequence[float] = ()
    peer_name: str = ""
    limit: float | None = None
    times: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as good as the peer we are."""
        if not self.peer:
            return None
        ours, peer = statistics.median(self.ours), statistics.median(self.peer)
        return ours / peer if self._more_is_better else peer / ours

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None where there is none."""
        if self.times is not None:
            return self.ratio is not None and self.ratio >= self.times
        if self.limit is None:
            return None
        value = statistics.median(self.ours)
        return value >= self.limit if self._more_is_better else value <= self.limit

    @property
    def row(self) -> tuple[str, ...]:
        """The cells of the figure's row."""
        bar = ""
        if self.times is not None:
            bar = f">= {self.times:g}x"
        elif self.limit is not None:
            bar = f"{'>=' if self._more_is_better else '<='} {self.limit:g} {self.unit}"
        return (
            self.name,
            self._cell(self.ours),
            f"{self._cell(self.peer)} {self.peer_name}" if self.peer else "",
            "" if self.ratio is None else f"{_short(self.ratio)}x",
            bar,
            "" if self.met is None else "yes" if self.met else "NO",
        )

    @property
    def _more_is_better(self) -> bool:
        return self.unit.endswith("/s")

    def _cell(self, numbers: Sequence[float]) -> str:
        spread = f" ({_short(min(numbers))}-{_short(max(numbers))})" if len(numbers) > 1 else ""
        return f"{_short(statistics.median(numbers))} {self.unit}{spread}"


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print the figures as a table."""
    rows = [HEADER, *(figure.row for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    sys.stdout.write(f"\n{title}\n")
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
    sys.stdout.flush()


def report(title: str, figures: Sequence[Figure]) -> None:
    """Print a benchmark's figures, and hand them to `run.py` if that is who started it."""
    show(title, figures)
    if file := os.environ.get(FIGURES):
        Path(file).write_text(json.dumps([asdict(figure) for figure in figures]), encoding="utf-8")


def read(file: Path) -> list[Figure]:
    """Return the figures that a benchmark has handed over."""
    return [Figure(**figure) for figure in json.loads(file.read_text(encoding="utf-8"))]


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
