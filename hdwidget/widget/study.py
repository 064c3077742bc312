"""What does not change about a run, as the page needs to know it."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, cast

from hdwidget.results import most_runs
from hdwidget.samplers import sampler_from_json
from hdwidget.space import (
    SearchSpace,
    choice,
    lognormal,
    loguniform,
    normal,
    qlognormal,
    qloguniform,
    qnormal,
    randint,
)
from hdwidget.space.expression import Expression
from hdwidget.space.quantized import Quantized
from hdwidget.status import STOPPED, RunStatus, StopReason
from hdwidget.store import RunRecord
from hdwidget.widget.wire import sendable

__all__ = [
    "OTHER_METRICS",
    "REASONS",
    "STANDINGS",
    "describe",
    "describe_single",
    "is_single",
    "run_id",
    "space_of_all",
]

Json: TypeAlias = dict[str, Any]

STANDINGS = (*(str(status) for status in RunStatus), STOPPED)
"""How a run can stand: a status, where a stop by the policy is one of its own."""

REASONS = ("", *(str(reason) for reason in StopReason))

POINTS = 120_000
"""A page's worth of buckets, shared among the runs: with 16 bytes each it is 2 MB."""
FEWEST_BUCKETS, MOST_BUCKETS = 40, 1920
"""From 3000 runs on a page is larger than that: a curve needs a few buckets to be one."""
OTHER_METRICS = 32
"""So many metrics beside the primary one have curves, each with a quarter of its buckets."""

LABEL_LENGTH = 200
"""An option may be an array, whose text is long."""
MOST_GONE = 20
"""So many options of earlier spaces are shown; a number that was free may have had more."""

LOGARITHMIC = (loguniform, lognormal, qloguniform, qlognormal)
UNBOUNDED = (normal, lognormal, qnormal, qlognormal)


def is_single(record: RunRecord) -> bool:
    """Tell whether a run is one by itself: not a search, nor a child of one."""
    return record.parent is None and record.type != "hyperdrive"


def run_id(study: Json, number: int) -> str:
    """Return the id of the run that a page knows by its number; a single run is number 0."""
    return study["run"] if study["single"] else f"{study['run']}_{number}"


def space_of(record: RunRecord) -> SearchSpace:
    """Return the search space of a HyperDrive run."""
    return sampler_from_json(record.config["hyperparameter_sampling"]).space


def space_of_all(record: RunRecord, children: Iterable[RunRecord]) -> SearchSpace:
    """Return the search space, with the options that runs have from an earlier one at the end."""
    space = space_of(record)
    if "space_version" not in record.properties:
        return space
    taken = [child.params for child in children]
    return SearchSpace({name: _with_gone(name, space[name], taken) for name in space})


def _with_gone(
    name: str, expression: Expression, taken: Iterable[Mapping[str, object]]
) -> Expression:
    if not isinstance(expression, choice):
        return expression
    values = [params[name] for params in taken if name in params]
    simple = dict.fromkeys(value for value in values if isinstance(value, str | int | float))
    gone = [value for value in simple if expression.problem(name, value) is not None]
    return choice(*expression.options, *gone[:MOST_GONE])


def describe(record: RunRecord, space: SearchSpace) -> Json:
    """Return the description of a HyperDrive run (``js/src/state/study.ts`` reads it).

    Parameters
    ----------
    record
        The run.
    space
        What `space_of_all` returns.
    """
    config = record.config
    primary = min(max(POINTS // most_runs(config), FEWEST_BUCKETS), MOST_BUCKETS) // 8 * 8
    return {
        "run": record.id,
        "single": False,
        "experiment": sendable(record.experiment),
        "metric": config["primary_metric_name"],
        "goal": config["primary_metric_goal"].lower(),
        "concurrent": config["max_concurrent_runs"],
        "created": record.created,
        "sampler": config["hyperparameter_sampling"]["sampler"],
        "policy": _policy(config["policy"]),
        "dimensions": _dimensions(space, space_of(record)),
        "standings": list(STANDINGS),
        "reasons": list(REASONS),
        "buckets": {"primary": primary, "other": primary // 4},
    }


def describe_single(record: RunRecord) -> Json:
    """Return the description of a single run, which has neither a search space nor a metric.

    Its metrics are all equal: a primary one, which is none, is named by an empty text.
    """
    return {
        "run": record.id,
        "single": True,
        "experiment": sendable(record.experiment),
        "metric": "",
        "goal": "maximize",
        "concurrent": 1,
        "created": record.created,
        "sampler": "",
        "policy": "",
        "dimensions": [],
        "standings": list(STANDINGS),
        "reasons": list(REASONS),
        "buckets": {"primary": MOST_BUCKETS, "other": MOST_BUCKETS},
    }


def _policy(written: Mapping[str, Any]) -> str:
    """Return a policy as it is written in Python."""
    given = (f"{name}={value!r}" for name, value in written.items() if name != "name" and value)
    return f"{written['name']}({', '.join(given)})"


def _dimensions(space: SearchSpace, current: SearchSpace) -> list[Json]:
    indices = {each.name: index for index, each in enumerate(space.dimensions)}
    now = {each.name: each.expression for each in current.dimensions}
    return [
        {
            **_dimension(name, expression, now[name]),
            "when": None if when is None else [indices[when.dimension], when.option],
        }
        for name, expression, when in (
            (each.name, each.expression, each.condition) for each in space.dimensions
        )
    ]


def _dimension(name: str, expression: Expression, now: Expression) -> Json:
    if isinstance(expression, choice):
        labels = expression.labels
        gone = len(labels) - len(cast("choice", now).labels)
        return {"kind": "choice", "name": name, "options": list(map(_short, labels)), "gone": gone}
    bounded = not isinstance(expression, UNBOUNDED)
    low, high = (
        float(cast("float", expression.decode(end))) if bounded else math.nan for end in (0.0, 1.0)
    )
    # A rounded expression may reach 0, which has no place on a logarithmic scale.
    logarithmic = isinstance(expression, LOGARITHMIC) and not low <= 0.0
    return {
        "kind": "number",
        "name": name,
        "scale": "log" if logarithmic else "linear",
        "low": low if bounded else None,
        "high": high if bounded else None,
        "integer": isinstance(expression, randint)
        or (isinstance(expression, Quantized) and float(expression.q).is_integer()),
        "step": expression.q if isinstance(expression, Quantized) else None,
    }


def _short(label: str) -> str:
    if not label.strip():
        return repr(label)  # so that there is something to see
    return sendable(label if len(label) <= LABEL_LENGTH else f"{label[:LABEL_LENGTH]}…")
