"""What a handle shows of a run: best runs, metrics, details."""

import datetime as dt
import json
import math

import pytest
from support.configs import config
from support.gate import Gate
from support.record import CREATED, Child, recorded

from hdwidget import RandomParameterSampling, Run, choice
from hdwidget.errors import StoreError
from hdwidget.store import RunRecord


async def logs_twice(run, x):
    await run.log("accuracy", x / 2)
    await run.log("accuracy", x)


ROWS = (
    Child({"accuracy": [0.2, 0.5]}),
    Child({"loss": [1.0]}),
    Child({"accuracy": [math.nan, 0.9, math.inf]}, status="Failed"),
    Child({"accuracy": [0.7, 0.1]}, status="Canceled", columns={"reason": "policy"}),
    Child({"accuracy": [math.nan]}),
)


class TestSortedChildren:
    def order(self, run, **options):
        rows = run.get_children_sorted_by_primary_metric(**options)
        return [(int(row["run_id"][-1]), row["best_primary_metric"]) for row in rows]

    def test_best_first_and_those_without_a_number_last(self, experiment):
        run = recorded(experiment, *ROWS)
        assert self.order(run) == [(2, 0.9), (3, 0.7), (0, 0.5), (1, None), (4, None)]

    def test_to_minimize(self, experiment):
        run = recorded(experiment, *ROWS, config={"primary_metric_goal": "MINIMIZE"})
        assert self.order(run) == [(3, 0.1), (0, 0.2), (2, 0.9), (1, None), (4, None)]

    def test_options(self, experiment):
        run = recorded(experiment, *ROWS)
        assert self.order(run, reverse=True) == [
            (0, 0.5),
            (3, 0.7),
            (2, 0.9),
            (1, None),
            (4, None),
        ]
        assert self.order(run, top=2) == [(2, 0.9), (3, 0.7)]
        assert self.order(run, top=2, reverse=True) == [(0, 0.5), (3, 0.7)]
        assert self.order(run, discard_no_metric=True) == [(2, 0.9), (3, 0.7), (0, 0.5)]
        assert self.order(run, top=99) == self.order(run)

    def test_the_keys(self, experiment):
        run = recorded(
            experiment, Child({"accuracy": [1]}, columns={"params": {"x": 0.5, "kind": "a"}})
        )
        assert run.get_children_sorted_by_primary_metric() == [
            {
                "run_id": f"{run.id}_0",
                "hyperparameters": '{"x": 0.5, "kind": "a"}',
                "best_primary_metric": 1.0,
                "status": "Completed",
            }
        ]

    def test_equals_stay_in_their_order(self, experiment):
        run = recorded(experiment, *[Child({"accuracy": [0.5]})] * 4)
        assert [number for number, _ in self.order(run)] == [0, 1, 2, 3]

    def test_a_run_that_begins_meanwhile(self, experiment, monkeypatch):
        run, store = recorded(experiment, *ROWS), experiment.host.store
        every = store.children(run.id)
        answers = iter([every[:1]])
        monkeypatch.setattr(store, "children", lambda _: next(answers, every))
        assert self.order(run) == [(0, 0.5)]
        assert len(self.order(run)) == len(ROWS)

    def test_the_best_run(self, experiment):
        run = recorded(experiment, *ROWS)
        assert run.get_best_run_by_primary_metric().number == 2
        assert run.get_best_run_by_primary_metric(include_failed=False).number == 3
        assert (
            run.get_best_run_by_primary_metric(include_failed=False, include_canceled=False).number
            == 0
        )
        azures_order = (True, False, True)
        assert run.get_best_run_by_primary_metric(*azures_order).number == 2

    def test_no_best_run_without_a_number(self, experiment):
        assert recorded(experiment, ROWS[1], ROWS[4]).get_best_run_by_primary_metric() is None
        assert recorded(experiment).get_best_run_by_primary_metric() is None


