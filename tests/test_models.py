"""Models as people find, load and remove them."""

import datetime as dt

import pytest
from support.record import Child, recorded

from hdwidget import Workspace
from hdwidget.errors import ConfigurationError, ModelNotFoundError, RunFileNotFoundError
from hdwidget.models import Model


@pytest.fixture
def workspace(experiment):
    return experiment.workspace


@pytest.fixture
def run(experiment):
    """A trial's run with a file and a folder among its outputs."""
    made = recorded(experiment, Child()).get_children()[0]
    (made.output_dir / "net").mkdir(parents=True)
    (made.output_dir / "model.pkl").write_text("weights")
    (made.output_dir / "net" / "layer.bin").write_text("layer")
    return made


class TestRegistering:
    @pytest.mark.parametrize(
        "path", ["outputs/model.pkl", "./outputs/model.pkl", "/outputs/model.pkl"]
    )
    def test_a_file_of_a_run(self, run, workspace, path):
        model = run.register_model(
            "digits",
            path,
            tags={"kind": "svm"},
            properties={"accuracy": 0.9},
            description="the best",
            model_framework="ScikitLearn",
        )
        assert (model.name, model.id, model.version) == ("digits", "digits:1", 1)
        assert (model.tags, model.properties) == ({"kind": "svm"}, {"accuracy": "0.9"})
        assert (model.description, model.run_id) == ("the best", run.id)
        assert model.path == workspace.path / "models" / "digits" / "1" / "model.pkl"
        assert model.path.read_text() == "weights"
        assert abs(model.created_time - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)

    @pytest.mark.parametrize("path", ["outputs", "./outputs/", "/outputs"])
    def test_a_folder_of_a_run(self, run, path):
        model = run.register_model("digits", path)
        assert model.path.name == "outputs"
        assert (model.path / "net" / "layer.bin").read_text() == "layer"

    def test_links_in_a_folder_lead_to_files_only(self, run, tmp_path):
        (tmp_path / "data").mkdir()
        (run.output_dir / "best.pkl").symlink_to("model.pkl")
        (run.output_dir / "data").symlink_to(tmp_path / "data")
        (run.output_dir / "gone.pkl").symlink_to("nothing")
        model = run.register_model("digits", "outputs")
        assert sorted(path.name for path in model.path.iterdir()) == [
            *("best.pkl", "model.pkl", "net"),
        ]

    def test_a_copy_that_fails_leaves_nothing(self, run, workspace, monkeypatch):
        def fails(source, target):
            target.parent.mkdir(parents=True)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("hdwidget.model_record.artifacts.copy_to", fails)
        with pytest.raises(ConfigurationError, match="No space left"):
            run.register_model("digits", "outputs")
        assert list((workspace.path / "models").iterdir()) == []

    def test_without_a_path_the_name_is_the_path(self, run):
        run.upload_file("digits", run.output_dir / "model.pkl")
        assert run.register_model("digits").path.read_text() == "weights"

    def test_it_is_a_copy(self, run):
        model = run.register_model("digits", "outputs/model.pkl")
        (run.output_dir / "model.pkl").write_text("later")
        assert model.path.read_text() == "weights"

    def test_a_file_that_is_not_there(self, run, workspace):
        with pytest.raises(RunFileNotFoundError, match=r"Did you mean `outputs/model\.pkl`"):
            run.register_model("digits", "outputs/model.pk")
        assert workspace.models == {}

    @pytest.mark.parametrize(
        "name", ["../digits", "a/b", ".hidden", "", " ", None, "a\\b", "a" * 256, "ä" * 128]
    )
    def test_a_name_that_is_no_folders(self, run, name):
        with pytest.raises(ConfigurationError, match="a model's name must be a text of letters"):
            run.register_model(name, "outputs/model.pkl")

    def test_a_file_of_this_machine(self, workspace, tmp_path):
        (tmp_path / "local.pkl").write_text("local")
        model = Model.register(workspace, tmp_path / "local.pkl", "my model 1.0", tags={"a": "b"})
        assert (model.id, model.run_id) == ("my model 1.0:1", None)
        assert model.path.read_text() == "local"
        with pytest.raises(ConfigurationError, match=r"missing\.pkl' does not exist"):
            Model.register(workspace, tmp_path / "missing.pkl", "digits")


