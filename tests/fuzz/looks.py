"""All ways to look at what a workspace holds."""

import contextlib

from hdwidget import HyperDriveRun, Model
from hdwidget.errors import HDWidgetError
from hdwidget.widget.fallback import fallback_html, fallback_text, single_html, single_text
from hdwidget.widget.reading import read_board
from hdwidget.widget.study import is_single
from hdwidget.widget.summary import summarize, summarize_single

__all__ = ["look_at_everything"]


def look_at_everything(workspace):
    """Ask everything about all runs of a workspace; only our errors may come out."""
    for experiment in workspace.experiments.values():
        with contextlib.suppress(HDWidgetError):
            for run in experiment.get_runs():
                look_at(run)
    with contextlib.suppress(HDWidgetError):
        Model.list(workspace)


def look_at(run):
    store = run.experiment.host.store
    looks = [
        lambda: repr(run),
        run.get_details,
        run.get_metrics,
        run.get_children,
        lambda: (run.tags, run.properties, run.hyperparameters, run.number, run.reason),
        run.wait_for_completion,
        run.cancel,
    ]
    if run.parent is None:  # RunDetails takes no other
        looks.append(lambda: read_board(store, run.id))
    if isinstance(run, HyperDriveRun):
        looks += [
            run.get_hyperparameters,
            run.get_children_sorted_by_primary_metric,
            run.get_best_run_by_primary_metric,
            run.to_dataframe,
            run.metrics_dataframe,
            run.diagnose,
            lambda: run.wait_for_completion(show_output=True),
            lambda: texts(summarize(run, store, 1e9), fallback_text, fallback_html),
            lambda: run.enqueue({"x": 0.5}),
            lambda: run.extend(max_total_runs=1),
        ]
    elif run.parent is None and is_single(run.record):
        looks.append(lambda: texts(summarize_single(run, store, 1e9), single_text, single_html))
    for look in looks:
        with contextlib.suppress(HDWidgetError):
            look()
    with contextlib.suppress(HDWidgetError):
        for child in run.get_children():
            look_at(child)


def texts(summary, text, html):
    text(summary)
    html(summary)
