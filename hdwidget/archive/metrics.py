"""The metrics of an archive that is unpacked: lines that say which numbers are whose."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hdwidget.archive import layout
from hdwidget.archive.lines import Columns, check, line_at, lines
from hdwidget.errors import ArchiveError
from hdwidget.store import Series

__all__ = ["Metrics"]

SERIES_COLUMNS: Columns = {
    "run": (str,),
    "name": (str,),
    "kind": (str,),
    "count": (int,),
    "steps": (bool,),
    "part": (int,),
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


class Metrics:
    """The series of an archive; their numbers stay on the disk until they are asked for.

    Parameters
    ----------
    folder : Path
        Where the archive is unpacked.
    runs : collection of str
        The ids of its runs.

    Raises
    ------
    ArchiveError
        The lines and the numbers do not fit together.
    """

    def __init__(self, folder: Path, runs: Collection[str]) -> None:
        self._folder = folder
        self._places: defaultdict[str, dict[str, Place]] = defaultdict(dict)
        self._open: dict[str, NDArray[Any]] = {}
        self._read(runs)

    def series(self, run_id: str) -> dict[str, Series]:
        """Return the metrics of a run by name."""
        return {name: self._series(place) for name, place in self._places[run_id].items()}

    def _read(self, runs: Collection[str]) -> None:
        """Note where each series begins, and check that the parts hold just these."""
        used: defaultdict[str, int] = defaultdict(int)
        for start, line in lines(self._folder / layout.SERIES):
            check(line, SERIES_COLUMNS, f"a line of {layout.SERIES}")
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
            values = line_at(self._folder / layout.SERIES, place.line).get("values")
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


def _array(part: int, ending: str) -> str:
    return f"{layout.METRICS}/{part}.{ending}"


def _check_values(values: object, series: Series) -> None:
    if not isinstance(values, list) or len(series.values) != len(series.times):
        msg = f"metric {series.name!r:.80} has not as many values as times"
        raise ArchiveError(msg)
