"""Compute targets: get or create, and this machine all the time."""

import threading

import pytest

from hdwidget.azureml.exceptions import ComputeTargetException


@pytest.fixture
def names(azure):
    """Return the module that notebooks import from."""
    import azureml.core.compute

    return azureml.core.compute


def test_get_or_create(workspace, names, capsys):
    with pytest.raises(ComputeTargetException, match=r"cpu not found .* ComputeTarget\.create"):
        names.ComputeTarget(workspace=workspace, name="cpu")
    asked = names.AmlCompute.provisioning_configuration(
        vm_size="STANDARD_D2_V2", min_nodes="0", max_nodes="4", vm_priority="lowpriority"
    )
    made = names.ComputeTarget.create(workspace, "cpu", asked)
    made.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=20)
    assert "Succeeded\nAmlCompute wait for completion finished" in capsys.readouterr().out
    found = names.ComputeTarget(workspace=workspace, name="cpu")
    assert type(found) is names.AmlCompute
    assert (found.name, found.type, found.provisioning_state) == ("cpu", "AmlCompute", "Succeeded")
    assert found.get_status().serialize()["vmSize"] == "STANDARD_D2_V2"
    assert found.status.serialize()["scaleSettings"]["maxNodeCount"] == 4
    assert found.status.serialize()["vmPriority"] == "Lowpriority"


def test_creating_a_name_that_exists_returns_it(workspace, names):
    first = names.ComputeTarget.create(workspace, "cpu", None)
    again = names.ComputeTarget.create(
        workspace, "cpu", names.AmlCompute.provisioning_configuration(vm_size="x", max_nodes=9)
    )
    assert again.serialize() == first.serialize()


def test_the_workspace_lists_and_calls(workspace, names):
    names.ComputeTarget.create(workspace, "cpu-cluster", None)
    assert "cpu-cluster" in workspace.compute_targets
    assert workspace.compute_targets["cpu-cluster"].provisioning_state == "Succeeded"
    assert [target.name for target in workspace.compute_targets()] == ["cpu-cluster"]


def test_a_deleted_one_is_forgotten(workspace, names):
    cluster = names.ComputeTarget.create(workspace, "cpu", None)
    assert cluster.get()["name"] == "cpu"
    cluster.delete()
    assert cluster.get() is None
    assert workspace.compute_targets == {}
    cluster.delete()  # a cell that is run again


def test_the_cluster_of_2018(workspace, names):
    asked = names.BatchAiCompute.provisioning_configuration(
        vm_size="S", autoscale_enabled=True, cluster_min_nodes=1, cluster_max_nodes=4
    )
    cluster = names.ComputeTarget.create(workspace, "old", asked)
    assert cluster.status.serialize()["scaleSettings"]["minNodeCount"] == 1
    assert names.BatchAiCompute(workspace, "old").name == "old"


def test_two_notebooks_create_at_once_and_lose_nothing(workspace, names):
    created = [f"c{number}" for number in range(8)]
    threads = [
        threading.Thread(target=names.ComputeTarget.create, args=(workspace, name, None))
        for name in created
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(workspace.compute_targets) == created
