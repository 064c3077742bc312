"""The policies against a naive reading of reference/hyperdrive-api.md, in plain Python."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.policies import BanditPolicy, MedianStoppingPolicy, TruncationSelectionPolicy

MAXIMIZE, MINIMIZE = PrimaryMetricGoal.MAXIMIZE, PrimaryMetricGoal.MINIMIZE


class Naive:
    """The record as plain lists, and for each policy the value that a run is not to be worse than.

    None is "no number": of a run's best, or of a threshold.
    """

    def __init__(self, goal):
        self.goal = goal
        self.logged = {}
        self.finished = set()

    def append(self, run, value):
        self.logged.setdefault(run, []).append(value)
        self.finished.discard(run)

    def numbers(self, run, interval):
        return [value for value in self.logged[run][:interval] if math.isfinite(value)]

    def best(self, run, interval):
        choose = max if self.goal is MAXIMIZE else min
        return choose(self.numbers(run, interval), default=None)

    def worse(self, value, other):
        return value < other if self.goal is MAXIMIZE else value > other

    def reached(self, interval):
        return [run for run, logged in self.logged.items() if len(logged) >= interval]

    def bandit(self, interval, *, factor=None, amount=None):
        bests = [self.best(run, interval) for run in self.reached(interval)]
        numbers = [best for best in bests if best is not None]
        if not numbers:
            return None
        if self.goal is MAXIMIZE:
            best = max(numbers)
            return best - (abs(best) * factor / (1 + factor) if factor else amount)
        best = min(numbers)
        return best + (abs(best) * factor if factor else amount)

    def median(self, interval):
        averages = []
        for run in self.logged:
            numbers = self.numbers(run, interval)
            if numbers:
                averages.append(sum(numbers) / len(numbers))
        return statistics.median(averages) if averages else None

    def truncation(self, interval, percentage, *, exclude_finished=False):
        taking_part = [
            run for run in self.reached(interval) if not (exclude_finished and run in self.finished)
        ]
        bests = [self.best(run, interval) for run in taking_part]
        numbers = sorted(
            (best for best in bests if best is not None), reverse=self.goal is MINIMIZE
        )
        worst_first = [None] * bests.count(None) + numbers
        return worst_first[math.floor(len(worst_first) * percentage / 100)]


RULES = [
    pytest.param(
        BanditPolicy(slack_factor=1.0),
        lambda naive, interval: naive.bandit(interval, factor=1.0),
        id="bandit-factor-1",
    ),
    pytest.param(
        BanditPolicy(slack_factor=0.25),
        lambda naive, interval: naive.bandit(interval, factor=0.25),
        id="bandit-factor-0.25",
    ),
    pytest.param(
        BanditPolicy(slack_amount=0.5),
        lambda naive, interval: naive.bandit(interval, amount=0.5),
        id="bandit-amount",
    ),
    pytest.param(
        MedianStoppingPolicy(), lambda naive, interval: naive.median(interval), id="median"
    ),
    pytest.param(
        TruncationSelectionPolicy(40),
        lambda naive, interval: naive.truncation(interval, 40),
        id="truncation",
    ),
    pytest.param(
        TruncationSelectionPolicy(40, exclude_finished_jobs=True),
        lambda naive, interval: naive.truncation(interval, 40, exclude_finished=True),
        id="truncation-running",
    ),
]

goals = st.sampled_from(PrimaryMetricGoal)
runs = st.integers(0, 5)
no_numbers = st.sampled_from([math.nan, math.inf, -math.inf])
# Eighths: ties are frequent, and sums of a few are exact, so that decisions must agree on them.
eighths = st.integers(-24, 24).map(lambda number: number / 8) | no_numbers
FINISH = "finish"


def events(values):
    return st.lists(st.tuples(runs, values | st.just(FINISH)), min_size=1, max_size=60)


def replay(goal, log):
    """Yield the curves and the naive record after every event, with the run that logged."""
    curves, naive = LearningCurves(goal), Naive(goal)
    for run, event in log:
        if event == FINISH:
            curves.finish(run)
            naive.finished.add(run)
        else:
            naive.append(run, event)
            assert curves.append(run, event) == len(naive.logged[run])
            yield curves, naive, run


@pytest.mark.parametrize(("policy", "threshold"), RULES)
@given(goal=goals, log=events(eighths))
def test_every_decision_of_a_replay_is_the_texts(policy, threshold, goal, log):
    for curves, naive, run in replay(goal, log):
        # The policy may be asked of earlier intervals again.
        for interval in range(1, len(naive.logged[run]) + 1):
            decision = policy.decide(curves, run, interval)
            own, border = naive.best(run, interval), threshold(naive, interval)
            if own is None:
                assert decision.stop
                assert math.isnan(decision.value)
            else:
                assert decision.value == own
                assert decision.stop == (border is not None and naive.worse(own, border))
            if border is None:
                assert math.isnan(decision.threshold)
            else:
                assert decision.threshold == pytest.approx(border, rel=1e-12)


@pytest.mark.parametrize(("policy", "threshold"), RULES)
@given(goal=goals, log=events(st.floats(-1e9, 1e9) | no_numbers))
def test_on_any_numbers_it_is_the_texts_but_for_rounding(policy, threshold, goal, log):
    for curves, naive, run in replay(goal, log):
        interval = len(naive.logged[run])
        decision = policy.decide(curves, run, interval)
        own, border = naive.best(run, interval), threshold(naive, interval)
        if own is None or border is None:
            assert decision.stop == (own is None)
        elif own != pytest.approx(border, rel=1e-9, abs=1e-5):
            assert decision.stop == naive.worse(own, border)


@pytest.mark.parametrize(
    "policy",
    [
        BanditPolicy(slack_amount=0.5),
        MedianStoppingPolicy(),
        TruncationSelectionPolicy(40),
        TruncationSelectionPolicy(40, exclude_finished_jobs=True),
    ],
)
@given(log=events(eighths))
def test_minimizing_is_maximizing_the_negative(policy, log):
    mirrored = [(run, event if event == FINISH else -event) for run, event in log]
    for (up, naive, run), (down, _, _) in zip(
        replay(MAXIMIZE, log), replay(MINIMIZE, mirrored), strict=True
    ):
        interval = len(naive.logged[run])
        high, low = policy.decide(up, run, interval), policy.decide(down, run, interval)
        assert high.stop == low.stop
        assert (high.value == -low.value) or math.isnan(high.value)
        assert (high.threshold == -low.threshold) or math.isnan(high.threshold)
