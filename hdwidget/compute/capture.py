"""What a trial inside the kernel prints goes to its log, never to whichever cell happens to run.

`sys.stdout` and `sys.stderr` are replaced while such trials run: text that is written in a trial's
context goes to that trial's files, all other text where it always went.
"""

import contextvars
import sys
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

__all__ = ["captured", "log_to"]

_folder: contextvars.ContextVar[Path | None] = contextvars.ContextVar("hdwidget_logs", default=None)


def log_to(context: contextvars.Context, folder: Path) -> contextvars.Context:
    """Make what is printed in `context` go to ``folder/stdout.txt`` and ``folder/stderr.txt``."""
    context.run(_folder.set, folder)
    return context


class _Dispatcher:
    """A stream that looks, at every write, whose text this is."""

    def __init__(self, original: TextIO, name: str) -> None:
        self.original = original
        self._name = name
        self._lock = threading.Lock()

    def write(self, text: str, /) -> int:
        folder = _folder.get()
        if folder is None:
            return self.original.write(text)
        with self._lock:
            # Opened anew for each write: most trials print nothing, and none then holds a file.
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / f"{self._name}.txt").open("a", encoding="utf-8") as file:
                return file.write(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if _folder.get() is None:
            self.original.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the original offers
        return getattr(self.original, name)


_installed_lock = threading.Lock()
_users = 0


@contextmanager
def captured() -> Generator[None]:
    """Send trials' text to their logs for as long as anyone is inside."""
    global _users  # noqa: PLW0603  # sys.stdout is one per process, too
    with _installed_lock:
        _users += 1
        if _users == 1:
            for name in ("stdout", "stderr"):
                setattr(sys, name, _Dispatcher(getattr(sys, name), name))
    try:
        yield
    finally:
        with _installed_lock:
            _users -= 1
            if _users == 0:
                for name in ("stdout", "stderr"):
                    stream = getattr(sys, name)
                    # Somebody else may have replaced it since; then it is theirs.
                    if isinstance(stream, _Dispatcher):
                        setattr(sys, name, stream.original)
