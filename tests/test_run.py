import asyncio
import logging
import threading

import pytest
from support.bounded import DEADLINE, eventually
from support.bounded import run as run_on_a_loop
from support.configs import config
from support.gate import Gate
from support.record import Child, recorded

from hdwidget import (
    BanditPolicy,
    FunctionRunConfig,
    HyperDriveRun,
    Run,
)
from hdwidget.errors import (
    ConfigurationError,
    EngineError,
    ExperimentFailedError,
    RunNotFoundError,
    StoreError,
)


async def logs_twice(run, x):
    await run.log("accuracy", x / 2)
    await run.log("accuracy", x)


async def hangs(run, x):
    run.log("accuracy", x)
    await asyncio.Event().wait()


async def fails(run, x):
    message = f"no x = {x:.1f}"
    raise ValueError(message)


def logs_once(run, x):
    run.log("accuracy", x)


class TestWaiting:
    def test_submit_returns_while_the_trials_run(self, experiment):
        gate = Gate()
        run = experiment.submit(config(gate.waits))
        gate.reached()
        assert run.get_status() == "Running"
        assert {child.status for child in run.get_children()} <= {"Starting", "Running"}
        gate.open()
        assert run.wait_for_completion()["status"] == "Completed"
        assert [child.number for child in run.get_children()] == [2, 1, 0]

    @pytest.mark.parametrize(
        ("function", "isolation"),
        [(logs_twice, "coroutine"), (logs_once, "thread"), (logs_once, "process")],
    )
    def test_what_it_returns(self, experiment, function, isolation):
        run = experiment.submit(config(function, isolation), tags={"who": "me"})
        details = run.wait_for_completion()
        assert details == run.get_details()
        assert details["runId"] == run.id
        assert details["status"] == run.status == run.get_status() == "Completed"
        assert details["tags"] == {"who": "me"} == run.get_tags()
        assert run.wait_for_completion() == details  # again: it has ended

    def test_show_output_tells_of_each_run(self, experiment, capsys):
        run = experiment.submit(config(logs_twice))
        run.wait_for_completion(show_output=True)
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == 4
        assert [line[:5] for line in lines[:3]] == ["[1/3]", "[2/3]", "[3/3]"]
        assert all("✓ run " in line and "accuracy 0." in line for line in lines[:3])
        assert lines[3] == f"{run.id} Completed"

    def test_show_output_of_a_run_that_has_ended_tells_the_same(self, experiment, capsys):
        run = experiment.submit(config(logs_twice))
        run.wait_for_completion()
        run.wait_for_completion(show_output=True)
        first, *_, last = capsys.readouterr().out.splitlines()
        assert first.startswith("[1/3] 00:0")
        assert "accuracy 0." in first
        assert last == f"{run.id} Completed"

    def test_show_output_from_the_middle_on(self, experiment, capsys):
        gate = Gate()

        async def waits(run, x):
            run.log("accuracy", x)
            if run.number == 1:
                await gate.passed()

        run = experiment.submit(config(waits, max_total_runs=2, max_concurrent_runs=1))
        gate.reached()
        threading.Timer(0.05, gate.open).start()
        run.wait_for_completion(show_output=True)
        assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[:2]] == [
            "[1/2]",
            "[2/2]",
        ]

    def test_nobody_listens_when_the_output_has_been_shown(self, experiment):
        gate = Gate()

        async def waits(run, x):
            run.log("accuracy", x)
            await gate.passed()

        run = experiment.submit(config(waits))
        gate.reached()
        recorder = experiment.host.live[run.id].controller.recorder
        shown = threading.Thread(target=run.wait_for_completion, kwargs={"show_output": True})
        shown.start()
        gate.open()
        shown.join(DEADLINE)
        assert not shown.is_alive()
        eventually(lambda: recorder._subscribers == [])

    def test_a_child(self, experiment):
        run = experiment.submit(config(logs_twice))
        run.wait_for_completion()
        child = run.get_children()[0]
        assert child.wait_for_completion()["status"] == "Completed"

    def test_a_child_that_still_runs(self, experiment):
        gate = Gate()

        async def waits(run, x):
            await gate.passed()

        run = experiment.submit(config(waits, max_total_runs=1))
        gate.reached()
        (child,) = run.get_children()
        threading.Timer(0.05, gate.open).start()
        assert child.wait_for_completion()["status"] == "Completed"


class TestAwaiting:
    def test_await_gives_the_details(self, experiment):
        async def main():
            run = experiment.submit(config(logs_twice))
            return run, await run

        run, details = run_on_a_loop(main())
        assert details == run.get_details()
        assert details["status"] == "Completed"

    def test_many_at_once(self, experiment):
        async def main():
            runs = [experiment.submit(config(logs_twice)) for _ in range(3)]
            return await asyncio.gather(*runs)

        assert [details["status"] for details in run_on_a_loop(main())] == ["Completed"] * 3

    def test_a_failed_run_raises(self, experiment):
        async def main():
            await experiment.submit(config(fails))

        with pytest.raises(ExperimentFailedError, match="ValueError: no x = "):
            run_on_a_loop(main())

    def test_giving_up_the_waiting_leaves_the_run_alone(self, experiment, caplog):
        gate = Gate()
        run = experiment.submit(config(gate.waits))
        gate.reached()

        async def impatient():
            await asyncio.wait_for(asyncio.ensure_future(run._ended()), 0.01)

        with pytest.raises(TimeoutError):
            run_on_a_loop(impatient())
        gate.open()
        assert run.wait_for_completion()["status"] == "Completed"
        assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


