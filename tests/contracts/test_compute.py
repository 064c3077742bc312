"""What every compute target keeps to; another one joins with a line in `TARGETS`.

The training functions are `async def`, which all of them take.
"""

# ruff: noqa: T201  # trials print

import asyncio
import io
import itertools
import os
import sys
from functools import partial

import psutil
import pytest
from support.bounded import run as bounded
from support.bounded import soon
from support.channel import FakeChannel
from support.grace import Grace
from support.trials import GRACE_SECONDS, Workbench, log_of

from hdwidget.compute.coroutine import CoroutineCompute
from hdwidget.compute.process import ProcessCompute
from hdwidget.compute.thread import ThreadCompute
from hdwidget.errors import ConfigurationError, EngineError, SetupError, StoreError

TARGETS = {
    "coroutine": (CoroutineCompute, "coroutine"),
    "thread": (ThreadCompute, "thread"),
    "fork": (partial(ProcessCompute, method="fork"), "process"),
    "spawn": (partial(ProcessCompute, method="spawn"), "process"),
}

pytestmark = pytest.mark.usefixtures("leftovers")


@pytest.fixture(params=TARGETS)
def bench(request, tmp_path):
    make, isolation = TARGETS[request.param]
    return Workbench(make, isolation, tmp_path)


# --- a trial that ends by itself


def test_a_function_that_returns_has_completed(bench):
    async def train(run):
        for epoch in range(3):
            run.log("loss", 1 / (1 + epoch), step=epoch)
        run.log("note", "done")

    trial = bench.evaluate(train)
    assert trial.outcome.ended == "completed"
    assert trial.outcome.failure is None
    assert trial.channel.starts == 1
    assert trial.channel.values == [
        ("loss", 1.0, 0),
        ("loss", 0.5, 1),
        ("loss", 1 / 3, 2),
        ("note", "done", None),
    ]


def test_a_failure_holds_the_type_the_message_and_the_traceback_from_the_function_on(bench):
    async def train(run):
        return 1 / 0

    failure = bench.evaluate(train).outcome.failure
    assert failure.type == "ZeroDivisionError"
    assert failure.message == "division by zero"
    head, first, *_ = failure.traceback.splitlines()
    assert head == "Traceback (most recent call last):"
    assert first.endswith("in train")
    assert __file__ in first
    assert failure.traceback.endswith("ZeroDivisionError: division by zero\n")


def test_a_failure_without_words_of_its_own_is_told_all_the_same(bench):
    async def train(run):
        class MuteError(Exception):
            def __str__(self):
                return self.missing

        raise MuteError

    failure = bench.evaluate(train).outcome.failure
    assert failure.type == "MuteError"
    assert "in train" in failure.traceback


def test_what_a_function_calls_is_in_the_traceback_and_our_own_frames_are_not(bench):
    async def train(run):
        def step():
            run.log("loss", "no number")

        step()

    failure = bench.evaluate(train).outcome.failure
    names = [line for line in failure.traceback.splitlines() if line.startswith("  File")]
    assert names[0].endswith("in train")
    assert names[1].endswith("in step")


@pytest.mark.parametrize("code", [None, 0])
def test_sys_exit_without_an_error_is_an_end_like_any_other(bench, code):
    async def train(run):
        run.log("loss", 1.0)
        sys.exit(code)

    assert bench.evaluate(train).outcome.ended == "completed"


@pytest.mark.parametrize("code", [3, "no data"])
def test_sys_exit_with_an_error_is_a_failure(bench, code):
    async def train(run):
        sys.exit(code)

    outcome = bench.evaluate(train).outcome
    assert outcome.ended == "failed"
    assert outcome.failure.type == "SystemExit"
    assert str(code) in outcome.failure.message


@pytest.mark.parametrize("error", [KeyboardInterrupt, GeneratorExit, StopIteration, MemoryError])
def test_whatever_a_function_raises_is_data(bench, error):
    async def train(run):
        raise error

    assert bench.evaluate(train).outcome.ended == "failed"


