"""How experiments end with their process: a script waits, a kernel interrupts, Ctrl-C cancels."""

import textwrap
from pathlib import Path

import pytest
from support.scripts import RunningScript

from hdwidget import Experiment, Workspace


@pytest.fixture
def script(tmp_path, experiment):
    """Return what starts a script in the workspace of `experiment`."""

    def start(source, *arguments):
        return RunningScript(tmp_path, experiment.workspace.path, source, *arguments)

    return start


def waits_for(run):
    return f"hdwidget: waiting for {run.id}; Ctrl-C cancels, a second Ctrl-C kills at once."


class TestEndOfAScript:
    @pytest.mark.parametrize("isolation", ["coroutine", "thread", "process"])
    def test_it_waits_and_says_so(self, experiment, script, isolation):
        source = """
            function = trains if sys.argv[2] == "coroutine" else trains_in_steps
            experiment.submit(config(function, sys.argv[2], max_total_runs=6))
        """
        with script(source, isolation) as other:
            line = other.complained()
            (run,) = experiment.get_runs()
            assert line == waits_for(run)
            other.release()
            assert other.ended() == (0, "")
        assert run.status == "Completed"
        assert [child.status for child in run.get_children()] == ["Completed"] * 6
        assert all("accuracy" in metrics for metrics in run.get_metrics().values())

    @pytest.mark.parametrize("isolation", ["coroutine", "thread", "process"])
    def test_setup_and_the_first_trial_may_come_after_it(self, experiment, script, isolation):
        source = """
            if sys.argv[2] == "coroutine":
                async def with_data(run, data, x):
                    await trains(run, x)
            else:
                def with_data(run, data, x):
                    trains_in_steps(run, x)
            def setup():
                while not os.path.exists(RELEASED):
                    time.sleep(0.005)
            experiment.submit(config(with_data, sys.argv[2], setup, max_total_runs=6))
        """
        with script(source, isolation) as other:
            other.complained()
            other.release()
            assert other.ended() == (0, "")
        (run,) = experiment.get_runs()
        assert [child.status for child in run.get_children()] == ["Completed"] * 6

    def test_trials_may_still_start_threads(self, experiment, script):
        source = """
            from concurrent.futures import ThreadPoolExecutor

            async def threaded(run, x):
                await trains(run, x)
                if sys.version_info[:3] not in ((3, 12, 0), (3, 12, 1)):  # there none can any more
                    await asyncio.to_thread(lambda: x)
                    with ThreadPoolExecutor(2) as pool:
                        run.log_list("twice", pool.map(lambda k: 2 * k, [1, 2]))

            experiment.submit(config(threaded, max_total_runs=6))
        """
        with script(source) as other:
            other.complained()
            other.release()
            assert other.ended() == (0, "")
        (run,) = experiment.get_runs()
        assert [child.get_details()["error"] for child in run.get_children()] == [None] * 6

    def test_it_waits_for_several(self, experiment, script):
        source = """
            for name in ("a", "b"):
                Experiment(Workspace(sys.argv[1] + name), name).submit(config(trains))
            experiment.submit(config(trains))
        """
        with script(source) as other:
            line = other.complained()
            assert line.count("HD_") == 3
            assert experiment.get_runs()[0].id in line
            other.release()
            assert other.ended() == (0, "")
        for name in ("a", "b"):
            workspace = Workspace(f"{experiment.workspace.path}{name}")
            assert Experiment(workspace, name).get_runs()[0].status == "Completed"
            workspace.close()

    def test_it_is_silent_when_nothing_runs(self, experiment, script):
        with script("experiment.submit(config(trains)).wait_for_completion()") as other:
            other.release()
            assert other.ended() == (0, "")
        assert experiment.get_runs()[0].status == "Completed"

    def test_an_error_at_its_end_still_waits(self, experiment, script):
        with script("experiment.submit(config(trains)); 1 / 0") as other:
            while not (line := other.complained()).startswith("hdwidget"):
                last = line
            assert last == "ZeroDivisionError: division by zero"
            other.release()
            assert other.ended() == (1, "")
        assert experiment.get_runs()[0].status == "Completed"

    def test_what_is_registered_to_run_at_exit_finds_the_record(self, experiment, script):
        source = """
            import atexit
            run = experiment.submit(config(trains))
            atexit.register(lambda: say(run.get_best_run_by_primary_metric().status))
        """
        with script(source) as other:
            other.complained()
            other.release()
            assert other.said() == "Completed"
            assert other.ended() == (0, "")


