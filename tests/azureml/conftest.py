"""Fixtures: the azureml of a test, and a folder of its own as the current one."""

import concurrent.futures
import os
import sys

import pytest
from support.bounded import DEADLINE

import hdwidget.azureml
from hdwidget.azureml.finder import AzureFinder
from hdwidget.engine.hosts import close_host, host_for


@pytest.fixture
def azure(monkeypatch, tmp_path):
    """Install azureml in a folder of the test's own, and take it out at the end."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    monkeypatch.setattr(hdwidget.azureml, "install_aliases", lambda: None)  # numpy is everybody's
    hdwidget.azureml.install()
    yield
    assert isinstance(sys.meta_path[0], AzureFinder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "azureml"]:
        del sys.modules[name]


@pytest.fixture
def workspace(azure, tmp_path):
    """Return the workspace of the test, whose runs end with it."""
    from azureml.core import Workspace

    made = Workspace.from_config()
    yield made
    host = host_for(made.path, made.durability)
    live = [run.finished for run in list(host.live.values())]
    host.end_all(at_once=True)
    assert not concurrent.futures.wait(live, DEADLINE).not_done, "a run does not end"
    close_host(made.path)
