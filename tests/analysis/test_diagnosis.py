import pytest

from hdwidget.analysis import Finding, diagnose
from hdwidget.store import RunRecord

CORES = 4
CONFIG = {
    "primary_metric_name": "accuracy",
    "max_total_runs": 40,
    "max_concurrent_runs": 4,
    "max_run_duration_seconds": 90.0,
    "hyperparameters": 2,
    "space_size": None,
    "isolation": "process",
}


def parent(properties=None, reason=None, **config):
    return RunRecord(
        id="HD_1",
        experiment="digits",
        type="hyperdrive",
        status="Completed",
        reason=reason,
        created=0,
        config={**CONFIG, **config},
        properties=properties or {},
    )


def children(*columns):
    return [
        RunRecord(
            **{
                "id": f"HD_1_{number}",
                "experiment": "digits",
                "type": "function",
                "status": "Completed",
                "created": 0,
                **each,
            }
        )
        for number, each in enumerate(columns)
    ]


def found(runs=(), logged=None, of=None, cores=CORES, with_number=None):
    logged = {run.id: ["accuracy"] for run in runs} if logged is None else logged
    with_number = set(logged) if with_number is None else with_number
    return diagnose(of or parent(), runs, logged, with_number, cores=cores)


def test_nothing_looks_wrong():
    diagnosis = found(children({}, {"status": "Canceled", "reason": "policy"}))
    assert len(diagnosis) == 0
    assert repr(diagnosis) == "HD_1: nothing looks wrong."


def test_of_no_runs():
    assert list(found()) == []


def test_a_metric_that_was_never_logged():
    runs = children({}, {}, {"status": "Failed"})
    (finding,) = found(runs, {"HD_1_0": ["loss", "acuracy"], "HD_1_1": ["accuracy"]})
    assert finding == Finding(
        "1 of 2 finished runs never logged `accuracy`; they logged: acuracy, loss.",
        'Call run.log("accuracy", value) in the function, or mend primary_metric_name.',
    )
    (finding,) = found(runs, {})
    assert finding.problem.endswith(
        "2 of 2 finished runs never logged `accuracy`; they logged: nothing."
    )


def test_identical_failures():
    boom = {"status": "Failed", "error": {"type": "ValueError", "message": "boom"}}
    other = {"status": "Failed", "error": {"type": "OSError", "message": "gone"}}
    (finding,) = found(children(boom, boom, other, {}))
    assert finding.problem == "2 of 4 runs failed with the same error: ValueError: boom"
    (finding,) = found(children(*[{"status": "Failed", "error": {}}] * 2, {}))  # somebody else's
    assert finding.problem == "2 of 3 runs failed with the same error: None: None"
    assert "config.dry_run()" in finding.advice
    assert len(found(children(boom, other))) == 0


def test_a_long_error_is_cut():
    boom = {"status": "Failed", "error": {"type": "E", "message": "x" * 10_000}}
    (finding,) = found(children(boom, boom))
    assert len(finding.problem) < 400


def test_runs_that_took_too_long():
    late = {"status": "Canceled", "reason": "trial timeout"}
    (finding,) = found(children(late, late, {}))
    assert finding.problem == "2 of 3 runs were stopped after max_run_duration_seconds=90."


@pytest.mark.parametrize(
    ("isolation", "advice"), [("coroutine", "asyncio.to_thread"), ("process", "a cell")]
)
def test_a_loop_that_was_held_up(isolation, advice):
    of = parent({"loop_held_seconds": 2.26}, isolation=isolation)
    (finding,) = found(of=of)
    assert finding.problem.startswith("the engine's loop was held up for 2.3 s")
    assert advice in finding.advice


def test_more_threads_than_cores():
    runs = children(*[{"properties": {"threads": threads}} for threads in (1, 3, 2, 1, 1)])
    (finding,) = found(runs)
    assert finding.problem.startswith("4 runs at once with 3 threads each are 12 threads on 4 cor")
    assert len(found(runs, cores=12)) == 0
    assert len(found(runs[:1])) == 0
    assert len(found(runs[1:2])) == 0  # a single run may use all cores


def test_too_few_runs_for_the_space():
    (finding,) = found(of=parent(max_total_runs=39))
    assert finding.problem == "max_total_runs=39 is few for 2 hyperparameters."
    assert finding.advice.startswith("Take 40 or more (20 for each)")
    assert len(found(of=parent(max_total_runs=6, space_size=6))) == 0  # all of it
    assert len(found(of=parent(max_total_runs=5, space_size=6))) == 1


def test_it_reads_as_a_text():
    diagnosis = found(children({}), {}, of=parent(max_total_runs=1))
    assert len(diagnosis) == len(list(diagnosis)) == 2
    lines = repr(diagnosis).splitlines()
    assert lines[0] == "HD_1:"
    assert lines[1].startswith("! 1 of 1 finished runs never logged")
    assert lines[2].startswith("  Call run.log")


def test_runs_with_nothing_but_nan():
    runs = children({}, {}, {})
    (finding,) = found(runs, with_number={"HD_1_0"})
    assert finding.problem == "2 of 3 runs logged nothing but NaN or infinities as `accuracy`."


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("interrupted", "the process that drove it ended after 1 of 40 runs."),
        ("time budget", "max_duration_minutes=60 ended it after 1 of 40 runs."),
    ],
)
def test_an_end_before_its_time(reason, problem):
    runs = children({}, {"status": "Canceled", "reason": reason})
    of = parent(reason=reason, max_duration_minutes=60.0)
    (finding,) = found(runs, of=of)
    assert finding.problem == problem


def test_a_process_that_died_is_not_to_be_run_in_the_kernel():
    died = {"type": "ProcessDied", "message": "killed by SIGSEGV"}
    runs = children(*({"status": "Failed", "error": died},) * 2)
    (finding,) = found(runs)
    assert "SIGSEGV" in finding.problem
    assert "dry_run" not in finding.advice
    assert "stderr.txt" in finding.advice
