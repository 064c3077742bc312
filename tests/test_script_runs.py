"""Training scripts from `submit` to their end: what they get, what they log, how they end."""

import os
import signal
import textwrap
import threading

import pytest
from support.bounded import eventually

from hdwidget import (
    BanditPolicy,
    ConfigurationError,
    Environment,
    Experiment,
    ExperimentFailedError,
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    PyTorchConfiguration,
    RandomParameterSampling,
    ScriptRunConfig,
    Workspace,
    choice,
    quniform,
)
from hdwidget.compute.script import ScriptCompute
from hdwidget.snapshot import lay_out

pytestmark = pytest.mark.usefixtures("leftovers")


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.fixture
def script(source):
    """Return a function that writes a script and returns what runs it."""

    def write(body, *arguments, **options):
        text = "import os, sys\nfrom hdwidget import Run\n" + textwrap.dedent(body)
        (source / "train.py").write_text(text)
        return ScriptRunConfig(source, script="train.py", arguments=arguments, **options)

    return write


def tuned(config, space, **changes):
    arguments = {
        "run_config": config,
        "hyperparameter_sampling": RandomParameterSampling(space, seed=1),
        "primary_metric_name": "accuracy",
        "primary_metric_goal": PrimaryMetricGoal.MAXIMIZE,
        "max_total_runs": 3,
        "max_concurrent_runs": 2,
    }
    return HyperDriveConfig(**{**arguments, **changes})


def log_of(run, name="stdout"):
    return (run.output_dir.parent / "logs" / f"{name}.txt").read_text()


def test_a_script_gets_its_arguments_and_logs_to_its_run(experiment, script):
    config = script(
        """
        run = Run.get_context()
        print(sys.argv[1:])
        for step in range(3):
            run.log("accuracy", float(sys.argv[-1]) + step, step=step)
        """,
        "--epochs",
        3,
    )
    run = experiment.submit(tuned(config, {"--units": quniform(8, 64, 8)}))
    run.wait_for_completion()
    best = run.get_best_run_by_primary_metric()
    units = best.hyperparameters["units"]
    assert best.type == "script"
    assert best.get_metrics() == {"accuracy": [units, units + 1, units + 2]}
    arguments = ["--epochs", "3", "--units", str(int(units))]
    definition = best.get_details()["runDefinition"]
    assert (definition["script"], definition["arguments"]) == ("train.py", arguments)
    assert log_of(best) == f"{arguments}\n"


def test_each_run_has_a_folder_of_its_own_in_which_modules_and_files_are_found(experiment, script):
    config = script("""
        import helper
        assert not os.listdir("outputs")
        open("outputs/model.txt", "w").write(helper.NAME)
        open("notes.txt", "a").write("once ")
        print(open("notes.txt").read(), open("data.csv").read(), sys.path[0] == os.getcwd())
        Run.get_context().log("accuracy", 1)
        """)
    (config.source_directory / "helper.py").write_text("NAME = 'forest'")
    (config.source_directory / "data.csv").write_text("1,2")
    run = experiment.submit(tuned(config, {"x": choice(1, 2)}))
    run.wait_for_completion()
    for child in run.get_children():
        assert (child.output_dir / "model.txt").read_text() == "forest"
        assert log_of(child) == "once  1,2 True\n"
    left = sorted(file.name for file in config.source_directory.iterdir())
    assert left == ["data.csv", "helper.py", "train.py"]


def test_a_folder_called_snapshot_is_a_folder_like_any_other(experiment, script):
    config = script("print(sorted(os.listdir()))")
    (config.source_directory / "snapshot").mkdir()
    (config.source_directory / "snapshot" / "train.py").write_text("print('not this one')")
    run = experiment.submit(config)
    run.wait_for_completion()
    expected = [".supervisor.txt", "logs", "outputs", "snapshot", "train.py"]
    assert log_of(run) == f"{expected}\n"


