"""Why a trial failed. Light: a trial's process loads this."""

import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from hdwidget.errors import SetupError
from hdwidget.shown import shown

__all__ = ["Failure"]


@dataclass(frozen=True)
class Failure:
    """What went wrong in a trial.

    Attributes
    ----------
    type, message : str
        The exception's, or "ProcessDied" and what became of the process.
    traceback : str
        As Python prints it, from the training function on; empty for a process that died.
    exit_code : int, optional
        Of a process that ended by itself.
    signal : str, optional
        Of a process that was killed, for example "SIGSEGV".
    """

    type: str
    message: str
    traceback: str = ""
    exit_code: int | None = None
    signal: str | None = None

    @property
    def is_crash(self) -> bool:
        """Whether the process died, which may not happen again; an exception would."""
        return self.type == "ProcessDied"

    @classmethod
    def recorded(cls, error: Mapping[str, object]) -> "Failure":
        """Return the failure that a record holds, also where somebody else has written into it."""
        written = {name: value for name, value in error.items() if name in cls.__annotations__}
        return cls(**{"type": "Failed", "message": "", **written})  # pyright: ignore[reportArgumentType]  # JSON

    @classmethod
    def of(cls, error: BaseException) -> "Failure":
        """Return the failure that an exception stands for.

        hdwidget's own frames, in which the function is called, are left out of the traceback.
        """
        if isinstance(error, SetupError):
            return cls(type=error.type, message=str(error), traceback=error.traceback)
        try:
            message = str(error)
        except Exception as fault:  # noqa: BLE001  # an exception of the user's may fail even so
            message = f"<its own text failed with {type(fault).__name__}>"
        if isinstance(error, SystemExit):
            message = f"the function called sys.exit({shown(error.code)})"
        first = error.__traceback__
        while first is not None and _is_ours(first.tb_frame.f_globals.get("__name__", "")):
            first = first.tb_next
        lines = traceback.format_exception(type(error), error, first)
        return cls(type=type(error).__name__, message=message, traceback="".join(lines))

    def to_json(self) -> dict[str, object]:
        """Return the failure as the record keeps it."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


def _is_ours(module: str) -> bool:
    """Tell whether a frame is hdwidget's, or asyncio's that hdwidget runs a coroutine with."""
    return module.startswith(("hdwidget.compute.", "asyncio."))
