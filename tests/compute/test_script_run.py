"""How a script's process finds the run that it is."""

import json

import pytest

from hdwidget.compute.script_run import run_of_this_process
from hdwidget.errors import EngineError


@pytest.fixture
def part_of_a_run(monkeypatch, tmp_path):
    """Let this process look like a script's whose engine is not there."""
    monkeypatch.setattr("hdwidget.context._process_run", None)
    monkeypatch.setenv("HDWIDGET_RUN", "HD_1_0")
    monkeypatch.setenv("HDWIDGET_CHANNEL", json.dumps({"unix": str(tmp_path / "channel")}))
    monkeypatch.setenv("HDWIDGET_TOKEN", "secret")
    return monkeypatch


@pytest.mark.parametrize("channel", ["", "{", "[]", "{}"])
def test_a_channel_that_is_none_is_an_error_that_says_so(part_of_a_run, channel):
    part_of_a_run.setenv("HDWIDGET_CHANNEL", channel)
    with pytest.raises(EngineError, match=r"HDWIDGET_CHANNEL .* unset HDWIDGET_RUN"):
        run_of_this_process()


def test_a_token_that_is_missing_is_an_error_that_says_so(part_of_a_run):
    part_of_a_run.delenv("HDWIDGET_TOKEN")
    with pytest.raises(EngineError, match=r"KeyError\('HDWIDGET_TOKEN'\)"):
        run_of_this_process()


@pytest.mark.usefixtures("part_of_a_run")
def test_a_run_that_is_over_is_told_once(capsys):
    found = run_of_this_process()
    assert (found.id, run_of_this_process()) == ("OfflineRun", found)
    said = capsys.readouterr().err
    assert said.count("hdwidget: the run HD_1_0 is over") == said.count("\n") == 1
