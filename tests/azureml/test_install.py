"""Installing: once, never silently before a real azureml, and in other processes, too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hdwidget import ConfigurationError, azureml
from hdwidget.azureml import IMPORTABLE, INSIST
from hdwidget.azureml.finder import AzureFinder

SAY_WHOSE = "from hdwidget.azureml import install; install({}); import azureml.core as c; print(c)"


@pytest.fixture
def real(tmp_path):
    """Return the folder of an installed azureml that is not ours."""
    package = tmp_path / "site" / "azureml" / "core"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("VERSION = 'real'\n")
    return tmp_path / "site"


def python(code, folder, **variables):
    paths = [str(folder), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **variables},
    )


def test_installing_twice_is_harmless(azure):
    azureml.install()
    assert sum(isinstance(finder, AzureFinder) for finder in sys.meta_path) == 1


def test_the_notebook_extension_installs(azure):
    sys.meta_path.pop(0)
    azureml.load_ipython_extension(object())
    assert isinstance(sys.meta_path[0], AzureFinder)


def test_a_real_azureml_is_not_shadowed(real, monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.syspath_prepend(real)
    with pytest.raises(ConfigurationError, match=r"real azureml is installed in .*replace=True"):
        azureml.install()
    assert not any(isinstance(finder, AzureFinder) for finder in sys.meta_path)


def test_a_real_azureml_stays_what_is_imported(real):
    failed = python(SAY_WHOSE.format(""), real)
    assert "a real azureml is installed in" in failed.stderr
    assert python("import azureml.core; print(azureml.core.VERSION)", real).stdout == "real\n"


def test_one_may_insist(real):
    for answer in (
        python(SAY_WHOSE.format("replace=True"), real),
        python(SAY_WHOSE.format(""), real, **{INSIST: "replace"}),
    ):
        assert "hdwidget.azureml.finder" in answer.stdout, answer.stderr


def test_one_cannot_insist_too_late(real):
    failed = python(f"import azureml.core; {SAY_WHOSE.format('replace=True')}", real)
    assert "Restart the kernel and load hdwidget.azureml first" in failed.stderr


def test_insistence_reaches_the_processes_that_are_started(real):
    code = (
        "import subprocess, sys; from hdwidget.azureml import install; install(replace=True);"
        "subprocess.run([sys.executable, '-c', 'import azureml.core as c; print(c.Workspace)'])"
    )
    assert python(code, real).stdout == "<class 'hdwidget.azureml.workspace.Workspace'>\n"


def test_a_folder_that_is_called_azureml_is_no_package(azure, monkeypatch, tmp_path):
    (tmp_path / "here" / "azureml").mkdir(parents=True)
    (tmp_path / "here" / "azureml" / "notes.txt").touch()
    monkeypatch.syspath_prepend(tmp_path / "here")
    sys.meta_path.pop(0)
    azureml.install()
    assert isinstance(sys.meta_path[0], AzureFinder)


def test_a_process_that_is_started_finds_azureml(azure):
    answer = subprocess.run(
        [sys.executable, "-c", "from azureml.core import Workspace; print(Workspace.__module__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "hdwidget.azureml.workspace\n"


def test_the_path_is_extended_once(azure):
    sys.meta_path.pop(0)
    azureml.install()
    paths = os.environ["PYTHONPATH"].split(os.pathsep)
    assert paths.count(str(IMPORTABLE)) == 1
    assert Path(paths[-1]) == IMPORTABLE
