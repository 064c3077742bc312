"""A run that lives is changed: its budget, its space, its queue, and whether it goes on."""

import functools

import pytest
from support.bounded import eventually
from support.configs import config
from support.gate import Gate
from support.going_on import Stages, kill, logs, table

from hdwidget import (
    GridParameterSampling,
    RandomParameterSampling,
    choice,
    uniform,
)
from hdwidget.errors import ConfigurationError, EngineError, SpaceError
from hdwidget.samplers import Sampler


class TestBudget:
    def test_more_runs_for_one_that_has_ended(self, experiment):
        run = experiment.submit(config(logs))
        run.wait_for_completion()
        run.extend(max_total_runs=5)
        run.wait_for_completion()
        assert [proposal for _, proposal, _, _ in table(run)] == [0, 1, 2, 3, 4]
        assert run.get_details()["runDefinition"]["HyperDriveConfig"]["max_total_runs"] == 5

    def test_more_runs_for_one_that_runs(self, experiment):
        gate = Gate()
        run = experiment.submit(config(gate.waits))
        gate.reached()
        run.extend(max_total_runs=5, max_duration_minutes=20000)
        gate.open()
        run.wait_for_completion()
        assert len(run.get_children()) == 5

    def test_more_runs_while_one_of_them_goes_on_alone(self, experiment):
        gate = Gate()

        async def waits_the_second_time(run, x):
            if run.number == 0 and run.resume_from is None:
                message = "no"
                raise ValueError(message)
            if run.resume_from:
                await gate.passed()
            run.log("accuracy", x)

        run = experiment.submit(config(waits_the_second_time))
        run.wait_for_completion()
        run.get_children()[-1].resume()
        gate.reached()
        run.extend(max_total_runs=5)
        gate.open()
        run.wait_for_completion()
        assert [status for *_, status, _ in table(run)] == ["Completed"] * 5

    def test_what_was_cut_off_is_made_up_for_then(self, experiment):
        stages = Stages(keeps=False)
        run = experiment.submit(config(stages, max_total_runs=2))
        stages.gate.reached()
        eventually(lambda: sum(count for *_, count in table(run)) == 4)
        kill(experiment, forget=False)
        gate = stages.gate = Gate()

        async def waits(run, x):
            await gate.passed()
            run.log("accuracy", x)

        run.get_children()[0].resume(run_config=waits)
        gate.reached()
        run.extend(max_total_runs=3)
        gate.open()
        run.wait_for_completion()
        ended = [(proposal, status) for _, proposal, status, _ in table(run)]
        assert ended == [
            (0, "Canceled"),
            (1, "Completed"),
            (0, "Completed"),
            (2, "Completed"),
        ]

    def test_neither_limit_raised(self, experiment):
        run = experiment.submit(config(logs))
        run.wait_for_completion()
        for limits in ({}, {"max_total_runs": 3}, {"max_duration_minutes": 1}):
            with pytest.raises(ConfigurationError, match="one of the limits must be raised"):
                run.extend(**limits)


class TestByHand:
    def test_a_configuration_comes_before_the_samplers(self, experiment):
        gate = Gate()
        run = experiment.submit(config(gate.waits, max_total_runs=4, max_concurrent_runs=1))
        gate.reached()
        run.enqueue({"x": 0.25})
        gate.open()
        run.wait_for_completion()
        assert [proposal for _, proposal, _, _ in table(run)] == [0, None, 1, 2]
        second = run.get_children()[-2]
        assert second.hyperparameters == {"x": 0.25}
        assert second.properties["enqueued"] is True

    def test_it_survives_the_kernel(self, experiment):
        run = experiment.submit(config(logs))
        run.wait_for_completion()
        run.enqueue({"x": 0.25})
        experiment.host._configs.clear()
        run.extend(max_total_runs=4, run_config=logs)
        run.wait_for_completion()
        assert run.get_children()[0].hyperparameters == {"x": 0.25}
        run.extend(max_total_runs=5)
        run.wait_for_completion()
        assert len(run.get_children()) == 5  # it was evaluated once

    def test_what_is_no_configuration(self, experiment):
        run = experiment.submit(config(logs))
        run.wait_for_completion()
        with pytest.raises(SpaceError, match="`x` must be a value of"):
            run.enqueue({"x": 2})

    def test_the_sampler_does_not_repeat_it(self, experiment):
        gate = Gate()
        sampler = GridParameterSampling({"x": choice(1, 2, 3)})
        run = experiment.submit(
            config(
                gate.waits, hyperparameter_sampling=sampler, max_total_runs=9, max_concurrent_runs=1
            )
        )
        gate.reached()
        run.enqueue({"x": 3})
        gate.open()
        run.wait_for_completion()
        values = [child.hyperparameters["x"] for child in reversed(run.get_children())]
        assert values == [1, 3, 2]

    def test_a_sampler_that_insists_is_not_asked_for_ever(self, experiment):
        class Same(Sampler):
            def __init__(self):
                self.space = GridParameterSampling({"x": choice(1, 2)}).space

            def propose(self, index, history):
                return {"x": 1}

            def to_json(self):
                return {"sampler": "same", "space": self.space.to_json()}

        gate = Gate()
        run = experiment.submit(
            config(
                gate.waits, hyperparameter_sampling=Same(), max_total_runs=9, max_concurrent_runs=1
            )
        )
        gate.reached()
        run.enqueue({"x": 1})
        gate.open()
        run.wait_for_completion()
        assert len(run.get_children()) == 2