class TestMetrics:
    def test_once_is_a_value_and_repeatedly_a_list(self, experiment):
        metrics = {"a": [0.5], "b": [1, 2, 3], "note": ["x"], "notes": ["x", True, 1.5], "n": [7]}
        run = recorded(experiment, Child(metrics), Child())
        first, second = f"{run.id}_0", f"{run.id}_1"
        shown = {"a": 0.5, "b": [1, 2, 3], "n": 7, "note": "x", "notes": ["x", True, 1.5]}
        assert run.get_metrics() == {first: shown, second: {}}
        assert Run(experiment, first).get_metrics() == shown
        assert Run(experiment, first).get_metrics("b") == {"b": [1, 2, 3]}
        assert Run(experiment, first).get_metrics("unknown") == {}
        assert run.get_metrics("a") == {first: {"a": 0.5}, second: {}}
        assert type(Run(experiment, first).get_metrics()["n"]) is int

    def test_of_a_run_that_still_runs(self, experiment):
        gate = Gate()

        async def waits(run, x):
            await run.log("accuracy", 0.25)
            await run.log("accuracy", 0.5)
            await gate.passed()

        run = experiment.submit(config(waits, max_total_runs=1))
        gate.reached()
        assert run.get_metrics() == {f"{run.id}_0": {"accuracy": [0.25, 0.5]}}
        assert run.get_best_run_by_primary_metric().status == "Running"
        gate.open()
        run.wait_for_completion()

    def test_nan_and_infinities_stay(self, experiment):
        run = recorded(experiment, Child({"accuracy": [math.nan, math.inf, -math.inf]}))
        assert repr(run.get_children()[0].get_metrics()) == "{'accuracy': [nan, inf, -inf]}"

    def test_what_a_function_logs_comes_back(self, experiment):
        async def logs(run, x):
            run.log("accuracy", x, step=10)
            run.log_list("losses", [3, 2, 1])
            run.log("solver", "lbfgs")
            run.log("converged", value=True)

        run = experiment.submit(config(logs, max_total_runs=1))
        run.wait_for_completion()
        (child,) = run.get_children()
        assert child.get_metrics() == {
            "accuracy": child.hyperparameters["x"],
            "converged": True,
            "losses": [3, 2, 1],
            "solver": "lbfgs",
        }


class TestDetails:
    def test_the_keys(self, experiment):
        run = recorded(
            experiment,
            Child(
                status="Failed",
                columns={
                    "params": {"batch_size": 64.0, "rate": 0.01, "kind": "a b", "layers": [1, 2]},
                    "error": {"type": "ValueError", "message": "boom"},
                    "properties": {"threads": 2},
                },
            ),
        )
        (child,) = run.get_children()
        arguments = ["--batch_size", "64", "--rate", "0.01", "--kind", "a b", "--layers", "[1, 2]"]
        assert child.get_details() == {
            "runId": child.id,
            "target": "local",
            "status": "Failed",
            "startTimeUtc": moment(CREATED),
            "endTimeUtc": moment(CREATED + 5),
            "properties": {"threads": 2},
            "tags": {},
            "runDefinition": {"arguments": arguments, "Arguments": arguments},
            "logFiles": {},
            "error": {"type": "ValueError", "message": "boom"},
        }

    def test_of_what_is_no_search(self, experiment):
        store = experiment.host.store
        store.ensure_experiment(experiment.name)
        columns = {"type": "hyperdrive", "status": "Completed", "created": CREATED}
        store.insert_run(RunRecord(id="HD_x", experiment=experiment.name, **columns))
        with pytest.raises(StoreError, match="`HD_x` in the record is none of hdwidget's"):
            experiment.get_run("HD_x").get_details()

    def test_it_is_json(self, experiment):
        run = experiment.submit(config(logs_twice))
        run.wait_for_completion()
        for each in (run, *run.get_children()):
            assert json.loads(json.dumps(each.get_details())) == each.get_details()

    def test_the_logs(self, experiment):
        async def speaks(run, x):
            print(f"x is {x}")  # noqa: T201  # it is what the log is to hold
            run.log("accuracy", x)

        run = experiment.submit(config(speaks, max_total_runs=1))
        run.wait_for_completion()
        (child,) = run.get_children()
        ((name, path),) = child.get_details()["logFiles"].items()
        assert name == "logs/stdout.txt"
        with open(path, encoding="utf-8") as file:  # noqa: PTH123  # the path is a text
            assert file.read() == f"x is {child.hyperparameters['x']}\n"

    def test_hyperparameters_are_json(self, experiment):
        sampler = RandomParameterSampling({"x": choice(len, (1, 2), "a")}, seed=1)
        run = experiment.submit(
            config(logs_nothing_of_x, hyperparameter_sampling=sampler, max_total_runs=3)
        )
        run.wait_for_completion()
        shown = {json.loads(text)["x"].__repr__() for text in run.get_hyperparameters().values()}
        assert shown == {"'<built-in function len>'", "[1, 2]", "'a'"}

    def test_the_properties_of_the_handle(self, experiment):
        run = recorded(experiment, Child(), tags={"a": "b"})
        (child,) = run.get_children()
        assert (run.name, run.type, run.number) == (run.id, "hyperdrive", 0)
        assert (child.name, child.type, child.number) == (child.id, "function", 0)
        assert child.hyperparameters == {"x": 0.0}
        assert run.tags == {"a": "b"}
        assert run.get_properties() == {}


async def logs_nothing_of_x(run, x):
    run.log("accuracy", 1.0)


def moment(seconds):
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
