"""A page's state as the record holds it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hdwidget.store import Series, Store
from hdwidget.widget.board import Board, number_or_nan

__all__ = ["read_board"]


def read_board(store: Store, run_id: str) -> Board:
    """Return the board of a HyperDrive run, or of a single one.

    Raises
    ------
    RunNotFoundError
        There is no such run.
    """
    record = store.run(run_id)
    children = store.children(run_id)
    board = Board(record, children)
    if board.study["single"]:
        # In the order in which they came, as they come while it goes.
        logged = [(name, series) for name, series in store.series(run_id).items() if len(series)]
        logged.sort(key=lambda each: each[1].times[0])
        _put_curves(board, 0, dict(logged))
        board.take_changes()
        return board
    numbers: dict[str, int] = {}
    for child in children:
        board.put_run(child)
        numbers[child.id] = child.number
    for child_id, metrics in store.metrics_of_children(run_id).items():
        number = numbers.get(child_id)
        if number is None:
            continue  # newer than the list of children; its events are to come
        _put_curves(board, number, metrics)
    board.take_changes()
    return board


def _put_curves(board: Board, number: int, metrics: Mapping[str, Series]) -> None:
    for name, series in metrics.items():
        if len(series):
            board.put_curve(number, name, _values(series), _steps(series), series.times)


def _values(series: Series) -> NDArray[np.float64]:
    if isinstance(series.values, list):
        return np.array([number_or_nan(value) for value in series.values])
    return series.values.astype(np.float64)


def _steps(series: Series) -> NDArray[np.float64]:
    if series.steps is None:
        return np.arange(1.0, len(series) + 1)
    return series.steps.astype(np.float64)
