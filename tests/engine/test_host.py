"""A workspace and its runs across processes: found again, canceled from elsewhere, killed."""

import asyncio
import json
import os
import sys
import threading

import pytest
from support.bounded import DEADLINE, eventually
from support.configs import config
from support.forks import exit_of_fork
from support.gate import Gate
from support.record import Child, recorded
from support.scripts import RunningScript
from support.seen import seen

from hdwidget import Experiment, HyperDriveRun, Run, Workspace
from hdwidget.engine import hosts
from hdwidget.engine.hosts import host_for, open_hosts
from hdwidget.errors import ConfigurationError, StoreError


async def hangs(run, x):
    run.log("accuracy", x)
    await asyncio.Event().wait()


@pytest.fixture
def script(tmp_path, experiment):
    """Return what starts a script in the workspace of `experiment`."""

    def start(source, *arguments):
        return RunningScript(tmp_path, experiment.workspace.path, source, *arguments)

    return start


class TestFoundAgain:
    def test_with_all_data_in_a_new_process(self, experiment, script):
        async def trains(run, x):
            print("begun")  # noqa: T201  # what trials print is what is looked at
            for epoch in range(4):
                run.log("accuracy", x * epoch, step=10 * epoch)
            run.log("note", "a")
            run.log("note", value=True)
            run.log("loss", float("nan"))
            if run.number == 1:
                message = "boom"
                raise ValueError(message)

        run = experiment.submit(config(trains), tags={"who": "me"})
        run.wait_for_completion()
        source = """
            import json
            from support.seen import seen
            say(json.dumps(seen(HyperDriveRun(experiment, sys.argv[2]))))
            say(json.dumps([run.id for run in experiment.get_runs()]))
            say(Run(experiment, sys.argv[2] + "_0").get_metrics("accuracy"))
        """
        with script(source, run.id) as other:
            there = json.loads(other.said())
            assert repr(there) == repr(seen(run))
            assert json.loads(other.said()) == [run.id]
            accuracy = run.get_children()[-1].get_metrics("accuracy")
            assert other.said() == str(accuracy)
            assert other.ended() == (0, "")
        assert [child["details"]["status"] for child in there["children"]] == [
            "Completed",
            "Failed",
            "Completed",
        ]
        assert there["children"][0]["details"]["logFiles"].keys() == {"logs/stdout.txt"}

    def test_while_it_runs(self, experiment, script):
        gate = Gate()

        async def waits(run, x):
            await run.log("accuracy", x)
            await gate.passed()

        run = experiment.submit(config(waits, max_total_runs=1))
        gate.reached()
        source = """
            run = HyperDriveRun(experiment, sys.argv[2])
            say(run.status, run.get_metrics()[run.id + "_0"]["accuracy"])
            say(run.wait_for_completion(show_output=True)["status"])
        """
        with script(source, run.id) as other:
            value = Run(experiment, f"{run.id}_0").hyperparameters["x"]
            assert other.said() == f"Running {value}"
            gate.open()
            assert other.said().startswith("[1/1] ")
            assert other.said() == f"{run.id} Completed"
            assert other.said() == "Completed"

    def test_awaited_from_elsewhere(self, experiment, script):
        gate = Gate()

        async def waits(run, x):
            run.log("accuracy", x)
            await gate.passed()

        run = experiment.submit(config(waits, max_total_runs=1))
        gate.reached()
        source = """
            async def main():
                say("waiting")
                say((await HyperDriveRun(experiment, sys.argv[2]))["status"])
            asyncio.run(main())
        """
        with script(source, run.id) as other:
            assert other.said() == "waiting"
            gate.open()
            assert other.said() == "Completed"


class TestCanceledFromElsewhere:
    def test_the_whole(self, experiment, script):
        run = experiment.submit(config(hangs))
        with script("HyperDriveRun(experiment, sys.argv[2]).cancel()", run.id) as other:
            assert other.ended() == (0, "")
        assert run.wait_for_completion()["properties"]["reason"] == "user"
        assert {child.reason for child in run.get_children()} == {"user"}

    def test_one_child(self, experiment, script):
        gate = Gate()

        async def waits(run, x):
            run.log("accuracy", x)
            await gate.passed()

        run = experiment.submit(config(waits))
        gate.reached()
        with script("Run(experiment, sys.argv[2] + '_1').cancel()", run.id) as other:
            assert other.ended() == (0, "")
        child = Run(experiment, f"{run.id}_1")
        assert child.wait_for_completion()["properties"] == {"reason": "user"}
        gate.open()
        assert run.wait_for_completion()["status"] == "Completed"


