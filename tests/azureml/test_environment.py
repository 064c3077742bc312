"""Environments are written down; the current interpreter runs the scripts."""

import sys
import warnings
from pathlib import Path

import pytest

from hdwidget import ConfigurationError
from hdwidget.azureml.exceptions import CloudOnlyError, LocalRunWarning, UserErrorException

CONDA = "name: lab\ndependencies:\n- python=3.6\n- pip:\n  - azureml-defaults\n"


@pytest.fixture
def core(azure):
    """Return the module that notebooks import from."""
    import azureml.core

    return azureml.core


@pytest.fixture
def conda(azure):
    """Return the class of lists of packages."""
    from azureml.core.conda_dependencies import CondaDependencies

    return CondaDependencies


def test_a_conda_file_is_kept_and_says_that_nothing_is_installed(core, tmp_path):
    (tmp_path / "conda.yml").write_text(CONDA)
    env = core.Environment.from_conda_specification(name="lab", file_path="conda.yml")
    assert env.python.conda_dependencies.serialize_to_string() == CONDA
    with pytest.warns(LocalRunWarning, match="runs scripts in the current interpreter"):
        made = env.to_local({"A": "1"})
    assert made.python is None
    assert made.launcher == ("-m", "hdwidget.azureml")
    assert made.environment_variables == {"A": "1"}


def test_it_says_so_once(core, tmp_path):
    (tmp_path / "conda.yml").write_text(CONDA)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for name in ("one", "two"):
            core.Environment.from_conda_specification(name, "conda.yml").to_local({})
    assert len(caught) == 1


def test_a_bare_environment_says_nothing(core):
    assert core.Environment("bare").to_local({}).python is None


def test_a_missing_conda_file_is_missed(core):
    with pytest.raises(FileNotFoundError, match=r"conda\.yml"):
        core.Environment.from_conda_specification("lab", "conda.yml")


def test_another_interpreter_is_used(core):
    env = core.Environment("lab")
    env.python.user_managed_dependencies = True
    env.python.interpreter_path = sys.executable
    env.environment_variables["N"] = 3
    made = env.to_local({})
    assert (str(made.python), made.environment_variables) == (sys.executable, {"N": "3"})
    env.python.interpreter_path = "/no/such/python"
    with pytest.raises(ConfigurationError, match="there is no program '/no/such/python'"):
        env.to_local({})


def test_an_environment_is_registered_and_found(core, workspace, tmp_path):
    (tmp_path / "needs.txt").write_text("# what it needs\nscikit-learn==1.4\n\nnumpy\n")
    env = core.Environment.from_pip_requirements("needs", "needs.txt")
    assert env.register(workspace).version == "1"
    assert env.register(workspace).version == "1"
    env.docker.base_image = "image"
    assert env.register(workspace).version == "2"
    found = core.Environment.get(workspace=workspace, name="needs")
    text = found.python.conda_dependencies.serialize_to_string()
    assert (found.version, found.docker.base_image) == ("2", "image")
    assert "    - scikit-learn==1.4\n    - numpy\n" in text
    assert list(workspace.environments) == list(core.Environment.list(workspace)) == ["needs"]


def test_azures_own_environments_are_taken_by_name(core, workspace):
    env = core.Environment.get(workspace, name="AzureML-TensorFlow-2.0-GPU")
    assert env.name == "AzureML-TensorFlow-2.0-GPU"
    with pytest.warns(LocalRunWarning):
        env.to_local({})
    with pytest.raises(UserErrorException, match=r"Environment\('mine'\)\.register\(ws\)"):
        core.Environment.get(workspace, "mine")


def test_a_copy_under_another_name(core):
    env = core.Environment("a")
    env.environment_variables["K"] = "v"
    copy = env.clone("b")
    copy.environment_variables["K"] = "w"
    assert (copy.name, env.environment_variables) == ("b", {"K": "v"})


def test_it_is_saved_to_a_folder(core, tmp_path):
    env = core.Environment("a")
    env.save_to_directory("saved")
    assert (tmp_path / "saved" / "conda_dependencies.yml").read_text().startswith("name: ")
    with pytest.raises(UserErrorException, match="overwrite=True"):
        env.save_to_directory("saved")
    env.save_to_directory("saved", overwrite=True)


def test_no_image_is_built(core):
    with pytest.raises(CloudOnlyError, match="Install the packages"):
        core.Environment("a").build(None)


def test_conda_dependencies_write_a_real_file(conda, tmp_path):
    packages = conda.create(
        conda_packages=["scikit-learn"], pip_packages=["azureml-defaults"], python_version="3.11"
    )
    packages.add_conda_package("pandas>=1.0")
    packages.add_pip_package("joblib")
    packages.add_pip_package("joblib")
    packages.add_channel("pytorch")
    packages.add_tensorflow_conda_package(core_type="gpu", version="2.0")
    assert packages.save_to_file(".", "env/lab.yml") == str(Path("env", "lab.yml"))
    assert (tmp_path / "env" / "lab.yml").read_text() == (
        "name: project_environment\n"
        "dependencies:\n"
        "  - python=3.11\n"
        "  - scikit-learn\n"
        '  - "pandas>=1.0"\n'
        "  - tensorflow-gpu=2.0\n"
        "  - pip:\n"
        "    - azureml-defaults\n"
        "    - joblib\n"
        "channels:\n"
        "  - conda-forge\n"
        "  - pytorch\n"
    )


def test_what_is_written_is_yaml(conda):
    yaml = pytest.importorskip("yaml")
    packages = conda.create(pip_packages=["a==1", "git+https://host/x.git@v1#egg=x", "b[c]>2,<3"])
    read = yaml.safe_load(packages.serialize_to_string())
    assert read["dependencies"] == [
        {"pip": ["a==1", "git+https://host/x.git@v1#egg=x", "b[c]>2,<3"]}
    ]


def test_packages_can_be_taken_out(conda):
    packages = conda.create(pip_packages=["a", "b"], conda_packages=["c", "d"])
    packages.remove_pip_package("a")
    packages.remove_conda_package("d")
    packages.set_python_version("3.12")
    assert (packages.pip_packages, packages.conda_packages) == (["b"], ["c"])


def test_what_is_added_to_a_file_is_noted_in_it(conda, tmp_path):
    (tmp_path / "conda.yml").write_text(CONDA)
    packages = conda("conda.yml")
    packages.add_pip_package("joblib")
    assert packages.serialize_to_string() == (f"{CONDA}# package added in the notebook: joblib\n")
