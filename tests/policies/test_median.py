import math

import pytest

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.errors import UnexpectedKeywordError
from hdwidget.policies import MedianStoppingPolicy

MAXIMIZE, MINIMIZE = PrimaryMetricGoal.MAXIMIZE, PrimaryMetricGoal.MINIMIZE


def curves_of(goal, *runs):
    curves = LearningCurves(goal)
    for run, logged in enumerate(runs):
        curves.extend(run, logged)
    return curves


def decide(goal, *runs):
    """Decide of the last of these runs at its last interval."""
    return MedianStoppingPolicy().decide(curves_of(goal, *runs), len(runs) - 1, len(runs[-1]))


class TestComparison:
    @pytest.mark.parametrize("goal", PrimaryMetricGoal)
    def test_the_best_is_compared_with_the_median_of_running_averages(self, goal):
        sign = goal.sign
        runs = [[0.5 * sign, 0.75 * sign], [1.0 * sign, 0.5 * sign], [0.25 * sign, 0.5 * sign]]
        decision = decide(goal, *runs)
        assert decision.threshold == 0.625 * sign  # of 0.625, 0.75 and its own 0.375
        assert decision.stop

    def test_a_best_of_long_ago_counts(self):
        assert not decide(MAXIMIZE, [0.5, 0.5], [0.5, 0.5], [0.6, 0.1]).stop

    def test_of_an_even_number_the_median_is_half_way(self):
        assert decide(MAXIMIZE, [4.0], [3.0], [2.0], [1.0]).threshold == 2.5

    def test_a_tie_with_the_median_goes_on(self):
        assert not decide(MAXIMIZE, [1.0], [3.0], [2.0]).stop
        assert not decide(MINIMIZE, [2.0], [2.0], [2.0]).stop

    def test_runs_that_are_all_stuck_at_the_same_value_go_on(self):
        stuck = [0.1] * 30
        curves = curves_of(MAXIMIZE, stuck, stuck, stuck)
        policy = MedianStoppingPolicy()
        assert not any(policy.decide(curves, 2, interval).stop for interval in range(1, 31))

    def test_negative_metrics(self):
        assert decide(MAXIMIZE, [-1.0], [-2.0], [-3.0]).stop
        assert decide(MINIMIZE, [-3.0], [-2.0], [-1.0]).stop
        assert not decide(MINIMIZE, [-1.0], [-2.0], [-3.0]).stop


class TestWhoTakesPart:
    def test_runs_ahead_with_their_first_values_only(self):
        assert decide(MAXIMIZE, [1.0, 9.0, 9.0], [1.0, 9.0], [1.5]).threshold == 1.0

    def test_runs_behind_and_ended_with_what_they_have(self):
        curves = curves_of(MAXIMIZE, [6.0], [2.0, 4.0], [1.0, 2.0, 3.0])
        curves.finish(0)
        decision = MedianStoppingPolicy().decide(curves, 2, 3)
        assert decision.threshold == 3.0  # of 6, 3 and 2
        assert not decision.stop

    def test_runs_without_a_number_do_not(self):
        runs = [[math.nan], [], [math.inf], [2.0], [1.0]]
        decision = decide(MAXIMIZE, *runs)
        assert decision.threshold == 1.5
        assert decision.stop

    def test_values_that_are_no_number_are_left_out_of_averages(self):
        decision = decide(MINIMIZE, [1.0, math.nan, 3.0], [2.0, math.inf, -math.inf])
        assert decision.threshold == 2.0
        assert not decision.stop

    def test_a_run_alone_is_never_stopped(self):
        logged = [0.1, 0.7, 0.3, -0.2, 0.7000000001]
        for goal in PrimaryMetricGoal:
            curves = curves_of(goal, logged)
            policy = MedianStoppingPolicy()
            assert not any(policy.decide(curves, 0, interval).stop for interval in range(1, 6))

    def test_a_run_without_a_number_is_stopped(self):
        assert decide(MAXIMIZE, [0.5], [math.nan]).stop
        assert decide(MAXIMIZE, [math.nan]).stop
        assert math.isnan(decide(MAXIMIZE, [math.nan]).threshold)

    def test_losses_that_blew_up_do_no_harm(self):
        assert not decide(MINIMIZE, [1e308, 1e308], [1.7e308, 1.7e308], [1.0, 1.0]).stop
        assert decide(MINIMIZE, [1.0], [1.0], [1.7e308], [1.7e308]).stop
        assert not decide(MINIMIZE, [1.7e308], [1.7e308]).stop


def test_the_reason_says_how_many_runs():
    assert decide(MINIMIZE, [0.5], [0.75], [0.9]).reason == (
        "best 0.9 up to interval 1 is above 0.75, the median of the running averages of 3 runs"
    )


class TestArguments:
    def test_are_positional_in_azures_order(self):
        policy = MedianStoppingPolicy(2, 5)
        assert (policy.evaluation_interval, policy.delay_evaluation) == (2, 5)

    def test_defaults(self):
        policy = MedianStoppingPolicy()
        assert (policy.evaluation_interval, policy.delay_evaluation) == (1, 0)

    def test_a_misspelt_keyword_suggests_the_nearest(self):
        with pytest.raises(UnexpectedKeywordError, match=r"Did you mean `delay_evaluation`\?"):
            MedianStoppingPolicy(delay_evalution=5)
