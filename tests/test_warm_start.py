import pytest
from support.configs import config
from support.gate import Gate

from hdwidget import (
    BanditPolicy,
    BayesianParameterSampling,
    Experiment,
    GridParameterSampling,
    RandomParameterSampling,
    Workspace,
    choice,
    quniform,
    uniform,
)
from hdwidget.errors import ConfigurationError


async def logs(run, x):
    run.log("accuracy", x)


def grid(*values):
    return GridParameterSampling({"x": choice(*values)})


@pytest.fixture
def earlier(tmp_path):
    """Return an experiment that has ended, in a workspace of its own: x was 1 and 2."""
    with Workspace(tmp_path / "earlier") as workspace:
        run = Experiment(workspace, "earlier").submit(
            config(logs, hyperparameter_sampling=grid(1, 2), max_total_runs=2)
        )
        run.wait_for_completion()
        yield run


def values_of(run):
    return [child.hyperparameters["x"] for child in reversed(run.get_children())]


class TestElsewhere:
    def moved(self, experiment, tmp_path, earlier):
        """Return a run that has started warm, on a machine where its own workspace is not."""
        first = experiment.submit(config(logs, hyperparameter_sampling=grid(3), max_total_runs=1))
        first.wait_for_completion()
        sampler = grid(1, 2, 3, 4, 5)
        run = experiment.submit(
            config(
                logs,
                hyperparameter_sampling=sampler,
                max_total_runs=1,
                resume_from=[first] if earlier is None else [earlier],
            )
        )
        run.wait_for_completion()
        experiment.export(tmp_path / "moved.zip")
        gone = (experiment if earlier is None else earlier.experiment).workspace
        gone.close()
        gone.path.rename(tmp_path / "unplugged")
        there = Workspace(tmp_path / "there").import_(tmp_path / "moved.zip")
        return there.get_run(run.id), gone.path

    def test_what_came_along_is_known_there(self, experiment, tmp_path):
        run, gone = self.moved(experiment, tmp_path, None)
        assert values_of(run) == [1]
        assert run.get_best_run_by_primary_metric().hyperparameters == {"x": 3}
        run.extend(max_total_runs=9, run_config=logs)
        run.wait_for_completion()
        assert values_of(run) == [1, 2, 4, 5]
        assert not gone.exists()
        run.experiment.workspace.close()

    def test_what_did_not_is_done_without(self, experiment, tmp_path, earlier):
        run, gone = self.moved(experiment, tmp_path, earlier)
        assert values_of(run) == [3]
        assert run.get_best_run_by_primary_metric().hyperparameters == {"x": 3}
        with pytest.warns(UserWarning, match="started warm from is not here"):
            run.extend(max_total_runs=2, run_config=logs)
        run.wait_for_completion()
        assert values_of(run) == [3, 4]
        assert not gone.exists()
        run.experiment.workspace.close()


