"""Runs that are gone on with: after a kernel, after a stop, and what is tried once more."""

import pytest
from support.bounded import eventually
from support.configs import config
from support.functions import train as importable
from support.gate import Gate
from support.going_on import Stages, kill, listed, logs, table

from hdwidget import (
    BanditPolicy,
    FunctionRunConfig,
    GridParameterSampling,
    Run,
    choice,
)
from hdwidget.errors import ConfigurationError, EngineError


class TestAfterAKernel:
    def interrupted(self, experiment, *, keeps):
        stages = Stages(keeps=keeps)
        run = experiment.submit(config(stages, max_total_runs=4))
        stages.gate.reached()
        eventually(lambda: sum(count for *_, count in table(run)) == 4)
        kill(experiment)
        stages.gate.open()
        return run, stages

    def test_what_left_nothing_is_repeated_in_another_run(self, experiment):
        run, stages = self.interrupted(experiment, keeps=False)
        assert (run.status, run.reason) == ("Canceled", "interrupted")
        run.resume(run_config=stages)
        run.wait_for_completion()
        assert table(run) == [
            (0, 0, "Canceled", 2),
            (1, 1, "Canceled", 2),
            (2, 0, "Completed", 4),
            (3, 1, "Completed", 4),
            (4, 2, "Completed", 4),
            (5, 3, "Completed", 4),
        ]
        assert run.get_children()[3].properties["repeats"] == f"{run.id}_0"
        with pytest.raises(
            ConfigurationError, match=rf"was repeated by {run.id}_2: go on with that"
        ):
            run.get_children()[-1].resume()
        assert (run.status, run.reason) == ("Completed", None)

    def test_among_an_experiments_runs_it_says_that_it_can_go_on(self, experiment):
        run, stages = self.interrupted(experiment, keeps=True)
        hint = "Canceled: interrupted, resume() goes on"
        assert repr(experiment.get_runs()) == f"[HyperDriveRun('digits', '{run.id}', {hint})]"
        run.resume(run_config=stages)
        run.wait_for_completion()
        assert repr(run) == f"HyperDriveRun('digits', '{run.id}', Completed)"

    def test_a_person_who_has_canceled_it_knows(self, experiment):
        gate = Gate()

        async def waits(run, x):
            await gate.passed()

        run = experiment.submit(config(waits))
        gate.reached()
        run.cancel()
        gate.open()
        run.wait_for_completion()
        assert repr(run).endswith(", Canceled)")

    def test_what_left_a_checkpoint_goes_on_in_the_same_run(self, experiment):
        run, stages = self.interrupted(experiment, keeps=True)
        run.resume(run_config=stages)
        run.wait_for_completion()
        assert table(run) == [(number, number, "Completed", 4) for number in range(4)]
        first = run.get_children()[-1]
        x = first.hyperparameters["x"]
        assert first.get_metrics()["accuracy"] == [x, x + 1, x + 2, x + 3]
        assert first.properties["attempt"] == 2

    def test_the_proposals_are_those_of_an_undisturbed_run(self, experiment):
        run, stages = self.interrupted(experiment, keeps=False)
        run.resume(run_config=stages)
        run.wait_for_completion()
        undisturbed = experiment.submit(config(logs, max_total_runs=4))
        undisturbed.wait_for_completion()
        done = [child for child in run.get_children() if child.status == "Completed"]
        assert sorted(child.hyperparameters["x"] for child in done) == sorted(
            child.hyperparameters["x"] for child in undisturbed.get_children()
        )

    def test_a_function_of_a_module_is_found_by_itself(self, experiment):
        run = experiment.submit(
            config(importable, "thread", primary_metric_name="loss", max_total_runs=2)
        )
        run.wait_for_completion()
        experiment.host._configs.clear()
        run.extend(max_total_runs=3)
        run.wait_for_completion()
        assert len(run.get_children()) == 3

    def test_a_function_of_a_notebook_is_to_be_given_again(self, experiment):
        run, stages = self.interrupted(experiment, keeps=False)
        with pytest.raises(ConfigurationError, match=r"`Stages` was defined in a notebook.*again"):
            run.resume()
        run.resume(run_config=FunctionRunConfig(stages))
        run.wait_for_completion()
        assert run.status == "Completed"

    def test_in_the_same_kernel_nothing_has_to_be_given(self, experiment):
        stages = Stages(keeps=True)
        run = experiment.submit(config(stages, max_total_runs=2))
        stages.gate.reached()
        kill(experiment, forget=False)
        stages.gate.open()
        run.resume()
        run.wait_for_completion()
        assert [status for _, _, status, _ in table(run)] == ["Completed"] * 2

    def test_options_that_json_cannot_hold(self, experiment):
        def relu(): ...

        sampler = GridParameterSampling({"x": choice(relu, (1, 2))})
        gate, seen = Gate(), []

        async def waits(run, x):
            await gate.passed()
            seen.append(x)

        run = experiment.submit(config(waits, hyperparameter_sampling=sampler, max_total_runs=2))
        gate.reached()
        kill(experiment)
        gate.open()
        with pytest.raises(ConfigurationError, match="give the sampler again"):
            run.resume(run_config=waits)
        for other in (GridParameterSampling({"x": choice(relu, (1, 3))}), 0):
            with pytest.raises(ConfigurationError, match="must be the one that the run was begun"):
                run.resume(run_config=waits, hyperparameter_sampling=other)
        with pytest.raises(ConfigurationError, match="`policy` must be"):
            run.resume(run_config=waits, hyperparameter_sampling=sampler, policy=0)
        run.resume(run_config=waits, hyperparameter_sampling=sampler)
        run.wait_for_completion(raise_on_error=False)
        assert seen == [relu, (1, 2)]

    def test_what_runs_or_is_done_has_nothing_to_resume(self, experiment):
        gate = Gate()
        run = experiment.submit(config(gate.waits))
        with pytest.raises(EngineError, match="is running"):
            run.resume()
        gate.open()
        run.wait_for_completion()
        with pytest.raises(ConfigurationError, match=r"extend\(max_total_runs=4\)"):
            run.resume()

    def test_a_canceled_run_goes_on(self, experiment):
        gate = Gate()

        async def waits(run, x):
            run.log("accuracy", x)
            if run.number:
                await gate.passed()

        run = experiment.submit(config(waits, max_total_runs=4))
        gate.reached()
        run.cancel()
        run.wait_for_completion()
        gate.open()
        run.resume()
        run.wait_for_completion()
        statuses = [status for _, _, status, _ in table(run)]
        assert statuses[0] == "Completed"
        assert statuses[-1] == "Completed"
        assert len(statuses) == 4  # those that a person has canceled stay so, and count


