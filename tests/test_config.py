import asyncio
import functools
import os

import numpy as np
import pytest

from hdwidget import (
    BanditPolicy,
    BayesianParameterSampling,
    FunctionRunConfig,
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    Run,
    choice,
    quniform,
    uniform,
)
from hdwidget.errors import ConfigurationError, MetricError, UnexpectedKeywordError
from hdwidget.policies import NoTerminationPolicy
from hdwidget.signature import as_keywords, check_signature


def train(run, x): ...


async def train_async(run, x): ...


SAMPLER = RandomParameterSampling({"x": uniform(0, 1)}, seed=1)


def config(**changes):
    return HyperDriveConfig(
        **{
            "run_config": train,
            "hyperparameter_sampling": SAMPLER,
            "primary_metric_name": "accuracy",
            "primary_metric_goal": PrimaryMetricGoal.MAXIMIZE,
            "max_total_runs": 4,
            **changes,
        }
    )


class TestHyperDriveConfig:
    def test_the_arguments_in_azures_order(self):
        policy = BanditPolicy(slack_factor=0.1)
        made = HyperDriveConfig(
            SAMPLER, "loss", PrimaryMetricGoal.MINIMIZE, 7, 3, 60, policy, None, train
        )
        assert made.hyperparameter_sampling is SAMPLER
        assert made.primary_metric_name == "loss"
        assert made.primary_metric_goal is PrimaryMetricGoal.MINIMIZE
        assert (made.max_total_runs, made.max_concurrent_runs) == (7, 3)
        assert made.max_duration_minutes == 60
        assert made.policy is policy
        assert made.run_config == FunctionRunConfig(train)

    def test_the_defaults(self):
        made = config()
        assert made.max_concurrent_runs is None
        assert made.max_duration_minutes == 10080
        assert isinstance(made.policy, NoTerminationPolicy)
        assert made.run_config.isolation == "process"
        assert made.run_config.max_run_duration_seconds == 2592000

    def test_how_many_runs_at_once(self):
        assert config().concurrent_runs == os.cpu_count()
        assert config(run_config=train_async).concurrent_runs == 100
        assert config(max_concurrent_runs=500).concurrent_runs == 500

    def test_a_goal_may_be_a_text(self):
        assert config(primary_metric_goal="MINIMIZE").primary_metric_goal == "MINIMIZE"

    def test_numbers_of_numpy(self):
        made = config(max_total_runs=np.int64(3), max_duration_minutes=np.float32(1.5))
        assert type(made.max_total_runs) is int
        assert type(made.max_duration_minutes) is float

    def test_bayesian_sampling_with_few_runs_is_warned_of(self):
        sampler = BayesianParameterSampling({"x": uniform(0, 1)}, seed=1)
        with pytest.warns(UserWarning, match=r"max_total_runs=19: at least 20 are adv") as caught:
            config(hyperparameter_sampling=sampler, max_total_runs=19)
        assert caught[0].filename == __file__
        config(hyperparameter_sampling=sampler, max_total_runs=20)
        finite = BayesianParameterSampling({"x": choice(1, 2, 3)}, seed=1)
        config(hyperparameter_sampling=finite, max_total_runs=3)  # which are all there are

    def test_it_is_a_value(self):
        made = config()
        assert made == config()
        with pytest.raises(AttributeError):
            made.max_total_runs = 5

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            (
                {"hyperparameter_sampling": {"x": uniform(0, 1)}},
                r"`hyperparameter_sampling` must be a sampler such as RandomParameterSampling\(",
            ),
            ({"primary_metric_name": ""}, "`primary_metric_name` must be the name of the metric"),
            ({"primary_metric_name": None}, "but got primary_metric_name=None"),
            (
                {"primary_metric_goal": "max"},
                r"must be PrimaryMetricGoal.MAXIMIZE or .MINIMIZE, but got primary_.*='max'",
            ),
            ({"max_total_runs": 0}, "`max_total_runs` must be >= 1, but got max_total_runs=0"),
            ({"max_total_runs": 2.5}, "`max_total_runs` must be a whole number >= 1, but got"),
            ({"max_total_runs": True}, "`max_total_runs` must be a whole number"),
            ({"max_concurrent_runs": 0}, "`max_concurrent_runs` must be >= 1"),
            (
                {"max_duration_minutes": 0},
                "`max_duration_minutes > 0` must hold, but got max_duration_minutes=0",
            ),
            ({"max_duration_minutes": float("inf")}, "`max_duration_minutes` must be finite"),
            ({"max_duration_minutes": "1h"}, "`max_duration_minutes` must be a number"),
            ({"policy": 0.15}, r"`policy` must be a policy such as BanditPolicy\("),
            ({"run_config": None}, "`run_config` must be a training function"),
            ({"run_config": "train.py"}, r"but got run_config='train.py'"),
            ({"estimator": object()}, "`estimator` is not supported by this version"),
            ({"resume_from": ["HD_1"]}, "`resume_from` is not supported by this version"),
            ({"resume_child_runs": []}, "`resume_child_runs` is not supported"),
        ],
    )
    def test_what_does_not_hold(self, changes, message):
        with pytest.raises(ConfigurationError, match=message):
            config(**changes)

    def test_a_misspelt_keyword(self):
        with pytest.raises(
            UnexpectedKeywordError,
            match=r"HyperDriveConfig\(\) takes no argument `max_total_run`. "
            r"Did you mean `max_total_runs`\? It takes hyperparameter_sampling, primary",
        ):
            config(max_total_run=3)
        with pytest.raises(TypeError):  # it is one
            config(max_total_run=3)

    def test_as_the_record_keeps_it(self):
        made = config(
            hyperparameter_sampling=GridParameterSampling({"x": choice(1, 2, 3)}),
            policy=BanditPolicy(slack_factor=0.1),
            max_concurrent_runs=2,
        )
        kept = made.to_json()
        assert kept["primary_metric_name"] == "accuracy"
        assert kept["primary_metric_goal"] == "MAXIMIZE"
        assert (kept["max_total_runs"], kept["max_concurrent_runs"]) == (4, 2)
        assert (kept["hyperparameters"], kept["space_size"]) == (1, 3)
        assert (kept["function"], kept["isolation"]) == ("train", "process")
        assert kept["policy"] == made.policy.to_json()
        assert kept["hyperparameter_sampling"] == made.hyperparameter_sampling.to_json()


