"""What a test's processes leave behind: other processes, sockets, folders."""

import os
import uuid
from pathlib import Path

import psutil

__all__ = ["Leftovers", "alive"]

MARK = "HDWIDGET_TEST_MARK"


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Leftovers:
    """Finds the processes that were started while the mark stood in the environment.

    Attributes
    ----------
    environment : dict
        What is to be added to the environment of whatever is started.
    """

    def __init__(self, temporary: Path) -> None:
        self._mark = uuid.uuid4().hex
        self._temporary = temporary
        self.environment = {MARK: self._mark, "TMPDIR": str(temporary)}

    def processes(self) -> list[psutil.Process]:
        """Return the processes, whoever their parent is by now."""
        return [
            process
            for process in psutil.process_iter()
            if process.pid != os.getpid() and alive(process.pid) and self._is_marked(process)
        ]

    def files(self) -> list[Path]:
        """Return what is left in the temporary folder."""
        return sorted(self._temporary.rglob("*"))

    def none(self) -> bool:
        """Tell whether nothing is left."""
        return not self.processes() and not self.files()

    def _is_marked(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == self._mark
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
