"""How a HyperDrive run stands, in the few figures that the page's headline shows."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias

from hdwidget.engine.controller import Controller
from hdwidget.hyperdrive_run import HyperDriveRun
from hdwidget.status import FINAL, RunStatus, StopReason

__all__ = ["Headline", "headline_of_controller", "headline_of_record"]

Headline: TypeAlias = dict[str, Any]

STOPPED = "Stopped by policy"


def headline_of_controller(controller: Controller) -> Headline:
    """Return the headline of a run that is driven here; to be called on the engine's loop."""
    best = controller.curves.best_overall()
    return _headline(
        controller.experiment,
        controller.status,
        controller.config.max_total_runs,
        ((trial.status, trial.reason) for trial in controller.trials),
        None
        if best is None
        else {
            "metric": controller.config.primary_metric_name,
            "value": best[1],
            "run": controller.trials[best[0]].spec.run_id,
        },
    )


def headline_of_record(run: HyperDriveRun) -> Headline:
    """Return the headline of a run as the record holds it."""
    record = run.record
    best = run.get_children_sorted_by_primary_metric(top=1, discard_no_metric=True)
    return _headline(
        run.experiment.name,
        record.status,
        record.config["max_total_runs"],
        ((child.status, child.reason) for child in run.get_children()),
        {
            "metric": record.config["primary_metric_name"],
            "value": best[0]["best_primary_metric"],
            "run": best[0]["run_id"],
        }
        if best
        else None,
    )


def _headline(
    name: str,
    status: str,
    total: int,
    trials: Iterable[tuple[str, str | None]],
    best: dict[str, Any] | None,
) -> Headline:
    counts: Counter[str] = Counter()
    done = 0
    for standing, reason in trials:
        stopped = standing == RunStatus.CANCELED and reason == StopReason.POLICY
        counts[STOPPED if stopped else str(standing)] += 1
        done += RunStatus(standing) in FINAL
    return {
        "name": name,
        "status": str(status),
        "done": done,
        "total": total,
        "counts": dict(counts),
        "best": best,
    }
