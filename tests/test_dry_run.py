"""One trial here and now: what it does, what it says, and that nothing is between."""

import asyncio
import threading
import traceback

import pytest

from hdwidget.config import HyperDriveConfig, PrimaryMetricGoal
from hdwidget.dry_run import DryRun
from hdwidget.errors import MetricError
from hdwidget.function_config import FunctionRunConfig
from hdwidget.run import Run
from hdwidget.samplers import RandomParameterSampling
from hdwidget.space import choice, uniform


def config(function, *, space=None, setup=None, **options):
    options = {"max_total_runs": 10, "max_concurrent_runs": 4, **options}
    return HyperDriveConfig(
        run_config=FunctionRunConfig(function, setup=setup),
        hyperparameter_sampling=RandomParameterSampling(
            space or {"rate": uniform(0.0, 1.0)}, seed=1
        ),
        primary_metric_name="loss",
        primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
        **options,
    )


def test_it_evaluates_the_first_proposal_and_keeps_what_it_logs():
    def train(run, rate):
        for epoch in range(3):
            run.log("loss", rate / (1 + epoch), step=epoch)
        run.log("note", "done")

    drive = config(train)
    done = drive.dry_run()
    first = drive.hyperparameter_sampling.propose(0, [])
    assert done.hyperparameters == first
    rate = first["rate"]
    assert done.metrics == {"loss": [rate, rate / 2, rate / 3], "note": ["done"]}


def test_it_runs_in_the_callers_thread_with_nothing_in_between():
    def train(run, rate):
        run.log("thread", threading.get_ident())
        run.log("frames", len(traceback.extract_stack()))

    done = config(train).dry_run()
    assert done.metrics["thread"] == [threading.get_ident()]


def test_an_exception_comes_through_with_its_own_traceback():
    def train(run, rate):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        config(train).dry_run()
    assert caught.traceback[-1].name == "train"


def test_setup_is_called_first_and_its_time_is_told_apart():
    calls = []

    def setup():
        calls.append("setup")
        return [1, 2, 3]

    def train(run, data, rate):
        calls.append("train")
        run.log("loss", sum(data))

    done = config(train, setup=setup).dry_run()
    assert calls == ["setup", "train"]
    assert done.metrics == {"loss": [6]}
    assert done.seconds >= 0
    assert done.setup_seconds >= 0


def test_a_primary_metric_that_is_no_number_is_told_here_already():
    with pytest.raises(MetricError, match="primary metric `loss` must be logged as a number"):
        config(lambda run, rate: run.log("loss", "high")).dry_run()


def test_another_metric_may_be_a_text():
    done = config(lambda run, rate: run.log("note", "high")).dry_run()
    assert done.metrics == {"note": ["high"]}


def test_get_context_finds_it():
    def train(run, rate):
        run.log("same", Run.get_context() is run)

    assert config(train).dry_run().metrics == {"same": [True]}
    assert Run.get_context().id == "OfflineRun"


async def train_later(run, rate):
    await run.log("loss", rate)
    await asyncio.sleep(0)
    await run.log("same", Run.get_context() is run)


def test_an_async_function_runs_from_a_script():
    done = config(train_later).dry_run()
    assert done.metrics["same"] == [True]
    assert done.metrics["loss"] == [done.hyperparameters["rate"]]


def test_an_async_function_runs_from_a_cell_whose_loop_is_busy():
    async def cell():
        return config(train_later).dry_run()

    assert asyncio.run(cell()).metrics["same"] == [True]


def test_an_exception_of_an_async_function_comes_through():
    async def train(run, rate):
        await asyncio.sleep(0)
        raise LookupError("rate")  # noqa: EM101

    with pytest.raises(LookupError, match="rate") as caught:
        config(train).dry_run()
    assert caught.traceback[-1].name == "train"


def test_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config(lambda run, rate: run.log("loss", rate)).dry_run()
    assert list(tmp_path.iterdir()) == []


def test_a_dash_in_a_name_is_an_underscore():
    def train(run, learning_rate):
        run.log("loss", learning_rate)

    done = config(train, space={"learning-rate": choice(0.5)}).dry_run()
    assert done.hyperparameters == {"learning-rate": 0.5}
    assert done.metrics == {"loss": [0.5]}


@pytest.mark.parametrize(
    ("total", "at_once", "estimate"),
    [(1, 1, 12.0), (10, 1, 102.0), (10, 4, 32.0), (8, 4, 22.0), (3, 8, 12.0)],
)
def test_the_estimate_is_rounds_of_trials_after_one_setup(total, at_once, estimate):
    done = DryRun({}, {}, 10.0, 2.0, total, at_once, "loss")
    assert done.estimated_seconds == estimate


def test_the_estimate_does_not_reckon_with_more_slots_than_runs():
    done = config(lambda run, rate: None, max_total_runs=3, max_concurrent_runs=8).dry_run()
    assert (done.max_total_runs, done.concurrent_runs) == (3, 3)


def test_it_reads_like_a_report():
    done = DryRun({"rate": 0.5}, {"loss": [0.3, 0.25]}, 1.5, 0.5, 10, 4, "loss")
    assert repr(done) == str(done)
    assert str(done) == (
        "dry run of {'rate': 0.5}\n"
        "  logged    loss x 2 (last 0.25)\n"
        "  took      1.50 s\n"
        "  estimate  about 5.0 s for 10 runs, 4 at once, "
        "if none is stopped early and cores are free"
    )


def test_a_trial_that_logs_nothing_is_told_so():
    assert "logged    nothing" in str(config(lambda run, rate: None).dry_run())


def test_a_metric_that_is_not_logged_is_noticed():
    done = DryRun({}, {"los": [0.3]}, 1.0, 0.0, 10, 4, "loss")
    assert str(done).endswith("! it never logged anything as `loss`, the primary metric")


def test_a_metric_that_is_no_number_is_noticed():
    done = DryRun({}, {"loss": [float("nan")]}, 1.0, 0.0, 10, 4, "loss")
    assert str(done).endswith("! it never logged a finite number as `loss`, the primary metric")
