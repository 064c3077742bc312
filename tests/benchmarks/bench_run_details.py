"""`RunDetails` in JupyterLab: first paint, redraws, brushing, sorting; plotly as the peer.

A time is a person's: from what they do, or the cell's first statement, to the end of the last frame
that changes anything. A brush frame's is what the page's thread is busy with in it.
"""

import gzip
import json
import statistics
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from lab import running_lab
from measure import folder_on_disk
from recorded_studies import AXES, EXPERIMENT, record_study
from table import Figure, report
from widget_cells import EMPTY, TIMES, load_run, load_study, show

import hdwidget
from hdwidget import Experiment, Workspace
from hdwidget.widget.feed import Feed

RUNS, VALUES, MANY = 1000, 1000, 5000
ROUNDS, PEER_ROUNDS = 3, 2
REPEATS = 5
MOVES = 60
"""Of the mouse while it draws a brush."""

STUDIES = {
    "ended": {"runs": RUNS, "values": VALUES},
    "going": {"runs": RUNS, "values": VALUES, "status": "Running"},
    "many": {"runs": MANY, "values": 1},
}
PEERS = {
    "plotly curves": ("ended", "curves_figure(file, 'scatter')"),
    "plotly axes": ("ended", "axes_figure(file)"),
    "plotly more axes": ("many", "axes_figure(file)"),
}
"""By name: the study, and plotly's figure of it."""

BUNDLE = Path(hdwidget.__file__).parent / "static" / "widget.js"
OURS = show("RunDetails(run)", "shown.show()")

CLICK = """(element) => timing.time(() => {
    element.dispatchEvent(new MouseEvent("click", {bubbles: true, composed: true}));
})"""
RESIZE = """(element) => timing.time(() => {
    const { style } = element.getRootNode().host;
    style.width = style.width === "" ? "1000px" : "";
})"""


def first_paint(notebook, kind):
    """Run both cells; return the milliseconds until the widget was made, seen, and at rest.

    They are counted from the beginning of the second cell's first statement.
    """
    notebook.run(0)
    notebook.wait_for(0)
    notebook.page.evaluate("(kind) => { window.seen = timing.firstPaint(kind) }", kind)
    notebook.run(1)
    notebook.wait_for(1)
    seen = notebook.page.evaluate("() => window.seen")
    begun, made = json.loads((notebook.folder / TIMES).read_text())
    return [(moment - begun) * 1000 for moment in (made, seen["first"], seen["rest"])]


def watched(element):
    """Bring a widget into sight, and have its changes noted."""
    element.scroll_into_view_if_needed()
    element.evaluate("(element) => timing.watch(element)")
    return element


def time_of(element, action, repeats=REPEATS):
    """Return the median milliseconds that a change takes, and how many of them are work."""
    taken = [element.evaluate(action) for _ in range(repeats)]
    return [statistics.median(each[what] for each in taken) for what in ("elapsed", "busy")]


def brush_frames(page, strip):
    """Draw a brush along nearly all of an axis, and return the milliseconds of the frames."""
    box = strip.bounding_box()
    x, y, height = box["x"] + box["width"] / 2, box["y"], box["height"]
    page.mouse.move(x, y + 0.95 * height)
    page.mouse.down()
    page.mouse.move(x, y + 0.9 * height)  # the first one makes the brush: no frame like the others
    page.evaluate("() => timing.recorded().then(timing.record)")
    for move in range(MOVES):
        page.mouse.move(x, y + (0.9 - 0.8 * move / MOVES) * height)
    frames = page.evaluate("() => timing.recorded()")
    page.mouse.up()
    return frames


@contextmanager
def shown(open_notebook, folder, run_id):
    """Show a run; yield its page, its widget, and the milliseconds until it was made and seen."""
    with open_notebook(load_run(folder, run_id), OURS) as notebook:
        made, seen, _ = first_paint(notebook, "ours")
        yield notebook.page, watched(notebook.widget(1)), {"made": made, "paint": seen}


def brushed(page, widget):
    """Draw a brush, and return the milliseconds of its frames."""
    widget.get_by_role("tab", name="Parallel").evaluate(CLICK)
    frames = brush_frames(page, widget.locator("[data-axis='0'] .parallel-strip"))
    widget.get_by_role("button", name="shown").evaluate(CLICK)  # clears the filter
    return {"brush p50": np.median(frames), "brush p95": np.quantile(frames, 0.95)}


def redrawn(widget):
    """Have each view drawn anew in several ways, and return the milliseconds that each takes."""
    tabs = [widget.get_by_role("tab", name=name) for name in ("Curves", "Parallel")]
    opened = [[tab.evaluate(CLICK)["elapsed"] for tab in tabs] for _ in range(REPEATS)]
    taken = dict(zip(("curves opened", "parallel opened"), np.median(opened, axis=0), strict=True))
    taken["parallel resized"], taken["parallel busy"] = time_of(widget, RESIZE)
    tabs[0].evaluate(CLICK)
    taken["curves resized"], _ = time_of(widget, RESIZE)
    taken["curves log"], _ = time_of(widget.get_by_role("button", name="log", exact=True), CLICK)
    title = widget.get_by_role("columnheader", name="momentum").get_by_role("button")
    taken["sort"], _ = time_of(title, CLICK)
    return taken