def test_a_trial_that_cancels_itself_is_canceled(bench):
    async def train(run):
        raise asyncio.CancelledError

    assert bench.evaluate(train).outcome.ended == "canceled"


def test_trials_come_one_after_the_other_on_one_target(bench):
    async def train(run, x):
        run.log("loss", x)
        if x == 1:
            raise ValueError

    async def evaluate():
        ended = []
        async with bench.target(train) as target:
            for number in range(3):
                channel = FakeChannel()
                outcome = await target.run(bench.spec(number, {"x": number}), channel)
                ended.append((channel.named("loss"), outcome.ended))
        return ended

    assert bounded(evaluate()) == [([0], "completed"), ([1], "failed"), ([2], "completed")]


def test_it_has_its_slots_and_as_many_trials_run_at_once(bench, tmp_path):
    meeting = tmp_path / "all are here"

    async def train(run):
        while not meeting.exists():
            await run.log("loss", 1.0)

    async def evaluate():
        channels = [FakeChannel() for _ in range(2)]
        async with bench.target(train, slots=2) as target:
            async with asyncio.TaskGroup() as group:
                for number, channel in enumerate(channels):
                    group.create_task(target.run(bench.spec(number), channel))
                for channel in channels:
                    await channel.until(lambda channel: channel.values)
                meeting.touch()
            return target.slots

    assert bounded(evaluate()) == 2


def test_it_can_be_closed_without_a_trial(bench):
    async def train(run): ...

    async def close():
        async with bench.target(train):
            pass

    bounded(close())


# --- what a trial is handed


def test_hyperparameters_are_objects_of_any_type(bench):
    class Layer:
        def __init__(self, width):
            self.width = width

    params = {
        "count": 3,
        "rate": 0.1,
        "nothing": None,
        "shape": (2, 3),
        "nested": {"kernel": "rbf", "C": [1.0, float("inf")]},
        "layer": Layer(5),
        "activation": lambda x: x + 1,
    }

    async def train(run, **params):
        run.log("names", ",".join(params))
        run.log("same", dict(run.hyperparameters) == params)
        run.log("shape", str(params["shape"]))
        run.log("nested", str(params["nested"]))
        run.log("called", params["activation"](params["layer"].width))

    trial = bench.evaluate(train, params)
    assert trial.channel.values == [
        ("names", "count,rate,nothing,shape,nested,layer,activation", None),
        ("same", True, None),
        ("shape", "(2, 3)", None),
        ("nested", "{'kernel': 'rbf', 'C': [1.0, inf]}", None),
        ("called", 6, None),
    ]


def test_a_dash_in_a_name_is_an_underscore_in_the_function(bench):
    async def train(run, learning_rate):
        run.log("loss", learning_rate)
        run.log("kept", run.hyperparameters["learning-rate"])

    trial = bench.evaluate(train, {"learning-rate": 0.5})
    assert (trial.named("loss"), trial.named("kept")) == ([0.5], [0.5])


def test_the_run_knows_who_it_is_and_where_it_may_write(bench):
    async def train(run):
        run.log("id", run.id)
        run.log("number", run.number)
        run.log("experiment", run.experiment)
        (run.output_dir / "model.txt").write_text("weights")

    trial = bench.evaluate(train)
    assert [value for _, value, _ in trial.channel.values] == ["HD_1_0", 0, "digits"]
    assert (trial.spec.folder / "outputs" / "model.txt").read_text() == "weights"


def test_get_context_is_the_run(bench):
    async def train(run):
        from hdwidget.run import Run

        async def deeper():
            return Run.get_context()

        run.log("same", (await asyncio.create_task(deeper())) is run)

    assert bench.evaluate(train).named("same") == [True]


