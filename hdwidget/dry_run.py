"""One trial in this process: real tracebacks, `pdb`, and what the whole would cost."""

import asyncio
import inspect
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hdwidget.context import DURABLE, Logged, TrialRun, trial
from hdwidget.metrics import MetricValue, number_of
from hdwidget.offline import Offline
from hdwidget.signature import as_keywords

__all__ = ["DryRun", "dry_run"]


@dataclass(frozen=True, repr=False)
class DryRun:
    """What one trial did, and what the whole experiment would cost.

    Attributes
    ----------
    hyperparameters : Mapping[str, object]
        The first configuration that the sampler proposes.
    metrics : Mapping[str, list]
        Every value that was logged.
    seconds : float
        Wall-clock time of the trial, without `setup`.
    setup_seconds : float
        Wall-clock time of `setup`, which runs once per experiment.
    max_total_runs, concurrent_runs : int
        What the estimate reckons with.
    primary_metric : str
        What the function is to log.
    """

    hyperparameters: Mapping[str, object]
    metrics: Mapping[str, list[MetricValue]]
    seconds: float
    setup_seconds: float
    max_total_runs: int
    concurrent_runs: int
    primary_metric: str

    @property
    def estimated_seconds(self) -> float:
        """Wall-clock seconds of the whole if every trial takes as long and none is stopped."""
        rounds = -(-self.max_total_runs // self.concurrent_runs)
        return self.setup_seconds + rounds * self.seconds

    def __str__(self) -> str:
        warning = ""
        numbers = self.metrics.get(self.primary_metric, [])
        if not any(math.isfinite(number_of(self.primary_metric, value)) for value in numbers):
            what = "a finite number" if numbers else "anything"
            warning = f"\n! it never logged {what} as `{self.primary_metric}`, the primary metric"
        logged = ", ".join(
            f"{name} x {len(values)} (last {values[-1]})" for name, values in self.metrics.items()
        )
        return (
            f"dry run of {dict(self.hyperparameters)}\n"
            f"  logged    {logged or 'nothing'}\n"
            f"  took      {self.seconds:.2f} s\n"
            f"  estimate  about {self.estimated_seconds:.1f} s for {self.max_total_runs} runs, "
            f"{self.concurrent_runs} at once, if none is stopped early and cores are free{warning}"
        )

    __repr__ = __str__


class Notebook(Offline):
    """The transport of a dry run: it keeps what is logged, and checks it as the engine would."""

    def __init__(self, primary_metric: str) -> None:
        super().__init__()
        self.primary_metric = primary_metric

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Keep one value."""
        del step
        if name == self.primary_metric:
            number_of(name, value)
        self.logged.setdefault(name, []).append(value)
        return DURABLE


def dry_run(
    function: Callable[..., Any],
    setup: Callable[[], object] | None,
    hyperparameters: Mapping[str, object],
    *,
    primary_metric: str,
    max_total_runs: int,
    concurrent_runs: int,
) -> DryRun:
    """Call ``function(run, **hyperparameters)`` here and now; its exceptions come through.

    What an ``async def`` gives runs in a thread of its own, since a notebook's loop is busy.
    """
    notebook = Notebook(primary_metric)
    run = TrialRun(
        run_id="dry-run",
        number=0,
        experiment="dry run",
        hyperparameters=hyperparameters,
        folder=None,
        transport=notebook,
    )
    begun = time.perf_counter()
    made = () if setup is None else (setup(),)
    ready = time.perf_counter()
    result = trial(run).run(function, run, *made, **as_keywords(hyperparameters))
    if inspect.iscoroutine(result):
        _finish(result, run)
    return DryRun(
        hyperparameters=dict(hyperparameters),
        metrics=notebook.logged,
        seconds=time.perf_counter() - ready,
        setup_seconds=ready - begun,
        max_total_runs=max_total_runs,
        concurrent_runs=concurrent_runs,
        primary_metric=primary_metric,
    )


def _finish(coroutine: Any, run: TrialRun) -> None:  # noqa: ANN401  # a coroutine of any kind
    """Run a coroutine to its end, from a plain script as from a cell, whose loop is busy."""
    failure: list[BaseException] = []

    def finish() -> None:
        try:
            trial(run).run(asyncio.run, coroutine)
        except BaseException as error:  # noqa: BLE001  # it is raised again in the caller's thread
            failure.append(error)

    thread = threading.Thread(target=finish, name="hdwidget-dry-run")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
