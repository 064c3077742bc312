"""What a training script does with its run beside logging numbers."""

import textwrap

import pytest

from hdwidget import ExperimentFailedError, Model, PyTorchConfiguration, ScriptRunConfig

pytestmark = pytest.mark.usefixtures("leftovers")


@pytest.fixture
def submit(experiment, tmp_path):
    """Return a function that runs a script alone, to its end."""
    source = tmp_path / "source"
    source.mkdir()

    def submit(body, **options):
        text = "import io, os, sys\nfrom hdwidget import Run\nrun = Run.get_context()\n"
        (source / "train.py").write_text(text + textwrap.dedent(body))
        run = experiment.submit(ScriptRunConfig(source, script="train.py", **options))
        run.wait_for_completion(raise_on_error=False)
        return run

    return submit


def test_a_script_uses_all_of_it(experiment, submit):
    run = submit(
        """
        class Figure:
            def savefig(self, target, format):
                target.write(b"picture")

        run.tag("kind", "svm")
        run.add_properties({"origin": "lab"})
        run.log_list("loss", [0.5, 0.25])
        run.log_row("curve", x=1, y=float("nan"))
        run.log_table("table", {"x": [1, 2]})
        run.log_confusion_matrix("matrix", {"class_labels": ["a"], "matrix": [[1]]})
        run.log_image("roc", plot=Figure())
        with open("outputs/model.pkl", "w") as file:
            file.write("weights")
        run.upload_file("outputs/model.pkl", "outputs/model.pkl")  # where it is already
        run.upload_file(name="notes/a.txt", path_or_stream=io.StringIO("a"))
        model = run.register_model(model_name="digits", model_path="./outputs/model.pkl")
        arguments = run.get_details()["runDefinition"]["arguments"]
        print(model.id, run.get_tags(), run.get_metrics("loss"), arguments, "numpy" in sys.modules)
        run.complete()
        """,
        arguments=["--epochs", 3],
    )
    assert run.get_status() == "Completed", run.get_details_with_logs()
    assert run.get_details_with_logs()["logFiles"]["logs/stdout.txt"] == (
        "digits:1 {'kind': 'svm'} {'loss': [0.5, 0.25]} ['--epochs', '3'] False\n"
    )
    metrics = run.get_metrics()
    assert metrics["table"] == {"x": [1, 2]}
    assert metrics["matrix"]["data"] == {"class_labels": ["a"], "matrix": [[1]]}
    assert metrics["roc"] == "roc.png"
    assert (run.get_tags(), run.get_properties()["origin"]) == ({"kind": "svm"}, "lab")
    names = [name for name in run.get_file_names() if not name.startswith("logs/")]
    assert names == ["notes/a.txt", "outputs/model.pkl", "roc.png"]
    model = Model(experiment.workspace, "digits")
    assert (model.run_id, model.path.read_text()) == (run.id, "weights")


def test_a_script_finds_the_models_of_its_workspace(submit):
    submit(
        """
        open("outputs/model.pkl", "w").write("weights")
        run.register_model("digits", "outputs/model.pkl")
        """
    )
    run = submit(
        """
        from hdwidget import Model
        run.log("text", open(Model.get_model_path("digits")).read())
        """
    )
    assert run.get_metrics() == {"text": "weights"}, run.get_details_with_logs()


@pytest.mark.parametrize("end", ["", "sys.exit(3)"])
def test_a_script_that_calls_fail_has_failed_with_its_words(submit, end):
    run = submit(f"run.fail('no convergence', error_code='Diverged')\n{end}")
    assert run.get_status() == "Failed"
    with pytest.raises(ExperimentFailedError, match="Diverged: no convergence"):
        run.wait_for_completion()


def test_of_several_processes_the_first_one_notes_and_every_one_asks(submit):
    run = submit(
        """
        run.tag(os.environ["RANK"])
        run.log("rank", int(os.environ["RANK"]))
        print(run.get_status())
        """,
        distributed_job_config=PyTorchConfiguration(process_count=2),
    )
    assert run.get_status() == "Completed", run.get_details_with_logs()
    assert (run.get_tags(), run.get_metrics()) == ({"0": None}, {"rank": 0})