def test_what_setup_returns_is_handed_to_every_trial_and_made_once(bench, tmp_path):
    calls = tmp_path / "calls"

    def setup():
        with calls.open("a") as file:
            file.write("called\n")
        return {"rows": [1, 2, 3]}

    async def train(run, data, x):
        run.log("loss", x * sum(data["rows"]))

    async def evaluate():
        channels = [FakeChannel() for _ in range(3)]
        async with (
            bench.target(train, setup=setup, slots=3) as target,
            asyncio.TaskGroup() as group,
        ):
            for x, channel in enumerate(channels):
                group.create_task(target.run(bench.spec(x, {"x": x}), channel))
        return [channel.named("loss") for channel in channels]

    assert bounded(evaluate()) == [[0], [6], [12]]
    assert calls.read_text() == "called\n"


@pytest.mark.parametrize("error", [LookupError, StopIteration, SystemExit, KeyboardInterrupt])
def test_a_setup_that_fails_is_a_fault_that_holds_its_traceback(bench, error):
    words = ["no such file"]

    def load_data():
        raise error(*words)

    async def train(run, data): ...

    with pytest.raises(SetupError, match=rf"`setup` failed: {error.__name__}") as caught:
        bench.evaluate(train, setup=load_data)
    assert "in load_data" in caught.value.traceback
    assert "no such file" in str(caught.value)


def test_a_setup_that_failed_is_not_called_again(bench, tmp_path):
    calls = tmp_path / "calls"

    def setup():
        with calls.open("a") as file:
            file.write("called\n")
        raise ValueError

    async def train(run, data): ...

    async def evaluate():
        async with bench.target(train, setup=setup) as target:
            for number in range(2):
                with pytest.raises(SetupError, match="setup"):
                    await target.run(bench.spec(number), FakeChannel())

    bounded(evaluate())
    assert calls.read_text() == "called\n"


# --- what it prints


def test_what_a_trial_prints_goes_to_its_logs_and_nowhere_else(bench, capfd):
    async def train(run):
        print("to stdout: ä", flush=True)
        print("to stderr", file=sys.stderr)
        await run.log("loss", 1.0)
        print("after", end="")
        print("by", "lines", file=sys.stdout)
        sys.stdout.writelines(["one\n", "two\n"])

    trial = bench.evaluate(train)
    assert trial.stdout == "to stdout: ä\nafterby lines\none\ntwo\n"
    assert trial.stderr == "to stderr\n"
    assert capfd.readouterr() == ("", "")


def test_what_setup_prints_goes_to_the_parents_logs(bench, capfd):
    def setup():
        print("reading")
        print("slowly", file=sys.stderr)

    async def train(run, data): ...

    async def evaluate():
        async with bench.target(train, setup=setup) as target:
            await target.run(bench.spec(), FakeChannel())

    bounded(evaluate())
    parent = bench.spec().folder.parent / "parent"
    assert (parent / "logs" / "stdout.txt").read_text() == "reading\n"
    assert (parent / "logs" / "stderr.txt").read_text() == "slowly\n"
    assert capfd.readouterr() == ("", "")


def test_two_trials_at_once_have_logs_of_their_own(bench):
    async def train(run, x):
        for _ in range(20):
            print(x)
            await run.log("loss", 1.0)

    async def evaluate():
        specs = [bench.spec(x, {"x": x}) for x in range(2)]
        async with bench.target(train, slots=2) as target, asyncio.TaskGroup() as group:
            for spec in specs:
                group.create_task(target.run(spec, FakeChannel()))
        return [log_of(spec, "stdout") for spec in specs]

    assert bounded(evaluate()) == ["0\n" * 20, "1\n" * 20]


# --- the value of the primary metric


def test_a_primary_metric_that_is_no_number_is_an_error_in_the_trial_which_may_go_on(bench):
    from hdwidget.errors import MetricError

    async def train(run):
        for value in ("high", True, 1.0):
            try:
                run.log("loss", value)
            except MetricError as error:
                run.log("said", str(error))

    trial = bench.evaluate(train)
    assert trial.outcome.ended == "completed"
    assert trial.named("loss") == [1.0]
    first, second = trial.named("said")
    assert "`loss` must be logged as a number, but got str: 'high'." in first
    assert "but got bool: True." in second


