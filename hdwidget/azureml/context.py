"""`Run.get_context()` as Azure's scripts know it. Light: no store and no NumPy before they ask.

`Run` here is the run as its own script sees it; the notebook's handle is `hdwidget.azureml.runs`.
"""

import importlib
import os
from typing import Any

from hdwidget.azureml.exceptions import RunEnvironmentException
from hdwidget.azureml.inputs import InputDatasets
from hdwidget.compute.script_run import run_of_this_process
from hdwidget.context import TrialRun

__all__ = ["Run", "TrialExperiment", "_OfflineRun", "get_context"]

OFFLINE = "OfflineRun"
"""The id of a run that no experiment knows, or what it begins with."""


def get_context(
    allow_offline: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
    **_: object,
) -> "Run | _OfflineRun":
    """Return the run that the calling code is part of.

    Parameters
    ----------
    allow_offline : bool
        Whether code that no experiment runs gets a run that logs to the console.

    Raises
    ------
    RunEnvironmentException
        No experiment runs the calling code, and `allow_offline` is False.
    """
    run = run_of_this_process()
    if not run.id.startswith(OFFLINE):
        return Run(run)
    if not allow_offline:
        message = (
            "no experiment runs this code, and Run.get_context(allow_offline=False) wants one. "
            "Submit it with Experiment.submit(ScriptRunConfig(…))."
        )
        raise RunEnvironmentException(message)
    return _OfflineRun(run)


class _Delegate:
    """Hands over to hdwidget's run whatever Azure's run is not different in."""

    def __init__(self, run: TrialRun) -> None:
        self._run = run

    @staticmethod
    def get_context(
        allow_offline: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
        **keywords: object,
    ) -> "Run | _OfflineRun":
        """Return the run that the calling code is part of; see `get_context`."""
        return get_context(allow_offline, **keywords)

    get_submitted_run = get_context  # its name in 2018

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the run has
        if name.startswith("__") or name in ("_run", "experiment"):
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(self._run, name)

    @property
    def input_datasets(self) -> InputDatasets:
        """The datasets that the run was submitted with, by the names they were given there.

        One that is mounted or downloaded is a path, any other the dataset itself.
        """
        return InputDatasets.of_this_process()


class Run(_Delegate):
    """The run as its own script sees it.

    Examples
    --------
    >>> run = Run.get_context()
    >>> run.log("accuracy", 0.9)
    >>> run.experiment.workspace.datasets["training"]
    """

    def __repr__(self) -> str:
        return (
            f"Run(Experiment: {self.experiment.name},\nId: {self.id},\n"
            f"Type: azureml.scriptrun,\nStatus: Running)"
        )

    @property
    def experiment(self) -> "TrialExperiment":
        """The experiment, with ``.name`` and ``.workspace``."""
        return TrialExperiment(self._run.experiment)

    @property
    def parent(self) -> Any:  # noqa: ANN401  # a handle of `runs`, which is heavy
        """The HyperDrive run that this one is a trial of; None for a script that runs alone."""
        parent = self.id.rpartition("_")[0]
        if not parent.startswith("HD_"):
            return None
        return self.experiment.recorded().get_run(parent)

    @staticmethod
    def get(workspace: Any, run_id: str) -> Any:  # noqa: ANN401  # of heavy modules
        """Return the handle on any run of the workspace."""
        return importlib.import_module("hdwidget.azureml.runs").Run.get(workspace, run_id)


class _OfflineRun(_Delegate):
    """The run of code that no experiment runs: it logs to the console, and has no experiment."""

    def __init__(self, run: TrialRun) -> None:
        super().__init__(run)
        self.id = f"{OFFLINE}_{os.urandom(16).hex()}"

    def __repr__(self) -> str:
        return f"_OfflineRun(Id: {self.id})"


class TrialExperiment:
    """The experiment as a trial's script sees it: a name, and the way to the workspace."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Experiment(Name: {self.name})"

    @property
    def workspace(self) -> Any:  # noqa: ANN401  # of a heavy module
        """The notebook's workspace."""
        return importlib.import_module("hdwidget.azureml.workspace").Workspace()

    def recorded(self) -> Any:  # noqa: ANN401  # of a heavy module
        """Return the experiment as a notebook has it."""
        made = importlib.import_module("hdwidget.azureml.experiment").Experiment
        return made(self.workspace, self.name)

    def start_logging(self, *args: Any, **keywords: Any) -> Any:  # noqa: ANN401  # as a notebook's
        """Return a further run of the experiment, which is ended with its ``complete()``."""
        return self.recorded().start_logging(*args, **keywords)
