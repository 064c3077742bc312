"""What a person can ask of a run on its page, done as its handle does it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from hdwidget.checks import whole_number
from hdwidget.control import current_space
from hdwidget.errors import ConfigurationError
from hdwidget.hyperdrive_run import HyperDriveRun
from hdwidget.run import Run
from hdwidget.status import FINAL, RunStatus
from hdwidget.widget.variant import InvalidFieldsError, configuration

__all__ = ["Commands"]

Content: TypeAlias = Mapping[str, Any]

NOT_DONE = {
    "cancel": "Not canceled",
    "resume": "Not resumed",
    "pause": "Not paused",
    "continue": "Not continued",
    "enqueue": "Not run",
    "extend": "Not extended",
}
"""The commands, and what is said of one that was refused."""


class Commands:
    """Does what a page asks, and says whether it was done. Any thread may call its methods.

    Every command is answered, by ``accepted``, perhaps with a `note` for the person, or by
    ``refusal`` with the error's text; ``js/src/state/commands.ts`` reads it.

    Parameters
    ----------
    run : Run
        The run of the page.
    send : callable
        Takes the answers.
    run_id : callable
        Returns the id of one of its runs by the number that the page knows it by.

    Examples
    --------
    >>> commands = Commands(run, send, run_id)
    >>> commands.obey({"type": "pause"})
    """

    def __init__(
        self,
        run: Run,
        send: Callable[[dict[str, Any]], object],
        run_id: Callable[[object], str],
    ) -> None:
        self._run = run
        self._send = send
        self._run_id = run_id

    def obey(self, content: Content) -> None:
        """Do what a message asks; one that is no command is none of ours."""
        kind = content.get("type")
        if kind not in NOT_DONE:
            return
        answer = {"command": kind, "run": content.get("run")}
        try:
            note = self._do(kind, content)
        except InvalidFieldsError as error:
            fields = {str(field): problem for field, problem in error.fields.items()}
            self._send({"type": "refusal", **answer, "message": None, "fields": fields})
        except Exception as error:  # noqa: BLE001  # the page shows it; here nobody would
            message = f"{NOT_DONE[kind]}: {error}"
            self._send({"type": "refusal", **answer, "message": message, "fields": {}})
        else:
            self._send({"type": "accepted", **answer, "note": note})

    def _do(self, kind: str, content: Content) -> str | None:
        run = self._run
        if kind in ("cancel", "resume") and content.get("run") is not None:
            run = Run(run.experiment, self._run_id(content["run"]))
        if kind == "cancel":
            run.cancel()
        elif kind == "resume" and (run is not self._run or isinstance(run, HyperDriveRun)):
            run.resume()
        elif not isinstance(run, HyperDriveRun):
            message = f"{run.id} is no search."
            raise ConfigurationError(message)
        elif kind == "pause":
            run.pause()
        elif kind == "continue":
            run.continue_()
        elif kind == "extend":
            _extend(run, content)
        else:
            return _enqueue(run, content.get("values"))
        return None


def _extend(run: HyperDriveRun, content: Content) -> None:
    """Give a run more runs, or more minutes."""
    (name,) = content.keys() & {"runs", "minutes"}
    more = whole_number(name, content[name], minimum=1)
    config = run.record.config
    if name == "runs":
        run.extend(max_total_runs=config["max_total_runs"] + more)
    else:
        run.extend(max_duration_minutes=config["max_duration_minutes"] + more)


def _enqueue(run: HyperDriveRun, values: object) -> str:
    """Have a configuration evaluated, with one run more where all of them are taken."""
    host, record = run.experiment.host, run.record
    run.enqueue(configuration(current_space(host, record), values))
    total, taken = record.config["max_total_runs"], _taken(run)
    has_ended = RunStatus(record.status) in FINAL
    if has_ended and (record.status != RunStatus.COMPLETED or record.reason is not None):
        return "Kept: it is the first to run when the experiment is resumed."
    if has_ended or taken > total:
        # A finite space may have had fewer configurations than there might be runs.
        more = max(taken, total + 1)
        try:
            run.extend(max_total_runs=more)
        except ConfigurationError as error:
            return (
                f"Kept, but not started: {error} All runs were made, so that what it takes here is "
                f"run.extend(max_total_runs={more}, run_config=…)."
            )
        if has_ended:
            return "The experiment goes on with it."
        return f"It runs next. All {total} runs were taken: now there are {more}."
    if record.properties.get("paused") is True:
        return "Kept: it is the first to run when the experiment is continued."
    return "It runs next."


def _taken(run: HyperDriveRun) -> int:
    """Return how many runs of the budget are made or asked for; a repeated one counts once."""
    store = run.experiment.host.store
    children = store.children(run.id)
    repeats = sum("repeats" in child.properties for child in children)
    asked = (request.action for request in store.pending_requests(run.id))
    return len(children) - repeats + sum(action in ("enqueue", "adopt") for action in asked)