class TestOneRun:
    def test_a_stop_by_the_policy_is_undone_while_the_experiment_runs(self, experiment):
        gate = Gate()

        async def slow_and_bad(run, x):
            if run.number == 0:
                for _ in range(3):
                    run.log("accuracy", 1.0)
                await gate.passed()
            for _ in range(4):
                run.log("accuracy", 0.1)

        policy = BanditPolicy(slack_amount=0.5)
        run = experiment.submit(config(slow_and_bad, policy=policy, max_total_runs=2))
        stopped = eventually(
            lambda: next((child for child in run.get_children() if child.reason == "policy"), None)
        )
        assert len(listed(stopped.get_metrics()["accuracy"])) == 1
        stopped.resume()
        eventually(lambda: stopped.status == "Completed")
        assert stopped.reason is None
        assert stopped.properties["detail"] is None
        assert stopped.get_metrics()["accuracy"] == [0.1] * 5
        gate.open()
        run.wait_for_completion()
        assert len(run.get_children()) == 2

    def test_its_end_can_be_waited_for(self, experiment):
        gates = [Gate(), Gate(), Gate()]

        async def one_by_one(run, x):
            if run.resume_from is None:
                await gates[run.number].passed()
                if run.number == 0:
                    message = "no"
                    raise ValueError(message)
            run.log("accuracy", x)

        run = experiment.submit(config(one_by_one, max_concurrent_runs=1))
        gates[0].open()
        gates[1].reached()
        failed = run.get_children()[-1]
        failed.resume()
        assert failed.status == "Queued"  # while another one has the only place
        for gate in gates[1:]:
            gate.open()
        assert failed.wait_for_completion()["status"] == "Completed"
        run.wait_for_completion()
        assert [status for *_, status, _ in table(run)] == ["Completed"] * 3

    def test_one_that_has_not_begun_again_ends_with_its_experiment(self, experiment):
        gate = Gate()

        async def fails_or_waits(run, x):
            if run.number == 0:
                message = "no"
                raise ValueError(message)
            await gate.passed()

        run = experiment.submit(config(fails_or_waits, max_concurrent_runs=1))
        gate.reached()
        failed = run.get_children()[-1]
        failed.resume()
        run.cancel()
        run.wait_for_completion()
        gate.open()
        assert (failed.status, failed.reason) == ("Canceled", "user")

    def test_alone_its_end_can_be_waited_for_too(self, experiment):
        failing = [True]

        async def fails_once(run, x):
            if failing:
                failing.pop()
                message = "no"
                raise ValueError(message)
            run.log("accuracy", x)

        run = experiment.submit(config(fails_once, max_total_runs=2, max_concurrent_runs=1))
        run.wait_for_completion()
        failed = run.get_children()[-1]
        failed.resume()
        assert failed.status != "Failed"
        assert failed.wait_for_completion()["status"] == "Completed"

    def test_after_its_experiment_it_runs_alone(self, experiment):
        failing = [True]

        async def fails_once(run, x):
            run.log("accuracy", x)
            if run.number == 1 and failing:
                failing.pop()
                message = "no"
                raise ValueError(message)

        run = experiment.submit(config(fails_once, max_total_runs=2))
        run.wait_for_completion()
        failed = run.get_children()[0]
        assert failed.status == "Failed"
        failed.resume()
        run.wait_for_completion()
        assert table(run) == [(0, 0, "Completed", 1), (1, 1, "Completed", 2)]
        assert (run.status, run.reason) == ("Completed", None)
        assert failed.get_details()["error"] is None

    @pytest.mark.parametrize(("mended", "status"), [(True, "Completed"), (False, "Failed")])
    def test_the_only_one_decides_how_the_whole_has_ended(self, experiment, mended, status):
        async def fails_once(run, x):
            if not (mended and run.resume_from):
                message = "too bad"
                raise ValueError(message)
            run.log("accuracy", x)

        run = experiment.submit(config(fails_once, max_total_runs=1))
        run.wait_for_completion(raise_on_error=False)
        run.get_children()[0].resume()
        details = run.wait_for_completion(raise_on_error=False)
        assert (details["status"], run.get_children()[0].status) == (status, status)
        assert (details["error"] or {}).get("message") == (None if mended else "too bad")

    def test_a_step_that_it_comes_to_again_is_one_value(self, experiment):
        async def falls_between(run, x):
            state = run.checkpoint_dir / "stage"
            for stage in range(int(state.read_text()) if state.exists() else 0, 4):
                run.log("accuracy", stage, step=stage)
                run.log("batches", stage, step=0)
                run.log("batches", stage, step=0)
                if stage == 2 and run.resume_from is None:
                    message = "no"
                    raise ValueError(message)
                state.write_text(str(stage + 1))

        run = experiment.submit(config(falls_between, max_total_runs=1))
        run.wait_for_completion(raise_on_error=False)
        (failed,) = run.get_children()
        failed.resume()
        run.wait_for_completion()
        metrics = failed.get_metrics()
        assert metrics["accuracy"] == [0, 1, 2, 3]
        assert metrics["batches"] == [0, 0, 1, 1, 2, 2, 2, 2, 3, 3]  # steps that tell nothing

    def test_what_has_completed_does_not(self, experiment):
        run = experiment.submit(config(logs))
        run.wait_for_completion()
        with pytest.raises(ConfigurationError, match="has completed"):
            run.get_children()[0].resume()
        with pytest.raises(ConfigurationError, match="only a trial's run"):
            Run.resume(run)


class TestRetries:
    @pytest.mark.parametrize("retries", [0, 2])
    def test_a_crash_is_repeated(self, experiment, tmp_path, retries):
        def crashes(run, x):
            import os

            run.log("accuracy", x)
            with (tmp_path / str(x)).open("a") as file:
                file.write("1")
            if (tmp_path / str(x)).stat().st_size < 3:
                os._exit(3)

        run = experiment.submit(
            config(crashes, max_total_runs=1).changed(
                run_config=FunctionRunConfig(crashes, max_retries=retries)
            )
        )
        run.wait_for_completion(raise_on_error=False)
        statuses = [status for _, _, status, _ in table(run)]
        assert statuses == ["Failed"] * retries + (["Completed"] if retries else ["Failed"])

    def test_an_exception_is_not(self, experiment):
        async def fails(run, x):
            run.log("accuracy", x)
            message = "no"
            raise ValueError(message)

        run = experiment.submit(
            config(fails).changed(run_config=FunctionRunConfig(fails, max_retries=3))
        )
        run.wait_for_completion(raise_on_error=False)
        assert len(run.get_children()) == 3