def test_the_source_is_what_it_was_when_it_was_submitted(experiment, script, tmp_path):
    gate = tmp_path / "gate"
    config = script(f"""
        import time
        while not os.path.exists({str(gate)!r}):
            time.sleep(0.005)
        Run.get_context().log("accuracy", int(open("version").read()))
        """)
    (config.source_directory / "version").write_text("1")
    run = experiment.submit(tuned(config, {"x": choice(1, 2)}, max_concurrent_runs=1))
    (config.source_directory / "version").write_text("2")
    gate.touch()
    run.wait_for_completion()
    assert [each["accuracy"] for each in run.get_metrics().values()] == [1, 1]


def test_a_policy_stops_a_script_at_its_log(experiment, script):
    config = script("""
        run = Run.get_context()
        for step in range(5):
            run.log("accuracy", float(sys.argv[-1]))
            print("after", step)
        """)
    policy = BanditPolicy(slack_amount=0.5)
    space = {"x": choice(1, 5)}
    run = experiment.submit(tuned(config, space, policy=policy, max_concurrent_runs=1))
    run.wait_for_completion()
    by_value = {child.hyperparameters["x"]: child for child in run.get_children()}
    # Whichever came first, the better one went through.
    assert by_value[5].status == "Completed"
    if by_value[5].number == 0:
        assert (by_value[1].status, by_value[1].reason) == ("Canceled", "policy")
        assert by_value[1].get_metrics() == {"accuracy": 1.0}
        assert log_of(by_value[1]) == ""
        assert log_of(by_value[1], "stderr").startswith("hdwidget: stopped: policy")
        assert "Traceback" not in log_of(by_value[1], "stderr")


def test_threads_of_a_script_and_what_it_forks_log_to_the_same_run(experiment, script):
    config = script("""
        import multiprocessing, threading
        run = Run.get_context()
        thread = threading.Thread(target=lambda: Run.get_context().log("thread", 1))
        thread.start(); thread.join()
        def work():
            Run.get_context().log("fork", 2)
        process = multiprocessing.get_context("fork").Process(target=work)
        process.start(); process.join()
        code = "from hdwidget import Run; Run.get_context().log('new', 3)"
        os.spawnl(os.P_WAIT, sys.executable, "python", "-c", code)
        """)
    run = experiment.submit(config)
    run.wait_for_completion()
    assert run.get_metrics() == {"fork": 2, "new": 3, "thread": 1}


def test_all_threads_of_a_script_find_one_run(experiment, script):
    config = script("""
        import threading
        together = threading.Barrier(16)
        found = []
        def find():
            together.wait()
            found.append(Run.get_context())
        threads = [threading.Thread(target=find) for _ in range(16)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(len(set(map(id, found))))
        """)
    run = experiment.submit(config)
    run.wait_for_completion()
    assert log_of(run) == "1\n"


def test_a_script_that_fails_says_why(experiment, script):
    run = experiment.submit(script("print('begun')\nraise ValueError('no data')"))
    with pytest.raises(ExperimentFailedError, match="exit code 1: ValueError: no data"):
        run.wait_for_completion()
    error = run.get_details()["error"]
    assert error["exit_code"] == 1
    assert error["traceback"].splitlines()[0] == "Traceback (most recent call last):"
    assert log_of(run) == "begun\n"
    assert "no data" in log_of(run, "stderr")


def test_a_script_that_is_killed_says_by_which_signal(experiment, script):
    run = experiment.submit(script("os.kill(os.getpid(), 9)"))
    details = run.wait_for_completion(raise_on_error=False)
    assert details["status"] == "Failed"
    assert details["error"]["signal"] == signal.SIGKILL.name


def test_wrong_arguments_show_what_argparse_said(experiment, script):
    config = script("""
        import argparse
        parser = argparse.ArgumentParser(); parser.add_argument("--max_iter"); parser.parse_args()
        """)
    run = experiment.submit(tuned(config, {"max-iter": choice(1, 2)}))
    with pytest.raises(ExperimentFailedError, match="unrecognized arguments: --max-iter"):
        run.wait_for_completion()


