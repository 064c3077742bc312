"""Everything that a handle shows of a run, as JSON: the same in whatever process it is asked."""

import json
from typing import Any

from hdwidget.hyperdrive_run import HyperDriveRun
from hdwidget.run import Run

__all__ = ["seen"]


def seen(run: HyperDriveRun) -> Any:
    """Return all that `run` and its children tell."""
    shown = {
        "parent": _of_one(run),
        "children": [_of_one(child) for child in run.get_children()],
        "hyperparameters": run.get_hyperparameters(),
        "metrics": run.get_metrics(),
        "sorted": run.get_children_sorted_by_primary_metric(),
        "points": json.loads(run.metrics_dataframe().to_json(orient="records", date_format="iso")),
        "diagnosis": repr(run.diagnose()),
    }
    return json.loads(json.dumps(shown))


def _of_one(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "number": run.number,
        "type": run.type,
        "reason": run.reason,
        "parent": None if run.parent is None else run.parent.id,
        "hyperparameters": run.hyperparameters,
        "tags": run.get_tags(),
        "properties": run.get_properties(),
        "metrics": run.get_metrics(),
        "details": run.get_details(),
    }