class TestPause:
    def test_no_run_begins_until_it_continues(self, experiment):
        gates = [Gate(), Gate(), Gate()]

        async def waits(run, x):
            await gates[run.number].passed()
            run.log("accuracy", x)

        run = experiment.submit(config(waits, max_concurrent_runs=1))
        gates[0].reached()
        run.pause()
        assert run.properties["paused"] is True
        gates[0].open()
        eventually(lambda: run.get_children()[-1].status == "Completed")
        assert (len(run.get_children()), run.status) == (1, "Running")
        for gate in gates[1:]:
            gate.open()
        run.continue_()
        run.wait_for_completion()
        assert len(run.get_children()) == 3

    def test_a_paused_run_can_be_canceled(self, experiment):
        gate = Gate()
        run = experiment.submit(config(gate.waits, max_concurrent_runs=1))
        gate.reached()
        run.pause()
        gate.open()
        run.cancel()
        run.wait_for_completion()
        assert (run.status, run.reason) == ("Canceled", "user")

    def test_nobody_is_there_to_be_paused(self, experiment):
        run = experiment.submit(config(logs))
        run.wait_for_completion()
        for ask in (
            run.pause,
            run.continue_,
            functools.partial(run.update_space, {"x": choice(1)}),
        ):
            with pytest.raises(EngineError, match="is Completed: nobody drives it"):
                ask()


class TestSpace:
    def changed(self, experiment, sampler, space, **changes):
        gate = Gate()
        run = experiment.submit(
            config(gate.waits, hyperparameter_sampling=sampler, max_concurrent_runs=1, **changes)
        )
        gate.reached()
        run.update_space(space)
        gate.open()
        run.wait_for_completion()
        return [child.hyperparameters["x"] for child in reversed(run.get_children())], run

    def test_what_is_there_keeps_its_values(self, experiment):
        sampler = RandomParameterSampling({"x": uniform(0, 1)}, seed=1)
        values, run = self.changed(experiment, sampler, {"x": uniform(10, 11)}, max_total_runs=3)
        assert 0 <= values[0] <= 1
        assert all(10 <= value <= 11 for value in values[1:])
        written = run.get_details()["runDefinition"]["HyperDriveConfig"]["hyperparameter_sampling"]
        assert written["space"]["x"]["low"] == 10

    def test_a_finite_space_is_gone_through_without_repeats(self, experiment):
        sampler = GridParameterSampling({"x": choice(1, 2, 3)})
        values, run = self.changed(experiment, sampler, {"x": choice(3, 2, 1, 4)}, max_total_runs=9)
        assert values == [1, 3, 2, 4]
        run.extend(max_total_runs=10)
        run.wait_for_completion()
        assert len(run.get_children()) == 4

    def test_options_that_json_cannot_hold_are_refused(self, experiment):
        sampler = GridParameterSampling({"x": choice(1, 2)})
        with pytest.raises(ConfigurationError, match="must consist of values that JSON can hold"):
            self.changed(experiment, sampler, {"x": choice(len, 2)})

    def test_what_is_no_grid_is_refused(self, experiment):
        sampler = GridParameterSampling({"x": choice(1, 2)})
        with pytest.raises(SpaceError, match="GridParameterSampling takes `choice` only"):
            self.changed(experiment, sampler, {"x": uniform(0, 1)})

    def test_a_request_that_does_not_hold_ends_nothing(self, experiment, tmp_path):
        gate, nowhere = Gate(), tmp_path / "nowhere"
        run = experiment.submit(config(gate.waits))
        gate.reached()
        for action, payload in (
            ("update_space", {"space": {}}),
            ("update_space", {"space": None}),
            ("extend", {"max": 1}),
            ("extend", {"max_total_runs": 9, "max_duration_minutes": "long"}),
            ("extend", {"max_total_runs": {"x": 1}}),
            ("extend", {"max_duration_minutes": 0}),
            ("enqueue", {"params": "x"}),
            ("adopt", {"workspace": str(nowhere), "run_id": "HD_0"}),
            ("pause", 0),
            ("pause", {"paused": "perhaps"}),
        ):
            experiment.host.store.add_request(run.id, action, payload).wait()
        host = experiment.host
        host.loop.call(host.live[run.id].controller.look)
        host.store.flush()
        assert host.store.pending_requests(run.id) == []
        gate.open()
        assert run.wait_for_completion()["status"] == "Completed"
        assert len(run.get_children()) == 3
        assert not nowhere.exists()

    def test_other_parameters_are_refused(self, experiment):
        sampler = RandomParameterSampling({"x": uniform(0, 1)}, seed=1)
        with pytest.raises(ConfigurationError, match="must have the same parameters, x, but got y"):
            self.changed(experiment, sampler, {"y": uniform(0, 1)})
