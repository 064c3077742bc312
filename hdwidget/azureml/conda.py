"""`CondaDependencies`: the packages a script needs, written as the yml file that conda reads."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from hdwidget.azureml.registry import write_atomically

__all__ = ["CondaDependencies"]

DEFAULT_FILE = "conda_dependencies.yml"


class CondaDependencies:
    """A list of conda and pip packages. It is written down; nothing is installed.

    Parameters
    ----------
    conda_dependencies_file_path : str or Path, optional
        A yml file to take over as it is.

    Examples
    --------
    >>> packages = CondaDependencies.create(pip_packages=["scikit-learn"], python_version="3.11")
    >>> print(packages.serialize_to_string())
    name: project_environment
    dependencies:
      - python=3.11
      - pip:
        - scikit-learn
    channels:
      - conda-forge
    """

    def __init__(self, conda_dependencies_file_path: str | Path | None = None) -> None:
        self._text: str | None = None
        if conda_dependencies_file_path is not None:
            self._text = Path(conda_dependencies_file_path).read_text(encoding="utf-8")
        self.name = "project_environment"
        self.channels: list[str] = ["conda-forge"]
        self.conda_packages: list[str] = []
        self.pip_packages: list[str] = []
        self.python_version: str | None = None

    def __repr__(self) -> str:
        return self.serialize_to_string()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return a list that was written as yml."""
        made = cls()
        made._text = text
        return made

    @classmethod
    def create(
        cls,
        pip_indexurl: str | None = None,
        pip_packages: Iterable[str] | None = None,
        conda_packages: Iterable[str] | None = None,
        python_version: str | None = None,
        pin_sdk_version: bool = True,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> Self:
        """Return a list of the given packages."""
        del pip_indexurl, pin_sdk_version
        made = cls()
        made.pip_packages.extend(pip_packages or ())
        made.conda_packages.extend(conda_packages or ())
        made.python_version = python_version
        return made

    def add_conda_package(self, conda_package: str) -> None:
        """Add a package of conda's."""
        self._add(self.conda_packages, conda_package)

    def add_pip_package(self, pip_package: str) -> None:
        """Add a package of pip's."""
        self._add(self.pip_packages, pip_package)

    def add_channel(self, channel: str) -> None:
        """Add a channel of conda's."""
        self._add(self.channels, channel)

    def add_tensorflow_conda_package(
        self, core_type: str = "cpu", version: str | None = None
    ) -> None:
        """Add TensorFlow from conda."""
        self._add(self.conda_packages, _tensorflow(core_type, version))

    def add_tensorflow_pip_package(
        self, core_type: str = "cpu", version: str | None = None
    ) -> None:
        """Add TensorFlow from pip."""
        self._add(self.pip_packages, _tensorflow(core_type, version, equals="=="))

    def remove_conda_package(self, conda_package: str) -> None:
        """Take a package of conda's out."""
        self.conda_packages = [name for name in self.conda_packages if name != conda_package]

    def remove_pip_package(self, pip_package: str) -> None:
        """Take a package of pip's out."""
        self.pip_packages = [name for name in self.pip_packages if name != pip_package]

    def set_python_version(self, version: str) -> None:
        """Ask for a version of Python."""
        self.python_version = version

    def serialize_to_string(self) -> str:
        """Return the list as conda's yml."""
        if self._text is not None:
            return self._text
        lines = [f"name: {self.name}", "dependencies:"]
        python = [] if self.python_version is None else [f"python={self.python_version}"]
        lines += [f"  - {_scalar(package)}" for package in [*python, *self.conda_packages]]
        if self.pip_packages:
            lines += ["  - pip:", *(f"    - {_scalar(package)}" for package in self.pip_packages)]
        lines += ["channels:", *(f"  - {_scalar(channel)}" for channel in self.channels)]
        return "\n".join([*lines, ""])

    def save_to_file(
        self, base_directory: str | Path = ".", conda_file_path: str | Path | None = None
    ) -> str:
        """Write the yml file; return its path relative to `base_directory`."""
        relative = Path(conda_file_path or DEFAULT_FILE)
        write_atomically(Path(base_directory) / relative, self.serialize_to_string().encode())
        return str(relative)

    save = save_to_file

    def _add(self, packages: list[str], package: str) -> None:
        if package not in packages:
            packages.append(package)
        if self._text is not None:
            kind = "channel" if packages is self.channels else "package"
            self._text += f"# {kind} added in the notebook: {package}\n"


def _tensorflow(core_type: str, version: str | None, equals: str = "=") -> str:
    name = "tensorflow-gpu" if core_type == "gpu" else "tensorflow"
    return name if version is None else f"{name}{equals}{version}"


def _scalar(text: str) -> str:
    """Return a text as YAML holds it: quoted where it would mean something else."""
    plain = text and not set(text) & set("#:{}[],&*?|<>%@`'\"!\\") and text.strip() == text
    return text if plain else json.dumps(text)
