"""Whether a run's row holds what hdwidget writes: a damaged page, or somebody else, may differ."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.errors import StoreError
from hdwidget.shown import shown
from hdwidget.status import RunStatus, StopReason
from hdwidget.store.records import RunRecord

__all__ = ["SEARCH", "check_search", "is_sound", "is_time"]

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
        and all(map(is_time, (run.created, run.started, run.ended)))
        and all(type(mapping) is dict for mapping in mappings)
        and type(run.error) in (dict, type(None))
    )


class SearchConfig(dict[str, Any]):
    """The configuration of a search as the record has it; what it lacks is an error of ours."""

    run_id = ""  # not an argument: a copy of a dict is made from its items alone

    def __missing__(self, name: str) -> object:
        raise _foreign(self.run_id, name, None)


def check_search(run: RunRecord) -> RunRecord:
    """Return the record of a HyperDrive run, whose configuration says what it searches.

    Raises
    ------
    StoreError
        It does not; where something is missing, when that is asked for.
    """
    config = run.config
    for name, kinds in SEARCH.items():
        if name in config and type(config[name]) not in kinds:
            raise _foreign(run.id, name, config[name])
    if config.get("primary_metric_goal", PrimaryMetricGoal.MAXIMIZE) not in list(PrimaryMetricGoal):
        raise _foreign(run.id, "primary_metric_goal", config["primary_metric_goal"])
    if type(config.get("policy", {"name": ""}).get("name")) is not str:
        raise _foreign(run.id, "policy", config["policy"])
    for name in ("max_total_runs", "max_concurrent_runs"):
        if config.get(name, 1) < 1:
            raise _foreign(run.id, name, config[name])
    if not _are_references(config.get("resume_from", [])):
        raise _foreign(run.id, "resume_from", config["resume_from"])
    checked = SearchConfig(config)
    checked.run_id = run.id
    return replace(run, config=checked)


def is_time(time: object) -> bool:
    """Tell whether a column of times holds one, or nothing."""
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


def _foreign(run_id: str, name: str, value: object) -> StoreError:
    return StoreError(
        f"The configuration of run `{run_id}` in the record is none of hdwidget's: it has "
        f"{name}={shown(value, 80)}. Bring back a copy of the workspace."
    )
