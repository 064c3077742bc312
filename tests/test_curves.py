import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hdwidget.curves import LearningCurves, PrimaryMetricGoal

MAXIMIZE, MINIMIZE = PrimaryMetricGoal.MAXIMIZE, PrimaryMetricGoal.MINIMIZE
NAN, INF = math.nan, math.inf

goals = st.sampled_from(PrimaryMetricGoal)
no_numbers = st.sampled_from([NAN, INF, -INF])
values = st.integers(-40, 40).map(lambda eighths: eighths / 8) | no_numbers
logs = st.lists(st.tuples(st.integers(0, 5), values), max_size=40)


def curves_of(goal, *runs):
    curves = LearningCurves(goal)
    for run, logged in enumerate(runs):
        curves.extend(run, logged)
    return curves


class TestGoal:
    def test_is_azures_text(self):
        assert PrimaryMetricGoal("MAXIMIZE") is MAXIMIZE
        assert [str(goal) for goal in PrimaryMetricGoal] == ["MAXIMIZE", "MINIMIZE"]

    def test_a_utility_is_higher_when_the_value_is_better(self):
        assert (MAXIMIZE.sign, MINIMIZE.sign) == (1, -1)
        assert (MAXIMIZE.to_value(2.0), MINIMIZE.to_value(2.0)) == (2.0, -2.0)
        assert math.isnan(MAXIMIZE.to_value(-INF))
        assert math.isnan(MINIMIZE.to_value(-INF))


class TestOneRun:
    def test_intervals_count_from_one(self):
        curves = LearningCurves(MAXIMIZE)
        assert [curves.append(0, value) for value in (0.5, 0.6, 0.4)] == [1, 2, 3]
        assert curves.intervals(0) == 3

    def test_best_is_up_to_and_including_the_interval(self):
        highest = curves_of(MAXIMIZE, [0.5, 0.8, 0.7])
        lowest = curves_of(MINIMIZE, [0.5, 0.8, 0.3])
        assert [highest.best(0, interval) for interval in (1, 2, 3)] == [0.5, 0.8, 0.8]
        assert [lowest.best(0, interval) for interval in (1, 2, 3)] == [0.5, 0.5, 0.3]
        assert (highest.best(0), lowest.best(0)) == (0.8, 0.3)
        assert (highest.utility(0, 3), lowest.utility(0, 3)) == (0.8, -0.3)

    def test_values_come_back_as_logged(self):
        logged = [0.5, NAN, INF, -INF, -0.0]
        curves = curves_of(MINIMIZE, logged)
        np.testing.assert_array_equal(curves.values(0), logged)
        curves.values(0)[0] = 9.0
        assert curves.values(0)[0] == 0.5, "a copy"

    @pytest.mark.parametrize("goal", PrimaryMetricGoal)
    @pytest.mark.parametrize("odd", [NAN, INF, -INF])
    def test_no_number_is_an_interval_but_neither_best_nor_part_of_the_mean(self, goal, odd):
        curves = curves_of(goal, [odd, 4.0, odd, 2.0])
        assert curves.intervals(0) == 4
        assert math.isnan(curves.best(0, 1))
        assert curves.utility(0, 1) == -INF
        assert curves.best(0, 3) == 4.0
        assert curves.mean_utilities_at(1).tolist() == []
        assert curves.mean_utilities_at(3).tolist() == [goal.sign * 4.0]
        assert curves.mean_utilities_at(4).tolist() == [goal.sign * 3.0]

    @pytest.mark.parametrize("goal", PrimaryMetricGoal)
    @pytest.mark.parametrize("value", [0.1, -0.1, 0.7, 1 / 3])
    def test_a_flat_curve_has_no_mean_above_its_best(self, goal, value):
        curves = curves_of(goal, [value] * 50)
        for interval in range(1, 51):
            assert curves.mean_utilities_at(interval)[0] <= curves.utility(0, interval)

    def test_a_mean_that_overflows_stays_a_mean(self):
        curves = curves_of(MINIMIZE, [1e308, 1e308, 1.0])
        assert curves.mean_utilities_at(3).tolist() == [-INF]
        assert curves.best(0) == 1.0

    def test_an_unknown_run_has_logged_nothing(self):
        curves = LearningCurves(MAXIMIZE)
        assert curves.intervals(3) == 0
        assert curves.values(3).shape == (0,)
        assert math.isnan(curves.best(3))
        assert len(curves) == 0

    @pytest.mark.parametrize("interval", [-1, 0, 3])
    def test_an_interval_it_has_not_reached_is_an_error(self, interval):
        curves = curves_of(MAXIMIZE, [0.5, 0.6])
        with pytest.raises(IndexError, match=f"Run 0 has logged 2 values.* no interval {interval}"):
            curves.utility(0, interval)
        with pytest.raises(IndexError, match="no interval"):
            curves.best(0, interval)

    def test_a_negative_run_is_an_error(self):
        curves = curves_of(MAXIMIZE, [0.5])
        with pytest.raises(IndexError, match="`run >= 0` must hold, but got run=-1"):
            curves.append(-1, 0.5)
        with pytest.raises(IndexError, match="run=-1"):
            curves.finish(-1)
        assert curves.intervals(-1) == 0

    def test_values_that_are_no_floats_leave_the_curve_as_it_was(self):
        curves = curves_of(MAXIMIZE, [0.5])
        with pytest.raises(TypeError):
            curves.extend(0, [0.6, "high"])
        assert curves.values(0).tolist() == [0.5]
        assert curves.append(0, 0.7) == 2