def show_plotly(open_notebook, file, figure):
    """Show plotly's widget; return the milliseconds of what is measured on its page."""
    with open_notebook(load_study(file), show(figure)) as notebook:
        taken = {"paint": first_paint(notebook, "plotly")[2]}  # its frame is there before its lines
        widget = watched(notebook.page.locator(".js-plotly-plot"))
        taken["redraw"], _ = time_of(widget.locator(".updatemenu-button"), CLICK, 2)
        if (strips := widget.locator(".axis-brush .background")).count():
            frames = brush_frames(notebook.page, strips.first)
            taken |= {"brush p50": np.median(frames), "brush p95": np.quantile(frames, 0.95)}
        return taken


def show_empty(open_notebook):
    """Show a widget that draws nothing, and return the milliseconds to the first paint."""
    with open_notebook(EMPTY, show("Empty()")) as notebook:
        return first_paint(notebook, "empty")[1]


def size_of(folder, run_id):
    """Return the bytes of a run's whole state on their way to the page."""
    run = Experiment(Workspace(folder), EXPERIMENT).get_run(run_id)
    feed = Feed(run, lambda *_: None)
    content, buffers = feed.snapshot()
    feed.close()
    return len(json.dumps(content)) + sum(map(len, buffers))


def measured(open_notebook, folder, studies, *, peer):
    """Measure everything once: the milliseconds by widget and by what was measured."""
    records = folder / "records"
    taken = {"empty": {"paint": show_empty(open_notebook)}}
    with shown(open_notebook, records, studies["ended"]) as (page, widget, paint):
        taken["ended"] = paint | brushed(page, widget) | redrawn(widget)
    with shown(open_notebook, records, studies["going"]) as (_, _, paint):
        taken["going"] = paint
    with shown(open_notebook, records, studies["many"]) as (page, widget, paint):
        taken["many"] = paint | brushed(page, widget)
    if peer:
        for name, (study, figure) in PEERS.items():
            taken[name] = show_plotly(open_notebook, folder / f"{study}.npz", figure)
    return taken


def figures_of(rounds):
    """Return the figures of what was measured in several rounds."""

    def taken(widget, what):
        return [each[widget][what] for each in rounds if widget in each]

    def figure(name, widget, what, limit=None, peer=None):
        beside = taken(*peer) if peer else ()
        return Figure(
            name=name,
            unit="ms",
            ours=taken(widget, what),
            limit=limit,
            peer=beside,
            peer_name="plotly",
        )

    return [
        figure("first paint, curves", "going", "paint", 500, ("plotly curves", "paint")),
        figure("… of which RunDetails(run)", "going", "made"),
        figure("first paint, parallel", "ended", "paint", 500, ("plotly axes", "paint")),
        figure("… of which RunDetails(run)", "ended", "made"),
        figure("first paint, an empty widget", "empty", "paint"),
        figure("curves, log axis", "ended", "curves log", 120, ("plotly curves", "redraw")),
        figure("curves, resized", "ended", "curves resized", 120),
        figure("curves, tab opened", "ended", "curves opened", 120),
        figure("parallel, resized", "ended", "parallel resized", 50, ("plotly axes", "redraw")),
        figure("… of which work", "ended", "parallel busy"),
        figure("parallel, tab opened", "ended", "parallel opened", 50),
        *(
            figure(
                f"brush frame, {runs} runs, {part}",
                ours,
                f"brush {part}",
                16,
                (peer, f"brush {part}"),
            )
            for runs, ours, peer in (
                (RUNS, "ended", "plotly axes"),
                (MANY, "many", "plotly more axes"),
            )
            for part in ("p50", "p95")
        ),
        figure("table, sorted", "ended", "sort", 30),
    ]


def main():
    """Print the table."""
    with folder_on_disk() as name:
        folder = Path(name)
        records = folder / "records"
        studies = {}
        for kind, shape in STUDIES.items():
            studies[kind], arrays = record_study(records, **shape)
            np.savez(folder / f"{kind}.npz", **arrays)
        size = size_of(records, studies["ended"])
        with running_lab(folder) as open_notebook:
            rounds = [
                measured(open_notebook, folder, studies, peer=turn < PEER_ROUNDS)
                for turn in range(ROUNDS)
            ]
    bundle = len(gzip.compress(BUNDLE.read_bytes()))
    report(
        f"RunDetails in JupyterLab: {RUNS} runs x {VALUES} values, {AXES} axes",
        [
            *figures_of(rounds),
            Figure(name="bundle, gzip", unit="kB", ours=[bundle / 1e3], limit=90),
            Figure(name=f"state of {RUNS * VALUES} values", unit="MB", ours=[size / 1e6], limit=2),
        ],
    )


if __name__ == "__main__":
    main()
