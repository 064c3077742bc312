"""What `make_tables.py` has found out: one small compressed file a task."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["DATA", "keep", "kept"]

DATA = Path(__file__).with_name("data")


def keep(task: str, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Write a task's arrays."""
    np.savez_compressed(_file(task), **arrays)


def kept(task: str) -> dict[str, NDArray[np.generic]]:
    """Return a task's arrays."""
    with np.load(_file(task), allow_pickle=False) as arrays:
        return dict(arrays)


def _file(task: str) -> Path:
    return DATA / f"{task.replace(' ', '-')}.npz"