class TestFunctionRunConfig:
    @pytest.mark.parametrize(
        ("function", "isolation"),
        [
            (train, "process"),
            (train_async, "coroutine"),
            (functools.partial(train_async, x=1), "coroutine"),
            (functools.partial(train), "process"),
        ],
    )
    def test_where_it_runs_by_default(self, function, isolation):
        assert FunctionRunConfig(function).isolation == isolation

    def test_an_object_with_an_async_call(self):
        class Trainer:
            async def __call__(self, run, x): ...

        assert FunctionRunConfig(Trainer()).isolation == "coroutine"

    def test_an_async_function_may_run_elsewhere(self):
        assert FunctionRunConfig(train_async, isolation="process").isolation == "process"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"function": "train"}, "`function` must be callable, but got function='train'"),
            ({"setup": 7}, "`setup` must be callable, but got setup=7"),
            (
                {"isolation": "proces"},
                (
                    '`isolation` must be "process", "thread" or "coroutine", but got '
                    r"isolation='proces'. Did you mean `process`\?"
                ),
            ),
            ({"isolation": "coroutine"}, "needs an `async def`, but `train` is a plain function"),
            ({"max_run_duration_seconds": 0}, "`max_run_duration_seconds > 0` must hold"),
            ({"max_run_duration_seconds": float("nan")}, "must be finite"),
        ],
    )
    def test_what_does_not_hold(self, arguments, message):
        with pytest.raises(ConfigurationError, match=message):
            FunctionRunConfig(**{"function": train, **arguments})

    def test_a_misspelt_keyword(self):
        with pytest.raises(UnexpectedKeywordError, match="Did you mean `isolation`"):
            FunctionRunConfig(train, isolaton="thread")

    def test_it_shows_what_it_is(self):
        assert repr(FunctionRunConfig(train)) == "FunctionRunConfig(train, isolation='process')"
        shown = repr(FunctionRunConfig(train, setup=dict, isolation="thread"))
        assert shown == "FunctionRunConfig(train, isolation='thread', setup=dict)"


