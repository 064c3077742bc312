"""The runs, metrics and models of an archive that is unpacked, checked value by value."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdwidget.archive import layout
from hdwidget.checks import is_text
from hdwidget.errors import ArchiveError, ConfigurationError
from hdwidget.model_record import ModelRecord, plain_model_name
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import RunRecord, Series

__all__ = ["Contents"]

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
LONGEST_LINE = 1 << 28
LARGEST_VERSION = 2**31
INT64 = 2**63

RUN_COLUMNS: Mapping[str, tuple[type, ...]] = {
    "id": (str,),
    "type": (str,),
    "status": (str,),
    "created": (float, int),
    "parent": (str, type(None)),
    "number": (int,),
    "reason": (str, type(None)),
    "proposal": (int, type(None)),
    "params": (dict,),
    "config": (dict,),
    "started": (float, int, type(None)),
    "ended": (float, int, type(None)),
    "tags": (dict,),
    "properties": (dict,),
    "error": (dict, type(None)),
}
SEARCH_COLUMNS: Mapping[str, tuple[type, ...]] = {
    "hyperparameter_sampling": (dict,),
    "primary_metric_name": (str,),
    "primary_metric_goal": (str,),
    "max_total_runs": (int,),
    "max_concurrent_runs": (int,),
}
SERIES_COLUMNS: Mapping[str, tuple[type, ...]] = {
    "run": (str,),
    "name": (str,),
    "kind": (str,),
    "count": (int,),
    "steps": (bool,),
    "part": (int,),
}
MODEL_COLUMNS: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "version": (int,),
    "file": (str,),
    "tags": (dict,),
    "properties": (dict,),
    "description": (str,),
    "run": (str,),
    "created": (float, int),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A series: what its line says, and where that and its numbers begin."""

    name: str
    kind: str
    count: int
    steps: bool
    part: int
    line: int
    floats: int
    integers: int