def test_a_program_that_is_not_there_fails_its_run(experiment, source):
    run = experiment.submit(ScriptRunConfig(source, command=["no-such-program"]))
    with pytest.raises(ExperimentFailedError, match="no-such-program could not be started"):
        run.wait_for_completion()


def test_an_argument_that_no_process_can_be_given_is_refused(script):
    with pytest.raises(ConfigurationError, match="half of a surrogate pair"):
        script("print(1)", "\ud800")


def test_a_program_of_any_kind_gets_its_arguments_without_a_shell(experiment, source):
    run = experiment.submit(ScriptRunConfig(source, command=["echo", "$HOME; *"]))
    run.wait_for_completion()
    assert log_of(run) == "$HOME; *\n"


def test_variables_and_a_launcher_reach_the_script(experiment, script):
    environment = Environment(environment_variables={"COLOUR": "red"}, launcher=["-O"])
    run = experiment.submit(
        script("print(os.environ['COLOUR'], __debug__)", environment=environment)
    )
    run.wait_for_completion()
    assert log_of(run) == "red False\n"


def test_a_python_path_of_the_users_counts(experiment, script, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "helper.py").write_text("NAME = 'forest'")
    environment = Environment(environment_variables={"PYTHONPATH": str(tmp_path / "lib")})
    config = script("import helper; print(helper.NAME)", environment=environment)
    run = experiment.submit(config)
    run.wait_for_completion()
    assert log_of(run) == "forest\n"


def test_the_rank_of_a_trial_that_submits_a_script_is_not_the_scripts(
    experiment, script, monkeypatch
):
    monkeypatch.setenv("HDWIDGET_RANK", "1")
    run = experiment.submit(script("Run.get_context().log('x', 1)"))
    run.wait_for_completion()
    assert run.get_metrics() == {"x": 1}


def test_a_run_is_canceled_with_what_it_has_started(experiment, script):
    config = script("""
        import subprocess
        subprocess.Popen(["sleep", "600"])
        Run.get_context().log("started", 1)
        subprocess.run(["sleep", "600"])
        """)
    run = experiment.submit(config)
    eventually(run.get_metrics)
    run.cancel()
    assert run.wait_for_completion()["status"] == "Canceled"
    assert run.reason == "user"


def test_a_script_that_swallows_the_stop_is_killed_after_a_grace_period(
    experiment, script, monkeypatch
):
    monkeypatch.setattr("hdwidget.compute.local.GRACE_SECONDS", 0.1)
    config = script("""
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        Run.get_context().log("started", 1)
        time.sleep(600)
        """)
    run = experiment.submit(config)
    eventually(run.get_metrics)
    run.cancel()
    assert run.wait_for_completion()["status"] == "Canceled"


def test_a_run_that_is_canceled_while_its_folder_is_filled_starts_nothing(
    experiment, script, monkeypatch
):
    def lays_out(snapshot, folder):
        lay_out(snapshot, folder)
        run = experiment.get_run(folder.name)
        run.cancel()
        eventually(lambda: run.status == "CancelRequested")

    monkeypatch.setattr("hdwidget.compute.script.lay_out", lays_out)
    run = experiment.submit(script("print('begun')"))
    details = run.wait_for_completion()
    assert (details["status"], details["startTimeUtc"]) == ("Canceled", None)
    assert not (run.output_dir.parent / "logs" / "stdout.txt").exists()


def test_a_run_ends_at_its_time_limit(experiment, script):
    run = experiment.submit(script("import time; time.sleep(600)", max_run_duration_seconds=0.2))
    run.wait_for_completion()
    assert (run.status, run.reason) == ("Canceled", "trial timeout")


