"""What goes wrong in an experiment: in trials, which is data, and in the engine, which is not."""

import pytest
from support.compute import Script
from support.drive import RUN
from support.loops import on_a_loop

from hdwidget.errors import StoreError
from hdwidget.policies import BanditPolicy
from hdwidget.samplers import GridParameterSampling
from hdwidget.space import choice

GOOD = Script(values=(0.5, 0.7, 0.9))
HANGING = Script(values=(0.5,), end="hangs")
BROKEN = Script(end="failed", message="no such file")


class TestFailures:
    @on_a_loop
    async def test_a_failed_trial_is_data_and_the_experiment_goes_on(self, driven):
        drive = await driven([GOOD, BROKEN, GOOD, BROKEN]).play()
        assert drive.statuses() == ["Completed", "Failed", "Completed", "Failed"]
        assert drive.child(1).error == {
            "type": "ValueError",
            "message": "no such file",
            "traceback": "Traceback …",
            "exit_code": None,
            "signal": None,
        }
        assert drive.parent.status == "Completed"
        assert drive.parent.error is None

    @on_a_loop
    async def test_the_first_five_end_it(self, driven):
        def script(trial):
            return Script(end="failed", message=f"error of run {trial.number}")

        drive = await driven(script, max_total_runs=50, max_concurrent_runs=1).play()
        assert drive.statuses() == ["Failed"] * 5
        assert (drive.parent.status, drive.parent.reason) == (
            "Failed",
            "the first runs brought no value",
        )
        assert drive.parent.error["message"] == "error of run 0"
        assert drive.parent.error["traceback"] == "Traceback …"

    @on_a_loop
    async def test_what_runs_beside_the_first_five_is_canceled(self, driven):
        def script(trial):
            return BROKEN if trial.number < 5 else Script(end="hangs")

        drive = await driven(script, max_total_runs=50, max_concurrent_runs=8).play()
        assert drive.statuses()[:5] == ["Failed"] * 5
        assert {(child.status, child.reason) for child in drive.children[5:]} == {
            ("Canceled", "the first runs brought no value")
        }

    @on_a_loop
    async def test_not_beside_a_run_that_has_logged_the_metric_and_goes_on(self, driven):
        long = Script(values=(0.5,) * 40, every=0.25)
        drive = await driven(
            lambda trial: long if trial.number == 0 else BROKEN, max_total_runs=9
        ).play()
        assert drive.statuses() == ["Completed"] + ["Failed"] * 8
        assert drive.parent.status == "Completed"

    @on_a_loop
    async def test_after_a_run_that_logged_the_metric_failures_end_nothing(self, driven):
        drive = await driven(
            lambda trial: GOOD if trial.number == 0 else BROKEN,
            max_total_runs=12,
            max_concurrent_runs=1,
        ).play()
        assert drive.statuses() == ["Completed"] + ["Failed"] * 11
        assert drive.parent.status == "Completed"

    @on_a_loop
    async def test_failures_after_the_metric_was_logged_end_nothing(self, driven):
        late = Script(values=(0.5,), end="failed")
        drive = await driven(
            lambda trial: GOOD if trial.number == 7 else late,
            max_total_runs=8,
            max_concurrent_runs=1,
        ).play()
        assert len(drive.children) == 8
        assert drive.parent.status == "Completed"

    @on_a_loop
    async def test_all_failed_is_failed(self, driven):
        drive = await driven(BROKEN, max_total_runs=3).play()
        assert (drive.parent.status, drive.parent.reason) == ("Failed", None)
        assert drive.parent.error["message"] == "no such file"

    @on_a_loop
    async def test_none_that_brought_a_value_is_failed(self, driven):
        drive = await driven([BROKEN, Script(), BROKEN], max_total_runs=3).play()
        assert drive.statuses() == ["Failed", "Completed", "Failed"]
        assert drive.parent.status == "Failed"
        assert drive.parent.error["message"] == "no such file"


class TestMisspeltMetric:
    @on_a_loop
    async def test_it_ends_with_the_first_run_and_says_what_was_logged(self, driven):
        wrong = Script(values=(("acuracy", 0.9), ("loss", 0.1)))
        drive = await driven(wrong, max_total_runs=50, max_concurrent_runs=1).play()
        assert drive.statuses() == ["Completed"]
        assert drive.parent.status == "Failed"
        assert drive.parent.error["type"] == "MetricNeverLogged"
        assert drive.parent.error["message"] == (
            "runs finished but never logged `accuracy`; they logged: acuracy, loss. "
            "Log it with run.log('accuracy', value), or mend primary_metric_name."
        )

    @on_a_loop
    async def test_runs_that_log_nothing_end_it_after_five(self, driven):
        drive = await driven(Script(), max_total_runs=50, max_concurrent_runs=1).play()
        assert drive.statuses() == ["Completed"] * 5
        assert drive.parent.status == "Failed"
        assert "they logged: nothing" in drive.parent.error["message"]

    @on_a_loop
    async def test_a_canceled_run_without_the_metric_says_nothing(self, driven):
        other = Script(values=(("loss", 0.1),), end="hangs")
        drive = await driven(
            [other] * 6 + [GOOD], max_total_runs=7, max_run_duration_seconds=5
        ).play()
        assert drive.statuses() == ["Canceled"] * 6 + ["Completed"]
        assert drive.parent.status == "Completed"

    @on_a_loop
    async def test_a_primary_metric_that_is_no_number_fails_the_trial(self, driven):
        drive = await driven(Script(values=("high",)), max_total_runs=1).play()
        assert drive.statuses() == ["Failed"]
        assert drive.child(0).error["type"] == "MetricError"
        assert "`accuracy` must be logged as a number" in drive.parent.error["message"]
        assert drive.store.series(f"{RUN}_0") == {}

    @on_a_loop
    async def test_other_metrics_may_be_texts(self, driven):
        drive = await driven(
            Script(values=(("note", "a"), ("note", True), 0.5)), max_total_runs=1
        ).play()
        assert drive.store.series(f"{RUN}_0")["note"].values == ["a", True]


