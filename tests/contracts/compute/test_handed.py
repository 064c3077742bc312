"""What trials are handed, on every compute target."""

# trials print

import asyncio

import pytest
from support.bounded import run as bounded
from support.channel import FakeChannel

from hdwidget.errors import SetupError


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
