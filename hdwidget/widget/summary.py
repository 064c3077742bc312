"""What there is to say of a run on a page that cannot ask back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.metrics import MetricValue
from hdwidget.results import best_value, most_runs
from hdwidget.run import Run
from hdwidget.status import FINAL, RunStatus, standing
from hdwidget.store import RunRecord, Store

__all__ = ["SingleSummary", "Summary", "summarize", "summarize_single"]


@dataclass(frozen=True)
class Summary:
    """A HyperDrive run as it stood at one moment.

    Attributes
    ----------
    parent : RunRecord
        The HyperDrive run.
    children : sequence of RunRecord
        Its trials' runs, by their number.
    best : mapping of str to float
        The best value of the primary metric by the child's id, in the user's sign. A child without
        a finite number is left out.
    moment : float
        When it stood so, in UTC epoch seconds.
    """

    parent: RunRecord
    children: Sequence[RunRecord]
    best: Mapping[str, float]
    moment: float

    @property
    def metric(self) -> str:
        """The primary metric's name."""
        return self.parent.config["primary_metric_name"]

    @property
    def goal(self) -> PrimaryMetricGoal:
        """Whether more or less of it is better."""
        return PrimaryMetricGoal(self.parent.config["primary_metric_goal"])

    @property
    def is_final(self) -> bool:
        """Whether the run has ended."""
        return RunStatus(self.parent.status) in FINAL

    @property
    def total(self) -> int:
        """How many runs there will be at most."""
        return most_runs(self.parent.config)

    @property
    def done(self) -> int:
        """How many runs have ended; one that was repeated counts once."""
        repeats = sum("repeats" in child.properties for child in self.children)
        return sum(RunStatus(child.status) in FINAL for child in self.children) - repeats

    @property
    def counts(self) -> Counter[str]:
        """How many runs there are by status, "Stopped by policy" among them."""
        return Counter(standing(child.status, child.reason) for child in self.children)

    @property
    def ranking(self) -> list[RunRecord]:
        """The children, best first; those without a number last, by their number."""
        sign = self.goal.sign

        def rank(child: RunRecord) -> tuple[bool, float]:
            value = self.best.get(child.id)
            return value is None, 0.0 if value is None else -sign * value

        return sorted(self.children, key=rank)


@dataclass(frozen=True)
class SingleSummary:
    """A run by itself as it stood at one moment.

    Attributes
    ----------
    record : RunRecord
        The run.
    logged : mapping
        By the metric's name how many values were logged, and the last of them; the metric that was
        logged first is the first.
    moment : float
        When it stood so, in UTC epoch seconds.
    """

    record: RunRecord
    logged: Mapping[str, tuple[int, MetricValue]]
    moment: float

    @property
    def is_final(self) -> bool:
        """Whether the run has ended."""
        return RunStatus(self.record.status) in FINAL


def summarize_single(run: Run, store: Store, moment: float) -> SingleSummary:
    """Read a single run's summary from the record; see `summarize`."""
    record = run.record  # first, as there
    series = [each for each in store.series(run.id).values() if len(each)]
    series.sort(key=lambda each: each.times[0])
    logged = {each.name: (len(each), each.values[-1]) for each in series}
    return SingleSummary(record, logged, moment)


def summarize(run: Run, store: Store, moment: float) -> Summary:
    """Read a run's summary from the record: three queries, however many children there are.

    Parameters
    ----------
    run : Run
        What to read of: a HyperDrive run.
    store : Store
        The record that holds it.
    moment : float
        The time, in UTC epoch seconds.

    Raises
    ------
    StoreError
        The record is closed or cannot be read.
    """
    parent = run.record  # first: what ends meanwhile is read again, and nothing final is amiss
    goal = PrimaryMetricGoal(parent.config["primary_metric_goal"])
    curves = store.curves(run.id, parent.config["primary_metric_name"])
    values = {child: best_value(series, goal) for child, series in curves.items()}
    return Summary(
        parent,
        store.children(run.id),
        {child: value for child, value in values.items() if value is not None},
        moment,
    )
