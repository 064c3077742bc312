"""What stands for a run where nothing is live: GitHub, nbviewer, a reopened notebook.

Such a page may strip styles, classes, scripts and pictures, and may be light or dark. So the table
is one without any of them, colours are those that are legible on either, and text has none.
"""

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from hdwidget.arguments import as_json
from hdwidget.status import STOPPED, standing
from hdwidget.store import RunRecord
from hdwidget.widget.summary import SingleSummary, Summary

__all__ = ["fallback_html", "fallback_text", "single_html", "single_text", "static_class"]

ROWS = 10
MOST_HYPERPARAMETERS = 8
MOST_CHARACTERS = 32
"""Of a name or a value; its middle is left out, since configurations often differ at the end."""
MOST_ERRORS = 3
MOST_ERROR_CHARACTERS = 160

NONE = "\N{EN DASH}"
FAINT = "opacity:.75"
CELL = "padding:.25em .6em;vertical-align:top;white-space:nowrap"
LEFT, RIGHT = f"{CELL};text-align:left", f"{CELL};text-align:right"

MARKS = MappingProxyType(
    {
        "Completed": ("✓", "#009e73"),
        STOPPED: ("■", "#e69f00"),
        "Canceled": ("⊘", "#999999"),
        "Failed": ("✗", "#d55e00"),
        "Running": ("▸", "#0072b2"),
    }
)
"""A sign and its colour by status; the text beside it carries the meaning."""
OTHER_MARK = ("○", "#888888")


def static_class(run_id: str) -> str:
    """Return the class by which a live view finds, and hides, the static output of a run.

    A class because JupyterLab's sanitizer drops ``data-`` attributes and renames ids.
    """
    return f"hdwidget-static-{run_id}"


def fallback_text(summary: Summary) -> str:
    """Return the run's standing in a line, for a page that shows no HTML."""
    best = _best_text(summary)
    parts = [_status_text(summary.parent), f"{summary.done} of {summary.total} runs done"]
    return f"{_short(summary.parent.experiment)}: {', '.join([*parts, *([best] if best else [])])}"


def fallback_html(summary: Summary) -> str:
    """Return the run's standing and its best ten runs as HTML of at most 60 kB.

    Every text of the user's is escaped, and shortened if it is long. There is no script, style
    sheet or picture in it.
    """
    shown = summary.ranking[:ROWS]
    parts = [
        _headline(summary),
        _table(summary, shown) if shown else "<div>No run has started yet.</div>",
        _failures(summary),
        f'<div style="{FAINT}">{_footer(summary, shown)}</div>',
    ]
    return _whole(summary.parent, parts)


def single_text(summary: SingleSummary) -> str:
    """Return a single run's standing in a line, for a page that shows no HTML."""
    return f"{_short(summary.record.experiment)}: {_status_text(summary.record)}"


def single_html(summary: SingleSummary) -> str:
    """Return a single run's standing and the last values of its first ten metrics as HTML."""
    record = summary.record
    parts = [f"<div>{_heading(record, summary.moment)}</div>"]
    if summary.logged:
        shown = list(summary.logged.items())[:ROWS]
        heads = [("Metric", LEFT), ("Last value", RIGHT), ("Values", RIGHT)]
        rows = [
            [(_escaped(name), LEFT), (_escaped(_value(last)), RIGHT), (str(count), RIGHT)]
            for name, (count, last) in shown
        ]
        parts.append(_grid(heads, rows))
        if len(shown) < len(summary.logged):
            parts.append(f"<div>The first {ROWS} of {len(summary.logged)} metrics.</div>")
    else:
        parts.append("<div>Nothing was logged.</div>")
    if record.error is not None:
        error = html.escape(_error_text(record.error))
        parts.append(f'<div style="{FAINT}">{_mark("Failed")} {error}</div>')
    if not summary.is_final:
        parts.append(f'<div style="{FAINT}">as of {_utc(summary.moment)} UTC</div>')
    return _whole(record, parts)


def _whole(record: RunRecord, parts: Sequence[str]) -> str:
    classes = f"hdwidget-static {static_class(record.id)}"
    return f'<div class="{html.escape(classes)}">{"".join(parts)}</div>'


def _heading(record: RunRecord, moment: float, *facts: str) -> str:
    elapsed = _duration(record, moment)
    return " · ".join(
        [
            f"<strong><bdi>{_escaped(record.experiment)}</bdi></strong>",
            f"{_mark(standing(record.status, record.reason))} {html.escape(_status_text(record))}",
            *facts,
            *([elapsed] if elapsed != NONE else []),
        ]
    )


