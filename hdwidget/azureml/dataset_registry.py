"""Datasets by name, in the workspace: what one notebook registers, others and scripts find."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hdwidget.azureml.exceptions import UserErrorException
from hdwidget.azureml.registry import Registry, Table

__all__ = ["Registration", "newest", "register", "registered"]


@dataclass(frozen=True)
class Registration:
    """Under which name a dataset is registered.

    Parameters
    ----------
    name, description, tags
        As given.
    version
        Which of those of its name it is, from 1.
    """

    name: str
    version: int = 1
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


def register(
    workspace: Path, dataset: Mapping[str, Any], wanted: Registration, *, new_version: bool
) -> Registration:
    """Write a dataset down; return under what.

    The same files under the same name stay the version that they are.

    Raises
    ------
    UserErrorException
        Another dataset has the name, and `new_version` is False.
    """
    if not isinstance(wanted.name, str) or not wanted.name.strip():  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
        message = f"`name` must be a text that is not empty, but got name={wanted.name!r}."
        raise UserErrorException(message)
    made: list[Registration] = []

    def add(table: Table) -> None:
        versions = table.setdefault(wanted.name, [])
        if versions and _definition(versions[-1]) == _definition(dataset):
            number = versions.pop()["registration"]["version"]
        elif versions and not new_version:
            message = (
                f"there is another dataset {wanted.name!r}. Say create_new_version=True to have "
                f"both, this one as the newest."
            )
            raise UserErrorException(message)
        else:
            number = len(versions) + 1
        registration = dataclasses.replace(wanted, version=number)
        made.append(registration)
        versions.append({**dataset, "registration": dataclasses.asdict(registration)})

    Registry(workspace, "datasets").update(add)
    return made[0]


def registered(workspace: Path, name: str, version: int | str | None = None) -> dict[str, Any]:
    """Return a dataset's description, of its newest version where none is asked for.

    Raises
    ------
    UserErrorException
        There is none; the message says how to make it.
    """
    table = Registry(workspace, "datasets").read()
    versions = {each["registration"]["version"]: each for each in table.get(name, [])}
    wanted = max(versions, default=0) if version in (None, "latest") else int(version or 0)
    if wanted in versions:
        return versions[wanted]
    known = ", ".join(map(repr, table)) or "none"
    which = f"dataset {name!r}" if not versions else f"version {version} of the dataset {name!r}"
    message = (
        f"there is no {which}; registered are: {known}. What somebody has uploaded in Azure's "
        f"Studio is registered here with Dataset.Tabular.from_delimited_files('file.csv')"
        f".register(ws, {name!r})."
    )
    raise UserErrorException(message)


def newest(workspace: Path) -> dict[str, dict[str, Any]]:
    """Return the newest version of each dataset by name."""
    return {name: versions[-1] for name, versions in Registry(workspace, "datasets").read().items()}


def _definition(dataset: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**dataset, "registration": None}
