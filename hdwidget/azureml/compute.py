"""Compute targets by name: whatever a notebook creates is this machine."""

import datetime as dt
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hdwidget.azureml.exceptions import ComputeTargetException
from hdwidget.azureml.registry import Registry, Table

if TYPE_CHECKING:
    from hdwidget.azureml.workspace import Workspace

__all__ = [
    "AmlCompute",
    "AmlComputeStatus",
    "BatchAiCompute",
    "ComputeTarget",
    "ComputeTargets",
    "ProvisioningConfiguration",
]

NODE_STATES = ("preparing", "running", "idle", "unusable", "leaving", "preempted")


@dataclass(frozen=True)
class ProvisioningConfiguration:
    """What a cluster is asked to be; it is kept, and changes nothing here."""

    vm_size: str | None = None
    vm_priority: str = "dedicated"
    min_nodes: int = 0
    max_nodes: int = 1
    idle_seconds: float = 1800


@dataclass(frozen=True)
class AmlComputeStatus:
    """How a cluster stands, in Azure's words."""

    provisioning: ProvisioningConfiguration
    created: str

    def serialize(self) -> dict[str, Any]:
        """Return the status as Azure prints it."""
        asked = self.provisioning
        return {
            "currentNodeCount": 1,
            "targetNodeCount": 1,
            "nodeStateCounts": {f"{state}NodeCount": int(state == "idle") for state in NODE_STATES},
            "allocationState": "Steady",
            "allocationStateTransitionTime": self.created,
            "errors": None,
            "creationTime": self.created,
            "modifiedTime": self.created,
            "provisioningState": "Succeeded",
            "provisioningStateTransitionTime": None,
            "scaleSettings": {
                "minNodeCount": asked.min_nodes,
                "maxNodeCount": asked.max_nodes,
                "nodeIdleTimeBeforeScaleDown": f"PT{asked.idle_seconds:g}S",
            },
            "vmPriority": asked.vm_priority.capitalize(),
            "vmSize": asked.vm_size or "LOCAL",
        }