class TestFinding:
    @pytest.fixture
    def three(self, run):
        """Versions 1 and 2 of digits, and one of letters."""
        return [
            run.register_model("digits", "outputs/model.pkl", tags={"kind": "svm", "old": None}),
            run.register_model("digits", "outputs/model.pkl", tags={"kind": "net"}),
            run.register_model("letters", "outputs/net", properties={"p": "q"}),
        ]

    def test_the_newest_is_the_default(self, workspace, three):
        assert Model(workspace, "digits") == three[1]
        assert Model(workspace, name="digits", version=1) == three[0]
        assert Model(workspace, id="digits:1") == three[0]
        assert hash(Model(workspace, id="digits:1")) == hash(three[0])
        assert workspace.models == {"digits": three[1], "letters": three[2]}

    def test_tags_choose_among_versions(self, workspace, three):
        assert Model(workspace, "digits", tags=[["kind", "svm"]]) == three[0]
        assert Model(workspace, "digits", tags=["old"]) == three[0]
        with pytest.raises(ModelNotFoundError, match=r"has the tags \['new'\]"):
            Model(workspace, "digits", tags=["new"])

    def test_a_list_is_newest_first(self, workspace, three, run):
        first, second, letters = three
        assert Model.list(workspace) == [letters, second, first]
        assert Model.list(workspace, latest=True) == [letters, second]
        assert Model.list(workspace, "digits") == [second, first]
        assert Model.list(workspace, tags=[("kind", "svm")]) == [first]
        assert Model.list(workspace, properties=["p"]) == [letters]
        assert Model.list(workspace, run_id=run.id) == [letters, second, first]
        assert Model.list(workspace, run_id="HD_7") == []

    def test_its_path_without_a_workspace_is_looked_for_here_or_where_the_run_is(
        self, workspace, three, tmp_path, monkeypatch
    ):
        assert Model.get_model_path("digits", 1, _workspace=workspace) == str(three[0].path)
        monkeypatch.setenv("HDWIDGET_WORKSPACE", str(workspace.path))
        assert Model.get_model_path("digits") == str(three[1].path)
        monkeypatch.delenv("HDWIDGET_WORKSPACE")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ModelNotFoundError, match=r"there is no workspace .*\.hdwidget"):
            Model.get_model_path("digits")
        assert not (tmp_path / ".hdwidget").exists()

    @pytest.mark.parametrize(
        ("given", "error", "words"),
        [
            ({}, ConfigurationError, "by its name or its id"),
            ({"id": "digits"}, ConfigurationError, "is its name and version"),
            ({"name": "digit"}, ModelNotFoundError, "Did you mean `digits`"),
        ],
    )
    def test_what_is_not_found(self, workspace, three, given, error, words):
        with pytest.raises(error, match=words):
            Model(workspace, **given)

    def test_to_look_for_models_makes_no_workspace(self, tmp_path):
        assert Workspace(tmp_path / "new").models == {}
        assert not (tmp_path / "new").exists()

    def test_it_shows_what_it_is(self, workspace, three):
        assert repr(three[2]) == (
            f"Model(workspace={workspace!r}, name=letters, id=letters:1, version=1, tags={{}}, "
            "properties={'p': 'q'})"
        )


class TestUsing:
    def test_a_download_is_the_file_or_the_folder(self, run, tmp_path):
        model = run.register_model("digits", "outputs/model.pkl")
        target = tmp_path / "a" / "b"
        assert model.download(target) == str(target / "model.pkl")
        assert (target / "model.pkl").read_text() == "weights"
        with pytest.raises(ConfigurationError, match=r"is there already: .*exist_ok=True"):
            model.download(target)
        model.download(target, exist_ok=True)
        folder = run.register_model("net", "outputs/net")
        folder.download(target)
        assert (target / "net" / "layer.bin").read_text() == "layer"

    def test_what_is_deleted_is_gone(self, run, workspace):
        model = run.register_model("digits", "outputs/model.pkl")
        model.delete()
        assert not model.path.exists()
        assert workspace.models == {}
        with pytest.raises(ModelNotFoundError, match="No model `digits`"):
            model.delete()
        assert run.register_model("digits", "outputs/model.pkl").version == 2
