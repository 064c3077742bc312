"""Runs and their metrics as pandas data frames; pandas is an extra."""

import importlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hdwidget.errors import MissingExtraError
from hdwidget.store import RunRecord, Series

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["importance_frame", "metrics_frame", "runs_frame"]

FIXED = {"number", "status", "reason", "created", "started", "ended", "seconds"}


def runs_frame(
    children: Sequence[RunRecord], metric: str, best: Mapping[str, float | None]
) -> "pd.DataFrame":
    """Return one row for each run, indexed by its id.

    A metric or a hyperparameter whose name is taken by another column gets the prefix ``best_`` or
    ``param_``.
    """
    pandas = _pandas()
    rows: list[dict[str, Any]] = []
    for run in children:
        row: dict[str, Any] = {
            "number": run.number,
            "status": run.status,
            "reason": run.reason,
            f"best_{metric}" if metric in FIXED else metric: best[run.id],
            "created": run.created,
            "started": run.started,
            "ended": run.ended,
        }
        fixed = FIXED | set(row)
        for name, value in run.params.items():
            row[f"param_{name}" if name in fixed else name] = value
        rows.append(row)
    frame = pandas.DataFrame(rows, index=pandas.Index([run.id for run in children], name="run"))
    for column in ("created", "started", "ended"):
        if column in frame:
            frame[column] = pandas.to_datetime(frame[column].astype(float), unit="s", utc=True)
    if "started" in frame:
        frame["seconds"] = (frame["ended"] - frame["started"]).dt.total_seconds()
    return frame


def metrics_frame(metrics: Mapping[str, Mapping[str, Series]]) -> "pd.DataFrame":
    """Return one row for each logged value: run, metric, interval (from 1), step, time, value."""
    pandas = _pandas()
    parts = [
        pandas.DataFrame(
            {
                "run": run_id,
                "metric": name,
                "interval": range(1, len(series) + 1),
                "step": pandas.array(
                    [pandas.NA] * len(series) if series.steps is None else series.steps,
                    dtype="Int64",
                ),
                "time": pandas.to_datetime(series.times, unit="s", utc=True),
                "value": series.values,
            }
        )
        for run_id, of_run in metrics.items()
        for name, series in of_run.items()
    ]
    if not parts:
        return pandas.DataFrame(columns=["run", "metric", "interval", "step", "time", "value"])
    return pandas.concat(parts, ignore_index=True)


def importance_frame(
    importances: Mapping[str, float], errors: Mapping[str, float]
) -> "pd.DataFrame":
    """Return one row for each parameter, indexed by its name."""
    pandas = _pandas()
    columns = {"importance": list(importances.values()), "standard_error": list(errors.values())}
    return pandas.DataFrame(columns, index=pandas.Index(list(importances), name="parameter"))


def _pandas() -> Any:  # noqa: ANN401  # a module
    try:
        return importlib.import_module("pandas")
    except ImportError as error:
        message = "data frames need pandas: pip install 'hdwidget[pandas]'"
        raise MissingExtraError(message) from error
