import math

import pytest

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.errors import ConfigurationError, UnexpectedKeywordError
from hdwidget.policies import BanditPolicy

MAXIMIZE, MINIMIZE = PrimaryMetricGoal.MAXIMIZE, PrimaryMetricGoal.MINIMIZE


def decide(policy, goal, best, own):
    """Decide of a run with this value beside a best one."""
    curves = LearningCurves(goal)
    curves.append(0, best)
    curves.append(1, own)
    return policy.decide(curves, 1, 1)


class TestWorkedExamples:
    """Of reference/hyperdrive-api.md, and the same for the other goal and sign."""

    def test_best_08_factor_02_stops_under_0667(self):
        policy = BanditPolicy(slack_factor=0.2)
        assert decide(policy, MAXIMIZE, 0.8, 0.61).threshold == pytest.approx(0.8 / 1.2)
        assert round(0.8 / 1.2, 3) == 0.667
        assert decide(policy, MAXIMIZE, 0.8, 0.666).stop
        assert not decide(policy, MAXIMIZE, 0.8, 0.667).stop

    def test_best_08_amount_02_stops_under_06(self):
        policy = BanditPolicy(slack_amount=0.2)
        assert decide(policy, MAXIMIZE, 0.8, 0.5).threshold == pytest.approx(0.6)
        assert decide(policy, MAXIMIZE, 0.8, 0.599).stop
        assert not decide(policy, MAXIMIZE, 0.8, 0.601).stop

    @pytest.mark.parametrize(
        ("goal", "best", "slack", "threshold"),
        [
            (MAXIMIZE, 0.8, {"slack_factor": 0.2}, 0.8 / 1.2),
            (MAXIMIZE, -0.8, {"slack_factor": 0.2}, -0.8 - 0.8 * 0.2 / 1.2),
            (MINIMIZE, 0.8, {"slack_factor": 0.2}, 0.8 * 1.2),
            (MINIMIZE, -0.8, {"slack_factor": 0.2}, -0.8 + 0.8 * 0.2),
            (MAXIMIZE, 0.8, {"slack_amount": 0.2}, 0.6),
            (MAXIMIZE, -0.8, {"slack_amount": 0.2}, -1.0),
            (MINIMIZE, 0.8, {"slack_amount": 0.2}, 1.0),
            (MINIMIZE, -0.8, {"slack_amount": 0.2}, -0.6),
            (MAXIMIZE, 0.0, {"slack_factor": 0.2}, 0.0),
            (MINIMIZE, 0.0, {"slack_factor": 0.2}, 0.0),
        ],
    )
    def test_the_slack_is_on_the_worse_side_for_either_goal_and_sign(
        self, goal, best, slack, threshold
    ):
        policy = BanditPolicy(**slack)
        worse = -goal.sign * 1e-6
        assert decide(policy, goal, best, threshold + worse).stop
        assert not decide(policy, goal, best, threshold - worse).stop
        assert not decide(policy, goal, best, best).stop
        assert decide(policy, goal, best, best).threshold == pytest.approx(threshold)


class TestComparison:
    def test_is_of_the_best_up_to_the_interval_not_of_the_last_value(self):
        curves = LearningCurves(MAXIMIZE)
        curves.extend(0, [0.5, 0.8])
        curves.extend(1, [0.75, 0.1])
        assert not BanditPolicy(slack_amount=0.1).decide(curves, 1, 2).stop

    def test_is_at_the_same_interval(self):
        curves = LearningCurves(MAXIMIZE)
        curves.extend(0, [0.3, 0.9])
        curves.extend(1, [0.4])
        assert not BanditPolicy(slack_amount=0.1).decide(curves, 1, 1).stop

    def test_leaves_out_runs_that_have_not_reached_the_interval(self):
        curves = LearningCurves(MAXIMIZE)
        curves.extend(0, [0.9])
        curves.extend(1, [0.4, 0.5])
        assert not BanditPolicy(slack_amount=0.1).decide(curves, 1, 2).stop

    def test_counts_runs_that_have_ended(self):
        curves = LearningCurves(MAXIMIZE)
        curves.extend(0, [0.9])
        curves.finish(0)
        curves.extend(1, [0.4])
        assert BanditPolicy(slack_amount=0.1).decide(curves, 1, 1).stop

    def test_a_run_without_a_number_is_stopped_and_never_the_best(self):
        assert decide(BanditPolicy(slack_factor=0.2), MAXIMIZE, 0.8, math.nan).stop
        assert decide(BanditPolicy(slack_factor=0.2), MAXIMIZE, math.inf, math.nan).stop
        assert not decide(BanditPolicy(slack_factor=0.2), MAXIMIZE, math.inf, 0.1).stop
        assert not decide(BanditPolicy(slack_factor=0.2), MINIMIZE, -math.inf, 0.1).stop

    def test_huge_numbers_do_no_harm(self):
        policy = BanditPolicy(slack_factor=10.0)
        assert not decide(policy, MINIMIZE, 1e308, 1.1e308).stop
        assert not decide(policy, MAXIMIZE, -1e308, -1.1e308).stop


class TestReason:
    def test_names_the_best_and_the_slack(self):
        decision = decide(BanditPolicy(slack_factor=0.2), MAXIMIZE, 0.8, 0.61)
        assert decision.reason == (
            "best 0.61 up to interval 1 is below 0.6667, the bandit's threshold "
            "(best 0.8, slack_factor 0.2)"
        )

    def test_is_in_the_users_sign(self):
        decision = decide(BanditPolicy(slack_amount=0.25), MINIMIZE, 0.5, 0.9)
        assert decision.reason == (
            "best 0.9 up to interval 1 is above 0.75, the bandit's threshold "
            "(best 0.5, slack_amount 0.25)"
        )


class TestArguments:
    def test_are_positional_in_azures_order(self):
        policy = BanditPolicy(2, 0.1, None, 5)
        assert policy.evaluation_interval == 2
        assert (policy.slack_factor, policy.slack_amount) == (0.1, None)
        assert policy.delay_evaluation == 5

    def test_defaults(self):
        policy = BanditPolicy(slack_amount=1)
        assert (policy.evaluation_interval, policy.delay_evaluation) == (1, 0)
        assert isinstance(policy.slack_amount, float)

    @pytest.mark.parametrize("slacks", [{}, {"slack_factor": 0.1, "slack_amount": 0.2}])
    def test_exactly_one_slack(self, slacks):
        with pytest.raises(
            ConfigurationError,
            match=f"Exactly one of .* but got slack_factor={slacks.get('slack_factor')} and",
        ):
            BanditPolicy(**slacks)

    @pytest.mark.parametrize("slack", ["slack_factor", "slack_amount"])
    @pytest.mark.parametrize("value", [0, -0.1])
    def test_a_slack_is_above_zero(self, slack, value):
        with pytest.raises(ConfigurationError, match=f"`{slack} > 0` must hold, .*={value}: "):
            BanditPolicy(**{slack: value})

    @pytest.mark.parametrize("value", [math.nan, math.inf, "0.1", True])
    def test_a_slack_is_a_finite_number(self, value):
        with pytest.raises(ConfigurationError, match="`slack_factor` must be"):
            BanditPolicy(slack_factor=value)

    def test_a_misspelt_keyword_suggests_the_nearest(self):
        with pytest.raises(UnexpectedKeywordError, match=r"Did you mean `slack_factor`\?"):
            BanditPolicy(slackfactor=0.1)