def test_the_processes_of_a_run_share_its_memory_limit(experiment, script):
    config = script(
        "held = b'x' * 60_000_000\nimport time; time.sleep(600)",
        memory_limit="100 MB",
        distributed_job_config=PyTorchConfiguration(process_count=2),
    )
    run = experiment.submit(config)
    with pytest.raises(ExperimentFailedError, match=r"MemoryLimit: .* used 1\S+ MB of 100 MB"):
        run.wait_for_completion()
    assert run.get_properties()["peak_memory"] > 100_000_000


def test_several_processes_find_their_places_and_the_first_one_logs(experiment, script):
    job = PyTorchConfiguration(process_count=3)
    config = script(
        """
        place = [os.environ[name] for name in ("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR")]
        print(place)
        Run.get_context().log("rank", int(place[0]))
        """,
        distributed_job_config=job,
    )
    run = experiment.submit(config)
    run.wait_for_completion()
    assert run.get_metrics() == {"rank": 0}
    assert log_of(run, "stdout-2") == "['2', '2', '3', '127.0.0.1']\n"


def test_the_processes_of_a_trial_share_the_cores(experiment, script, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 12)
    job = PyTorchConfiguration(process_count=3)
    config = script("print(os.environ['OMP_NUM_THREADS'])", distributed_job_config=job)
    run = experiment.submit(config)
    run.wait_for_completion()
    assert log_of(run) == "4\n"


def test_one_process_that_dies_ends_the_others(experiment, script):
    job = PyTorchConfiguration(process_count=2)
    config = script(
        "import time\nif os.environ['RANK'] == '1': sys.exit('out of memory')\ntime.sleep(600)",
        distributed_job_config=job,
    )
    run = experiment.submit(config)
    with pytest.raises(ExperimentFailedError, match="out of memory"):
        run.wait_for_completion()


def test_what_a_script_loads_is_light(experiment, script):
    run = experiment.submit(
        script("""
        Run.get_context().log("x", 1)
        heavy = {"numpy", "sqlite3", "asyncio", "hdwidget.store", "hdwidget.engine"}
        print(sorted(heavy & set(sys.modules)))
        """)
    )
    run.wait_for_completion()
    assert log_of(run) == "[]\n"


def test_show_output_prints_the_log_of_a_script(experiment, script, capsys):
    run = experiment.submit(script("print('epoch 1')\nprint('epoch 2', end='')"))
    run.wait_for_completion(show_output=True)
    assert capsys.readouterr().out == f"epoch 1\nepoch 2{run.id} Completed\n"


def test_runs_alone_and_searches_are_found_again(experiment, script):
    alone = experiment.submit(script("print(1)"), tags={"kind": "baseline"})
    alone.wait_for_completion()
    searched = experiment.submit(
        tuned(script("Run.get_context().log('accuracy', 1)"), {"x": choice(1)})
    )
    searched.wait_for_completion()
    assert experiment.get_runs() == [searched, alone]
    again = Experiment(Workspace(experiment.workspace.path), "digits").get_run(alone.id)
    assert (type(again), again.tags, again.parent) == (type(alone), {"kind": "baseline"}, None)


def test_interrupting_the_process_group_reaches_no_script(experiment, script):
    run = experiment.submit(script("Run.get_context().log('group', os.getpgid(0))"))
    run.wait_for_completion()
    assert run.get_metrics()["group"] != os.getpgid(0)


def test_an_engine_that_is_interrupted_kills_its_scripts(experiment, script):
    run = experiment.submit(script("import time; Run.get_context().log('x', 1); time.sleep(600)"))
    eventually(run.get_metrics)
    experiment.workspace.close()
    run = experiment.get_run(run.id)
    assert (run.status, run.reason) == ("Canceled", "interrupted")