def test_a_value_that_cannot_be_logged_is_an_error_in_the_trial(bench):
    async def train(run):
        run.log("weights", [1, 2])

    outcome = bench.evaluate(train).outcome
    assert outcome.failure.type == "MetricError"
    assert "Use `run.log_list('weights', values)`" in outcome.failure.message


def test_numbers_arrive_as_they_were(bench):
    values = [0, -1, 2**60, 0.1, -0.0, 1e308, 5e-324, float("inf"), float("-inf"), float("nan")]

    async def train(run):
        run.log_list("loss", values)
        run.log_list("text", ["", "ä\n\0", "x" * 1_000_000])
        run.log_list("truth", [True, False])

    trial = bench.evaluate(train)
    assert [repr(value) for value in trial.named("loss")] == [repr(value) for value in values]
    assert trial.named("text") == ["", "ä\n\0", "x" * 1_000_000]
    assert trial.named("truth") == [True, False]


def test_a_log_that_is_awaited_returns_when_the_value_is_durable(bench):
    async def train(run):
        await run.log("loss", 1.0)
        await run.log("loss", 0.5)

    async def evaluate():
        channel = FakeChannel(durable=False)
        async with bench.target(train) as target:
            running = asyncio.create_task(target.run(bench.spec(), channel))
            for count in (1, 2):
                await channel.until(lambda channel: channel.values)
                for _ in range(20):
                    await asyncio.sleep(0)
                assert len(channel.values) == count
                channel.settle()
                await channel.until(lambda channel: channel.values[1:] or running.done())
            return await running

    assert bounded(evaluate()).ended == "completed"


def test_a_value_that_could_not_be_kept_is_an_error_where_it_is_awaited(bench):
    async def train(run):
        await run.log("loss", 1.0)

    async def evaluate():
        channel = FakeChannel(durable=False)
        async with bench.target(train) as target:
            running = asyncio.create_task(target.run(bench.spec(), channel))
            await channel.until(lambda channel: channel.values)
            channel.settle(StoreError("the disk is full"))
            return await running

    outcome = bounded(evaluate())
    assert outcome.ended == "failed"
    assert outcome.failure.message == "the disk is full"


def test_a_trial_logs_from_threads_of_its_own(bench):
    async def train(run):
        async with asyncio.TaskGroup() as group:
            for worker in range(4):
                group.create_task(asyncio.to_thread(run.log_list, f"worker {worker}", range(25)))

    trial = bench.evaluate(train)
    assert trial.outcome.ended == "completed"
    for worker in range(4):
        assert trial.named(f"worker {worker}") == list(range(25))


# --- a trial that is to stop


def test_the_log_that_decides_raises_there_and_nothing_is_computed_after_it(bench, tmp_path):
    seen = tmp_path / "seen"

    async def train(run):
        from hdwidget.errors import RunCanceled

        try:
            for epoch in range(100):
                run.log("loss", epoch)
                with seen.open("a") as file:
                    file.write(f"{epoch} ")
        except Exception:  # noqa: BLE001
            seen.write_text("an Exception")
        except RunCanceled as stop:
            with seen.open("a") as file:
                file.write(str(stop))
            raise

    trial = bench.evaluate(train, stop_at=4)
    assert trial.outcome.ended == "canceled"
    assert trial.outcome.failure is None
    assert trial.named("loss") == [0, 1, 2, 3]
    assert seen.read_text() == "0 1 2 policy"
    assert trial.channel.refusals == 0


def test_a_stop_inside_a_task_group_is_no_failure(bench):
    async def train(run):
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))
            group.create_task(asyncio.to_thread(run.log, "loss", 1.0))

    outcome = bench.evaluate(train, stop_at=1).outcome
    assert outcome.ended == "canceled"
    assert outcome.failure is None


