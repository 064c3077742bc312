import math

import pytest

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.errors import ConfigurationError, UnexpectedKeywordError
from hdwidget.policies import TruncationSelectionPolicy

MAXIMIZE, MINIMIZE = PrimaryMetricGoal.MAXIMIZE, PrimaryMetricGoal.MINIMIZE


def stopped(policy, goal, values, finished=()):
    """Return the runs that would be stopped, each with one value."""
    curves = LearningCurves(goal)
    for run, value in enumerate(values):
        curves.append(run, value)
    for run in finished:
        curves.finish(run)
    running = [run for run in range(len(values)) if run not in finished]
    return [run for run in running if policy.decide(curves, run, 1).stop]


class TestComparison:
    def test_the_worst_share_is_stopped(self):
        values = [0.3, 0.9, 0.1, 0.5, 0.7, 0.2, 0.8, 0.4, 0.6, 1.0]
        assert stopped(TruncationSelectionPolicy(20), MAXIMIZE, values) == [2, 5]
        assert stopped(TruncationSelectionPolicy(20), MINIMIZE, values) == [1, 9]
        assert stopped(TruncationSelectionPolicy(99), MAXIMIZE, values) == list(range(9))

    def test_the_share_is_rounded_down(self):
        assert stopped(TruncationSelectionPolicy(20), MAXIMIZE, [1.0, 2.0, 3.0, 4.0]) == []
        assert stopped(TruncationSelectionPolicy(25), MAXIMIZE, [1.0, 2.0, 3.0, 4.0]) == [0]
        assert stopped(TruncationSelectionPolicy(49), MAXIMIZE, [1.0, 2.0, 3.0, 4.0]) == [0]
        assert stopped(TruncationSelectionPolicy(99), MAXIMIZE, [1.0]) == []

    def test_ties_at_the_border_stay(self):
        policy = TruncationSelectionPolicy(50)
        assert stopped(policy, MAXIMIZE, [1.0, 2.0, 2.0, 3.0]) == [0]
        assert stopped(policy, MAXIMIZE, [2.0, 2.0, 2.0, 2.0]) == []
        assert stopped(policy, MINIMIZE, [3.0, 2.0, 2.0, 1.0]) == [0]

    def test_negative_metrics(self):
        policy = TruncationSelectionPolicy(25)
        assert stopped(policy, MAXIMIZE, [-1.0, -2.0, -3.0, -4.0]) == [3]
        assert stopped(policy, MINIMIZE, [-1.0, -2.0, -3.0, -4.0]) == [0]

    def test_is_among_the_runs_that_have_reached_the_interval_by_their_best(self):
        curves = LearningCurves(MAXIMIZE)
        for run, logged in enumerate([[9.0], [5.0, 1.0], [2.0, 4.0], [1.0, 2.0], [3.0, 3.0]]):
            curves.extend(run, logged)
        decisions = [TruncationSelectionPolicy(50).decide(curves, run, 2) for run in range(1, 5)]
        assert [decision.stop for decision in decisions] == [False, False, True, True]
        assert decisions[0].threshold == 4.0

    def test_runs_without_a_number_are_the_worst_and_stopped(self):
        values = [math.nan, 1.0, -math.inf, 2.0, math.inf]
        assert stopped(TruncationSelectionPolicy(20), MAXIMIZE, values) == [0, 2, 4]
        assert stopped(TruncationSelectionPolicy(80), MAXIMIZE, values) == [0, 1, 2, 4]
        assert stopped(TruncationSelectionPolicy(1), MINIMIZE, [math.nan]) == [0]


class TestFinishedRuns:
    values = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)

    def test_count_by_default(self):
        assert stopped(TruncationSelectionPolicy(34), MAXIMIZE, self.values, (3, 4, 5)) == [0, 1]

    def test_can_be_left_out(self):
        policy = TruncationSelectionPolicy(34, exclude_finished_jobs=True)
        assert stopped(policy, MAXIMIZE, self.values, (3, 4, 5)) == [0]

    def test_without_them_a_few_running_ones_lose_none(self):
        policy = TruncationSelectionPolicy(20, exclude_finished_jobs=True)
        assert stopped(policy, MAXIMIZE, self.values, (4, 5)) == []


def test_the_reason_says_which_share_of_how_many():
    curves = LearningCurves(MAXIMIZE)
    for run, value in enumerate([0.9, 0.8, 0.7, 0.6, 0.5]):
        curves.append(run, value)
    assert TruncationSelectionPolicy(30).decide(curves, 4, 1).reason == (
        "best 0.5 up to interval 1 is below 0.6, "
        "the border of the worst 30 % (1 of the 5 runs compared)"
    )


class TestArguments:
    def test_are_positional_in_azures_order(self):
        policy = TruncationSelectionPolicy(30, 2, 5, True)  # noqa: FBT003  # Azure's order
        assert policy.truncation_percentage == 30
        assert (policy.evaluation_interval, policy.delay_evaluation) == (2, 5)
        assert policy.exclude_finished_jobs is True

    def test_defaults(self):
        policy = TruncationSelectionPolicy(truncation_percentage=20)
        assert (policy.evaluation_interval, policy.delay_evaluation) == (1, 0)
        assert policy.exclude_finished_jobs is False

    @pytest.mark.parametrize("value", [0, 100, -5])
    def test_the_percentage_is_in_1_to_99(self, value):
        with pytest.raises(
            ConfigurationError, match=rf"`truncation_percentage` must be in 1\.\.99.*={value}"
        ):
            TruncationSelectionPolicy(value)

    @pytest.mark.parametrize("value", [20.5, "20", None])
    def test_the_percentage_is_a_whole_number(self, value):
        with pytest.raises(ConfigurationError, match=r"must be a whole number in 1\.\.99, but got"):
            TruncationSelectionPolicy(value)

    def test_excluding_is_a_yes_or_no(self):
        with pytest.raises(ConfigurationError, match=r"must be True or False.*='no'"):
            TruncationSelectionPolicy(20, exclude_finished_jobs="no")

    def test_a_misspelt_keyword_suggests_the_nearest(self):
        with pytest.raises(UnexpectedKeywordError, match=r"Did you mean `truncation_percentage`\?"):
            TruncationSelectionPolicy(truncation_percent=20)
