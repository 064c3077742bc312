"""Whether a run's row holds what hdwidget writes: a damaged page, or somebody else, may differ."""

from collections.abc import Mapping
from typing import Any, cast

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.errors import StoreError
from hdwidget.shown import shown
from hdwidget.status import RunStatus, StopReason
from hdwidget.store.records import RunRecord

__all__ = ["SEARCH", "check_search", "is_sound"]

STATUSES = frozenset(status.value for status in RunStatus)
REASONS = frozenset(reason.value for reason in StopReason)
LARGEST_NUMBER = 2**21
"""A page has a row for each number up to the largest."""
LATEST = 9e9
"""UTC epoch seconds, the year 2255: what comes after it is no time to pandas."""

SEARCH: Mapping[str, tuple[type, ...]] = {
    "hyperparameter_sampling": (dict,),
    "primary_metric_name": (str,),
    "primary_metric_goal": (str,),
    "max_total_runs": (int,),
    "max_concurrent_runs": (int,),
    "max_duration_minutes": (int, float),
    "policy": (dict,),
    "hyperparameters": (int,),
    "space_size": (int, type(None)),
}
"""What the configuration of a search holds."""


def is_sound(run: RunRecord) -> bool:
    """Tell whether the columns are of their types, and within what is done with them."""
    texts = (run.id, run.experiment, run.type, run.parent or "")
    mappings = (run.params, run.config, run.tags, run.properties)
    return (
        all(type(text) is str for text in texts)
        and run.status in STATUSES
        and (run.reason is None or run.reason in REASONS)
        and type(run.number) is int
        and 0 <= run.number < LARGEST_NUMBER
        and type(run.proposal) in (int, type(None))
        and type(run.created) is float
        and all(map(_is_time, (run.created, run.started, run.ended)))
        and all(type(mapping) is dict for mapping in mappings)
        and type(run.error) in (dict, type(None))
    )


def check_search(run: RunRecord) -> RunRecord:
    """Return the record of a HyperDrive run, whose configuration says what it searches.

    Raises
    ------
    StoreError
        It does not.
    """
    config = run.config
    for name, kinds in SEARCH.items():
        if type(config.get(name)) not in kinds:
            raise _foreign(run, name)
    if config["primary_metric_goal"] not in list(PrimaryMetricGoal):
        raise _foreign(run, "primary_metric_goal")
    if type(config["policy"].get("name")) is not str:
        raise _foreign(run, "policy")
    if config["max_total_runs"] < 1 or config["max_concurrent_runs"] < 1:
        raise _foreign(run, "max_total_runs")
    if not _are_references(config.get("resume_from", [])):
        raise _foreign(run, "resume_from")
    return run


def _is_time(time: object) -> bool:
    return time is None or (type(time) in (int, float) and abs(cast("float", time)) < LATEST)


def _are_references(value: Any) -> bool:  # noqa: ANN401  # JSON
    if not isinstance(value, list):
        return False
    texts = [
        cast("dict[str, Any]", of).get for of in cast("list[object]", value) if type(of) is dict
    ]
    return len(texts) == len(cast("list[object]", value)) and all(
        type(get("run_id")) is str and type(get("workspace")) is str for get in texts
    )


def _foreign(run: RunRecord, name: str) -> StoreError:
    return StoreError(
        f"The configuration of run `{run.id}` in the record is none of hdwidget's: it has "
        f"{name}={shown(run.config.get(name), 80)}. Bring back a copy of the workspace."
    )