class TestKilled:
    SOURCE = """
        async def hangs_later(run, x):
            await run.log("accuracy", x)
            if run.number:
                await asyncio.Event().wait()

        run = experiment.submit(config(hangs_later, max_total_runs=9, max_concurrent_runs=3))
        say(run.id)
        while len(run.get_children()) < 4:  # the first has ended then
            pass
        say("ready")
        hear()
    """

    def test_what_was_unfinished_is_interrupted(self, experiment, script):
        with script(self.SOURCE) as other:
            run_id = other.said()
            assert other.said() == "ready"
            run = HyperDriveRun(experiment, run_id)
            assert run.status == "Running"  # somebody drives it
            other.kill()
        assert run.status == "Canceled"
        assert run.get_properties() == {"reason": "interrupted"}
        states = [(child.number, child.status, child.reason) for child in run.get_children()]
        assert states[-1] == (0, "Completed", None)
        assert {(status, reason) for _, status, reason in states[:-1]} == {
            ("Canceled", "interrupted")
        }
        first = run.get_children()[-1]
        assert first.get_metrics() == {"accuracy": first.hyperparameters["x"]}
        assert run.wait_for_completion()["status"] == "Canceled"
        assert run.get_best_run_by_primary_metric() is not None

    def test_who_waits_elsewhere_is_told(self, experiment, script):
        with script(self.SOURCE) as other:
            run = HyperDriveRun(experiment, other.said())
            assert other.said() == "ready"
            waiting = threading.Thread(target=run.wait_for_completion)
            waiting.start()
            other.kill()
            waiting.join(DEADLINE)
            assert not waiting.is_alive()
        assert run.reason == "interrupted"


class TestLaunch:
    def test_nothing_is_recorded_of_what_cannot_be_sent(self, experiment):
        lock = threading.Lock()

        def locked(run, x):
            with lock:
                run.log("accuracy", x)

        with pytest.raises(ConfigurationError, match="`locked` cannot be sent"):
            experiment.submit(config(locked))
        assert experiment.get_runs() == []
        assert experiment.host.live == {}

    def test_nothing_runs_that_cannot_be_recorded(self, experiment, monkeypatch):
        def full(*_, **__):
            message = "the disk is full"
            raise StoreError(message)

        output = sys.stdout
        with monkeypatch.context() as broken:
            broken.setattr(experiment.host.store, "insert_run", full)
            with pytest.raises(StoreError, match="the disk is full"):
                experiment.submit(config(hangs))
        assert experiment.host.live == {}
        assert sys.stdout is output  # what a compute target takes is given back

    def test_runs_of_one_process_go_on_beside_each_other(self, experiment):
        gate = Gate()

        async def waits(run, x):
            run.log("accuracy", x)
            await gate.passed()

        first = experiment.submit(config(waits))
        second = experiment.submit(config(waits))
        eventually(lambda: {first.status, second.status} == {"Running"})
        assert set(experiment.host.live) == {first.id, second.id}
        gate.open()
        first.wait_for_completion()
        second.wait_for_completion()
        eventually(lambda: experiment.host.live == {})


class TestHosts:
    def test_handles_on_one_folder_share_it(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        host = host_for(tmp_path / "a", "process")
        assert Workspace("a").host is host
        assert Experiment(Workspace(tmp_path / "a"), "x").host is host
        assert host in open_hosts()
        assert host_for(tmp_path / "b", "process").loop is host.loop
        host.store.close()

    def test_settling_what_somebody_else_settles(self, experiment, monkeypatch):
        run = recorded(experiment, Child(status="Running"))
        store = experiment.host.store
        store.update_run(run.id, status="Running").wait()

        def taken(_):
            message = "driven by another process already"
            raise StoreError(message)

        with monkeypatch.context() as busy:
            busy.setattr(store, "acquire", taken)
            assert run.status == "Running"
        assert run.status == "Canceled"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_while_a_thread_opens_a_workspace(tmp_path):
    with hosts._lock:  # as a thread that the fork has not would hold it for ever
        assert exit_of_fork(lambda: host_for(tmp_path, "process")) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_of_the_kernel_begins_anew(experiment, script):
    source = """
        import multiprocessing, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: a fork beside threads

        open(RELEASED, "w").close()

        def in_child():
            run = Experiment(Workspace(sys.argv[1]), "child").submit(config(trains))
            say(run.wait_for_completion()["status"])
            try:
                before.status
            except Exception as error:
                say(type(error).__name__)

        before = experiment.submit(config(hangs))
        child = multiprocessing.get_context("fork").Process(target=in_child)
        child.start()
        child.join()
        say(child.exitcode)
        before.cancel()
        say(before.wait_for_completion()["status"])
        after = experiment.submit(config(trains))
        say(after.wait_for_completion()["status"])
    """
    with script(source) as other:
        assert [other.said() for _ in range(5)] == [
            "Completed",
            "StoreError",
            "0",
            "Canceled",
            "Completed",
        ]
        assert other.ended() == (0, "")
    assert len(experiment.get_runs()) == 2
    assert len(Experiment(experiment.workspace, "child").get_runs()) == 1
