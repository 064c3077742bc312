"""The one local workspace under Azure's signature."""

import json
import re

import pytest

from hdwidget.azureml.exceptions import CloudOnlyError, UserErrorException


def test_no_config_file_is_needed(workspace, tmp_path):
    assert workspace.path == tmp_path / ".hdwidget"
    ws = workspace
    shown = "name: " + ws.name + ", region: " + ws.location  # notebooks add texts
    assert shown == "name: local, region: local"
    assert ws.subscription_id + ws.resource_group == "locallocal"


@pytest.mark.parametrize("where", ["config.json", ".azureml/config.json"])
def test_a_config_file_gives_the_names(azure, monkeypatch, tmp_path, where):
    from azureml.core import Workspace

    written = {"subscription_id": "s-1", "resource_group": "rg", "workspace_name": "lab"}
    (tmp_path / where).parent.mkdir(exist_ok=True)
    (tmp_path / where).write_text(json.dumps(written))
    (tmp_path / "deeper").mkdir()
    monkeypatch.chdir(tmp_path / "deeper")
    ws = Workspace.from_config()
    assert (ws.name, ws.resource_group, ws.subscription_id) == ("lab", "rg", "s-1")


@pytest.mark.parametrize("text", ["[]", "no json", '{"other": 1}'])
def test_a_config_file_of_something_else_is_none(azure, tmp_path, text):
    from azureml.core import Workspace

    (tmp_path / "config.json").write_text(text)
    assert Workspace.from_config(path="config.json").name == "local"


def test_a_config_that_was_written_is_found(azure):
    from azureml.core import Workspace

    Workspace("s", "rg", "mine").write_config()
    assert Workspace.from_config().name == "mine"


def test_every_way_leads_to_the_same_folder(azure, tmp_path):
    from azureml.core import Workspace

    ways = [
        Workspace("sub", "rg", "ws"),
        Workspace(subscription_id="sub", resource_group="rg", workspace_name="ws"),
        Workspace.get(name="ws", subscription_id="sub", resource_group="rg"),
        Workspace.create("ws", subscription_id="sub", resource_group="rg", location="westeurope"),
        *Workspace.list("sub")["local"],
    ]
    assert {ws.path for ws in ways} == {tmp_path / ".hdwidget"}
    assert {ws.name for ws in ways[:4]} == {"ws"}


def test_a_trial_reaches_the_notebooks_folder(azure, monkeypatch, tmp_path):
    from azureml.core import Workspace

    monkeypatch.setenv("HDWIDGET_WORKSPACE", str(tmp_path / "notebook"))
    assert Workspace.from_config().path == tmp_path / "notebook"


def test_to_look_is_not_to_make(workspace):
    assert workspace.compute_targets == workspace.datasets == workspace.environments == {}
    assert workspace.experiments == workspace.webservices == workspace.models == {}
    assert workspace.get_details()["name"] == workspace.name
    assert not workspace.path.exists()


def test_secrets_are_environment_variables(workspace, monkeypatch):
    vault = workspace.get_default_keyvault()
    monkeypatch.setenv("STORAGE_KEY", "k")
    assert vault.get_secret("storage-key") == "k"
    with pytest.raises(UserErrorException, match="Set NO_SUCH before the notebook's kernel"):
        vault.get_secret("no-such")


def test_a_secret_may_be_set(workspace, monkeypatch):
    monkeypatch.setenv("DB_KEY", "old")
    workspace.get_default_keyvault().set_secret("db-key", "new")
    assert workspace.get_default_keyvault().get_secrets(["db-key"]) == {"db-key": "new"}


def test_the_workspace_is_not_deleted(workspace):
    with pytest.raises(CloudOnlyError, match=re.escape(str(workspace.path))):
        workspace.delete()


def test_who_asks_does_not_matter(azure, capsys):
    from azureml.core import Workspace
    from azureml.core.authentication import InteractiveLoginAuthentication
    from azureml.telemetry import set_diagnostics_collection

    auth = InteractiveLoginAuthentication(tenant_id="t", force=True)
    assert Workspace.from_config(auth=auth).name == "local"
    set_diagnostics_collection(send_diagnostics=True)
    assert "sends nothing" in capsys.readouterr().out