class TestCtrlC:
    def test_once_cancels_gracefully(self, experiment, script):
        with script("experiment.submit(config(cleans_up, max_total_runs=1))") as other:
            other.complained()
            other.interrupt()
            assert other.complained() == "hdwidget: canceling."
            assert other.ended() == (0, "")
        (run,) = experiment.get_runs()
        assert (run.status, run.reason) == ("Canceled", "user")
        (child,) = run.get_children()
        assert (child.status, child.reason) == ("Canceled", "user")
        log = Path(child.get_details()["logFiles"]["logs/stdout.txt"])
        assert log.read_text() == "cleaned up\n"

    def test_twice_at_once(self, experiment, script):
        with script("experiment.submit(config(cleans_up_slowly, max_total_runs=1))") as other:
            other.complained()
            assert other.said() == "begun"
            other.interrupt()
            assert other.complained() == "hdwidget: canceling."
            assert other.said() == "cleaning up"
            other.interrupt()
            assert other.complained() == "hdwidget: interrupting."
            assert other.ended() == (0, "")
        (run,) = experiment.get_runs()
        assert run.status == "Canceled"
        assert {child.status for child in run.get_children()} == {"Canceled"}

    @pytest.mark.parametrize("shown", ["True", "False"])
    def test_while_waiting_ends_the_waiting_and_not_the_run(self, experiment, script, shown):
        source = f"""
            run = running(experiment.submit(config(trains)))
            try:
                say("waiting")
                run.wait_for_completion(show_output={shown})
            except KeyboardInterrupt:
                say("interrupted", run.status)
            say(run.wait_for_completion()["status"])
        """
        with script(source) as other:
            assert other.said() == "waiting"
            other.interrupt()
            assert other.said() == "interrupted Running"
            other.release()
            assert other.said() == "Completed"
            assert other.ended() == (0, "")

    def test_while_awaiting_ends_the_waiting_and_not_the_run(self, experiment, script):
        source = """
            async def main():
                say("waiting")
                await run
            run = running(experiment.submit(config(trains)))
            try:
                asyncio.run(main())
            except KeyboardInterrupt:
                say("interrupted", run.status)
            say(run.wait_for_completion()["status"])
        """
        with script(source) as other:
            assert other.said() == "waiting"
            other.interrupt()
            assert other.said() == "interrupted Running"
            other.release()
            assert other.said() == "Completed"
            assert other.ended() == (0, "")


KERNEL = """
import types
shell = types.SimpleNamespace(**{ATTRIBUTES})
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell)
"""


def in_ipython(source, **attributes):
    return KERNEL.replace("{ATTRIBUTES}", repr(attributes)) + textwrap.dedent(source)


class TestEndOfAKernel:
    def test_it_interrupts(self, experiment, script):
        source = """
            run = experiment.submit(config(hangs, max_total_runs=9))
            while sum(map(len, run.get_metrics().values())) < 2:
                pass
        """
        with script(in_ipython(source, kernel=1)) as other:
            assert other.ended() == (0, "")
        (run,) = experiment.get_runs()
        assert (run.status, run.reason) == ("Canceled", "interrupted")
        assert [(child.status, child.reason) for child in run.get_children()] == [
            ("Canceled", "interrupted")
        ] * 2
        assert all("accuracy" in metrics for metrics in run.get_metrics().values())

    def test_right_after_submit(self, experiment, script):
        source = "run = experiment.submit(config(hangs, max_total_runs=9))"
        with script(in_ipython(source, kernel=1)) as other:
            assert other.ended() == (0, "")
        (run,) = experiment.get_runs()
        assert (run.status, run.reason) == ("Canceled", "interrupted")
        assert {child.status for child in run.get_children()} <= {"Canceled"}

    def test_ipython_in_a_terminal_is_no_kernel(self, experiment, script):
        with script(in_ipython("experiment.submit(config(trains))")) as other:
            line = other.complained()
            (run,) = experiment.get_runs()
            assert line == waits_for(run)
            other.release()
            assert other.ended() == (0, "")
        assert run.status == "Completed"
