"""Sources of cells that show `RunDetails`, an empty widget, and plotly's with the same data."""

from recorded_studies import EXPERIMENT

__all__ = ["EMPTY", "TIMES", "load_run", "load_study", "show"]

TIMES = "times.json"
"""The file in which a cell that shows a widget leaves the moments when it began and had made it."""

EMPTY = """import anywidget

class Empty(anywidget.AnyWidget):
    _esm = '''export default {
        render({ el }) {
            el.textContent = "nothing else";
            el.classList.add("nothing-else");
        },
    }'''"""
"""A cell that defines a widget which draws next to nothing."""


def load_run(folder, run_id):
    """Return a cell that finds a recorded run, in `run`."""
    return f"""from hdwidget import Experiment, RunDetails, Workspace

run = Experiment(Workspace({str(folder)!r}), {EXPERIMENT!r}).get_run({run_id!r})"""


def load_study(file):
    """Return a cell that loads plotly, and names the arrays of a study `file`."""
    return f"""import plotly.graph_objects as go
from plotly_figures import axes_figure, curves_figure

go.FigureWidget()  # imports most of plotly: that is not measured
file = {str(file)!r}"""


def show(made, how="display(shown)"):
    """Return a cell that makes a widget and displays it, and writes down when."""
    return f"""import json, time

begun = time.time()
shown = {made}
made = time.time()
{how}
with open({TIMES!r}, "w") as times:
    json.dump([begun, made], times)"""
