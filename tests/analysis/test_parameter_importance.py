import math
import subprocess
import sys

import numpy as np
import pytest
from support.record import Child, recorded, recorded_single

from hdwidget.analysis import Importance, importance
from hdwidget.errors import ConfigurationError
from hdwidget.samplers import RandomParameterSampling
from hdwidget.space import choice, uniform

SPACE = {"x": uniform(0, 1), "kind": choice("a", "b", "c"), "y": uniform(0, 1)}


def run_of(experiment, *children, space=SPACE, goal="MAXIMIZE", **columns):
    sampler = RandomParameterSampling(space, seed=0)
    config = {"hyperparameter_sampling": sampler.to_json(), "primary_metric_goal": goal}
    return recorded(experiment, *children, config=config, **columns)


def trials(count, function, space=SPACE, seed=0, **of):
    """Return children whose accuracy is `function` of their configuration."""
    sampler = RandomParameterSampling(space, seed=seed)
    proposed = [sampler.propose(index, []) for index in range(count)]
    return [
        Child({"accuracy": [function(params)]}, columns={"params": params}, **of)
        for params in proposed
    ]


def score(params):
    return params["x"] + 0.3 * (params["kind"] == "b")


class TestWhatCounts:
    def test_a_ranking(self, experiment):
        found = importance(run_of(experiment, *trials(60, score)))
        assert isinstance(found, Importance)
        assert list(found) == ["x", "kind", "y"]  # variances 1/12 and 0.02
        assert found["x"] == pytest.approx(0.81, abs=0.12)
        assert found["kind"] == pytest.approx(0.19, abs=0.12)
        assert found["y"] < 0.02
        assert found.standard_errors["y"] < 0.03 < found.standard_errors["x"] < 0.15
        assert sum(found.values()) == pytest.approx(1.0)
        assert (found.run_id, found.metric, found.runs) == ("HD_0", "accuracy", 60)

    def test_again_it_is_the_same(self, experiment):
        run = run_of(experiment, *trials(20, score))
        assert dict(importance(run)) == dict(importance(run))

    def test_less_is_better_is_the_mirror_image(self, experiment):
        up = importance(run_of(experiment, *trials(30, score)))
        down = importance(
            run_of(experiment, *trials(30, lambda params: -score(params)), goal="MINIMIZE")
        )
        assert dict(up) == pytest.approx(dict(down))

    def test_a_run_counts_with_its_best_value(self, experiment):
        last = run_of(experiment, *trials(20, score))
        worse = [
            Child({"accuracy": [-9.0, *child.metrics["accuracy"], math.nan]}, columns=child.columns)
            for child in trials(20, score)
        ]
        assert dict(importance(run_of(experiment, *worse))) == dict(importance(last))

    def test_what_a_policy_stopped_counts(self, experiment):
        runs = trials(20, score)
        whole = importance(run_of(experiment, *runs))
        stopped = [
            Child(run.metrics, "Canceled", {**run.columns, "reason": "policy"}) for run in runs[:9]
        ]
        assert dict(importance(run_of(experiment, *stopped, *runs[9:]))) == dict(whole)

    def test_others_do_not(self, experiment):
        runs = trials(20, score)
        params = runs[3].columns
        odd = [
            Child({"accuracy": [99.0]}, "Failed", params),
            Child({"accuracy": [99.0]}, "Canceled", {**params, "reason": "user"}),
            Child({"accuracy": [99.0]}, "Running", {**params, "ended": None}),
            Child({"accuracy": [math.nan, math.inf]}, columns=params),
            Child({"loss": [1.0]}, columns=params),
            Child({"accuracy": [99.0]}, columns={"params": {"x": 0.5, "kind": "zebra", "y": 0}}),
        ]
        found = importance(run_of(experiment, *odd, *runs))
        assert found.runs == 20
        assert dict(found) == dict(importance(run_of(experiment, *runs)))

    def test_one_that_diverged_does_not_decide_everything(self, experiment):
        runs = trials(60, lambda params: -score(params))
        diverged = Child({"accuracy": [1e300]}, columns=runs[5].columns)
        found = importance(run_of(experiment, *runs, diverged, goal="MINIMIZE"))
        assert found["x"] == pytest.approx(0.8, abs=0.2)