def test_a_trial_that_swallows_the_stop_meets_it_again_and_is_given_up_after_its_grace(
    bench, tmp_path, capfd
):
    enough = tmp_path / "enough"  # what is given up and cannot be killed ends by itself
    ended = tmp_path / "ended"

    async def train(run):
        while not enough.exists():
            try:
                await asyncio.sleep(0)
                await run.log("loss", 1.0)
            except BaseException as error:  # noqa: BLE001
                print(type(error).__name__)
        ended.touch()

    grace = Grace()

    async def stop(channel):
        await channel.until(lambda channel: len(channel.values) >= 3)
        channel.stop()
        if not bench.is_process:  # a process asks no more once it knows
            await channel.until(lambda channel: channel.refusals >= 3)
        grace.end()

    async def evaluate():
        channel = FakeChannel()
        try:
            async with bench.target(train, grace=grace) as target:
                running = asyncio.create_task(target.run(bench.spec(), channel))
                await stop(channel)
                return await running, len(channel.values)
        finally:
            enough.touch()
            if not bench.is_process:
                await soon(ended.exists)

    outcome, count = bounded(evaluate())
    assert outcome.ended == "canceled"
    assert set(grace.asked) == {GRACE_SECONDS}
    assert count >= 3
    if bench.is_process:
        assert outcome.failure.signal == "SIGKILL"
    else:
        assert outcome.failure.type == "Abandoned"
    assert capfd.readouterr() == ("", "")


def test_a_trial_that_is_stopped_from_outside_cleans_up_within_its_grace(bench, tmp_path):
    cleaned = tmp_path / "cleaned"

    async def train(run):
        try:
            while True:
                run.log("loss", 1.0)
                await asyncio.sleep(0)
        finally:
            cleaned.touch()

    async def stop(channel):
        await channel.until(lambda channel: len(channel.values) >= 3)
        channel.stop()

    trial = bench.evaluate_while(train, stop)
    assert trial.outcome.ended == "canceled"
    assert trial.outcome.failure is None
    assert cleaned.exists()


def test_a_trial_that_is_stopped_before_it_begins_does_not_compute(bench):
    async def train(run):
        run.log("loss", 1.0)

    async def evaluate():
        channel = FakeChannel()
        channel.stop()
        async with bench.target(train) as target:
            return await target.run(bench.spec(), channel), channel

    outcome, channel = bounded(evaluate())
    assert outcome.ended == "canceled"
    assert outcome.failure is None
    assert channel.values == []


def test_a_stop_does_not_wait_for_setup(bench, tmp_path):
    begun = tmp_path / "begun"
    enough = tmp_path / "enough"

    def setup():
        begun.touch()
        while not enough.exists():
            pass

    async def train(run, data): ...

    async def evaluate():
        channel = FakeChannel()
        async with bench.target(train, setup=setup) as target:
            running = asyncio.create_task(target.run(bench.spec(), channel))
            await soon(begun.exists)
            channel.stop()
            outcome = await running
            if not bench.is_process:
                enough.touch()
            return outcome

    outcome = bounded(evaluate())
    assert outcome.ended == "canceled"
    assert outcome.failure is None


def test_a_trial_whose_task_is_canceled_is_killed_without_grace(bench, tmp_path):
    enough = tmp_path / "enough"

    async def train(run):
        from support.bounded import soon

        await run.log("pid", os.getpid())
        await soon(enough.exists)

    async def evaluate():
        channel = FakeChannel()
        async with bench.target(train) as target:  # whose grace would never be over
            running = asyncio.create_task(target.run(bench.spec(), channel))
            await channel.until(lambda channel: channel.values)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            gone = not psutil.pid_exists(*channel.named("pid"))
        enough.touch()
        return gone

    assert bounded(evaluate()) == bench.is_process