class TestFailures:
    def test_the_first_error_with_its_traceback(self, experiment):
        run = experiment.submit(config(fails, max_total_runs=50))
        with pytest.raises(ExperimentFailedError, match="ValueError: no x = ") as raised:
            run.wait_for_completion()
        message = str(raised.value)
        assert message.startswith(f"{run.id} failed (the first runs brought no value): ")
        assert "in fails\n    raise ValueError(message)" in message
        assert run.get_details()["error"]["type"] == "ValueError"

    def test_without_raising(self, experiment):
        details = experiment.submit(config(fails)).wait_for_completion(raise_on_error=False)
        assert details["status"] == "Failed"
        assert details["error"]["message"].startswith("no x = ")

    def test_a_misspelt_metric(self, experiment):
        async def misspells(run, x):
            run.log("acuracy", x)

        run = experiment.submit(config(misspells, max_total_runs=50, max_concurrent_runs=1))
        with pytest.raises(
            ExperimentFailedError,
            match="runs finished but never logged `accuracy`; they logged: acuracy",
        ):
            run.wait_for_completion()
        assert len(run.get_children()) == 1

    def test_a_canceled_run_raises_not(self, experiment):
        run = experiment.submit(config(hangs))
        run.cancel()
        assert run.wait_for_completion()["status"] == "Canceled"

    def test_a_setup_that_fails(self, experiment):
        def setup():
            message = "no data"
            raise OSError(message)

        async def train(run, data, x): ...

        run_config = FunctionRunConfig(train, setup=setup)
        run = experiment.submit(config(logs_twice, run_config=run_config))
        with pytest.raises(ExperimentFailedError, match="`setup` failed: OSError: no data"):
            run.wait_for_completion()

    @pytest.mark.parametrize(
        ("begun", "message"),
        [
            ("before", "could not be driven to its end: the disk is full"),
            ("after", "has ended and nobody could write down how: look whether the disk"),
        ],
    )
    def test_a_fault_that_not_even_the_record_takes(self, experiment, monkeypatch, begun, message):
        gate = Gate()

        def full(*_):
            message = "the disk is full"
            raise StoreError(message)

        run = experiment.submit(config(gate.waits))
        gate.reached()
        live = experiment.host.live[run.id]
        with monkeypatch.context() as broken:
            broken.setattr(experiment.host.store._writer, "put", full)
            gate.open()
            with pytest.raises(StoreError, match="the disk is full"):
                live.finished.result(DEADLINE)
            eventually(lambda: run.id not in experiment.host.live)
            if begun == "before":  # what a cell that gate.waits already has in its hands
                experiment.host.live[run.id] = live
            with pytest.raises(EngineError, match=message):
                run.wait_for_completion()
            experiment.host.live.pop(run.id, None)
        assert run.reason == "interrupted"  # there is room again


class TestCancel:
    def test_the_whole(self, experiment):
        run = experiment.submit(config(hangs))
        run.cancel()
        assert run.wait_for_completion()["properties"]["reason"] == "user"
        assert {(child.status, child.reason) for child in run.get_children()} <= {
            ("Canceled", "user")
        }
        run.cancel()  # nothing happens
        assert run.status == "Canceled"

    def test_one_child(self, experiment):
        gate = Gate()

        async def waits(run, x):
            run.log("accuracy", x)
            await gate.passed()

        run = experiment.submit(config(waits, max_total_runs=2))
        gate.reached()
        child = Run(experiment, f"{run.id}_1")
        child.cancel()
        assert child.wait_for_completion()["properties"] == {"reason": "user"}
        gate.open()
        assert run.wait_for_completion()["status"] == "Completed"
        assert [child.status for child in run.get_children()] == ["Canceled", "Completed"]

    def test_a_trial_may_end_the_whole(self, experiment):
        async def good_enough(run, x):
            run.log("accuracy", x)
            HyperDriveRun(experiment, run.id.rpartition("_")[0]).cancel()
            await asyncio.Event().wait()

        run = experiment.submit(config(good_enough))
        assert run.wait_for_completion()["status"] == "Canceled"

    def test_what_has_ended_stays_as_it_is(self, experiment):
        run = experiment.submit(config(logs_twice))
        run.wait_for_completion()
        run.cancel()
        run.get_children()[0].cancel()
        assert run.status == "Completed"
        assert experiment.host.store.pending_requests(run.id) == []