def _grid(heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Return a table of cells, which are HTML, each with its style; heads are texts."""
    head = "".join(f'<th style="{style}">{_escaped(text)}</th>' for text, style in heads)
    cells = ("".join(f'<td style="{style}">{text}</td>' for text, style in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return (
        '<div style="overflow-x:auto"><table style="margin:.5em 0">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _headline(summary: Summary) -> str:
    done = f"{summary.done} of {summary.total} runs done"
    lines = [_heading(summary.parent, summary.moment, done)]
    if best := _best_text(summary):
        lines.append(f"<strong>{html.escape(best[:1].upper() + best[1:])}</strong>")
    elif summary.children:
        verb = "No run logged" if summary.is_final else "No run has logged"
        lines.append(f"{verb} a number as <bdi>{_escaped(summary.metric)}</bdi>.")
    if summary.children:
        counts = summary.counts.most_common()
        lines.append(
            " · ".join(f"{_mark(status)} {count} {_words(status)}" for status, count in counts)
        )
    return "".join(f"<div>{line}</div>" for line in lines)


def _failures(summary: Summary) -> str:
    """Return the commonest errors of the runs, and first the whole's if it is another."""
    failed: dict[str, list[int]] = {}
    for run in summary.children:
        if run.error is not None:
            failed.setdefault(_error_text(run.error), []).append(run.number)
    whole = None if summary.parent.error is None else _error_text(summary.parent.error)
    lines = [] if whole is None or whole in failed else [whole]
    for text, runs in sorted(failed.items(), key=lambda item: -len(item[1]))[:MOST_ERRORS]:
        others = f" and {len(runs) - 1} more" if len(runs) > 1 else ""
        lines.append(f"Run {runs[0]}{others}: {text}")
    style = f"{FAINT};overflow-wrap:anywhere"
    return "".join(
        f'<div style="{style}">{_mark("Failed")} {html.escape(line)}</div>' for line in lines
    )


def _error_text(error: Mapping[str, Any]) -> str:
    return _short(f"{error.get('type')}: {error.get('message')}", MOST_ERROR_CHARACTERS)


def _table(summary: Summary, shown: Sequence[RunRecord]) -> str:
    names = _hyperparameters(shown)[:MOST_HYPERPARAMETERS]
    aligned = [RIGHT if _are_numbers(shown, name) else LEFT for name in names]
    heads = [("Run", RIGHT), ("Status", LEFT), (summary.metric, RIGHT)]
    heads += [*zip(names, aligned, strict=True), ("Started (UTC)", LEFT), ("Duration", RIGHT)]
    rows: list[list[tuple[str, str]]] = []
    for rank, run in enumerate(shown):
        value = summary.best.get(run.id)
        star = "★ " if rank == 0 and value is not None else ""
        status = standing(run.status, run.reason)
        cells = [
            (f"{star}{run.number}", RIGHT),
            (f"{_mark(status)} {html.escape(_status_text(run))}", LEFT),
            (NONE if value is None else _number(value), RIGHT),
            *(
                (_escaped(_value(run.params[name])) if name in run.params else NONE, style)
                for name, style in zip(names, aligned, strict=True)
            ),
            (NONE if run.started is None else _utc(run.started), LEFT),
            (_duration(run, summary.moment), RIGHT),
        ]
        rows.append(cells)
    return _grid(heads, rows)


def _footer(summary: Summary, shown: Sequence[RunRecord]) -> str:
    goal = "maximized" if summary.goal.sign > 0 else "minimized"
    notes = [f"<bdi>{_escaped(summary.metric)}</bdi> is {goal}"]
    if len(shown) < len(summary.children):
        notes.insert(0, f"the best {len(shown)} of {len(summary.children)} runs")
    hidden = len(_hyperparameters(shown)) - MOST_HYPERPARAMETERS
    if hidden > 0:
        notes.append(f"{hidden} more hyperparameter{'s' * (hidden > 1)} not shown")
    if not summary.is_final:
        notes.append(f"as of {_utc(summary.moment)} UTC")
    return " · ".join(notes)


def _hyperparameters(runs: Sequence[RunRecord]) -> list[str]:
    """Return the names in the space's order; not every run has those that are nested."""
    return list(dict.fromkeys(name for run in runs for name in run.params))


def _are_numbers(runs: Sequence[RunRecord], name: str) -> bool:
    values = [run.params[name] for run in runs if name in run.params]
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _best_text(summary: Summary) -> str | None:
    if not summary.best:
        return None
    run = summary.ranking[0]
    value = _number(summary.best[run.id])
    return f"best {_short(summary.metric)} {value} (run {run.number})"


def _status_text(run: RunRecord) -> str:
    status = standing(run.status, run.reason)
    words = _words(status)
    shown = words[:1].upper() + words[1:]
    return shown if run.reason is None or status == STOPPED else f"{shown} ({run.reason})"


def _words(status: str) -> str:
    """Return HyperDrive's compound as words: "CancelRequested" is read "cancel requested"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", status).lower()


def _mark(status: str) -> str:
    sign, colour = MARKS.get(status, OTHER_MARK)
    return f'<span style="color:{colour}">{sign}</span>'


def _number(value: float) -> str:
    return f"{value:.6g}"


def _value(value: object) -> str:
    """Return a hyperparameter's value as text; whole numbers in full."""
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping | list):
        return as_json(value)  # pyright: ignore[reportUnknownArgumentType]  # as the record has it
    return str(value)


def _utc(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _duration(run: RunRecord, moment: float) -> str:
    """Return how long a run took, or has taken so far."""
    if run.started is None:
        return NONE
    spent = float(run.properties.get("spent_seconds", 0.0))  # before it was resumed
    seconds = max(0.0, spent + (moment if run.ended is None else run.ended) - run.started)
    if seconds < 59.95:  # noqa: PLR2004  # what is shown as less than a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def _short(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return `text` on one line and without what cannot be seen, its middle left out if long."""
    if len(text) > most:
        tail = most // 3
        text = f"{text[: most - tail - 1]}…{text[-tail:]}"
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def _escaped(text: Any, most: int = MOST_CHARACTERS) -> str:  # noqa: ANN401
    return html.escape(_short(str(text), most))
