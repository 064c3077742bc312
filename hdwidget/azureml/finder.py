"""The import machinery: `azureml` and what is below it are modules made from the table of names.

Its classes have no base: every script waits for what is imported here.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from hdwidget.azureml.names import CLOUD, OURS, SURFACE, VALUES, load
from hdwidget.nearest import nearest

__all__ = ["AzureFinder"]


class AzureFinder:
    """Finds ``azureml`` and everything below it, first of all finders."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to make the module, None for what is not Azure's."""
        del path, target
        if fullname.partition(".")[0] != "azureml":
            return None
        if fullname in SURFACE or _cloud_part(fullname) is not None:
            loader: Any = AzureLoader()
            return ModuleSpec(fullname, loader, is_package=True)
        message = (
            f"hdwidget has no `{fullname}`.{nearest(fullname, SURFACE)} It stands in for "
            "azureml, SDK v1, as HyperDrive notebooks use it."
        )
        raise ModuleNotFoundError(message, name=fullname)


class AzureLoader:
    """Makes a module whose names are loaded when they are first asked for."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module, still without its names."""
        return AzureModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module what ``from … import *`` asks for, and its constants."""
        names = SURFACE.get(module.__name__, {})
        vars(module).update(VALUES.get(module.__name__, {}))
        vars(module)["__all__"] = sorted(name for name in names if not name.startswith("_"))


class AzureModule(ModuleType):
    """A module of the table."""

    def __getattr__(self, name: str) -> object:
        names = SURFACE.get(self.__name__, {})
        if name in names:
            value = load(names[name], name)
        elif name.startswith("__"):
            message = f"module {self.__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        else:
            part = _cloud_part(self.__name__)
            if part is None:
                raise AttributeError(self._missing(name))
            value = load(f"{OURS}.cloud_only", "stand_in")(name, CLOUD[part])
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *SURFACE.get(self.__name__, {})})

    def _missing(self, name: str) -> str:
        names = SURFACE.get(self.__name__, {})
        below = f"{self.__name__}.{name}"
        if below in SURFACE and below not in sys.modules:
            return f"module {self.__name__!r} has no attribute {name!r}: write `import {below}`."
        return f"hdwidget's {self.__name__!r} has no attribute {name!r}.{nearest(name, names)}"


def _cloud_part(fullname: str) -> str | None:
    """Return the part of Azure's SDK without a local meaning that a module belongs to."""
    parts = fullname.split(".")
    for end in range(len(parts), 1, -1):
        package = ".".join(parts[:end])
        if package in CLOUD:
            return package
    return None
