"""Runs as a notebook holds them, in Azure's shapes where these differ from hdwidget's."""

import json
from collections.abc import Mapping
from typing import Any

import hdwidget.hyperdrive_run as local_hyperdrive
import hdwidget.run as local
from hdwidget.arguments import as_json
from hdwidget.awaited import Details
from hdwidget.azureml import context
from hdwidget.azureml.environment import Environment
from hdwidget.azureml.exceptions import ActivityFailedException
from hdwidget.azureml.hyperdrive import WRITTEN
from hdwidget.errors import ExperimentFailedError

__all__ = ["Children", "HyperDriveRun", "Run", "ScriptRun", "get_run"]

TYPES = {"hyperdrive": "hyperdrive", "script": "azureml.scriptrun", "function": "azureml.scriptrun"}
"""What Azure calls the kinds of runs."""


DRIVER_LOGS: Mapping[str, str] = dict.fromkeys(
    ("azureml-logs/70_driver_log.txt", "user_logs/std_log.txt"), "logs/stdout.txt"
)
"""What a script has printed, under the names that Azure gave it."""


class Children(list[local.Run]):
    """Runs as a list, and as the iterator that Azure gives: ``next(run.get_children())``."""

    def __next__(self) -> local.Run:
        """Return the first one and take it out."""
        if not self:
            raise StopIteration
        return self.pop(0)


class Run(local.Run):
    """A run: one trial, a script that ran once, or a HyperDrive run.

    Parameters
    ----------
    experiment : Experiment
        Where it was submitted.
    run_id : str
        Its id.

    Raises
    ------
    RunNotFoundError
        The experiment holds no such run.
    """

    def __init__(self, experiment: local.RecordedExperiment, run_id: str, *_: object) -> None:
        super().__init__(experiment, run_id)

    def __repr__(self) -> str:
        kind = TYPES.get(self.type, self.type)
        return (
            f"Run(Experiment: {self.experiment.name},\nId: {self.id},\nType: {kind},\n"
            f"Status: {self.status})"
        )

    # Notebooks dump the best run beside its model: what is kept is how to find it again.
    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.experiment, self.id)

    @staticmethod
    def get_context(  # pyright: ignore[reportIncompatibleMethodOverride]  # Azure's has no type of ours
        allow_offline: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
        **keywords: object,
    ) -> Any:  # noqa: ANN401  # a run of `context`
        """Return the run that the calling code is part of, or one that logs to the console.

        Raises
        ------
        RunEnvironmentException
            No experiment runs the calling code, and `allow_offline` is False.
        """
        return context.get_context(allow_offline, **keywords)

    get_submitted_run = get_context  # its name in 2018

    @staticmethod
    def get(workspace: Any, run_id: str) -> "Run":  # noqa: ANN401  # of a module above this one
        """Return the handle on any run of a workspace.

        Raises
        ------
        RunNotFoundError
            It holds no such run.
        """
        return workspace.get_run(run_id)

    @property
    def display_name(self) -> str:
        """The run's id."""
        return self.id

    def get_children(self, *_: object, **__: object) -> Children:
        """Return the runs of the trials, newest first; a run without trials has none."""
        return Children()

    def get_details(self) -> Details:
        """Return everything about the run at once, under Azure's names."""
        details = super().get_details()
        details.setdefault("inputDatasets", [])
        details.setdefault("outputDatasets", [])
        details.setdefault("submittedBy", "")
        return details

    def get_portal_url(self) -> str:
        """Return where the run's files are: a folder on this machine, as a url."""
        return self.output_dir.parent.as_uri()

    def get_environment(self) -> Environment:
        """Return the environment: the current interpreter."""
        return Environment("local")

    def wait_for_completion(  # pyright: ignore[reportIncompatibleMethodOverride]  # Azure's order
        self,
        show_output: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        wait_post_processing: bool = False,  # noqa: FBT001, FBT002
        raise_on_error: bool = True,  # noqa: FBT001, FBT002
    ) -> Details:
        """Block until the run has ended; return its details.

        Parameters
        ----------
        show_output : bool
            Whether to print how it gets on.
        wait_post_processing : bool
            Accepted for Azure's sake: there is no post-processing.
        raise_on_error : bool
            Whether a run that ended as Failed is an error here.

        Raises
        ------
        ActivityFailedException
            The run ended as Failed; the message holds the first error.
        """
        del wait_post_processing
        if show_output:
            print(f"RunId: {self.id}\nWeb View: {self.get_portal_url()}\n")  # noqa: T201  # as Azure
        return super().wait_for_completion(show_output, raise_on_error)

    def refresh(self) -> None:
        """Do nothing: everything is read from the record when it is asked for."""

    def _found(self, name: str) -> str:
        return super()._found(DRIVER_LOGS.get(name.lstrip("./"), name))

    def _raise_failure(self, details: Details) -> None:
        try:
            super()._raise_failure(details)
        except ExperimentFailedError as error:
            raise ActivityFailedException(str(error)) from None


