"""The peer's figures, made in a kernel: plotly's widget with the data of a study."""

import numpy as np
import plotly.graph_objects as go

__all__ = ["axes_figure", "curves_figure"]

HEIGHT = 400
WIDTHS = (1100, 900)


def curves_figure(file, trace):
    """Return a figure of the study's curves.

    Parameters
    ----------
    file : str
        An ``.npz`` with the study's arrays.
    trace : {"scatter", "scattergl"}
        How plotly draws them: SVG or WebGL.
    """
    curves = np.load(file)["curves"]
    steps = np.arange(1, curves.shape[1] + 1)
    kind = {"scatter": go.Scatter, "scattergl": go.Scattergl}[trace]
    lines = [kind(x=steps, y=curve, mode="lines", opacity=0.3) for curve in curves]
    return go.FigureWidget(lines, layout({"yaxis.type": "log"}, {"yaxis.type": "linear"}))


def axes_figure(file):
    """Return parallel coordinates of the study's hyperparameters and its metric."""
    axes = np.load(file)["axes"]
    dimensions = [{"label": f"axis {place}", "values": axis} for place, axis in enumerate(axes)]
    lines = go.Parcoords(dimensions=dimensions, line={"color": axes[-1], "colorscale": "Cividis"})
    narrow, wide = ({"width": width} for width in WIDTHS)
    return go.FigureWidget([lines], layout(narrow, wide))


def layout(one, other):
    """Return a layout with a button that does one thing and, pressed again, the other."""
    button = {"label": "redraw", "method": "relayout", "args": [one], "args2": [other]}
    menu = {"type": "buttons", "buttons": [button], "x": 0, "y": 1.2}
    return {"showlegend": False, "height": HEIGHT, "width": WIDTHS[0], "updatemenus": [menu]}
