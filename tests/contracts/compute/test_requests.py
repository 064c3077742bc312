"""What trials ask of their run beside logging, on every compute target."""

# trials print

import asyncio
import io

import pytest
from support.bounded import run as bounded
from support.channel import FakeChannel

from hdwidget.errors import ConfigurationError, EngineError, StoreError


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
