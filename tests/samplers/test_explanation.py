import math

from hdwidget.curves import PrimaryMetricGoal
from hdwidget.samplers import Explanation


def test_it_is_kept_in_the_direction_of_the_metric():
    explanation = Explanation("model", mean=-0.3, deviation=0.1, expected_improvement=0.02)
    assert explanation.to_json(PrimaryMetricGoal.MINIMIZE) == {
        "origin": "model",
        "predicted": 0.3,
        "deviation": 0.1,
        "expected_improvement": 0.02,
    }
    assert explanation.to_json(PrimaryMetricGoal.MAXIMIZE)["predicted"] == -0.3


def test_what_is_not_known_is_left_out():
    assert Explanation("initial").to_json(PrimaryMetricGoal.MAXIMIZE) == {"origin": "initial"}
    wild = Explanation("model", mean=math.inf, deviation=math.nan, expected_improvement=0.0)
    assert wild.to_json(PrimaryMetricGoal.MAXIMIZE) == {
        "origin": "model",
        "expected_improvement": 0.0,
    }
