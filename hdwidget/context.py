"""What a trial sees of its run: `TrialRun`, and how code inside a trial finds it."""

import contextvars
import sys
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from hdwidget.metrics import MetricValue, plain_name, plain_step, plain_value

__all__ = [
    "DURABLE",
    "Logged",
    "Offline",
    "Transport",
    "TrialRun",
    "current_run",
    "known_run",
    "offline_run",
    "set_process_run",
    "trial",
]


class Logged(Protocol):
    """What `TrialRun.log` returns: awaiting it means that the value is durable."""

    def __await__(self) -> Generator[Any, None, None]:
        """Wait until the value survives the death of the process."""
        ...


class Transport(Protocol):
    """How a trial's reports reach whoever judges and keeps them."""

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Hand over one value; raise `RunCanceled` if the trial is to stop."""
        ...


class Durable:
    """A value that was durable before `TrialRun.log` returned."""

    def __await__(self) -> Generator[Any, None, None]:
        """Return at once."""
        return
        yield  # makes this a generator


DURABLE = Durable()


class TrialRun:
    """The run as its own trial sees it; handed to the training function as `run`.

    Attributes
    ----------
    id : str
        The run's id, ``HD_<uuid>_<n>``.
    number : int
        n: the how-manieth run of its experiment this is, from 0.
    experiment : str
        The experiment's name.
    hyperparameters : Mapping[str, object]
        The configuration that is being evaluated.
    """

    def __init__(
        self,
        *,
        run_id: str,
        number: int,
        experiment: str,
        hyperparameters: Mapping[str, object],
        folder: Path | None,
        transport: Transport,
    ) -> None:
        self.id = run_id
        self.number = number
        self.experiment = experiment
        self.hyperparameters = dict(hyperparameters)
        self._folder = folder
        self._transport = transport

    def __repr__(self) -> str:
        return f"<run {self.id} of {self.experiment}>"

    @property
    def name(self) -> str:
        """The run's id, under Azure's other name."""
        return self.id

    @property
    def output_dir(self) -> Path:
        """The run's own folder for what it makes: checkpoints, models. Made when first asked for.

        Outside a run it is ``./outputs``.
        """
        folder = (self._folder or Path()) / "outputs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def log(
        self, name: str, value: object, description: str = "", step: int | None = None
    ) -> Logged:
        """Report a metric; the primary metric is judged by the policy there and then.

        Parameters
        ----------
        name : str
            The metric. One logging of the primary metric is one interval of the policy.
        value : int, float, bool or str
            Scalars of NumPy and PyTorch are stored plain. NaN and infinities are kept as they are.
            The primary metric must be a number.
        description : str
            Accepted for Azure's sake; it is not kept.
        step : int, optional
            The epoch, or whatever counts the value; shown on the x axis.

        Returns
        -------
        Logged
            In a function that runs in a process or a thread, the value is durable when `log`
            returns. In a coroutine `log` returns at once and ``await run.log(…)`` waits for that.

        Raises
        ------
        RunCanceled
            The trial is to stop: the policy or a person said so. Let it through. A trial that
            swallows it meets it again at the next `log`, and is killed after a grace period.
        MetricError
            The value is nothing that can be logged.

        Examples
        --------
        >>> def train(run, learning_rate):
        ...     for epoch in range(30):
        ...         run.log("accuracy", 0.9, step=epoch)
        """
        del description
        name = plain_name(name)
        return self._transport.log(name, plain_value(name, value), plain_step(name, step))

    def log_list(self, name: str, value: Iterable[object], description: str = "") -> None:
        """Report several values of a metric, in order, each as `log` would.

        Raises
        ------
        RunCanceled, MetricError
            As `log` does.
        """
        for item in value:
            self.log(name, item, description)


class Offline:
    """The transport of code that no experiment runs: values go to the console."""

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Print the value and go on."""
        at = "" if step is None else f" (step {step})"
        sys.stdout.write(f"{name} = {value}{at}\n")
        return DURABLE


_current: contextvars.ContextVar[TrialRun | None] = contextvars.ContextVar(
    "hdwidget_run", default=None
)
_process_run: TrialRun | None = None


def set_process_run(run: TrialRun) -> None:
    """Make `run` what every thread of this process finds; for a process that is one trial.

    A context variable would not do there: it reaches neither `threading.Thread` nor joblib.
    """
    global _process_run  # noqa: PLW0603  # one trial owns the whole process
    _process_run = run


def trial(run: TrialRun) -> contextvars.Context:
    """Return a copy of the current context in which `run` is the current run."""
    context = contextvars.copy_context()
    context.run(_current.set, run)
    return context


def current_run() -> TrialRun:
    """Return the run that the calling code is part of, or one that logs to the console."""
    return known_run() or offline_run()


def known_run() -> TrialRun | None:
    """Return the run that the calling code is part of, None outside any."""
    return _current.get() or _process_run


def offline_run() -> TrialRun:
    """Return a run that logs to the console."""
    return TrialRun(
        run_id="OfflineRun",
        number=0,
        experiment="offline",
        hyperparameters={},
        folder=None,
        transport=Offline(),
    )
