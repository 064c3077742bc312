"""The bytes that go to the page: rows, whole curves, single points (``js/src/state`` reads them).

Everything is little-endian. A **row** is fixed in length: the columns of `row_type`. A **curve** is
a head, `CURVE`, and then columns of float32 with a number for each bucket: last; low and high,
unless every value has a bucket of its own; time; step, unless steps are evenly spaced. A **point**
is one value, `POINT`.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from hdwidget.widget.buckets import Buckets

__all__ = ["POINT", "pack_curve", "pack_curves", "row_type"]

CURVE = np.dtype(
    [
        ("run", "<u4"),
        ("metric", "<u2"),
        ("flags", "<u2"),
        ("width", "<u4"),
        ("count", "<u4"),
        ("first_step", "<f8"),
        ("stride", "<f8"),
    ]
)
HAS_STEPS = 1

POINT = np.dtype(
    [
        ("run", "<u4"),
        ("metric", "<u2"),
        ("", "<u2"),
        ("seq", "<u4"),
        ("step", "<f4"),
        ("time", "<f4"),
        ("value", "<f4"),
    ]
)


def row_type(dimensions: int) -> np.dtype[np.void]:
    """Return the type of a run's row, with so many hyperparameters.

    `standing` and `reason` are indices into `STANDINGS` and `REASONS`; times are UTC epoch seconds;
    `best`, `last` and `step` are of the primary metric; what is not there is NaN.
    """
    return np.dtype(
        [
            ("number", "<u4"),
            ("standing", "u1"),
            ("reason", "u1"),
            ("", "<u2"),
            ("intervals", "<u4"),
            ("", "<u4"),
            ("created", "<f8"),
            ("started", "<f8"),
            ("ended", "<f8"),
            ("best", "<f8"),
            ("last", "<f8"),
            ("step", "<f8"),
            ("params", "<f8", (dimensions,)),
        ]
    )


def pack_curve(run: int, metric: int, curve: Buckets) -> bytes:
    """Return a whole curve, metric number `metric` of run number `run`."""
    even = curve.steps_are_even
    head: NDArray[np.void] = np.array(
        (
            run,
            metric,
            0 if even else HAS_STEPS,
            curve.width,
            curve.count,
            curve.first_step,
            curve.stride,
        ),
        CURVE,
    )
    columns = [
        curve.last,
        *([curve.low, curve.high] if curve.width > 1 else []),
        curve.time,
        *([] if even else [curve.step]),
    ]
    return head.tobytes() + b"".join(np.asarray(column, "<f4").tobytes() for column in columns)


def pack_curves(curves: Iterable[tuple[int, int, Buckets]]) -> bytes:
    """Return whole curves, each given with the numbers of its run and its metric."""
    return b"".join(pack_curve(run, metric, curve) for run, metric, curve in curves)
