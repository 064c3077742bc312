"""What may be logged beside single values: rows, tables and Azure's JSON artifacts.

A row is kept as a value ``{column: cell}``, a table as ``{column: [cell, …]}`` and an artifact as
``{"schema_type": …, "schema_version": …, "data": …}``. Light: a trial's process loads this.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from hdwidget.errors import MetricError
from hdwidget.metrics import MetricValue, plain_value
from hdwidget.shown import as_text, shown

__all__ = ["as_artifact", "as_logged", "as_row", "as_table"]

ARTIFACT = {"schema_type", "schema_version", "data"}


def as_row(name: str, columns: Mapping[str, object]) -> MetricValue:
    """Return a row as it is kept.

    Raises
    ------
    MetricError
        It has no columns, or a cell that cannot be logged.
    """
    if not columns:
        message = f"a row of `{name}` must have columns: log_row({name!r}, x=1, y=2)."
        raise MetricError(message)
    return {column: _kept(f"{name}.{column}", cell) for column, cell in columns.items()}


def as_table(name: str, table: object) -> MetricValue:
    """Return a table as it is kept: each column a list.

    Raises
    ------
    MetricError
        It is no dict of columns, or has a cell that cannot be logged.
    """
    given = table
    if not isinstance(table, Mapping) or not table:
        message = (
            f"the table `{name}` must be a dict of columns, such as "
            f"{{'x': [1, 2], 'y': [3, 4]}}, but got {shown(given, 80)}."
        )
        raise MetricError(message)
    return {
        as_text(column): _column(f"{name}.{as_text(column)}", cells)
        for column, cells in cast("Mapping[object, object]", table).items()
    }


def as_artifact(name: str, kind: str, value: object) -> MetricValue:
    """Return a chart's data as it is kept, in Azure's format.

    Parameters
    ----------
    name : str
        The metric.
    kind : str
        The ``schema_type``: "confusion_matrix", ….
    value : dict or str
        Azure's format or the JSON of it; a dict without a ``schema_type`` is taken for its data.

    Raises
    ------
    MetricError
        It is something else.
    """
    given = value
    if isinstance(value, str):
        try:
            given = json.loads(value)
        except (ValueError, RecursionError):
            given = None
    if not isinstance(given, Mapping):
        message = (
            f"`{name}` must be a dict such as "
            f'{{"schema_type": "{kind}", "schema_version": "v1", "data": {{…}}}}, '
            f"but got {shown(value, 80)}."
        )
        raise MetricError(message)
    data = cast("dict[str, object]", _kept(name, cast("Mapping[object, object]", given)))
    if "schema_type" not in data:
        return {"schema_type": kind, "schema_version": "v1", "data": data}
    if data["schema_type"] != kind or not _is_artifact(data):
        message = (
            f"`{name}` must have schema_type {kind!r} and the keys schema_type, schema_version and "
            f"data, but got schema_type={shown(data['schema_type'])} and {', '.join(data)}."
        )
        raise MetricError(message)
    return data


def as_logged(values: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return what was logged, by name, in the shapes in which runs give it out.

    What was logged once is a value, what was logged repeatedly a list; rows and tables of one name
    are one dict of columns, in which None stands where a row had no such column.

    Examples
    --------
    >>> as_logged({"loss": [0.5], "curve": [{"x": 1, "y": 2}, {"x": 3}]})
    {'loss': 0.5, 'curve': {'x': [1, 3], 'y': [2, None]}}
    """
    return {name: _shaped(of) for name, of in values.items()}


def _shaped(values: Sequence[Any]) -> Any:  # noqa: ANN401  # whatever was logged
    blocks = [cast("dict[str, Any]", value) for value in values if isinstance(value, dict)]
    if blocks and len(blocks) == len(values) and not any(map(_is_artifact, blocks)):
        return _joined(blocks)
    return values[0] if len(values) == 1 else list(values)


def _is_artifact(value: Mapping[str, object]) -> bool:
    return set(value) == ARTIFACT


def _joined(blocks: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    height = 0
    for block in blocks:
        parts = {
            column: cast("list[Any]", cells) if isinstance(cells, list) else [cells]
            for column, cells in block.items()
        }
        for column, cells in parts.items():
            columns.setdefault(column, [None] * height).extend(cells)
        height += max(map(len, parts.values()), default=0)
        for cells in columns.values():
            cells.extend([None] * (height - len(cells)))
    return columns


def _column(name: str, cells: object) -> list[object]:
    listed = _kept(name, cells)
    return cast("list[object]", listed) if isinstance(listed, list) else [listed]


def _kept(name: str, value: object) -> object:
    """Return a cell as JSON holds it, or raise where it lies too deep in lists and dicts."""
    try:
        return _cell(name, value)
    except RecursionError as error:
        message = f"`{name}` must not hold so many lists in lists, but got {shown(value, 80)}."
        raise MetricError(message) from error


def _cell(name: str, value: object) -> object:
    """Return a cell as JSON holds it: scalars plain, and lists and dicts of them."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {as_text(key): _cell(name, item) for key, item in items}
    if isinstance(value, list | tuple | range | set | frozenset):
        return [_cell(name, item) for item in cast("Iterable[object]", value)]
    tolist = getattr(value, "tolist", None)  # an array, a series, and their scalars
    if callable(tolist) and not isinstance(value, type):
        listed = tolist()
        if type(listed) is not type(value):  # a scalar of numpy's that Python has none for
            return _cell(name, listed)
    return plain_value(name, value)
