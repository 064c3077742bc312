"""Runs that a trial has begun under its own: its code says what they log and how they end."""

from typing import Any

from hdwidget.compute.failure import Failure
from hdwidget.engine.answers import Answers
from hdwidget.engine.recorder import Recorder
from hdwidget.errors import ConfigurationError
from hdwidget.metrics import MetricValue
from hdwidget.status import FINAL, RunStatus

__all__ = ["Children"]

KINDS = frozenset({"log", "end"})


class Child(Answers):
    """Answers the requests that concern one child. Owned by the engine's loop."""

    kinds = Answers.kinds - {"fail"} | KINDS

    def __init__(self, run_id: str, recorder: Recorder) -> None:
        super().__init__(run_id, recorder)
        self.ended = False

    def log(self, *, name: str, value: MetricValue, step: int | None) -> None:
        """Record a value; it is durable before what the trial logs next."""
        if self.ended:
            message = f"{self._run_id} has ended: nothing more can be logged to it."
            raise ConfigurationError(message)
        self._recorder.own_point(self._run_id, name, step, value)

    def end(self, *, status: str, error: dict[str, Any] | None = None) -> None:
        """Record how it has ended; nothing happens when it has."""
        if self.ended:
            return
        if status not in FINAL:
            message = f"a run ends as Completed, Failed or Canceled, but got status={status!r}."
            raise ConfigurationError(message)
        failure = None if error is None else Failure(**error).to_json()
        self.ended = True
        ticket = self._recorder.status(self._run_id, RunStatus(status), error=failure)
        ticket.add_callback(lambda _: self._recorder.release())


class Children:
    """The runs that a trial has begun. Owned by the engine's loop.

    Nobody is told of their events: a page and the policy know trials only.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._known: dict[str, Child] = {}

    def begin(self, parent: str, *, name: str | None = None) -> dict[str, Any]:
        """Begin a run under `parent`, the trial's or another child."""
        record, recorder = self._recorder.begin_child(parent, name)
        self._known[record.id] = Child(record.id, recorder)
        return {"run_id": record.id, "number": record.number}

    def answer(self, run_id: str, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Answer a request that concerns a child.

        Raises
        ------
        ConfigurationError
            The trial has no such child, or the request does not hold.
        """
        if run_id not in self._known:
            message = f"`{run_id}` is no run that this trial has begun."
            raise ConfigurationError(message)
        if kind == "child_run":
            return self.begin(run_id, **fields)
        return self._known[run_id].answer(kind, fields)

    def end(self, status: RunStatus) -> None:
        """End those whose code has not, as the trial itself has ended."""
        for child in self._known.values():
            child.end(status=status.value)