class TestSignature:
    @pytest.mark.parametrize(
        "function",
        [
            lambda run, x, y: ...,
            lambda run, **anything: ...,
            lambda *args, **kwargs: ...,
            lambda run, x, y=1: ...,
            lambda run, /, x, y: ...,
            lambda trial, *, x, y, depth=3: ...,
            functools.partial(lambda run, x, y, depth: ..., depth=3),
            max,  # C code without a signature: the first trial will tell
        ],
    )
    def test_what_can_be_called(self, function):
        check_signature(function, ["x", "y"], with_setup=False)

    @pytest.mark.parametrize(
        "function", [lambda run, data, x, y: ..., lambda run, *args, x, y: ..., lambda *a, **k: ...]
    )
    def test_with_setup(self, function):
        check_signature(function, ["x", "y"], with_setup=True)

    def test_a_method(self):
        class Trainer:
            def train(self, run, x): ...

        check_signature(Trainer().train, ["x"], with_setup=False)
        with pytest.raises(ConfigurationError, match="takes no hyperparameter `y`"):
            check_signature(Trainer().train, ["y"], with_setup=False)

    def test_dashes_become_underscores(self):
        check_signature(lambda run, learning_rate: ..., ["learning-rate"], with_setup=False)
        assert as_keywords({"learning-rate": 1, "x": 2}) == {"learning_rate": 1, "x": 2}

    @pytest.mark.parametrize(
        ("function", "with_setup", "message"),
        [
            (
                lambda run, learning_rat: ...,
                False,
                (
                    "takes no hyperparameter `learning_rate`, which is in the search space. "
                    r"Did you mean `learning_rat`\? It takes learning_rat\."
                ),
            ),
            (lambda run: ..., False, r"takes no hyperparameter `learning_rate`.* It takes none\."),
            (
                lambda run, learning_rate, depth: ...,
                False,
                r"needs `depth`, which is not in the search space \(learning_rate\)",
            ),
            (
                lambda learning_rate: ...,
                False,
                (
                    "must take `run` first, but its first parameter is the hyperparameter "
                    "`learning_rate`"
                ),
            ),
            (lambda: ..., False, r"must take `run` first, but its signature is <lambda>\(\)"),
            (
                lambda run: ...,
                True,
                r"must take `run` and `data` first \(`data` is what `setup` returns\)",
            ),
            (
                lambda run, learning_rate: ...,
                True,
                "must take `run` and `data` first .*, but its second parameter is",
            ),
            (lambda run, learning_rate: (yield), False, "is a generator: take the `yield` out"),
        ],
    )
    def test_what_cannot(self, function, with_setup, message):
        with pytest.raises(ConfigurationError, match=message):
            check_signature(function, ["learning_rate"], with_setup=with_setup)

    @pytest.mark.parametrize("name", ["run", "data"])
    def test_a_hyperparameter_of_a_name_that_is_taken(self, name):
        with pytest.raises(ConfigurationError, match="rename the hyperparameter"):
            check_signature(lambda run, data, **x: ..., [name], with_setup=True)

    def test_it_is_checked_with_the_configuration(self):
        with pytest.raises(ConfigurationError, match="`train` takes no hyperparameter `y`"):
            config(hyperparameter_sampling=RandomParameterSampling({"y": uniform(0, 1)}))


class TestDryRun:
    def test_one_trial_here_and_what_the_whole_would_cost(self):
        def trains(run, x):
            for epoch in range(3):
                run.log("accuracy", x + epoch)
            run.log("note", "done")
            assert Run.get_context() is run

        made = config(run_config=trains, max_total_runs=10, max_concurrent_runs=4)
        dry = made.dry_run()
        assert dry.hyperparameters == SAMPLER.propose(0, [])
        x = dry.hyperparameters["x"]
        assert dry.metrics == {"accuracy": [x, x + 1, x + 2], "note": ["done"]}
        assert dry.estimated_seconds == pytest.approx(3 * dry.seconds + dry.setup_seconds)
        assert "accuracy x 3 (last " in str(dry)
        assert "for 10 runs, 4 at once" in str(dry)
        assert Run.get_context().id == "OfflineRun"

    def test_no_more_at_once_than_there_are(self):
        dry = config(max_total_runs=2, max_concurrent_runs=50).dry_run()
        assert dry.concurrent_runs == 2
        assert dry.estimated_seconds == pytest.approx(dry.seconds + dry.setup_seconds)
        assert "logged    nothing" in str(dry)

    def test_an_async_function_also_where_a_loop_runs(self):
        async def trains(run, x):
            await asyncio.sleep(0)
            await run.log("accuracy", x)
            assert Run.get_context() is run

        async def cell():
            return config(run_config=trains).dry_run()

        for dry in (config(run_config=trains).dry_run(), asyncio.run(cell())):
            assert list(dry.metrics) == ["accuracy"]

    def test_what_setup_makes(self):
        run_config = FunctionRunConfig(lambda run, data, x: run.log("sum", data), setup=lambda: 7)
        assert config(run_config=run_config).dry_run().metrics == {"sum": [7]}

    @pytest.mark.parametrize("kind", ["plain", "async"])
    def test_exceptions_come_through(self, kind):
        def breaks(run, x):
            message = "no such file"
            raise OSError(message)

        async def breaks_async(run, x):
            breaks(run, x)

        with pytest.raises(OSError, match="no such file") as raised:
            config(run_config=breaks if kind == "plain" else breaks_async).dry_run()
        assert raised.traceback[-1].name == "breaks"

    def test_values_are_checked_as_the_engine_would(self):
        with pytest.raises(MetricError, match="primary metric `accuracy` must be logged as a num"):
            config(run_config=lambda run, x: run.log("accuracy", "high")).dry_run()
        with pytest.raises(MetricError, match=r"Use `run.log_list\('losses', values\)`"):
            config(run_config=lambda run, x: run.log("losses", [1, 2])).dry_run()

    def test_names_with_dashes(self):
        sampler = RandomParameterSampling({"batch-size": quniform(16, 64, 16)}, seed=1)

        def trains(run, batch_size):
            run.log("accuracy", batch_size)

        dry = config(run_config=trains, hyperparameter_sampling=sampler).dry_run()
        assert dry.metrics["accuracy"] == [dry.hyperparameters["batch-size"]]