ScriptRun = Run


class HyperDriveRun(Run, local_hyperdrive.HyperDriveRun):  # pyright: ignore[reportIncompatibleMethodOverride]  # as above
    """A HyperDrive run: the parent of its trials' runs.

    Parameters
    ----------
    experiment : Experiment
        Where it was submitted.
    run_id : str
        Its id, ``HD_<uuid>``.
    """

    def get_children(self, *_: object, **__: object) -> Children:
        """Return the runs of the trials, newest first."""
        children = local_hyperdrive.HyperDriveRun.get_children(self)
        return Children(Run(self.experiment, child.id) for child in children)

    def get_best_run_by_primary_metric(
        self,
        include_failed: bool = True,  # noqa: FBT001, FBT002  # HyperDrive's signature
        include_canceled: bool = True,  # noqa: FBT001, FBT002
        include_resume_from_runs: bool = True,  # noqa: FBT001, FBT002
    ) -> Run | None:
        """Return the child whose best value of the primary metric is the best, None without one."""
        best = super().get_best_run_by_primary_metric(
            include_failed, include_canceled, include_resume_from_runs
        )
        return None if best is None else Run(best.experiment, best.id)

    def get_metrics(
        self,
        name: str | None = None,
        recursive: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        **_: object,
    ) -> dict[str, Any]:
        """Return what each child has logged, by the child's id.

        Parameters
        ----------
        name : str, optional
            Only this metric.
        recursive : bool
            Accepted: the children are always included.
        """
        del recursive
        return super().get_metrics(name)

    def get_hyperparameters(self) -> dict[str, str]:
        """Return each child's hyperparameters as JSON, named as in the notebook's space."""
        children = super().get_hyperparameters()
        names = self._names
        return {run_id: _as_written(text, names) for run_id, text in children.items()}

    def get_children_sorted_by_primary_metric(
        self,
        top: int = 0,
        reverse: bool = False,  # noqa: FBT001, FBT002  # HyperDrive's signature
        discard_no_metric: bool = False,  # noqa: FBT001, FBT002
    ) -> list[dict[str, Any]]:
        """Return the children as dicts, best first; see `hdwidget.HyperDriveRun`."""
        rows = super().get_children_sorted_by_primary_metric(top, reverse, discard_no_metric)
        names = self._names
        return [
            {**row, "hyperparameters": _as_written(row["hyperparameters"], names)} for row in rows
        ]

    @property
    def _names(self) -> Mapping[str, str]:
        return self.record.config.get(WRITTEN, {})

    def get_details(self) -> Details:
        """Return everything about the run at once, under Azure's names."""
        details = super().get_details()
        properties = details["properties"]
        properties.update(
            {
                "resume_from": properties.get("resume_from", "null"),
                "runTemplate": "HyperDrive",
                "azureml.runsource": "hyperdrive",
                "platform": "AML",
            }
        )
        if "best_child_run_id" in properties:
            properties["best_metric_status"] = "Succeeded"
        return details


def get_run(
    experiment: Any,  # noqa: ANN401  # of a module above this one
    run_id: str,
    rehydrate: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
    **_: object,
) -> Run:
    """Return the handle on a run of an experiment, of the class that its kind has.

    Raises
    ------
    RunNotFoundError
        The experiment holds no such run.
    """
    del rehydrate
    return experiment.get_run(run_id)


def _as_written(hyperparameters: str, names: Mapping[str, str]) -> str:
    """Return hyperparameters in JSON under the names that the notebook has written."""
    read = json.loads(hyperparameters)
    return as_json({names.get(name, name): value for name, value in read.items()})
