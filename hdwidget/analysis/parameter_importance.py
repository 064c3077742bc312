"""Which hyperparameters matter, and how sure that is."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from hdwidget.analysis.effects import effects
from hdwidget.curves import PrimaryMetricGoal
from hdwidget.dataframes import importance_frame
from hdwidget.engine.host import Host
from hdwidget.errors import ConfigurationError, SpaceError
from hdwidget.results import best_value
from hdwidget.samplers import sampler_from_json
from hdwidget.shown import shown
from hdwidget.space import SearchSpace
from hdwidget.status import STOPPED, RunStatus, standing
from hdwidget.store import RunRecord

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Importance", "importance"]

FEWEST_RUNS = 10
USED = frozenset({str(RunStatus.COMPLETED), STOPPED})

FENCE = 3.0
"""Worse than the worse quartile by so many interquartile ranges is as bad as it gets."""

SEED = 0
BAR_LENGTH = 20


class RecordedExperiment(Protocol):
    """What is asked of an experiment."""

    @property
    def host(self) -> Host:
        """The workspace in this process."""
        ...


class RecordedRun(Protocol):
    """What is asked of a `HyperDriveRun`, which stands above."""

    id: str

    @property
    def experiment(self) -> RecordedExperiment:
        """Where it was submitted."""
        ...

    @property
    def record(self) -> RunRecord:
        """The run as the record holds it now."""
        ...


@dataclass(frozen=True, repr=False, eq=False)
class Importance(Mapping[str, float]):
    """How much each hyperparameter matters: a mapping of names to importances, largest first.

    An importance is the share of the metric's variance over the search space that goes with a
    parameter, alone or, in equal parts, together with others. The importances sum to 1; to less
    where the runs hardly tell the parameters' effects from chance.

    Attributes
    ----------
    run_id : str
        The HyperDrive run.
    metric : str
        Its primary metric.
    runs : int
        How many of its runs were used.
    importances : mapping of str to float
        In [0, 1], by the name of the dimension: of a nested parameter ``model[0].C``, the entry
        ``C`` in option 0 of ``model``. NaN where no run has taken that option.
    standard_errors : mapping of str to float
        The standard error of each: how much it varies when the runs are sampled anew.
    """

    run_id: str
    metric: str
    runs: int
    importances: Mapping[str, float]
    standard_errors: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.importances[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.importances)

    def __len__(self) -> int:
        return len(self.importances)

    def __repr__(self) -> str:
        width = max(map(len, self))
        lines = [f"what moves {self.metric}, by {self.runs} runs"]
        for name, share in self.items():
            bar = "" if math.isnan(share) else "█" * round(share * BAR_LENGTH)
            error = self.standard_errors[name]
            lines.append(f"  {name:<{width}}  {share:4.2f} ± {error:4.2f}  {bar}".rstrip())
        return "\n".join(lines)

    def to_dataframe(self) -> "pd.DataFrame":
        """Return a row for each parameter: its importance and the standard error.

        Raises
        ------
        MissingExtraError
            pandas is not installed.
        """
        return importance_frame(self.importances, self.standard_errors)


def importance(run: RecordedRun) -> Importance:
    """Tell which hyperparameters of a HyperDrive run matter, and how sure that is.

    A functional analysis of variance: regression trees are grown on the runs, encoded by each
    expression's own distribution, and the variance of what they predict over the search space is
    divided among the parameters (Shapley effects), less what chance would give them. So it does not
    matter that a sampler or a policy has favoured some configurations, nor whether the metric is
    minimized or maximized. It takes a second or two, and the same runs give the same numbers.

    What counts are runs that completed or that a policy stopped, with the best value that they
    logged. Extremely bad values, such as a loss that diverged, count as the worst of the ordinary
    ones. With few runs the largest importances are overstated, and the others understated, above
    all of a parameter with which the metric goes up and down several times.

    Parameters
    ----------
    run : HyperDriveRun
        The run; it may still go on.

    Returns
    -------
    Importance
        A mapping of names to importances; printed, a table.

    Raises
    ------
    ConfigurationError
        `run` is no HyperDrive run, or fewer than 10 of its runs can be used.

    See Also
    --------
    hdwidget.analysis.effects.effects : How it is measured, with references.

    Examples
    --------
    >>> importance(run)
    what moves accuracy, by 60 runs
      learning_rate  0.78 ± 0.06  ████████████████
      momentum       0.17 ± 0.05  ███
      hidden         0.05 ± 0.02  █
    """
    parent = _checked(run)
    metric = parent.config["primary_metric_name"]
    space = sampler_from_json(parent.config["hyperparameter_sampling"]).space
    points, utilities, total = _used(run, parent, space)
    if len(points) < FEWEST_RUNS:
        message = (
            f"importance needs at least {FEWEST_RUNS} runs that completed, or that a policy "
            f"stopped, and that logged a number as `{metric}`, but {run.id} has {len(points)} "
            f"among its {total}. Make more runs, or see what run.diagnose() says."
        )
        raise ConfigurationError(message)
    found = effects(space, points, _fenced(utilities), np.random.default_rng(SEED))
    shares, errors = _shares(found)
    never = np.isnan(points).all(axis=0)
    shares[never] = errors[never] = math.nan
    names = [dimension.name for dimension in space.dimensions]
    ranking = np.argsort(-shares, kind="stable").tolist()  # NaN is last
    return Importance(
        run.id,
        metric,
        len(points),
        MappingProxyType({names[i]: float(shares[i]) for i in ranking}),
        MappingProxyType({names[i]: float(errors[i]) for i in ranking}),
    )


def _checked(run: RecordedRun) -> RunRecord:
    record = getattr(run, "record", None)
    if isinstance(record, RunRecord) and record.type == "hyperdrive":
        return record
    hint = ""
    if isinstance(record, RunRecord) and record.parent is not None:
        hint = " Write importance(run.parent)."
    message = (
        "`run` must be a HyperDrive run, what Experiment.submit returns for a HyperDriveConfig, "
        f"but got {shown(run)}.{hint}"
    )
    raise ConfigurationError(message)


def _used(
    run: RecordedRun, parent: RunRecord, space: SearchSpace
) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Return the encoded configurations and the utilities of what can be used, and of how many."""
    goal = PrimaryMetricGoal(parent.config["primary_metric_goal"])
    store = run.experiment.host.store
    children = store.children(run.id)
    curves = store.curves(run.id, parent.config["primary_metric_name"])
    points: list[NDArray[np.float64]] = []
    utilities: list[float] = []
    for child in children:
        best = best_value(curves.get(child.id), goal)
        if best is None or standing(child.status, child.reason) not in USED:
            continue
        try:
            point = space.encode(child.params)
        except SpaceError:  # a value that is not of the space, or that JSON could not hold
            continue
        points.append(point)
        utilities.append(goal.sign * best)
    return np.array(points), np.array(utilities), len(children)


def _fenced(utilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return utilities of which none is so low that it alone would decide everything."""
    scale = np.abs(utilities).max() or 1.0  # so that no difference overflows
    low, high = np.quantile(utilities / scale, [0.25, 0.75])
    if low == high:
        return utilities
    return np.maximum(utilities / scale, low - FENCE * (high - low))


def _shares(found: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return shares and their standard errors, from `(samples, d)` effects.

    Shares are of the variance that was found or, if that is larger, of two standard errors of it:
    of little more than nothing there are only small shares.
    """
    total = found.sum(axis=1, keepdims=True)
    mean = np.maximum(found.mean(axis=0), 0.0)
    scale = max(float(mean.sum()), 2.0 * float(total.std(ddof=1)))
    if scale == 0.0:  # a constant metric
        return mean, mean.copy()
    shares = mean / scale
    # A ratio's error to first order: what is left of an effect when its share of the total is off.
    return shares, (found - shares * total).std(axis=0, ddof=1) / scale