class TestResumeFrom:
    def test_no_configuration_is_repeated(self, experiment, earlier):
        for sampler in (
            grid(1, 2, 3, 4),
            RandomParameterSampling({"x": choice(1, 2, 3, 4)}, seed=1),
            BayesianParameterSampling({"x": choice(1, 2, 3, 4)}, seed=1),
        ):
            run = experiment.submit(
                config(
                    logs, hyperparameter_sampling=sampler, max_total_runs=9, resume_from=[earlier]
                )
            )
            run.wait_for_completion()
            assert sorted(values_of(run)) == [3, 4]

    def test_few_runs_are_enough_for_a_model_that_knows_earlier_ones(self, experiment, earlier):
        sampler = BayesianParameterSampling({"x": uniform(1, 9)}, seed=1)
        few = config(
            logs, hyperparameter_sampling=sampler, max_total_runs=1, resume_from=[earlier]
        )  # no warning
        run = experiment.submit(few)
        run.wait_for_completion()
        experiment.host._configs.clear()
        run.extend(max_total_runs=2, run_config=logs)  # nor here
        run.wait_for_completion()
        assert len(run.get_children()) == 2

    def test_the_policy_compares_with_earlier_curves(self, experiment, earlier):
        run = experiment.submit(
            config(
                logs,
                hyperparameter_sampling=grid(0, 1, 2, 3),
                policy=BanditPolicy(slack_amount=0.5),
                max_concurrent_runs=1,
                resume_from=earlier,
            )
        )
        run.wait_for_completion()
        first, second = reversed(run.get_children())
        assert first.reason == "policy"
        assert "(best 2, slack_amount 0.5)" in first.properties["detail"]
        assert second.status == "Completed"

    def test_bayesian_sampling_learns_from_them(self, experiment, tmp_path):
        def peak(x):
            return -((x - 0.7) ** 2)

        async def evaluates(run, x):
            run.log("accuracy", peak(x))

        sampler = RandomParameterSampling({"x": uniform(0, 1)}, seed=1)
        first = experiment.submit(
            config(evaluates, hyperparameter_sampling=sampler, max_total_runs=20)
        )
        first.wait_for_completion()
        learning = BayesianParameterSampling({"x": uniform(0, 1)}, seed=2)
        run = experiment.submit(
            config(
                evaluates, hyperparameter_sampling=learning, max_total_runs=20, resume_from=[first]
            )
        )
        run.wait_for_completion()
        assert abs(values_of(run)[0] - 0.7) < 0.05

    def test_the_best_may_be_an_earlier_one(self, experiment, earlier):
        run = experiment.submit(
            config(logs, hyperparameter_sampling=grid(0, 1, 1.5, 2), resume_from=[earlier])
        )
        run.wait_for_completion()
        best = run.get_best_run_by_primary_metric()
        assert best.parent == earlier
        assert best.hyperparameters == {"x": 2}
        own = run.get_best_run_by_primary_metric(include_resume_from_runs=False)
        assert (own.parent, own.hyperparameters) == (run, {"x": 1.5})

    def test_what_does_not_fit_the_space_is_said(self, experiment, earlier):
        sampler = RandomParameterSampling({"x": quniform(0, 1, 1)}, seed=1)
        changed = config(logs, hyperparameter_sampling=sampler, resume_from=[earlier])
        with pytest.warns(UserWarning, match=r"1 of 2 runs do not fit the new space.*x=2") as said:
            run = experiment.submit(changed)
        assert said[0].filename == __file__
        run.wait_for_completion()
        assert values_of(run) == [0]

    def test_it_is_there_after_the_kernel(self, experiment, earlier):
        run = experiment.submit(
            config(
                logs,
                hyperparameter_sampling=grid(1, 2, 3, 4),
                max_total_runs=1,
                resume_from=[earlier],
            )
        )
        run.wait_for_completion()
        experiment.host._configs.clear()
        run.extend(max_total_runs=9, run_config=logs)
        run.wait_for_completion()
        assert values_of(run) == [3, 4]

    def test_conditions(self, experiment, earlier):
        gate = Gate()
        running = experiment.submit(config(gate.waits))
        gate.reached()
        single = earlier.get_children()[0]
        for changes, message in (
            (
                {"primary_metric_name": "loss"},
                f"same primary_metric_name, 'loss', but {earlier.id}",
            ),
            ({"primary_metric_goal": "MINIMIZE"}, rf"same primary_metric_goal.* but {earlier.id}"),
            ({"resume_from": [running]}, f"that have ended, but {running.id} is Running"),
            ({"resume_from": [single]}, f"takes HyperDrive runs, but {single.id} is a single"),
        ):
            with pytest.raises(ConfigurationError, match=message):
                experiment.submit(config(logs, **{"resume_from": [earlier], **changes}))
        with pytest.raises(ConfigurationError, match="at most 5 runs, but got 6"):
            config(logs, resume_from=[earlier] * 6)
        with pytest.raises(ConfigurationError, match=r"must be a list of runs.*but got 'HD_1'"):
            config(logs, resume_from=["HD_1"])
        gate.open()
        running.wait_for_completion()
        assert experiment.get_runs() == [running]  # nothing was recorded of those


class TestResumeChildRuns:
    def failed(self, experiment):
        async def fails(run, x):
            (run.checkpoint_dir / "state").write_text("2")
            (run.output_dir / "model.txt").write_text("half")
            run.log("accuracy", 0.1)
            run.log("loss", 5, step=7)
            run.log("accuracy", 0.2)
            message = "no"
            raise ValueError(message)

        run = experiment.submit(config(fails, max_total_runs=1))
        run.wait_for_completion(raise_on_error=False)
        return run.get_children()[0]

    def test_the_curve_and_the_outputs_are_gone_on_with(self, experiment, tmp_path):
        failed = self.failed(experiment)

        async def goes_on(run, x):
            if run.resume_from is not None:
                assert (run.checkpoint_dir / "state").read_text() == "2"
                assert (run.resume_from / "outputs" / "model.txt").read_text() == "half"
            run.log("accuracy", 0.3)

        with Workspace(tmp_path / "other") as workspace:
            run = Experiment(workspace, "other").submit(
                config(goes_on, max_total_runs=2, resume_child_runs=[failed])
            )
            run.wait_for_completion()
            resumed, new = reversed(run.get_children())
            assert resumed.hyperparameters == failed.hyperparameters
            assert resumed.get_metrics() == {"accuracy": [0.1, 0.2, 0.3], "loss": 5}
            assert resumed.properties["resumes"] == failed.id
            assert (resumed.output_dir / "model.txt").read_text() == "half"
            assert new.get_metrics() == {"accuracy": 0.3}
        assert failed.get_metrics()["accuracy"] == [0.1, 0.2]

    def test_conditions(self, experiment, earlier):
        failed = self.failed(experiment)
        completed = earlier.get_children()[0]
        for changes, message in (
            ({"resume_child_runs": [completed]}, f"did not complete, but {completed.id} has"),
            ({"resume_child_runs": [earlier]}, "takes runs of trials that have ended"),
            (
                {"resume_child_runs": [failed], "hyperparameter_sampling": grid(5)},
                f"{failed.id} does not fit the space",
            ),
        ):
            with pytest.raises(ConfigurationError, match=message):
                experiment.submit(config(logs, **changes))
