"""Boards and events of made-up runs, without an engine."""

from hdwidget.engine.events import MetricLogged, RunChanged
from hdwidget.space import choice, loguniform, uniform
from hdwidget.status import RunStatus
from hdwidget.store import RunRecord

__all__ = ["CREATED", "RUN", "changed", "logged", "new_run", "study"]

RUN = "HD_1"
CREATED = 1_800_000_000.0


def study(space=None, **config):
    """Return the record of a HyperDrive run that minimizes "loss"."""
    space = space or {
        "lr": loguniform(-7, 0),
        "model": choice("svm", {"kind": "net", "momentum": uniform(0, 1)}),
    }
    written = {name: expression.to_json() for name, expression in space.items()}
    return RunRecord(
        id=RUN,
        experiment="digits",
        type="hyperdrive",
        status="NotStarted",
        created=CREATED,
        config={
            "hyperparameter_sampling": {"sampler": "grid", "space": written}
            if all(expression.size for expression in space.values())
            else {"sampler": "random", "seed": 1, "rule": "random", "space": written},
            "primary_metric_name": "loss",
            "primary_metric_goal": "MINIMIZE",
            "max_total_runs": 20,
            "max_concurrent_runs": 4,
            "space_size": None,
            "policy": {"name": "BanditPolicy", "slack_factor": 0.1, "slack_amount": None},
            **config,
        },
    )


def new_run(number, params):
    """Return the event of a new child."""
    run_id = f"{RUN}_{number}"
    record = RunRecord(
        id=run_id,
        experiment="digits",
        parent=RUN,
        number=number,
        type="function",
        status="Queued",
        created=CREATED + number,
        params=params,
    )
    return RunChanged(run_id, RunStatus.QUEUED, created=record)


def changed(number, status, reason=None, **columns):
    """Return the event of a child's new status, or the parent's where `number` is None."""
    run_id = RUN if number is None else f"{RUN}_{number}"
    return RunChanged(run_id, RunStatus(status), reason, columns)


def logged(number, name, seq, value, *, step=None, seconds=0.0):
    """Return the event of a value, so many seconds after the study was created."""
    return MetricLogged(f"{RUN}_{number}", name, seq, step, CREATED + seconds, value)
