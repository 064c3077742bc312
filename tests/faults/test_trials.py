"""Trials that misbehave, from `submit` to the record: the others are none the worse for it."""

import os
import signal

import pytest
from faults.misdeeds import HANGING, THREADS, VALUES
from faults.oracle import End, strange_ends, unrecorded
from support.bounded import eventually

COMPLETED = End("Completed")
BY_SIGNAL = "ProcessDied: the trial's process was killed by {0}"


def killed_by(name):
    return End("Failed", BY_SIGNAL.format(name), signal=name)


def exited(code):
    words = f"ProcessDied: the trial's process ended with exit code {code} before .* returned"
    return End("Failed", words, exit_code=code)


def script_exited(code, said=""):
    said = f": {said}" if said else ""
    return End("Failed", f"ScriptFailed: the script ended with exit code {code}{said}", None, code)


# What is different for scripts stands behind.
ENDS = {
    "good": [COMPLETED],
    "segfaults": [killed_by("SIGSEGV")],
    "aborts": [killed_by("SIGABRT")],
    "exits": [exited(3), script_exited(3)],
    "exits_as_if_well": [exited(0), COMPLETED],
    "calls_sys_exit": [
        End("Failed", r"SystemExit: the function called sys.exit\(4\)"),
        script_exited(4),
    ],
    "raises_keyboard_interrupt": [End("Failed", "KeyboardInterrupt: "), killed_by("SIGINT")],
    "raises_its_own": [
        End("Failed", "DoomError: the end"),
        script_exited(1, ".*DoomError: the end"),
    ],
    "kills_its_group": [killed_by("SIGKILL")],
    "leaves_children_and_dies": [exited(5), script_exited(5)],
    "leaves_a_daemon": [COMPLETED],
    "logs_no_numbers": [COMPLETED],
    "logs_from_threads": [COMPLETED],
    "closes_its_streams": [COMPLETED],
    "closes_all_files": [COMPLETED],
    "writes_garbage": [COMPLETED],
    "truncates_its_log": [COMPLETED],
    "deletes_its_folder": [COMPLETED],
    "waits_for_its_death": [killed_by("SIGKILL")],
}


@pytest.fixture
def check(witness, kind, leftovers, capfd):
    """Return what checks, after a run's end, that all is as it should be."""

    def checks(run, ends):
        children = run.get_children()
        expected = [
            (child, ends[child.hyperparameters["deed"].partition(" ")[0]][-(kind == "script")])
            for child in children
        ]
        assert strange_ends(expected) == []
        assert unrecorded(children, witness) == []
        assert len(children) == run.record.config["max_total_runs"]
        eventually(leftovers.none)
        assert (run.output_dir.parent / ".supervisor.txt").read_text() == ""
        assert capfd.readouterr() == ("", "")
        return {child.hyperparameters["deed"]: child for child in children}

    return checks


def other_seeds(*seeds):
    return [pytest.param(seed, marks=pytest.mark.slow) for seed in seeds]


@pytest.mark.parametrize("seed", [1, *other_seeds(2, 3, 4, 5, 6)])
def test_every_misdeed_is_told_and_harms_nobody(submit, check, witness, seed):
    run = submit([name for name in ENDS if name != "good"], seed)

    def waiting():
        named = (
            c for c in run.get_children() if c.hyperparameters["deed"] == "waits_for_its_death"
        )
        return [pid for child in named for pid in witness.noted(child.id, "pid")]

    (pid,) = eventually(waiting, seconds=120)
    os.kill(pid, signal.SIGKILL)
    run.wait_for_completion(raise_on_error=False)
    assert run.status == "Completed"
    by_deed = check(run, ENDS)
    threads = by_deed["logs_from_threads"].get_metrics()
    assert all(threads[f"thread {number}"] == [*range(VALUES)] for number in range(THREADS))


@pytest.mark.parametrize("seed", [1, *other_seeds(2, 3)])
def test_a_trial_that_hangs_is_killed_with_all_that_it_has_started(
    submit, check, witness, monkeypatch, seed
):
    monkeypatch.setattr("hdwidget.compute.local.GRACE_SECONDS", 0.2)
    names = [deed.__name__ for deed in HANGING]
    run = submit(names, seed, at_once=len(names) + 1)

    def hanging():
        children = [c for c in run.get_children() if c.hyperparameters["deed"] in names]
        return [c for c in children if witness.noted(c.id, "pid")]

    eventually(lambda: len(hanging()) == len(names))
    for child in hanging():
        child.cancel()
    run.wait_for_completion()
    words = r"Killed: it did not end within 0.2 s of being told to, and was killed"
    function = End("Canceled", words, "user", signal="SIGKILL")
    script = End("Canceled", None, "user")
    check(run, {"good": [COMPLETED], **{name: [function, script] for name in names}})


@pytest.mark.parametrize("seed", [1, *other_seeds(2, 3)])
def test_a_trial_that_takes_too_much_memory_is_ended(submit, check, seed, kind):
    words = "MemoryLimit: the run's processes used .* MB of 90 MB"
    told = End("Failed", words)
    killed = End("Failed", words, signal="SIGKILL")
    ends = {
        "takes_memory": [told, End("Failed", words, signal="SIGTERM")],
        "takes_memory_for_ever": [killed],
        "has_children_take_memory": [told, End("Failed", words, signal="SIGTERM")],
    }
    run = submit(list(ends), seed, memory_limit="90 MB")
    run.wait_for_completion(raise_on_error=False)
    by_deed = check(run, {"good": [COMPLETED], **ends})
    for name in ends:
        assert by_deed[name].get_properties()["peak_memory"] > 90_000_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["function"])
def test_a_hundred_thousand_values_are_all_kept(submit, check):
    run = submit(["logs_very_much"], 1)
    run.wait_for_completion()
    by_deed = check(run, {"good": [COMPLETED], "logs_very_much": [COMPLETED]})
    assert len(by_deed["logs_very_much"].get_metrics()["loss"]) == 100_002


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["function", "script"])
def test_a_hundred_megabytes_are_printed(submit, check):
    run = submit(["prints_very_much"], 1)
    run.wait_for_completion()
    by_deed = check(run, {"good": [COMPLETED], "prints_very_much": [COMPLETED]})
    printed = by_deed["prints_very_much"].output_dir.parent / "logs" / "stdout.txt"
    assert printed.stat().st_size == 100_000_000
