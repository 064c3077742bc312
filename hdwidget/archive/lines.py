"""Files of JSON, a line each, of which nothing is taken for granted."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hdwidget.checks import is_text
from hdwidget.errors import ArchiveError

__all__ = ["Columns", "check", "line_at", "lines"]

Columns = Mapping[str, tuple[type, ...]]
"""The types that each column of a line may have."""

LONGEST_LINE = 1 << 28
INT64 = 2**63


def lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield where each line of a file begins, and what it says."""
    with path.open("rb") as file:
        start = 0
        while text := file.readline(LONGEST_LINE):
            yield start, _parsed(text, path.name)
            start += len(text)


def line_at(path: Path, start: int) -> dict[str, Any]:
    """Return the line of a file that begins at a place."""
    with path.open("rb") as file:
        file.seek(start)
        return _parsed(file.readline(LONGEST_LINE), path.name)


def check(line: Mapping[str, Any], columns: Columns, name: str) -> None:
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


def _parsed(text: bytes, name: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"a line of {name} is no JSON ({error!s:.200})"
        raise ArchiveError(msg) from error
    if not isinstance(line, dict):
        msg = f"a line of {name} is not what it should be"
        raise ArchiveError(msg)
    return line  # pyright: ignore[reportUnknownVariableType]  # `check` looks at it