def test_a_trial_that_is_canceled_while_setup_runs_leaves_it_to_the_others(bench, tmp_path):
    begun, go_on = tmp_path / "begun", tmp_path / "go on"

    def setup():
        begun.touch()
        while not go_on.exists():
            pass
        return 5

    async def train(run, data):
        run.log("loss", data)

    async def evaluate():
        channel = FakeChannel()
        async with bench.target(train, setup=setup, slots=2) as target:
            first, second = (
                asyncio.create_task(target.run(bench.spec(number), channel)) for number in range(2)
            )
            await soon(begun.exists)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            go_on.touch()
            return await second, channel.values

    outcome, values = bounded(evaluate())
    assert outcome.ended == "completed"
    assert values == [("loss", 5, None)]


def test_any_log_may_be_the_one_that_decides(bench):
    async def train(run):
        for epoch in itertools.count():
            await run.log("loss", epoch)

    async def evaluate():
        async with bench.target(train) as target:
            for number in range(1, 6):
                channel = FakeChannel(stop_at=number)
                outcome = await target.run(bench.spec(number), channel)
                assert outcome.ended == "canceled"
                assert channel.named("loss") == list(range(number))

    bounded(evaluate())


# --- what a trial asks of its run beside logging


def test_rows_and_tables_are_values_like_others(bench):
    async def train(run):
        run.log_row("curve", x=1, y=float("inf"))
        run.log_table("table", {"x": [1, None], "y": ["a", "b"]})
        run.log_residuals("rest", {"bins": [1]})

    assert bench.evaluate(train).channel.values == [
        ("curve", {"x": 1, "y": float("inf")}, None),
        ("table", {"x": [1, None], "y": ["a", "b"]}, None),
        ("rest", {"schema_type": "residuals", "schema_version": "v1", "data": {"bins": [1]}}, None),
    ]


def test_requests_reach_the_engine_in_order_and_are_answered(bench):
    async def train(run):
        run.tag("kind", 3)
        run.add_properties({"a": "b"})
        run.remove_tags(["kind"])
        run.log("status", run.get_status())
        run.fail("too hot", error_code="Heat")
        run.complete()
        run.flush()

    trial = bench.evaluate(train)
    assert trial.channel.requests == [
        ("note", {"tags": {"kind": "3"}, "properties": {}, "drop": []}),
        ("note", {"tags": {}, "properties": {"a": "b"}, "drop": []}),
        ("note", {"tags": {}, "properties": {}, "drop": ["kind"]}),
        ("describe", {}),
        ("fail", {"type": "Heat", "message": "too hot", "traceback": ""}),
    ]
    assert trial.named("status") == ["Running"]
    assert trial.outcome.ended == "completed"  # what was declared is for the engine to judge


@pytest.mark.parametrize(
    ("error", "kind"), [(ConfigurationError, "ConfigurationError"), (StoreError, "EngineError")]
)
def test_a_request_that_cannot_be_answered_is_the_trials_error(bench, error, kind):
    async def train(run):
        try:
            run.tag("kind", "svm")
        except (ConfigurationError, EngineError) as refusal:
            run.log("refused", f"{type(refusal).__name__}: {refusal}")

    async def evaluate():
        channel = FakeChannel()
        channel.answer = error("no")
        async with bench.target(train) as target:
            await target.run(bench.spec(), channel)
        return channel.named("refused")

    (refused,) = bounded(evaluate())
    assert refused == f"{kind}: no"


def test_threads_of_a_trial_ask_as_well(bench):
    async def train(run):
        await asyncio.to_thread(run.tag, "a", "b")

    trial = bench.evaluate(train)
    assert trial.channel.requests == [("note", {"tags": {"a": "b"}, "properties": {}, "drop": []})]


def test_files_are_kept_in_the_runs_folder(bench):
    async def train(run):
        (run.output_dir / "model.bin").write_bytes(b"1")
        run.upload_file("notes/a.txt", io.StringIO("a"))
        run.log("files", " ".join(run.get_file_names()))

    trial = bench.evaluate(train)
    (files,) = trial.named("files")
    made = [name for name in files.split() if not name.startswith("logs/")]  # some print nothing
    assert made == ["notes/a.txt", "outputs/model.bin"]
    assert (trial.spec.folder / ".uploads" / "notes" / "a.txt").read_text() == "a"