def test_nothing_is_copied_after_an_engine_was_interrupted(experiment, script, monkeypatch):
    begun, closing, order = threading.Event(), threading.Event(), []

    def lays_out(snapshot, folder):
        begun.set()
        closing.wait(0.2)  # which in this time it is not
        order.append("laid out")

    close = ScriptCompute.close

    async def closes(compute):
        order.append("closing")
        closing.set()
        await close(compute)

    monkeypatch.setattr("hdwidget.compute.script.lay_out", lays_out)
    monkeypatch.setattr(ScriptCompute, "close", closes)
    run = experiment.submit(script("print('begun')"))
    assert begun.wait(30)
    experiment.workspace.close()
    assert order == ["laid out", "closing"]
    assert experiment.get_run(run.id).reason == "interrupted"


def test_many_threads_submit_at_once(experiment, script):
    config = script("Run.get_context().log('x', 1)")
    runs = []
    threads = [
        threading.Thread(target=lambda: runs.append(experiment.submit(config))) for _ in "abc"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for run in runs:
        run.wait_for_completion()
        assert run.get_metrics() == {"x": 1}


PRINTS = [
    "sh",
    "-c",
    'for i in 1 2 3 4; do printf "epoch $i accuracy=0.$i lr=1e-3\\r"; done; printf "accuracy=0.9"',
]


def test_metrics_are_read_from_what_any_program_prints(experiment, source):
    patterns = {"accuracy": r"accuracy=([\d.]+)", "rate": r"lr=(\S+)"}
    run = experiment.submit(ScriptRunConfig(source, command=PRINTS, stdout_metrics=patterns))
    run.wait_for_completion()
    assert run.get_metrics() == {"accuracy": [0.1, 0.2, 0.3, 0.4, 0.9], "rate": [0.001] * 4}


def test_a_pattern_that_finds_nothing_is_named(experiment, source):
    config = ScriptRunConfig(
        source, command=["echo", "acc=1"], stdout_metrics={"accuracy": r"accuracy=(\d)"}
    )
    run = experiment.submit(tuned(config, {"x": choice(1)}))
    with pytest.raises(ExperimentFailedError, match="the pattern in stdout_metrics"):
        run.wait_for_completion()


def test_steps_are_read_too(experiment, source):
    pattern = {"accuracy": r"(?P<step>\d+): accuracy=(\S+)"}
    command = ["sh", "-c", "echo 7: accuracy=0.5; echo 8: accuracy=none"]
    run = experiment.submit(ScriptRunConfig(source, command=command, stdout_metrics=pattern))
    run.wait_for_completion()
    (series,) = experiment.host.store.series(run.id).values()
    assert (series.values.tolist(), series.steps.tolist()) == ([0.5], [7])


def test_steps_that_are_none_harm_nothing(experiment, source):
    pattern = {"accuracy": r"(?P<step>\S+): accuracy=(\S+)"}
    (source / "said").write_text("".join(f"{it}: accuracy=1\n" for it in ("inf", "nan", 2**63, 3)))
    config = ScriptRunConfig(source, command=["cat", "said"], stdout_metrics=pattern)
    run = experiment.submit(config)
    run.wait_for_completion()
    (series,) = experiment.host.store.series(run.id).values()
    assert series.steps.tolist() == [1, 2, 3, 3]  # by their order where none is told


def test_a_policy_ends_a_program_that_only_prints(experiment, source):
    command = ["sh", "-c", 'echo "accuracy=$2"; [ "$2" = 5 ] || sleep 600', "train"]
    config = ScriptRunConfig(source, command=command, stdout_metrics={"accuracy": r"accuracy=(\d)"})
    search = tuned(
        config,
        {"x": choice(1)},
        hyperparameter_sampling=GridParameterSampling({"x": choice(5, 1)}),
        policy=BanditPolicy(slack_amount=0.5),
        max_concurrent_runs=1,
    )
    run = experiment.submit(search)
    run.wait_for_completion()
    worse, better = run.get_children()
    assert (better.status, worse.status, worse.reason) == ("Completed", "Canceled", "policy")
