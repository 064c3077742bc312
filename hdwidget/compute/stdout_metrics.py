"""Metrics read from what a program prints: for those that know nothing of runs."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hdwidget.compute.base import Channel
from hdwidget.errors import RunCanceled

__all__ = ["collect"]

POLL_SECONDS = 0.1
HOLD_SECONDS = 0.02
"""After so long the loop turns: a program may print faster than its lines are looked through."""
LINE_END = re.compile(rb"[\r\n]")
"""Progress bars go back to the beginning of their line, which ends it as well."""
LONGEST_LINE = 65536
"""Bytes; of a line without an end no more is kept."""
MOST_STEPS = 2**63


async def collect(
    file: Path,
    patterns: Mapping[str, re.Pattern[str]],
    channel: Channel,
    sleep: Callable[[float], Any],
    ended: asyncio.Future[None],
) -> None:
    """Log what a program prints into `file` until it has ended, each line once.

    The program cannot be asked to stop by its own `log`, as a script can: when the policy says
    stop, it is told by a signal.

    Parameters
    ----------
    patterns
        By metric: what to look for. A group called ``step`` is the step, the first other one the
        value.
    ended
        Done when nothing more is printed.
    """
    rest = b""
    position = 0
    turn = time.monotonic() + HOLD_SECONDS
    while not channel.stopped.done():
        last = ended.done()
        data = await asyncio.to_thread(_read, file, position)
        position += len(data)
        *lines, rest = LINE_END.split(rest + data)
        rest = rest[-LONGEST_LINE:]
        over = last and not data
        for line in [*lines, rest] if over else lines:
            try:
                _log(line.decode(errors="replace"), patterns, channel)
            except RunCanceled:
                channel.told = False  # it was we who were told
                return
            if time.monotonic() > turn:
                await asyncio.sleep(0)
                turn = time.monotonic() + HOLD_SECONDS
        if over:
            return
        if not data:
            await sleep(POLL_SECONDS)


def _read(file: Path, position: int) -> bytes:
    try:
        with file.open("rb") as stream:
            stream.seek(position)
            return stream.read(1 << 20)
    except FileNotFoundError:
        return b""


def _log(line: str, patterns: Mapping[str, re.Pattern[str]], channel: Channel) -> None:
    for name, pattern in patterns.items():
        step_group = pattern.groupindex.get("step")
        value_group = 2 if step_group == 1 else 1
        for found in pattern.finditer(line):
            value = _number(found[value_group])
            step = None if step_group is None else _step(found[step_group])
            if value is not None:
                channel.log(name, value, step)


def _step(text: str | None) -> int | None:
    """Return a step as the record can hold it; None for whatever else a program may print."""
    number = _number(text)
    return int(number) if number is not None and abs(number) < MOST_STEPS else None


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
