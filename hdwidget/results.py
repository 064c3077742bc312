"""What runs have logged, in the forms in which their handles give it out."""

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.metrics import number_of
from hdwidget.store import Series

__all__ = ["as_logged", "best_value", "most_runs", "utc_text"]


def best_value(series: Series | None, goal: PrimaryMetricGoal) -> float | None:
    """Return the best number of a series, or None where there is none."""
    if series is None:
        return None
    if isinstance(series.values, list):  # integers beyond 64 bits are among them
        values = np.array([number_of(series.name, value) for value in series.values])
    else:
        values = series.values.astype(np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    return float(goal.sign * np.max(goal.sign * values))


def as_logged(series: Mapping[str, Series]) -> dict[str, Any]:
    """Return what was logged once as a value, and what was logged repeatedly as a list."""
    values = {name: list(_listed(of)) for name, of in series.items()}
    return {name: of[0] if len(of) == 1 else of for name, of in values.items()}


def _listed(series: Series) -> list[Any]:
    return series.values if isinstance(series.values, list) else series.values.tolist()


def utc_text(seconds: float | None) -> str | None:
    """Return a time in UTC epoch seconds as ISO 8601 text, as Azure writes it."""
    if seconds is None or not math.isfinite(seconds):
        return None
    moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def most_runs(config: Mapping[str, Any]) -> int:
    """Return how many runs a recorded configuration makes: a finite space may hold fewer."""
    total, size = config["max_total_runs"], config["space_size"]
    return total if size is None else min(total, size)
