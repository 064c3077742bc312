"""Limits of memory: what a user writes, and how a message says it."""

import contextlib
import importlib.util
import math
import numbers
import re
import sys

from hdwidget.errors import ConfigurationError, MissingExtraError
from hdwidget.shown import shown

__all__ = ["checked_memory_limit", "in_units"]

UNITS = {
    "B": 1,
    **{f"{letter}B": 1000**power for power, letter in enumerate("KMGT", start=1)},
    **{f"{letter}IB": 1024**power for power, letter in enumerate("KMGT", start=1)},
}
AMOUNT = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([A-Za-z]+)\s*")
LEAST = 1_000_000
"""Bytes. No process lives on less: whoever writes 2 means gigabytes."""


def checked_memory_limit(limit: object) -> int | None:
    """Return `limit` in bytes, or raise the error that says how it is to be written.

    Parameters
    ----------
    limit : int, float, str or None
        Bytes, or a text such as "2 GB" (2 * 1000**3 bytes) or "512 MiB" (512 * 1024**2 bytes).

    Raises
    ------
    ConfigurationError
        It is none of these, or less than 1 MB.
    MissingExtraError
        This system does not say how much memory a process takes, and psutil is not installed.
    """
    if limit is None:
        return None
    if isinstance(limit, str):
        found = AMOUNT.fullmatch(limit)
        size = float(found[1]) * UNITS.get(found[2].upper(), math.nan) if found else math.nan
    elif isinstance(limit, numbers.Real):  # also True, which is far too little
        size = math.nan
        with contextlib.suppress(OverflowError):
            size = float(limit)
    else:
        size = math.nan
    if not LEAST <= size < sys.maxsize:
        message = (
            '`memory_limit` must be a number of bytes or a text such as "2 GB" or "512 MiB", and '
            f"at least 1 MB, but got memory_limit={shown(limit, 40)}."
        )
        raise ConfigurationError(message)
    if sys.platform != "linux" and importlib.util.find_spec("psutil") is None:
        message = (
            "`memory_limit` needs psutil on this system, which does not say by itself how much "
            "memory a process takes: pip install psutil"
        )
        raise MissingExtraError(message)
    return int(size)


def in_units(size: float) -> str:
    """Return a number of bytes as a person says it, in powers of 1000: "2.134 GB"."""
    unit = 0
    while size >= 999.95 and unit < 4:  # noqa: PLR2004  # the thousands, and TB is the last
        size, unit = size / 1000, unit + 1
    return f"{size:.4g} {('bytes', 'kB', 'MB', 'GB', 'TB')[unit]}"
