"""Why a trial failed. Light: a trial's process loads this."""

import traceback
from dataclasses import asdict, dataclass

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

    @classmethod
    def of(cls, error: BaseException) -> "Failure":
        """Return the failure that an exception stands for.

        The first frame, in which hdwidget calls the function, is left out of the traceback.
        """
        inner = error.__traceback__.tb_next if error.__traceback__ is not None else None
        lines = traceback.format_exception(type(error), error, inner or error.__traceback__)
        return cls(type=type(error).__name__, message=str(error), traceback="".join(lines))

    def to_json(self) -> dict[str, object]:
        """Return the failure as the record keeps it."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type
