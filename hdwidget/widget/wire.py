"""The bytes that go to the page: rows, whole curves, single points (``js/src/state`` reads them).

Everything is little-endian. A **row** is fixed in length: the columns of `row_type`. A **curve** is
a head, `CURVE`, and then columns of float32 with a number for each bucket: last; low and high,
unless every value has a bucket of its own; time; step, unless steps are evenly spaced. A **point**
is one value, `POINT`.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from hdwidget.widget.buckets import Buckets

__all__ = ["POINT", "pack_curve", "pack_curves", "pack_points", "row_type", "sendable"]

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

# Neither a point nor a row has room between its columns: what stands there would be whatever the
# memory held.
POINT = np.dtype(
    [
        ("run", "<u4"),
        ("metric", "<u4"),
        ("seq", "<u4"),
        ("step", "<f4"),
        ("time", "<f4"),
        ("value", "<f4"),
    ]
)
"""Single precision: a step is exact up to 2^24, and is drawn no worse beyond."""


def row_type(dimensions: int) -> np.dtype[np.void]:
    """Return the type of a run's row, with so many hyperparameters.

    `standing` and `reason` are indices into `STANDINGS` and `REASONS`; times are UTC epoch seconds;
    `best`, `last` and `step` are of the primary metric; what is not there is NaN.
    """
    return np.dtype(
        [
            ("number", "<u4"),
            ("standing", "<u2"),
            ("reason", "<u2"),
            ("intervals", "<u8"),
            ("created", "<f8"),
            ("started", "<f8"),
            ("ended", "<f8"),
            ("best", "<f8"),
            ("last", "<f8"),
            ("step", "<f8"),
            ("params", "<f8", (dimensions,)),
        ]
    )


def sendable(text: str) -> str:
    """Return a text that UTF-8 can hold: one from a user may have halves of characters."""
    return text.encode("utf-8", "replace").decode()


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


def pack_points(points: Sequence[tuple[int, int, int, float, float, float]]) -> bytes:
    """Return points, each given as the fields of `POINT` in their order."""
    with np.errstate(over="ignore"):  # a page has no place for what is beyond single precision
        return np.array(points, POINT).tobytes()
