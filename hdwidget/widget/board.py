"""What a page shows of a run: its rows and curves, kept up to date by events."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.engine.events import Event, MetricLogged, RunChanged, RunNoted
from hdwidget.errors import SpaceError
from hdwidget.metrics import MetricValue
from hdwidget.results import most_runs
from hdwidget.space import SearchSpace
from hdwidget.space.expression import Expression, real_number
from hdwidget.status import standing
from hdwidget.store import RunRecord
from hdwidget.store.json_text import as_recorded
from hdwidget.widget.buckets import Buckets
from hdwidget.widget.study import (
    OTHER_METRICS,
    REASONS,
    STANDINGS,
    describe,
    describe_single,
    is_single,
    space_of_all,
)
from hdwidget.widget.wire import row_type, sendable

__all__ = ["Board", "Changes", "Head", "number_or_nan"]

Head: TypeAlias = dict[str, Any]
Point: TypeAlias = tuple[int, int, int, float, float, float]

NOTE_LENGTH = 600
"""Of what a run failed with, and of its traceback's end; the whole of it is in the record."""


@dataclass
class Changes:
    """What has changed on a board since it was last asked.

    Attributes
    ----------
    rows : set of int
        Numbers of runs.
    points : list of tuple
        Run, metric, seq, step, seconds and value, as `wire.POINT` holds them.
    notes : dict
        By number of run.
    """

    rows: set[int] = field(default_factory=set[int])
    points: list[Point] = field(default_factory=list[Point])
    notes: dict[int, str] = field(default_factory=dict[int, str])


