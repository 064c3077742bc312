"""Whether an experiment's runs bring anything: one that cannot is not to burn its budget."""

from collections.abc import Sequence

from hdwidget.compute.failure import Failure
from hdwidget.config import HyperDriveConfig
from hdwidget.engine.trial import Trial
from hdwidget.status import RunStatus

__all__ = ["Fruits"]

MOST_FRUITLESS = 5
"""So many runs to end first, all of them failed or without the metric, end the experiment."""


class Fruits:
    """Counts the runs that failed or ended without the primary metric.

    Parameters
    ----------
    config : HyperDriveConfig
        What the runs are to log.

    Attributes
    ----------
    failure : Failure or None
        What the first of them brought to nothing.
    """

    def __init__(self, config: HyperDriveConfig) -> None:
        self.failure: Failure | None = None
        self._metric = config.primary_metric_name
        self._run_config = config.run_config
        self._fruitless = 0

    def has_none(self, trials: Sequence[Trial]) -> bool:
        """Tell whether there were runs, and all of them came to nothing."""
        return bool(trials) and self._fruitless == len(trials)

    def judge(self, ended: Trial, failure: Failure | None, trials: Sequence[Trial]) -> bool:
        """Take in how a run ended, and return whether the experiment is to end.

        Parameters
        ----------
        ended : Trial
            The run.
        failure : Failure, optional
            What it failed with.
        trials : sequence of Trial
            All runs of the experiment.
        """
        has_completed = ended.status is RunStatus.COMPLETED
        if ended.status is RunStatus.CANCELED or (has_completed and self._metric in ended.logged):
            return False
        self.failure = self.failure or failure or self._never_logged(ended)
        self._fruitless += 1
        if any(self._metric in trial.logged for trial in trials):
            return False
        is_misspelt = has_completed and bool(ended.logged)
        return is_misspelt or self._fruitless >= MOST_FRUITLESS

    def _never_logged(self, trial: Trial) -> Failure:
        others = ", ".join(trial.logged) or "nothing"
        advice = f"Log it with run.log({self._metric!r}, value), or mend primary_metric_name."
        if getattr(self._run_config, "stdout_metrics", None):
            advice = (
                "Mend primary_metric_name, or the pattern in stdout_metrics: "
                "the runs' logs/stdout.txt have what was printed."
            )
        return Failure(
            "MetricNeverLogged",
            f"runs finished but never logged `{self._metric}`; they logged: {others}. {advice}",
        )