class TestAllRuns:
    def test_only_runs_that_have_reached_the_interval_are_compared_there(self):
        curves = curves_of(MINIMIZE, [3.0, 2.0], [5.0], [4.0, 6.0, 1.0])
        assert curves.utilities_at(1).tolist() == [-3.0, -5.0, -4.0]
        assert curves.utilities_at(2).tolist() == [-2.0, -4.0]
        assert curves.utilities_at(3).tolist() == [-1.0]
        assert curves.utilities_at(4).tolist() == []
        assert curves.utilities_at(10_000).tolist() == []

    def test_means_take_what_a_run_behind_the_interval_has(self):
        curves = curves_of(MAXIMIZE, [3.0, 2.0], [5.0], [4.0, 6.0, 2.0])
        assert curves.mean_utilities_at(1).tolist() == [3.0, 5.0, 4.0]
        assert curves.mean_utilities_at(2).tolist() == [2.5, 5.0, 5.0]
        assert curves.mean_utilities_at(3).tolist() == [2.5, 5.0, 4.0]
        assert curves.mean_utilities_at(10_000).tolist() == [2.5, 5.0, 4.0]

    def test_a_run_that_has_not_logged_yet_takes_no_part(self):
        curves = LearningCurves(MAXIMIZE)
        curves.append(2, 0.5)
        curves.finish(4)
        assert len(curves) == 5
        assert curves.utilities_at(1).tolist() == [0.5]
        assert curves.mean_utilities_at(1).tolist() == [0.5]
        assert curves.intervals(0) == 0

    def test_finished_runs_can_be_left_out_until_they_log_again(self):
        curves = curves_of(MAXIMIZE, [0.5], [0.6])
        curves.finish(0)
        assert curves.utilities_at(1).tolist() == [0.5, 0.6]
        assert curves.utilities_at(1, include_finished=False).tolist() == [0.6]
        assert curves.extend(0, []) == 1
        assert curves.utilities_at(1, include_finished=False).tolist() == [0.6]
        curves.append(0, 0.7)  # resumed
        assert curves.utilities_at(1, include_finished=False).tolist() == [0.5, 0.6]

    def test_best_overall_is_the_first_of_equals(self):
        assert curves_of(MAXIMIZE, [0.5], [NAN], [0.8, 0.1], [0.8]).best_overall() == (2, 0.8)
        assert curves_of(MINIMIZE, [0.5], [NAN], [0.8, 0.1], [0.8]).best_overall() == (2, 0.1)

    def test_there_is_no_best_without_a_number(self):
        assert LearningCurves(MAXIMIZE).best_overall() is None
        assert curves_of(MINIMIZE, [NAN, -INF], []).best_overall() is None

    def test_grows_in_both_directions(self):
        curves = LearningCurves(MAXIMIZE)
        rng = np.random.default_rng(0)
        steps = rng.permutation(np.repeat(np.arange(150), 150))
        logged = rng.normal(size=(150, 150))
        reached = [0] * 150
        for run in steps:
            curves.append(int(run), logged[run, reached[run]])
            reached[run] += 1
        expected = np.maximum.accumulate(logged, axis=1)
        for interval in (1, 64, 65, 128, 129, 150):
            np.testing.assert_array_equal(curves.utilities_at(interval), expected[:, interval - 1])
            np.testing.assert_allclose(
                curves.mean_utilities_at(interval), logged[:, :interval].mean(axis=1)
            )

    def test_one_far_run_and_one_long_curve_at_once(self):
        curves = LearningCurves(MINIMIZE)
        assert curves.extend(1000, range(1000)) == 1000
        assert curves.utilities_at(1000).tolist() == [0.0]
        assert len(curves) == 1001


@given(goals, logs)
def test_the_order_of_the_runs_and_bulk_loading_leave_the_same_curves(goal, log):
    live = LearningCurves(goal)
    for run, value in log:
        live.append(run, value)
    loaded = LearningCurves(goal)
    for run in reversed(range(len(live))):
        loaded.extend(run, live.values(run))

    assert len(loaded) == len(live)
    for interval in range(1, 42):
        np.testing.assert_array_equal(live.utilities_at(interval), loaded.utilities_at(interval))
        np.testing.assert_array_equal(
            live.mean_utilities_at(interval), loaded.mean_utilities_at(interval)
        )
    assert live.best_overall() == loaded.best_overall()


@given(logs)
def test_minimizing_is_maximizing_the_negative(log):
    up, down = LearningCurves(MAXIMIZE), LearningCurves(MINIMIZE)
    for run, value in log:
        up.append(run, value)
        down.append(run, -value)
    for interval in range(1, 42):
        assert up.utilities_at(interval).tolist() == down.utilities_at(interval).tolist()
        assert up.mean_utilities_at(interval).tolist() == down.mean_utilities_at(interval).tolist()


@given(goals, logs)
def test_a_copy_goes_on_alike(goal, log):
    curves = LearningCurves(goal)
    for run, value in log:
        curves.append(run, value)
    copy = pickle.loads(pickle.dumps(curves))
    assert copy.append(0, 1.0) == curves.append(0, 1.0)
    assert copy.utilities_at(1).tolist() == curves.utilities_at(1).tolist()