class Board:
    """The state of one run's page. Owned by whoever applies events to it.

    Parameters
    ----------
    record : RunRecord
        The HyperDrive run, or a single one: that has itself as its only row, number 0.
    children : iterable of RunRecord, optional
        Its runs so far, to be put one by one.

    Attributes
    ----------
    study : dict
        What does not change; see `describe`.
    head : dict
        How the run stands as a whole: ``status``, ``reason``, ``error``, ``started``, ``ended``,
        how many seconds it was driven before ``started``, in ``spent``, whether it is ``paused``,
        how many runs there will be in ``total`` at most, and how many beside these were
        ``repeated`` by another one.
    metrics : list of str
        What has been logged, the primary metric first.
    notes : dict
        Why runs ended as they did, by number.
    curves : list of dict
        For each of `metrics` the curves by number of run.
    """

    def __init__(self, record: RunRecord, children: Iterable[RunRecord] = ()) -> None:
        single = is_single(record)
        self._space: SearchSpace | None = None if single else space_of_all(record, children)
        self._sampling = record.config.get("hyperparameter_sampling")
        self.study = (
            describe_single(record) if self._space is None else describe(record, self._space)
        )
        self.head: Head = {}
        self.metrics: list[str] = [self.study["metric"]]
        self.notes: dict[int, str] = {}
        self.curves: list[dict[int, Buckets]] = [{}]
        self._goal = PrimaryMetricGoal(self.study["goal"].upper())
        self._rows: NDArray[np.void] = np.zeros(0, row_type(len(self.study["dimensions"])))
        self._count = 0
        # How many values of a metric have been seen, by run and name; texts are among them.
        self._seen: dict[tuple[int, str], int] = {}
        self._repeated: set[object] = set()
        self._changes = Changes()
        self.put_head(record)
        if single:
            self.put_run(record)
            self._changes = Changes()

    @property
    def rows(self) -> NDArray[np.void]:
        """The runs by number, as `wire.row_type` says."""
        return self._rows[: self._count]

    def __len__(self) -> int:
        return self._count

    def each_curve(self) -> Iterator[tuple[int, int, Buckets]]:
        """Yield every curve with the numbers of its run and its metric."""
        for metric, curves in enumerate(self.curves):
            for run, curve in curves.items():
                yield run, metric, curve

    def counts(self) -> dict[str, int]:
        """Return how many runs stand how, those that occur."""
        found = np.bincount(self.rows["standing"], minlength=len(STANDINGS)).tolist()
        return {name: count for name, count in zip(STANDINGS, found, strict=True) if count}

    def take_changes(self) -> Changes:
        """Return what has changed since the last call."""
        changes, self._changes = self._changes, Changes()
        return changes

    def put_head(self, record: RunRecord) -> None:
        """Take over how the run stands as a whole."""
        self.head = {
            "status": record.status,
            "reason": record.reason,
            "error": _error(record.error),
            "started": record.started,
            "ended": record.ended,
            "spent": _seconds(record.properties.get("spent_seconds")),
            "paused": record.properties.get("paused") is True,
            "total": 1 if self._space is None else most_runs(record.config),
            "repeated": len(self._repeated),
        }

    def is_of_space(self, config: Mapping[str, Any]) -> bool:
        """Tell whether the rows are of the space that a changed configuration has."""
        return config.get("hyperparameter_sampling", self._sampling) == self._sampling

    def put_run(self, record: RunRecord) -> None:
        """Take over a child, a new one or one that has changed, but for its values."""
        number = record.number
        if number >= self._count:
            self._grow(number + 1)
        row = self._rows[number]
        row["number"] = number
        row["created"] = record.created
        row["params"] = self._point(record.params)
        if "repeats" in record.properties:
            self._repeated.add(record.properties["repeats"])
            self.head = {**self.head, "repeated": len(self._repeated)}
        columns = {
            "started": record.started,
            "ended": record.ended,
            "error": record.error,
            "properties": record.properties,
        }
        self._stand(number, record.status, record.reason, columns)

    def put_curve(
        self,
        number: int,
        name: str,
        values: NDArray[np.float64],
        steps: NDArray[np.float64],
        times: NDArray[np.float64],
    ) -> None:
        """Take over all that a run has logged of a metric, texts as NaN: `(n,)` arrays, n > 0.

        Parameters
        ----------
        times
            UTC epoch seconds.
        """
        self._seen[number, name] = len(values)
        primary = name == self.study["metric"]
        is_number = np.isfinite(values)
        numbers = values[is_number]
        if not primary:
            if not len(numbers):
                return
            begin = int(is_number.argmax())  # a curve begins with a number
            values, steps, times = values[begin:], steps[begin:], times[begin:]
        metric = self._metric(name)
        if metric is None:
            return
        times = times - self.study["created"]
        self.curves[metric][number] = Buckets.of(self._capacity(metric), values, steps, times)
        if primary:
            row = self._rows[number]
            row["intervals"] = len(values)
            row["last"], row["step"] = values[-1], steps[-1]
            if len(numbers):
                row["best"] = self._goal.sign * np.max(self._goal.sign * numbers)

    def apply(self, event: Event) -> None:
        """Take an event; one that is known already does no harm, nor one of somebody else."""
        single = self._space is None
        if single and event.run_id != self.study["run"]:
            return
        if isinstance(event, MetricLogged):
            self._log(event)
        elif event.run_id == self.study["run"]:
            if isinstance(event, RunChanged):
                self._change_head(event)
                if single:
                    self._stand(0, event.status, event.reason, event.columns)
            elif isinstance(event, RunNoted):
                self._note_head(event)
            else:
                self.head = {**self.head, "reason": str(event.reason)}
        elif isinstance(event, RunChanged):
            if event.created is not None:
                # Whatever a parameter is, from here on it is what the record has of it.
                params = as_recorded(event.created.params)
                self.put_run(replace(event.created, params=params))
            else:
                self._stand(_number(event.run_id), event.status, event.reason, event.columns)

    def _change_head(self, event: RunChanged) -> None:
        head = {**self.head, "status": str(event.status)}
        if event.reason is not None or "reason" in event.columns:  # it is gone where a run goes on
            head["reason"] = None if event.reason is None else str(event.reason)
        for name in ("started", "ended"):
            if name in event.columns:
                head[name] = event.columns[name]
        if "error" in event.columns:
            head["error"] = _error(event.columns["error"])
        self.head = head

    def _note_head(self, event: RunNoted) -> None:
        head = dict(self.head)
        if "paused" in event.properties:
            head["paused"] = event.properties["paused"] is True
        if "spent_seconds" in event.properties:
            head["spent"] = _seconds(event.properties["spent_seconds"])
        if "max_total_runs" in event.config:
            head["total"] = most_runs(event.config)
        self.head = head

    def _log(self, event: MetricLogged) -> None:
        number = 0 if self._space is None else _number(event.run_id)
        name = event.name
        if event.seq < self._seen.get((number, name), 0):
            return  # read from the record already
        self._seen[number, name] = event.seq + 1
        value = number_or_nan(event.value)
        metric = self._metric(name, begin=math.isfinite(value))
        if metric is None:
            return
        curve = self.curves[metric].get(number)
        if curve is None:
            if metric and not math.isfinite(value):
                return  # a curve begins with a number; texts have none
            curve = self.curves[metric][number] = Buckets(self._capacity(metric))
        step = float(event.seq + 1 if event.step is None else event.step)
        seconds = event.time - self.study["created"]
        self._changes.points.append((number, metric, curve.count, step, seconds, value))
        curve.append(value, step, seconds)
        if metric == 0:
            row = self._rows[number]
            row["intervals"] += 1
            row["last"], row["step"] = value, step
            best = float(row["best"])
            if math.isfinite(value) and not (value - best) * self._goal.sign <= 0:
                row["best"] = value
            self._changes.rows.add(number)

    def _stand(
        self, number: int, status: str, reason: str | None, columns: Mapping[str, object]
    ) -> None:
        row = self._rows[number]
        row["standing"] = STANDINGS.index(standing(status, reason))
        row["reason"] = REASONS.index(str(reason or ""))
        for name in ("started", "ended"):
            if name in columns:
                row[name] = math.nan if columns[name] is None else columns[name]
        note = _error(columns.get("error")) or _detail(columns.get("properties"))
        if note is None and number in self.notes and "error" in columns:
            note = ""  # it goes on, and its end was none
        if note is not None:
            self.notes[number] = self._changes.notes[number] = note
        self._changes.rows.add(number)

    def _metric(self, name: str, *, begin: bool = True) -> int | None:
        """Return the number of a metric, a new one if it may begin and they are not too many."""
        if name in self.metrics:
            return self.metrics.index(name)
        if not begin or len(self.metrics) > OTHER_METRICS:
            return None
        self.metrics.append(name)
        self.curves.append({})
        return len(self.metrics) - 1

    def _capacity(self, metric: int) -> int:
        return self.study["buckets"]["other" if metric else "primary"]

    def _point(self, params: Mapping[str, object]) -> NDArray[np.float64]:
        if self._space is None:
            return np.zeros(0)
        try:
            return self._space.axis_point(params)
        except SpaceError:  # a value that is not of the space, or that JSON could not hold
            return np.concatenate([_part(self._space[name], name, params) for name in self._space])

    def _grow(self, count: int) -> None:
        if count > len(self._rows):
            longer = np.zeros(max(count, 2 * len(self._rows), 16), self._rows.dtype)
            for name in ("started", "ended", "best", "last", "step"):
                longer[name] = math.nan
            longer[: self._count] = self.rows
            self._rows = longer
        self._count = count


def number_or_nan(value: MetricValue) -> float:
    """Return a logged value as a float, NaN for what is no number."""
    if not isinstance(value, int | float):  # a text, or the columns of a table
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _part(expression: Expression, name: str, params: Mapping[str, object]) -> NDArray[np.float64]:
    """Return the numbers of one parameter, NaN where they cannot be told."""
    try:
        return np.array(expression.axis_point(params[name]))
    except (KeyError, SpaceError):
        return np.full(expression.width, math.nan)


def _seconds(noted: object) -> float:
    return real_number(noted) or 0.0


def _number(run_id: str) -> int:
    return int(run_id.rpartition("_")[2])


def _error(error: object) -> str | None:
    if not isinstance(error, Mapping):
        return None
    written = cast("Mapping[str, object]", error)
    text = sendable(f"{written.get('type')}: {written.get('message')}"[:NOTE_LENGTH])
    trace = sendable(str(written.get("traceback") or "")[-NOTE_LENGTH:])
    return f"{text}\n\n{trace}".rstrip()


def _detail(properties: object) -> str | None:
    if not isinstance(properties, Mapping):
        return None
    detail = cast("Mapping[str, object]", properties).get("detail")
    return None if detail is None else sendable(str(detail)[:NOTE_LENGTH])
