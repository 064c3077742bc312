"""Runs that are written into the record as if an engine had driven them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hdwidget.experiment import Experiment
from hdwidget.hyperdrive_run import HyperDriveRun
from hdwidget.run import Run
from hdwidget.store import RunRecord, Store

__all__ = ["Child", "recorded", "recorded_single"]

CREATED = 1_800_000_000.0


@dataclass(frozen=True)
class Child:
    """A trial's run: its metrics by name, and whatever else the record holds of it."""

    metrics: Mapping[str, Sequence[object]] = field(default_factory=dict)
    status: str = "Completed"
    columns: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[int] | None = None


def recorded(
    experiment: Experiment, *children: Child, config: Mapping[str, object] = {}, **columns: Any
) -> HyperDriveRun:
    """Write a HyperDrive run with these children, and return a handle on it."""
    store = experiment.host.store
    store.ensure_experiment(experiment.name)
    run_id = f"HD_{len(store.runs(experiment.name))}"
    store.insert_run(
        RunRecord(
            **{
                "id": run_id,
                "experiment": experiment.name,
                "type": "hyperdrive",
                "status": "Completed",
                "created": CREATED,
                "config": {
                    "primary_metric_name": "accuracy",
                    "primary_metric_goal": "MAXIMIZE",
                    "max_total_runs": 100,
                    "max_concurrent_runs": 2,
                    "hyperparameters": 1,
                    "space_size": None,
                    **config,
                },
                **columns,
            }
        )
    )
    for number, child in enumerate(children):
        child_id = f"{run_id}_{number}"
        started = CREATED + 10 * number
        record = {
            "number": number,
            "params": {"x": number / 10},
            "created": started,
            "started": started,
            "ended": started + 5,
            **child.columns,
        }
        store.insert_run(
            RunRecord(
                id=child_id,
                experiment=experiment.name,
                parent=run_id,
                type="function",
                status=child.status,
                **record,
            )
        )
        _log(store, child_id, child, started)
    store.flush()
    return HyperDriveRun(experiment, run_id)


def recorded_single(experiment: Experiment, logged: Child, **columns: Any) -> Run:
    """Write a script's run that was submitted alone, and return a handle on it."""
    store = experiment.host.store
    store.ensure_experiment(experiment.name)
    run_id = f"RUN_{len(store.runs(experiment.name))}"
    record = {
        "status": logged.status,
        "created": CREATED,
        "started": CREATED,
        "ended": CREATED + 5,
        "config": {"source_directory": ".", "script": "train.py"},
        **logged.columns,
        **columns,
    }
    store.insert_run(RunRecord(id=run_id, experiment=experiment.name, type="script", **record))
    _log(store, run_id, logged, CREATED)
    store.flush()
    return Run(experiment, run_id)


def _log(store: Store, run_id: str, logged: Child, started: float) -> None:
    for name, values in logged.metrics.items():
        for seq, value in enumerate(values):
            step = None if logged.steps is None else logged.steps[seq]
            store.append_metric(run_id, name, seq, step, started + seq, value)
    store.end_run(run_id)
