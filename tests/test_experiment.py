import asyncio

import pytest
from support.record import Child, recorded

from hdwidget import (
    Experiment,
    HyperDriveConfig,
    HyperDriveRun,
    PrimaryMetricGoal,
    RandomParameterSampling,
    Run,
    Workspace,
    uniform,
)
from hdwidget.errors import (
    ConfigurationError,
    RunNotFoundError,
    SchemaError,
    StoreError,
    UnexpectedKeywordError,
)


async def train(run, x):
    run.log("accuracy", x)


@pytest.fixture
def config():
    return HyperDriveConfig(
        run_config=train,
        hyperparameter_sampling=RandomParameterSampling({"x": uniform(0, 1)}, seed=1),
        primary_metric_name="accuracy",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=2,
    )


class TestWorkspace:
    def test_the_default_is_a_folder_here(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert Workspace().path == tmp_path / ".hdwidget"
        assert Workspace("tuning").path == tmp_path / "tuning"
        assert Workspace(tmp_path / "tuning").name == "tuning"
        assert list(tmp_path.iterdir()) == []  # made when it is first needed

    def test_a_home_is_found(self, tmp_path, monkeypatch):
        monkeypatch.setenv("HOME", str(tmp_path))
        assert Workspace("~/tuning").path == tmp_path / "tuning"

    def test_it_shows_what_it_is(self, tmp_path):
        assert repr(Workspace(tmp_path)) == f"Workspace({str(tmp_path)!r})"

    def test_its_experiments(self, experiment, config):
        assert experiment.workspace.experiments == {}
        experiment.submit(config).wait_for_completion()
        Experiment(experiment.workspace, "letters").submit(config).wait_for_completion()
        found = experiment.workspace.experiments
        assert list(found) == ["digits", "letters"]
        assert found["digits"].get_runs() == experiment.get_runs()

    def test_to_look_is_not_to_make(self, tmp_path):
        assert Workspace(tmp_path / "none").experiments == {}
        assert not (tmp_path / "none").exists()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"durability": "disk"}, '`durability` must be "process" or "power", but got'),
            ({"durabilty": "power"}, "Did you mean `durability`"),
        ],
    )
    def test_what_does_not_hold(self, arguments, message):
        with pytest.raises(ConfigurationError, match=message):
            Workspace(**arguments)

    def test_one_folder_has_one_durability_in_a_process(self, experiment):
        assert experiment.get_runs() == []
        other = Workspace(experiment.workspace.path, durability="power")
        with pytest.raises(ConfigurationError, match="is open in this process with durability="):
            _ = other.host

    def test_a_safe_one(self, tmp_path, config):
        with Workspace(tmp_path, durability="power") as workspace:
            run = Experiment(workspace, "digits").submit(config)
            assert run.wait_for_completion()["status"] == "Completed"

    def test_closing_interrupts_and_it_opens_again(self, tmp_path, config):
        async def hangs(run, x):
            await run.log("accuracy", x)
            await asyncio.Event().wait()

        workspace = Workspace(tmp_path)
        with workspace:
            experiment = Experiment(workspace, "digits")
            run_id = experiment.submit(
                HyperDriveConfig(
                    config.hyperparameter_sampling,
                    "accuracy",
                    PrimaryMetricGoal.MAXIMIZE,
                    2,
                    run_config=hangs,
                )
            ).id
        with workspace:
            assert HyperDriveRun(experiment, run_id).reason == "interrupted"
        workspace.close()  # it is closed: nothing happens

    def test_a_folder_that_cannot_be_made(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="must be a folder that can be written"):
            _ = Workspace(tmp_path / "file" / "below").host

    def test_a_file_that_is_someone_elses(self, tmp_path):
        (tmp_path / "hdwidget.db").write_text("no record at all, but long enough for a header " * 9)
        with pytest.raises(SchemaError, match="is not a record of hdwidget's"):
            _ = Workspace(tmp_path).host


class TestExperiment:
    def test_a_name_in_place_of_the_workspace(self):
        with pytest.raises(
            ConfigurationError,
            match=r"the first argument of Experiment is its workspace. "
            r"Write Experiment\(name='digits'\)",
        ):
            Experiment("digits")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("here", "digits"), "`workspace` must be a Workspace, but got workspace='here'"),
            ((None, ""), "`name` must be a text that is not empty, but got name=''"),
            ((None, "  "), "`name` must be a text that is not empty"),
            ((None, 7), "but got name=7"),
            ((), "but got name=None"),
        ],
    )
    def test_what_does_not_hold(self, arguments, message):
        with pytest.raises(ConfigurationError, match=message):
            Experiment(*arguments)

    def test_a_misspelt_keyword(self):
        with pytest.raises(UnexpectedKeywordError, match="Did you mean `name`"):
            Experiment(nam="digits")

    def test_the_default_workspace(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        experiment = Experiment(name="digits")
        assert experiment.workspace.path == tmp_path / ".hdwidget"
        assert repr(experiment) == f"Experiment({experiment.workspace!r}, 'digits')"

    def test_only_a_configuration_can_be_submitted(self, experiment):
        with pytest.raises(ConfigurationError, match="or a ScriptRunConfig, but got"):
            experiment.submit(train)

    def test_its_runs_newest_first(self, experiment, config):
        assert experiment.get_runs() == []
        runs = [experiment.submit(config, tags={"n": n}) for n in range(3)]
        for run in runs:
            run.wait_for_completion()
        assert experiment.get_runs() == runs[::-1]
        assert [run.tags for run in experiment.get_runs()] == [{"n": "2"}, {"n": "1"}, {"n": "0"}]

    def test_the_ids(self, experiment, config):
        run = experiment.submit(config)
        run.wait_for_completion()
        assert run.id.startswith("HD_")
        assert len(run.id) == len("HD_") + 36
        assert [child.id for child in run.get_children()] == [f"{run.id}_1", f"{run.id}_0"]

    def test_experiments_keep_their_runs_apart(self, experiment, config):
        run = experiment.submit(config)
        run.wait_for_completion()
        other = Experiment(experiment.workspace, "letters")
        assert other.get_runs() == []
        with pytest.raises(RunNotFoundError, match="is no run of 'letters' but of 'digits'"):
            HyperDriveRun(other, run.id)

    def test_a_child_is_no_hyperdrive_run(self, experiment):
        run = recorded(experiment, Child())
        with pytest.raises(RunNotFoundError, match=f"Write Run\\(experiment, '{run.id}_0'\\)"):
            HyperDriveRun(experiment, f"{run.id}_0")


def test_a_run_is_found_by_its_id_whatever_its_kind(experiment, config):
    run = experiment.submit(config)
    run.wait_for_completion()
    child = run.get_children()[0]
    assert type(experiment.get_run(run.id)) is HyperDriveRun
    assert type(experiment.get_run(child.id)) is Run
    assert child.parent == run
    assert type(child.parent) is HyperDriveRun