class ComputeTarget:
    """A name for this machine, which a notebook has created; `ComputeTarget(ws, name)` finds it.

    Parameters
    ----------
    workspace : Workspace
        Where it is registered.
    name : str
        Its name.

    Raises
    ------
    ComputeTargetException
        Nobody has created one of the name.

    Examples
    --------
    >>> try:
    ...     cluster = ComputeTarget(workspace=ws, name="cpu-cluster")
    ... except ComputeTargetException:
    ...     config = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
    ...     cluster = ComputeTarget.create(ws, "cpu-cluster", config)
    """

    type = "AmlCompute"
    provisioning_state = "Succeeded"
    location = "local"

    # What is found is a cluster: notebooks ask for `type(target) is AmlCompute`.
    def __new__(cls, workspace: "Workspace", name: str) -> "AmlCompute":
        """Return the cluster of the name."""
        del workspace, name
        return object.__new__(cls if issubclass(cls, AmlCompute) else AmlCompute)

    def __init__(self, workspace: "Workspace", name: str) -> None:
        written = Registry(workspace.path, "compute").read()
        if name not in written:
            message = (
                f"ComputeTargetNotFound: Compute Target with name {name} not found in provided "
                f"workspace. Create it with ComputeTarget.create(ws, {name!r}, config): it is "
                f"this machine, whatever the config says."
            )
            raise ComputeTargetException(message)
        self.workspace = workspace
        self.name = name
        self.tags: dict[str, str] = {}
        self._created = str(written[name]["created"])
        self._provisioning = ProvisioningConfiguration(**written[name]["provisioning"])
        self._deleted = False

    def __repr__(self) -> str:
        return (
            f"AmlCompute(workspace={self.workspace!r}, name={self.name}, type={self.type}, "
            f"provisioning_state={self.provisioning_state}, location={self.location})"
        )

    @staticmethod
    def create(
        workspace: "Workspace",
        name: str,
        provisioning_configuration: ProvisioningConfiguration | None = None,
    ) -> "AmlCompute":
        """Return the target of the name; it is made where there is none."""
        asked = provisioning_configuration or ProvisioningConfiguration()

        def add(table: Table) -> None:
            now = dt.datetime.now(tz=dt.UTC).isoformat()
            table.setdefault(name, {"created": now, "provisioning": vars(asked)})

        Registry(workspace.path, "compute").update(add)
        return ComputeTarget(workspace, name)

    @staticmethod
    def list(workspace: "Workspace") -> "list[AmlCompute]":
        """Return the targets that notebooks have created."""
        return [
            ComputeTarget(workspace, name) for name in Registry(workspace.path, "compute").read()
        ]

    @property
    def status(self) -> AmlComputeStatus:
        """How it stands."""
        return self.get_status()

    def get_status(self) -> AmlComputeStatus:
        """Return how it stands: idle, as one node."""
        return AmlComputeStatus(self._provisioning, self._created)

    def refresh_state(self) -> None:
        """Do nothing: its state does not change."""

    def wait_for_completion(
        self,
        show_output: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
        min_node_count: int | None = None,
        timeout_in_minutes: float | None = None,
        is_delete_operation: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Return at once: this machine runs."""
        del min_node_count, timeout_in_minutes, is_delete_operation
        if show_output:
            sys.stdout.write(
                "Succeeded\nAmlCompute wait for completion finished\n\n"
                "Minimum number of nodes requested have been provisioned\n"
            )

    def get(self) -> dict[str, Any] | None:
        """Return everything about the target; None when it was deleted."""
        return None if self._deleted else self.serialize()

    def serialize(self) -> dict[str, Any]:
        """Return everything about the target."""
        return {
            "id": f"local/{self.name}",
            "name": self.name,
            "location": self.location,
            "type": self.type,
            "tags": dict(self.tags),
            "provisioningState": self.provisioning_state,
            "properties": self.get_status().serialize(),
        }

    def delete(self) -> None:
        """Forget the name. Nothing is stopped, and the machine stays as it is."""

        def forget(table: Table) -> None:
            table.pop(self.name, None)

        Registry(self.workspace.path, "compute").update(forget)
        self._deleted = True

    def update(self, *_: object, **__: object) -> None:
        """Do nothing: this machine is as large as it is."""


class AmlCompute(ComputeTarget):
    """A cluster's name for this machine; see `ComputeTarget`."""

    @staticmethod
    def provisioning_configuration(
        vm_size: str | None = None,
        vm_priority: str = "dedicated",
        min_nodes: int | str = 0,
        max_nodes: int | str | None = None,
        idle_seconds_before_scaledown: float = 1800,
        **_: object,
    ) -> ProvisioningConfiguration:
        """Return what is asked for; on this machine it changes nothing.

        How many trials run at once is `max_concurrent_runs` of HyperDriveConfig.
        """
        least = int(min_nodes)
        return ProvisioningConfiguration(
            vm_size=vm_size or "STANDARD_NC6",
            vm_priority=vm_priority,
            min_nodes=least,
            max_nodes=int(max_nodes) if max_nodes is not None else max(1, least),
            idle_seconds=float(idle_seconds_before_scaledown),
        )


class BatchAiCompute(AmlCompute):
    """The cluster of 2018, under the names of its arguments."""

    @staticmethod
    def provisioning_configuration(  # pyright: ignore[reportIncompatibleMethodOverride]  # as it was
        vm_size: str | None = None,
        vm_priority: str = "dedicated",
        cluster_min_nodes: int | str = 0,
        cluster_max_nodes: int | str | None = None,
        **_: object,
    ) -> ProvisioningConfiguration:
        """Return what is asked for; on this machine it changes nothing."""
        return AmlCompute.provisioning_configuration(
            vm_size, vm_priority, cluster_min_nodes, cluster_max_nodes
        )


class ComputeTargets(dict[str, AmlCompute]):
    """A workspace's compute targets by name; called, as in 2018, a list of them."""

    @classmethod
    def of(cls, workspace: "Workspace") -> "ComputeTargets":
        """Return those of a workspace."""
        return cls({target.name: target for target in ComputeTarget.list(workspace)})

    def __call__(self) -> list[AmlCompute]:
        """Return the targets without their names."""
        return list(self.values())
