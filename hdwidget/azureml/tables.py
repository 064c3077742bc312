"""Tables as pandas reads them, by Azure's options; pandas is handed in, because it is an extra."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hdwidget.azureml.data_files import LocatedFile
from hdwidget.azureml.exceptions import DatasetValidationError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STEPS", "read"]

PATH = "Path"
"""The column that `include_path` adds."""

DTYPES = {"float": "float64", "long": "Int64", "string": "str", "bool": "bool"}
"""Azure's types of columns, as pandas calls them; a date is parsed instead."""


def read(pandas: Any, files: Sequence[LocatedFile], reader: Mapping[str, Any]) -> "pd.DataFrame":  # noqa: ANN401  # a module
    """Return the rows of all files, one below the other.

    Raises
    ------
    DatasetValidationError
        A file cannot be read; the message names it.
    """
    frames: list[pd.DataFrame] = []
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
    for column, kind in (reader.get("types") or {}).items():
        dates = kind == "datetime"
        whole[column] = (
            pandas.to_datetime(whole[column]) if dates else whole[column].astype(DTYPES[kind])
        )
    return whole


def _delimited(pandas: Any, file: LocatedFile, reader: Mapping[str, Any]) -> "pd.DataFrame":  # noqa: ANN401  # a module
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


def _parquet(pandas: Any, file: LocatedFile, _: Mapping[str, Any]) -> "pd.DataFrame":  # noqa: ANN401  # a module
    return pandas.read_parquet(file.path)


def _json_lines(pandas: Any, file: LocatedFile, reader: Mapping[str, Any]) -> "pd.DataFrame":  # noqa: ANN401  # a module
    return pandas.read_json(file.path, lines=True, encoding=reader["encoding"])


READERS: Mapping[str, Callable[[Any, LocatedFile, Mapping[str, Any]], "pd.DataFrame"]] = {
    "delimited": _delimited,
    "parquet": _parquet,
    "json_lines": _json_lines,
}


def _split(frame: "pd.DataFrame", part: tuple[float, int, bool]) -> "pd.DataFrame":
    share, seed, first = part
    draws = random.Random(seed)  # noqa: S311  # nothing secret
    return frame[[(draws.random() < share) == first for _ in range(len(frame))]].reset_index(
        drop=True
    )


STEPS: Mapping[str, Callable[["pd.DataFrame", Any], "pd.DataFrame"]] = {
    "take": lambda frame, count: frame.head(count),
    "skip": lambda frame, count: frame.iloc[count:].reset_index(drop=True),
    "drop": lambda frame, columns: frame.drop(columns=columns),
    "keep": lambda frame, columns: frame[columns],
    "split": _split,
}
"""What a dataset does with its table, by name."""