class Contents:
    """What an unpacked archive brings.

    Parameters
    ----------
    folder : Path
        Where it is unpacked.
    manifest : Manifest
        Its manifest.
    experiment : str
        The experiment that its runs go to.

    Attributes
    ----------
    runs : list of RunRecord
        Parents before their children. What had not ended is interrupted: nobody drives it here.
    models : list of ModelRecord
        Models that the runs made.

    Raises
    ------
    ArchiveError
        Something does not fit together, or is not what it should be.
    """

    def __init__(self, folder: Path, manifest: layout.Manifest, experiment: str) -> None:
        self._folder = folder
        self._places: defaultdict[str, dict[str, Place]] = defaultdict(dict)
        self._open: dict[str, NDArray[Any]] = {}
        for name in (layout.RUNS, layout.SERIES, layout.MODELS):
            if name not in manifest.files:
                msg = f"it holds no {name}"
                raise ArchiveError(msg)
        self.runs = self._read_runs(experiment)
        ids = {run.id for run in self.runs}
        self._read_places(ids)
        self.models = self._read_models(ids)
        for name in manifest.files:
            kind, *parts = name.split("/")
            owned = kind not in (layout.FILES, layout.MODEL_FILES) or (
                parts[0] in ids
                if kind == layout.FILES
                else parts[0] in {str(number) for number in range(len(self.models))}
            )
            if not owned:
                msg = f"its file {name!r:.200} belongs to nothing in it"
                raise ArchiveError(msg)
        self.runs = [self._ended(run) for run in self.runs]

    def series(self, run_id: str) -> dict[str, Series]:
        """Return the metrics of a run by name."""
        return {name: self._series(place) for name, place in self._places[run_id].items()}

    def _read_runs(self, experiment: str) -> list[RunRecord]:
        runs: dict[str, RunRecord] = {}
        known = {field.name for field in fields(RunRecord)} - {"experiment"}
        for _, line in self._lines(layout.RUNS):
            _check(line, RUN_COLUMNS, f"a line of {layout.RUNS}")
            if more := line.keys() - known:
                msg = f"its runs have {min(more)!r:.80}, of which this hdwidget does not know"
                raise ArchiveError(msg)
            run = RunRecord(experiment=experiment, **line)
            if not RUN_ID.fullmatch(run.id) or run.id in runs:
                msg = f"{run.id!r:.200} cannot be the id of a run, or is there twice"
                raise ArchiveError(msg)
            if run.parent is not None and run.parent not in runs:
                msg = f"the parent of run `{run.id}`, {run.parent!r:.200}, does not come before it"
                raise ArchiveError(msg)
            if run.type == "hyperdrive":
                _check(run.config, SEARCH_COLUMNS, f"the configuration of run `{run.id}`")
            if run.status not in {status.value for status in RunStatus}:
                msg = f"run `{run.id}` has status {run.status!r:.80}"
                raise ArchiveError(msg)
            runs[run.id] = run
        return list(runs.values())

    def _ended(self, run: RunRecord) -> RunRecord:
        """Return a run as one that nobody drives here."""
        run = replace(
            run,
            created=float(run.created),
            started=_seconds(run.started),
            ended=_seconds(run.ended),
        )
        if RunStatus(run.status) in FINAL:
            return run
        signs = [float(series.times[-1]) for series in self.series(run.id).values() if len(series)]
        return replace(
            run,
            status=RunStatus.CANCELED.value,
            reason=StopReason.INTERRUPTED.value,
            ended=run.ended or max(signs, default=run.started),
        )

    def _read_places(self, runs: set[str]) -> None:
        """Note where each series begins, and check that the parts hold just these."""
        used: defaultdict[str, int] = defaultdict(int)
        for start, line in self._lines(layout.SERIES):
            _check(line, SERIES_COLUMNS, f"a line of {layout.SERIES}")
            run, name, count, part = line["run"], line["name"], line["count"], line["part"]
            floats, integers = (_array(part, end) for end in (layout.FLOATS, layout.INTEGERS))
            if run not in runs or name in self._places[run] or count < 0:
                msg = f"metric {name!r:.80} of run {run!r:.200} is one too many"
                raise ArchiveError(msg)
            self._places[run][name] = Place(
                name, line["kind"], count, line["steps"], part, start, used[floats], used[integers]
            )
            used[floats] += count + (count if line["kind"] == "float64" else 0)
            used[integers] += (count if line["kind"] == "int64" else 0) + count * line["steps"]
            series = self._series(self._places[run][name])
            if line["kind"] == "json":
                _check_values(line.get("values"), series)
        for name in {*used, *(f"{layout.METRICS}/{file.name}" for file in self._arrays())}:
            if used[name] and len(self._numbers(name)) != used[name]:
                msg = f"{name} does not hold the {used[name]} numbers that it should"
                raise ArchiveError(msg)

    def _arrays(self) -> Iterator[Path]:
        folder = self._folder / layout.METRICS
        yield from folder.iterdir() if folder.is_dir() else ()

    def _series(self, place: Place) -> Series:
        name, kind, count = place.name, place.kind, place.count
        floats, integers = place.floats, place.integers
        float_file, integer_file = (
            _array(place.part, end) for end in (layout.FLOATS, layout.INTEGERS)
        )
        values: Any
        if kind == "json":
            with (self._folder / layout.SERIES).open("rb") as file:
                file.seek(place.line)
                values = _parsed(file.readline(LONGEST_LINE), layout.SERIES).get("values")
        elif kind == "float64":
            values, floats = self._slice(float_file, floats, count), floats + count
        elif kind == "int64":
            values, integers = self._slice(integer_file, integers, count), integers + count
        else:
            msg = f"metric {name!r:.80} is of kind {kind!r:.80}"
            raise ArchiveError(msg)
        steps = self._slice(integer_file, integers, count) if place.steps else None
        return Series(name, values, steps, self._slice(float_file, floats, count))

    def _slice(self, name: str, start: int, count: int) -> NDArray[Any]:
        if not count:
            return np.empty(0, np.float64 if name.endswith(layout.FLOATS) else np.int64)
        numbers = self._numbers(name)
        if start + count > len(numbers):
            msg = f"{name} holds too few numbers"
            raise ArchiveError(msg)
        return numbers[start : start + count]

    def _numbers(self, name: str) -> NDArray[Any]:
        if name not in self._open:
            try:
                # Mapped: a part that is huge costs no memory, and pickles are refused.
                numbers = np.lib.format.open_memmap(self._folder / name, mode="r")
            except (OSError, ValueError, SyntaxError, EOFError, TypeError, MemoryError) as error:
                msg = f"{name} is no array of numbers ({error!s:.200})"
                raise ArchiveError(msg) from error
            dtype = np.dtype("<f8" if name.endswith(layout.FLOATS) else "<i8")
            if numbers.ndim != 1 or numbers.dtype != dtype:
                msg = f"{name} is no list of {dtype.name}"
                raise ArchiveError(msg)
            self._open[name] = numbers
        return self._open[name]

    def _read_models(self, runs: set[str]) -> list[ModelRecord]:
        models: list[ModelRecord] = []
        for number, (_, line) in enumerate(self._lines(layout.MODELS)):
            _check(line, MODEL_COLUMNS, f"a line of {layout.MODELS}")
            if len(line) != len(MODEL_COLUMNS):
                msg = "its models have more columns than this hdwidget knows"
                raise ArchiveError(msg)
            model = ModelRecord(**line)
            try:
                plain_model_name(model.name)
            except ConfigurationError as error:
                raise ArchiveError(str(error)) from error
            place = self._folder / layout.MODEL_FILES / str(number)
            sound = model.run in runs and 1 <= model.version < LARGEST_VERSION
            if not sound or not layout.is_plain_name(model.file):
                msg = f"model {model.name!r:.80} is not one of its runs'"
                raise ArchiveError(msg)
            if place.is_dir() and [inside.name for inside in place.iterdir()] != [model.file]:
                msg = f"the files of model {model.name!r:.80} are not `{model.file}`"
                raise ArchiveError(msg)
            models.append(model._replace(created=float(model.created)))
        return models

    def _lines(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield where each line begins, and what it says."""
        with (self._folder / name).open("rb") as file:
            start = 0
            while text := file.readline(LONGEST_LINE):
                yield start, _parsed(text, name)
                start += len(text)


def _array(part: int, ending: str) -> str:
    return f"{layout.METRICS}/{part}.{ending}"


def _parsed(text: bytes, name: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"a line of {name} is no JSON ({error!s:.200})"
        raise ArchiveError(msg) from error
    if not isinstance(line, dict):
        msg = f"a line of {name} is not what it should be"
        raise ArchiveError(msg)
    return line  # pyright: ignore[reportUnknownVariableType]  # `_check` looks at it


def _check(line: Mapping[str, Any], columns: Mapping[str, tuple[type, ...]], name: str) -> None:
    """Raise unless there are these columns, of these types and of values that a record holds."""
    for column, kinds in columns.items():
        value = line.get(column)
        sound = column in line and type(value) in kinds
        if isinstance(value, str):
            sound = sound and is_text(value)
        if type(value) is int:
            sound = sound and -INT64 <= value < INT64
        if type(value) is float:
            sound = sound and math.isfinite(value)
        if not sound:
            msg = f"{name} has {column}={value!r:.80}"
            raise ArchiveError(msg)


def _check_values(values: object, series: Series) -> None:
    if not isinstance(values, list) or len(series.values) != len(series.times):
        msg = f"metric {series.name!r:.80} has not as many values as times"
        raise ArchiveError(msg)


def _seconds(time: float | None) -> float | None:
    return None if time is None else float(time)