def test_a_policy_stops_a_run_within_its_log(experiment):
    after = []

    async def trains(run, x):
        await run.log("accuracy", 0.9 if run.number == 0 else 0.1)
        after.append(run.number)

    run = experiment.submit(
        config(trains, policy=BanditPolicy(slack_amount=0.2), max_concurrent_runs=1)
    )
    run.wait_for_completion()
    assert after == [0]
    stopped = Run(experiment, f"{run.id}_1")
    assert stopped.status == "Canceled"
    assert stopped.reason == "policy"
    assert stopped.properties["reason"] == "policy"
    assert stopped.properties["detail"].startswith("best 0.1 up to interval 1 is below 0.7")
    assert run.get_best_run_by_primary_metric().number == 0


def test_a_seed_makes_the_same_runs(experiment):
    runs = [experiment.submit(config(logs_twice, max_total_runs=6)) for _ in range(2)]
    for run in runs:
        run.wait_for_completion()
    first, second = (list(run.get_hyperparameters().values()) for run in runs)
    assert first == second
    assert len(set(first)) == 6


class TestFinding:
    def test_no_such_run(self, experiment):
        with pytest.raises(RunNotFoundError, match="No run `HD_nowhere` is in the record"):
            Run(experiment, "HD_nowhere")

    def test_the_nearest_id_is_named(self, experiment):
        run = experiment.submit(config(logs_twice))
        run.wait_for_completion()
        with pytest.raises(RunNotFoundError, match=f"Did you mean `{run.id}`"):
            HyperDriveRun(experiment, run.id[:-1])

    def test_handles_on_one_run_are_equal(self, experiment):
        run = recorded(experiment, Child())
        again = Run(experiment, run.id)
        assert run == again
        assert hash(run) == hash(again)
        assert run != run.get_children()[0]
        assert run != run.id
        assert run.get_children()[0].parent == run
        assert run.parent is None
        assert repr(again) == f"Run('digits', '{run.id}', Completed)"

    def test_a_run_that_nobody_drives_is_interrupted(self, experiment):
        run = recorded(
            experiment,
            Child({"accuracy": [0.5]}),
            Child({"accuracy": [0.4]}, status="Running"),
            Child(status="Queued"),
            status="Running",
        )
        assert run.status == "Canceled"
        assert run.reason == "interrupted"
        assert [(child.status, child.reason) for child in run.get_children()] == [
            ("Canceled", "interrupted"),
            ("Canceled", "interrupted"),
            ("Completed", None),
        ]
        assert run.get_metrics()[f"{run.id}_1"] == {"accuracy": 0.4}
        assert run.wait_for_completion()["status"] == "Canceled"

    def test_its_child_says_so_too(self, experiment):
        run = recorded(experiment, Child(status="Running"), status="Running")
        assert Run(experiment, f"{run.id}_0").reason == "interrupted"


def test_the_context_of_a_trial(experiment):
    found = {}

    async def trains(run, x):
        found[run.number] = Run.get_context()
        assert found[run.number] is run
        run.log("accuracy", x)

    run = experiment.submit(config(trains))
    run.wait_for_completion()
    assert {number: context.id for number, context in found.items()} == {
        number: f"{run.id}_{number}" for number in range(3)
    }


def test_outside_any_experiment_values_go_to_the_console(capsys):
    run = Run.get_context()
    run.log("accuracy", 0.5, step=3)
    run.log("note", "a")
    assert run.id == "OfflineRun"
    assert capsys.readouterr().out == "accuracy = 0.5 (step 3)\nnote = a\n"


def test_diagnose(experiment):
    run = recorded(experiment, Child({"loss": [1.0]}))
    (finding,) = run.diagnose()
    assert "1 of 1 finished runs never logged `accuracy`" in finding.problem


def test_what_the_whole_run_was_is_in_its_details(experiment):
    run = experiment.submit(config(logs_twice))
    details = run.wait_for_completion()
    best = run.get_best_run_by_primary_metric()
    properties = details["properties"]
    assert properties["primary_metric_config"] == '{"name": "accuracy", "goal": "maximize"}'
    assert properties["best_child_run_id"] == best.id
    assert float(properties["score"]) == max(best.get_metrics()["accuracy"])
    recorded = details["runDefinition"]["HyperDriveConfig"]
    assert recorded["policy"]["name"] == "NoTerminationPolicy"
    assert recorded["hyperparameter_sampling"]["seed"] is not None


def test_a_run_knows_where_its_trial_left_its_files(experiment):
    async def saves(run, **_params):
        (run.output_dir / "model.txt").write_text("weights")
        run.log("accuracy", 1.0)

    run = experiment.submit(config(saves, max_total_runs=1))
    run.wait_for_completion()
    (child,) = run.get_children()
    assert (child.output_dir / "model.txt").read_text() == "weights"


def test_no_experiment_is_an_error_that_says_so():
    with pytest.raises(ConfigurationError, match="must be an Experiment"):
        HyperDriveRun("digits", "HD_1")
