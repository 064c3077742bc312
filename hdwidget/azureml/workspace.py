"""`Workspace` under Azure's signature: on this machine there is one, whatever it is called."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, Self

import hdwidget.experiment as local
from hdwidget.azureml.cloud_only import refuse
from hdwidget.azureml.compute import ComputeTargets
from hdwidget.azureml.dataset_factory import Dataset
from hdwidget.azureml.datasets import AbstractDataset
from hdwidget.azureml.datastores import BUILT_IN, Datastore
from hdwidget.azureml.environment import Environment
from hdwidget.azureml.experiment import Experiment
from hdwidget.azureml.keyvault import Keyvault
from hdwidget.azureml.registry import workspace_folder, write_atomically

__all__ = ["Workspace"]

CONFIG_FILES = ("config.json", ".azureml/config.json", "aml_config/config.json")
LOCAL = "local"


class Workspace(local.Workspace):
    """The folder ``./.hdwidget``; in a trial, the one of the notebook that submitted it.

    Subscription, resource group and name are texts that are kept, and lead nowhere.

    Parameters
    ----------
    subscription_id, resource_group, workspace_name : str, optional
        What it is called.
    auth : object, optional
        Accepted for Azure's sake; nobody is asked.

    Examples
    --------
    >>> ws = Workspace.from_config()
    >>> print(ws.name, ws.resource_group, ws.location, ws.subscription_id, sep=", ")
    local, local, local, local
    """

    def __init__(
        self,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        workspace_name: str | None = None,
        auth: object = None,
        **_: object,
    ) -> None:
        del auth
        super().__init__(workspace_folder())
        self.subscription_id = str(subscription_id or LOCAL)
        self.resource_group = str(resource_group or LOCAL)
        self.location = LOCAL
        self.sku = "Basic"
        self.tags: dict[str, str] = {}
        self._name = str(workspace_name or LOCAL)

    def __repr__(self) -> str:
        return (
            f"Workspace.create(name={self.name!r}, subscription_id={self.subscription_id!r}, "
            f"resource_group={self.resource_group!r})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.subscription_id, self.resource_group, self.name)

    @classmethod
    def from_config(
        cls,
        path: str | Path | None = None,
        auth: object = None,
        _logger: object = None,
        _file_name: str | None = None,
    ) -> Self:
        """Return the workspace; a ``config.json`` gives its name, and is not needed.

        Parameters
        ----------
        path : str or Path, optional
            The file, or the folder to look in and above; the default is the current one.
        """
        del auth, _logger
        written = _configured(Path(path or "."), _file_name)
        return cls(
            written.get("subscription_id"),
            written.get("resource_group"),
            written.get("workspace_name"),
        )

    @classmethod
    def get(
        cls,
        name: str,
        auth: object = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        **_: object,
    ) -> Self:
        """Return the workspace, under a name."""
        del auth
        return cls(subscription_id, resource_group, name)

    @classmethod
    def create(
        cls,
        name: str,
        auth: object = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        location: str | None = None,
        **_: object,
    ) -> Self:
        """Return the workspace, under a name."""
        del auth
        made = cls(subscription_id, resource_group, name)
        made.location = str(location or LOCAL)
        return made

    @classmethod
    def list(cls, *_: object, **__: object) -> "dict[str, list[Self]]":
        """Return the workspaces by name: there is one."""
        made = cls()
        return {made.name: [made]}

    @property
    def name(self) -> str:
        """What it is called."""
        return self._name

    @property
    def compute_targets(self) -> ComputeTargets:
        """The compute targets that notebooks have created, by name; called, a list of them."""
        return ComputeTargets.of(self)

    @property
    def datasets(self) -> dict[str, AbstractDataset]:
        """The registered datasets by name, each in its newest version."""
        return Dataset.get_all(self)

    @property
    def datastores(self) -> dict[str, Datastore]:
        """The datastores by name."""
        return {name: Datastore(self, name) for name in BUILT_IN}

    @property
    def environments(self) -> dict[str, Environment]:
        """The registered environments by name."""
        return Environment.list(self)

    @property
    def experiments(self) -> "dict[str, local.Experiment]":
        """The experiments by name."""
        return {name: Experiment(self, name) for name in super().experiments}

    @property
    def webservices(self) -> dict[str, Any]:
        """The web services: none, because nothing is deployed here."""
        return {}

    images = webservices
    linked_services = webservices

    def get_default_datastore(self) -> Datastore:
        """Return the folder in the workspace that notebooks upload to."""
        return Datastore(self)

    def set_default_datastore(self, name: str) -> None:
        """Check that there is such a datastore; the default stays the one it is."""
        Datastore(self, name)

    def get_default_keyvault(self) -> Keyvault:
        """Return what looks secrets up in the environment."""
        return Keyvault()

    def get_default_compute_target(self, type: str = "CPU") -> None:  # noqa: A002  # Azure's signature
        """Return None: there is none until one is created."""
        del type

    def get_details(self) -> dict[str, Any]:
        """Return everything about the workspace, under Azure's names."""
        return {
            "id": f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{self.name}",
            "name": self.name,
            "location": self.location,
            "type": "Microsoft.MachineLearningServices/workspaces",
            "tags": dict(self.tags),
            "sku": self.sku,
            "workspaceid": str(self.path),
            "friendlyName": self.name,
            "description": "",
        }

    def write_config(self, path: str | Path | None = None, file_name: str | None = None) -> None:
        """Write ``.azureml/config.json``, which `from_config` finds."""
        written = {
            "subscription_id": self.subscription_id,
            "resource_group": self.resource_group,
            "workspace_name": self.name,
        }
        target = Path(path or ".") / ".azureml" / (file_name or "config.json")
        write_atomically(target, json.dumps(written, indent=4).encode())

    def get_mlflow_tracking_uri(self) -> NoReturn:
        """Refuse: there is no server."""
        refuse("Workspace.get_mlflow_tracking_uri", "Log with Run.get_context().log(name, value).")

    def get_run(self, run_id: str) -> local.Run:
        """Return the handle on any run of the workspace.

        Raises
        ------
        RunNotFoundError
            It holds no such run.
        """
        record = self.host.store.run(run_id)
        return Experiment(self, record.experiment).get_run(run_id)

    def delete(self, *_: object, **__: object) -> NoReturn:
        """Refuse: the record of one's runs is deleted by hand."""
        refuse("Workspace.delete", f"The record of your runs is the folder {self.path}.")


def _configured(start: Path, file_name: str | None) -> Mapping[str, str]:
    """Return what the nearest config file says; nothing where there is none."""
    names = CONFIG_FILES if file_name is None else (file_name, f".azureml/{file_name}")
    start = start.expanduser().absolute()
    places = (
        [start]
        if start.is_file()
        else [folder / name for folder in (start, *start.parents) for name in names]
    )
    for place in places:
        if not place.is_file():
            continue
        try:
            written = json.loads(place.read_text(encoding="utf-8"))
        except ValueError:
            continue  # another program's config.json
        if isinstance(written, dict) and "workspace_name" in written:
            return {str(key): str(value) for key, value in written.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return {}