class TestPolicy:
    SCRIPTS = (Script(values=(0.9, 0.9)), Script(values=(0.5, 0.5, 0.5)))

    @on_a_loop
    async def test_its_stop_says_why(self, driven):
        drive = await driven(
            list(self.SCRIPTS),
            policy=BanditPolicy(slack_factor=0.1),
            max_total_runs=2,
            max_concurrent_runs=1,
        ).play()
        stopped = drive.child(1)
        assert (stopped.status, stopped.reason) == ("Canceled", "policy")
        assert stopped.properties["detail"].startswith("best 0.5 up to interval 1 is below 0.818")
        assert drive.parent.status == "Completed"
        assert drive.history(stopped.id)[-2:] == ["CancelRequested", "Canceled"]

    @on_a_loop
    async def test_no_interval_after_the_decision(self, driven):
        swallowing = Script(values=(0.5, 0.5, 0.5), obeys=False)
        drive = await driven(
            [self.SCRIPTS[0], swallowing],
            policy=BanditPolicy(slack_factor=0.1),
            max_total_runs=2,
            max_concurrent_runs=1,
        ).play()
        assert drive.store.series(f"{RUN}_1")["accuracy"].values.tolist() == [0.5]
        assert drive.child(1).status == "Canceled"  # though it returned

    @on_a_loop
    async def test_a_policy_that_raises_is_a_fault(self, driven):
        class Faulty(BanditPolicy):
            def decide(self, curves, run, interval):
                message = "no such percentile"
                raise LookupError(message)

        drive = driven(GOOD, policy=Faulty(slack_factor=0.1), max_total_runs=2)
        with pytest.raises(LookupError, match="no such percentile"):
            await drive.play()
        assert (drive.parent.status, drive.parent.reason) == ("Failed", "a fault of the engine")
        assert drive.parent.error["message"] == "no such percentile"
        assert {(child.status, child.reason) for child in drive.children} == {
            ("Canceled", "a fault of the engine")
        }


class TestFaults:
    @on_a_loop
    async def test_a_compute_target_that_raises(self, driven):
        drive = driven(
            [GOOD, HANGING, Script(every=7, end="raises", message="no more processes"), HANGING],
            slots=3,
        )
        with pytest.raises(RuntimeError, match="no more processes"):
            await drive.play()
        assert drive.parent.status == "Failed"
        assert drive.parent.error["type"] == "RuntimeError"
        assert drive.parent.error["message"] == "no more processes"
        assert drive.statuses() == ["Completed", "Canceled", "Failed", "Canceled"]
        assert drive.child(2).error["message"] == "no more processes"
        assert {drive.child(number).reason for number in (1, 3)} == {"a fault of the engine"}

    @on_a_loop
    async def test_a_sampler_that_raises(self, driven):
        class Faulty(GridParameterSampling):
            def propose(self, index, history):
                if index == 2:
                    message = f"{len(history)} are enough"
                    raise ArithmeticError(message)
                return super().propose(index, history)

        sampler = Faulty({"x": choice(1, 2, 3)})
        drive = driven(HANGING, hyperparameter_sampling=sampler)
        with pytest.raises(ArithmeticError, match="2 are enough"):
            await drive.play()
        assert drive.parent.status == "Failed"
        assert drive.statuses() == ["Canceled"] * 2

    @pytest.mark.parametrize("after", range(0, 30, 3))
    @on_a_loop
    async def test_a_record_that_fails_midway_ends_it(self, driven, after):
        drive = driven(GOOD, slots=2, max_concurrent_runs=3, max_total_runs=4)
        break_after(drive.store, after)
        with pytest.raises(StoreError, match="disk is full"):
            await drive.play()
        assert drive.compute.active == 0

    @pytest.mark.parametrize("limit", ["max_duration_minutes", "max_run_duration_seconds"])
    @on_a_loop
    async def test_a_record_that_fails_under_a_hanging_trial(self, driven, limit):
        drive = driven(HANGING, max_total_runs=2, **{limit: 10})
        await drive.start()
        await drive.clock.advance(5)
        break_after(drive.store, 0)
        with pytest.raises(StoreError, match="disk is full"):
            await drive.finish()
        assert drive.compute.active == 0

    @on_a_loop
    async def test_a_run_that_another_engine_has_taken_over(self, driven):
        drive = driven(GOOD, max_total_runs=2)
        await drive.start()
        drive.lease.release()
        with pytest.raises(StoreError, match="is driven by"):
            await drive.finish()


def break_after(store, writes):
    """Make the store refuse to write after so many operations, as it does on a full disk."""
    put, left = store._writer.put, iter(range(writes))

    def limited(*args):
        if next(left, None) is None:
            message = "the disk is full"
            raise StoreError(message)
        return put(*args)

    store._writer.put = limited
