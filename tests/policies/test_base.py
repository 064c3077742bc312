import math

import numpy as np
import pytest

from hdwidget.curves import LearningCurves, PrimaryMetricGoal
from hdwidget.errors import ConfigurationError
from hdwidget.policies import (
    BanditPolicy,
    Decision,
    MedianStoppingPolicy,
    Policy,
    TruncationSelectionPolicy,
    policy_from_json,
)

MAXIMIZE, MINIMIZE = PrimaryMetricGoal.MAXIMIZE, PrimaryMetricGoal.MINIMIZE
NAN, INF = math.nan, math.inf


class TestWhenDue:
    @pytest.mark.parametrize(
        ("every", "delay", "due"),
        [
            (1, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
            (1, 5, [5, 6, 7, 8, 9, 10]),
            (3, 0, [3, 6, 9]),
            (3, 5, [6, 9]),
            (2, 4, [4, 6, 8, 10]),
            (20, 0, []),
        ],
    )
    def test_at_multiples_of_the_interval_from_the_delay_on(self, every, delay, due):
        policy = MedianStoppingPolicy(evaluation_interval=every, delay_evaluation=delay)
        assert [interval for interval in range(1, 11) if policy.is_due(interval)] == due


class TestArguments:
    @pytest.mark.parametrize("value", [0, -1])
    def test_evaluation_interval_is_at_least_one(self, value):
        with pytest.raises(
            ConfigurationError, match=f"`evaluation_interval` must be >= 1.*={value}"
        ):
            MedianStoppingPolicy(evaluation_interval=value)

    def test_delay_evaluation_is_at_least_zero(self):
        with pytest.raises(ConfigurationError, match=r"`delay_evaluation` must be >= 0.*=-1"):
            MedianStoppingPolicy(delay_evaluation=-1)

    @pytest.mark.parametrize("value", [1.5, "2", None, True])
    def test_intervals_are_whole_numbers(self, value):
        with pytest.raises(ConfigurationError, match="`delay_evaluation` must be a whole number"):
            MedianStoppingPolicy(delay_evaluation=value)

    def test_numpys_integers_are_stored_plain(self):
        policy = MedianStoppingPolicy(np.int64(2), np.int32(3))
        assert (type(policy.evaluation_interval), type(policy.delay_evaluation)) == (int, int)


class TestDecision:
    def test_stops_what_is_strictly_under_the_threshold(self):
        def stops(utility, threshold):
            return Decision.of_utilities(MAXIMIZE, 1, utility, threshold, "").stop

        assert stops(0.5, 0.6)
        assert not stops(0.6, 0.6)
        assert not stops(0.7, 0.6)
        assert stops(-INF, 0.6)
        assert stops(-INF, -INF)
        assert not stops(-1e300, -INF)

    def test_values_are_in_the_users_sign(self):
        decision = Decision.of_utilities(MINIMIZE, 3, -0.9, -0.7, "the limit")
        assert (decision.stop, decision.value, decision.threshold) == (True, 0.9, 0.7)
        assert decision.reason == "best 0.9 up to interval 3 is above 0.7, the limit"

    def test_the_reason_is_put_together_from_the_numbers(self):
        decision = Decision.of_utilities(MAXIMIZE, 3, 0.6, 0.7, "the limit ({:.1f} of {})", (2, 5))
        assert decision.reason == ("best 0.6 up to interval 3 is below 0.7, the limit (2.0 of 5)")

    def test_going_on_has_a_reason_too(self):
        decision = Decision.of_utilities(MINIMIZE, 3, -0.7, -0.7, "the limit")
        assert decision.reason == "best 0.7 up to interval 3 is no worse than 0.7, the limit"

    def test_numbers_that_differ_look_different(self):
        decision = Decision.of_utilities(MAXIMIZE, 3, 0.97312, 0.97313, "the limit")
        assert "best 0.97312 up to interval 3 is below 0.97313" in decision.reason
        neighbour = math.nextafter(0.7, 1)
        decision = Decision.of_utilities(MAXIMIZE, 3, 0.7, neighbour, "the limit")
        assert f"best 0.7 up to interval 3 is below {neighbour!r}" in decision.reason

    def test_without_a_number_the_reason_says_so(self):
        decision = Decision.of_utilities(MAXIMIZE, 3, -INF, 0.7, "the limit")
        assert decision.reason == "no number was logged up to interval 3"
        assert math.isnan(decision.value)

    def test_without_a_threshold_the_reason_says_so(self):
        decision = Decision.of_utilities(MAXIMIZE, 3, 0.5, -INF, "the limit")
        assert decision.reason == "best 0.5 up to interval 3 has nothing to reach, as the limit"
        assert math.isnan(decision.threshold)


class TestRecord:
    def test_holds_the_name_and_every_argument(self):
        assert BanditPolicy(slack_factor=0.2, delay_evaluation=5).to_json() == {
            "name": "BanditPolicy",
            "evaluation_interval": 1,
            "slack_factor": 0.2,
            "slack_amount": None,
            "delay_evaluation": 5,
        }

    def test_an_unknown_name_suggests_the_nearest(self):
        with pytest.raises(
            ConfigurationError, match=r"got name='BanditPolicies'\. Did you mean `BanditPolicy`\?"
        ):
            policy_from_json({"name": "BanditPolicies"})

    def test_a_missing_name_is_an_error(self):
        with pytest.raises(ConfigurationError, match=r"must be one of BanditPolicy, .*name=None"):
            policy_from_json({})

    def test_arguments_are_checked_again(self):
        with pytest.raises(ConfigurationError, match=r"`truncation_percentage` must be in 1\.\.99"):
            policy_from_json({"name": "TruncationSelectionPolicy", "truncation_percentage": 100})


class StopAfter(Policy):
    """A user's own policy, as the base class's docstring describes one."""

    def __init__(self, intervals, evaluation_interval=1):
        super().__init__(evaluation_interval)
        self.intervals = intervals

    def decide(self, curves, run, interval):
        return Decision(
            stop=interval >= self.intervals,
            interval=interval,
            value=curves.best(run, interval),
            threshold=NAN,
            basis="its time is up",
        )


class TestOwnPolicy:
    def test_needs_only_decide(self):
        policy = StopAfter(2)
        curves = LearningCurves(MAXIMIZE)
        curves.extend(0, [0.5, 0.6])
        assert [policy.decide(curves, 0, interval).stop for interval in (1, 2)] == [False, True]
        assert repr(policy) == "StopAfter(intervals=2, evaluation_interval=1)"
        assert policy == StopAfter(2)
        assert policy.to_json() == {"name": "StopAfter", "intervals": 2, "evaluation_interval": 1}

    def test_cannot_be_made_from_the_record(self):
        with pytest.raises(ConfigurationError, match=r"policy of your own .* pass it again"):
            policy_from_json(StopAfter(2).to_json())

    def test_policies_of_other_kinds_differ(self):
        assert MedianStoppingPolicy() != TruncationSelectionPolicy(20)
        assert MedianStoppingPolicy() != "MedianStoppingPolicy()"
