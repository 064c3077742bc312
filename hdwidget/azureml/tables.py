"""Tables as pandas reads them, by Azure's options; pandas is handed in, because it is an extra."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from hdwidget.azureml.data_files import LocatedFile
from hdwidget.azureml.exceptions import DatasetValidationError

__all__ = ["STEPS", "read"]

Frame: TypeAlias = Any
"""A pandas data frame."""

PATH = "Path"
"""The column that `include_path` adds."""

DTYPES = {"float": "float64", "long": "Int64", "string": "str", "bool": "bool"}
"""Azure's types of columns, as pandas calls them; a date is parsed instead."""


def read(pandas: Any, files: Sequence[LocatedFile], reader: Mapping[str, Any]) -> Frame:  # noqa: ANN401  # pandas
    """Return the rows of all files, one below the other.

    Raises
    ------
    DatasetValidationError
        A file cannot be read; the message names it.
    """
    frames: list[Frame] = []
    for file in files:
        try:
            frame = READERS[reader["format"]](pandas, file, reader)
        except (ValueError, OSError, ImportError) as error:
            message = f"{file.path} cannot be read as a table: {error}"
            raise DatasetValidationError(message) from error
        if reader.get("include_path"):
            frame.insert(0, PATH, f"/{file.name}")
        frames.append(frame)
    whole = frames[0] if len(frames) == 1 else pandas.concat(frames, ignore_index=True)
    types: Mapping[str, str] = reader.get("types") or {}
    for column, kind in types.items():
        dates = kind == "datetime"
        whole[column] = (
            pandas.to_datetime(whole[column]) if dates else whole[column].astype(DTYPES[kind])
        )
    return whole


def _delimited(pandas: Any, file: LocatedFile, reader: Mapping[str, Any]) -> Frame:  # noqa: ANN401  # pandas
    frame = pandas.read_csv(
        file.path,
        sep=reader["separator"],
        header=0 if reader["header"] else None,
        encoding=reader["encoding"],
        dtype=None if reader["infer_column_types"] else str,
        keep_default_na=not reader["empty_as_string"],
    )
    if not reader["header"]:
        frame.columns = [f"Column{number}" for number in range(1, len(frame.columns) + 1)]
    return frame


def _parquet(pandas: Any, file: LocatedFile, _: Mapping[str, Any]) -> Frame:  # noqa: ANN401  # pandas
    return pandas.read_parquet(file.path)


def _json_lines(pandas: Any, file: LocatedFile, reader: Mapping[str, Any]) -> Frame:  # noqa: ANN401  # pandas
    return pandas.read_json(file.path, lines=True, encoding=reader["encoding"])


READERS: Mapping[str, Callable[[Any, LocatedFile, Mapping[str, Any]], Frame]] = {
    "delimited": _delimited,
    "parquet": _parquet,
    "json_lines": _json_lines,
}


def _split(frame: Frame, part: tuple[float, int, bool]) -> Frame:
    share, seed, first = part
    draws = random.Random(seed)  # noqa: S311  # nothing secret
    return frame[[(draws.random() < share) == first for _ in range(len(frame))]].reset_index(
        drop=True
    )


STEPS: Mapping[str, Callable[[Frame, Any], Frame]] = {
    "take": lambda frame, count: frame.head(count),
    "skip": lambda frame, count: frame.iloc[count:].reset_index(drop=True),
    "drop": lambda frame, columns: frame.drop(columns=columns),
    "keep": lambda frame, columns: frame[columns],
    "split": _split,
}
"""What a dataset does with its table, by name."""
