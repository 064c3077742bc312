"""What a trial has been promised, on disk and beside the record."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["Witness"]


class Witness:
    """Writes down, when a `log` has returned, what it was given; in whichever process.

    A line that is written is there, however its process ends.

    Parameters
    ----------
    folder : Path
        Takes a file for each run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def log(self, run: Any, name: str, value: object) -> None:
        """Log a value, and write down that this has returned."""
        run.log(name, value)
        self.note(run.id, "log", [name, repr(value)])

    def note(self, run_id: str, kind: str, value: object) -> None:
        """Write down something of a run."""
        line = json.dumps([kind, value]).encode() + b"\n"
        # Opened anew each time: a trial may close whatever is open.
        file = os.open(self._folder / run_id, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(file, line)
        finally:
            os.close(file)

    def noted(self, run_id: str, kind: str) -> list[Any]:
        """Return what was written down of a run."""
        return [value for each, value in self._lines(run_id) if each == kind]

    def logged(self, run_id: str) -> dict[str, list[str]]:
        """Return the values whose `log` has returned, as texts, by metric."""
        values: dict[str, list[str]] = defaultdict(list)
        for name, value in self.noted(run_id, "log"):
            values[name].append(value)
        return dict(values)

    def _lines(self, run_id: str) -> Iterator[tuple[str, Any]]:
        file = self._folder / run_id
        text = file.read_text() if file.exists() else ""
        for line in text.splitlines():
            kind, value = json.loads(line)
            yield kind, value
