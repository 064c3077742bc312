"""What runs have logged, in the forms in which their handles give it out."""

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.metrics import number_of
from hdwidget.store import Series

__all__ = ["best_value", "most_runs", "utc_text"]


def best_value(series: Series | None, goal: PrimaryMetricGoal) -> float | None:
    """Return the best number of a series, or None where there is none."""
    if series is None:
        return None
    if isinstance(series.values, list):  # integers beyond 64 bits are among them
        values = np.array(
            [
                number_of(series.name, value) if _is_number(value) else math.nan
                for value in series.values
            ]
        )
    else:
        values = series.values.astype(np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    return float(goal.sign * np.max(goal.sign * values))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