class TestDegenerate:
    def test_noise_moves_nothing(self, experiment):
        noise = iter(np.random.default_rng(5).random(40).tolist())
        found = importance(run_of(experiment, *trials(40, lambda params: next(noise))))
        assert all(share < 2 * found.standard_errors[name] for name, share in found.items())
        assert sum(found.values()) < 0.7

    def test_a_constant_metric(self, experiment):
        found = importance(run_of(experiment, *trials(12, lambda params: 0.1)))
        assert dict(found) == dict(found.standard_errors) == dict.fromkeys(SPACE, 0.0)

    def test_one_parameter(self, experiment):
        space = {"x": uniform(0, 1)}
        runs = trials(40, lambda params: params["x"], space)
        assert dict(importance(run_of(experiment, *runs, space=space))) == {"x": pytest.approx(1)}

    def test_an_option_that_no_run_has_taken(self, experiment):
        space = {"m": choice("off", {"depth": uniform(0, 1)}), "x": uniform(0, 1)}
        runs = [
            Child(run.metrics, columns={"params": {**run.columns["params"], "m": "off"}})
            for run in trials(30, lambda params: params["x"], space)
        ]
        found = importance(run_of(experiment, *runs, space=space))
        assert list(found) == ["x", "m", "m[1].depth"]
        assert math.isnan(found["m[1].depth"])
        assert math.isnan(found.standard_errors["m[1].depth"])
        assert found["x"] == pytest.approx(1.0)
        assert "m[1].depth   nan ±  nan" in repr(found)


class TestErrors:
    def test_too_few_runs(self, experiment):
        run = run_of(experiment, *trials(9, score), Child(status="Failed"))
        with pytest.raises(
            ConfigurationError,
            match=r"at least 10 runs that completed.*number as `accuracy`, but HD_0 has 9 among it",
        ):
            importance(run)

    def test_no_runs(self, experiment):
        with pytest.raises(ConfigurationError, match="HD_0 has 0 among its 0"):
            importance(run_of(experiment))

    def test_no_run(self):
        with pytest.raises(
            ConfigurationError, match=r"must be a HyperDrive run, .* but got 'HD_0'"
        ):
            importance("HD_0")

    def test_a_run_by_itself(self, experiment):
        single = recorded_single(experiment, Child())
        with pytest.raises(ConfigurationError, match=r"but got Run\('digits', 'RUN_0', Completed"):
            importance(single)

    def test_the_run_of_a_trial(self, experiment):
        (child,) = run_of(experiment, Child()).get_children()
        with pytest.raises(ConfigurationError, match=r"Write importance\(run.parent\)"):
            importance(child)


class TestShown:
    def test_a_table(self):
        found = Importance("HD_0", "loss", 40, {"rate": 0.7, "C": 0.301}, {"rate": 0.1, "C": 0.02})
        assert repr(found).splitlines() == [
            "what moves loss, by 40 runs",
            "  rate  0.70 ± 0.10  ██████████████",
            "  C     0.30 ± 0.02  ██████",
        ]

    def test_a_data_frame(self):
        frame = Importance("HD_0", "loss", 40, {"b": 0.7, "a": 0.3}, {"b": 0.1, "a": 0.2})
        assert frame.to_dataframe().to_dict("index") == {
            "b": {"importance": 0.7, "standard_error": 0.1},
            "a": {"importance": 0.3, "standard_error": 0.2},
        }
        assert frame.to_dataframe().index.name == "parameter"

    def test_nothing_of_it_can_be_changed(self, experiment):
        found = importance(run_of(experiment, *trials(10, score)))
        with pytest.raises(TypeError):
            found.importances["x"] = 1.0


def test_importing_it_does_not_load_scikit_learn():
    code = "import sys; from hdwidget.analysis import importance; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
