"""`Environment`: what a script was to run in on Azure; here it is the current interpreter."""

import copy
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

import hdwidget.script_config as local
from hdwidget.azureml.cloud_only import refuse
from hdwidget.azureml.conda import CondaDependencies
from hdwidget.azureml.exceptions import LocalRunWarning, UserErrorException
from hdwidget.azureml.registry import Registry, Table, write_atomically

if TYPE_CHECKING:
    from hdwidget.azureml.workspace import Workspace

__all__ = ["DockerSection", "Environment", "EnvironmentDefinition", "PythonSection"]

LAUNCHER = ("-m", "hdwidget.azureml")
"""How a script is started, so that its azureml is ours."""

CURATED = "azureml-"
"""What the names of Azure's ready-made environments begin with."""


class PythonSection:
    """Which Python, and with which packages.

    Attributes
    ----------
    user_managed_dependencies : bool
        Whether `interpreter_path` is to be used as it is.
    interpreter_path : str
        The interpreter; it counts with `user_managed_dependencies`.
    conda_dependencies : CondaDependencies
        The packages; they are written down only.
    """

    def __init__(self) -> None:
        self.user_managed_dependencies = False
        self.interpreter_path = "python"
        self.conda_dependencies: CondaDependencies | None = None
        self.conda_dependencies_file: str | None = None
        self.base_conda_environment: str | None = None


class DockerSection:
    """Which image; it is kept, and nothing is done with it."""

    def __init__(self) -> None:
        self.enabled = False
        self.base_image: str | None = None
        self.base_dockerfile: str | None = None
        self.base_image_registry = _Registry()
        self.gpu_support = True
        self.shared_volumes = True
        self.shm_size: str | None = None
        self.arguments: list[str] = []


class _Registry:
    """The address of a container registry, and who asks it."""

    def __init__(self) -> None:
        self.address: str | None = None
        self.username: str | None = None
        self.password: str | None = None


class _SparkSection:
    """Spark is not used here."""

    def __init__(self) -> None:
        self.packages: list[Any] = []
        self.repositories: list[str] = []
        self.precache_packages = False


class Environment:
    """What a script runs in. Its packages are written down; the current interpreter runs it.

    Another interpreter is used with ``env.python.user_managed_dependencies = True`` and
    ``env.python.interpreter_path``; hdwidget has to be installed there.

    Parameters
    ----------
    name : str
        Its name.

    Attributes
    ----------
    python : PythonSection
    docker : DockerSection
    environment_variables : dict
        What the script finds in its environment.

    Examples
    --------
    >>> env = Environment.from_conda_specification("sklearn-env", "conda.yml")
    >>> ScriptRunConfig(".", "train.py", environment=env)
    """

    def __init__(self, name: str | None = None, **_: object) -> None:
        self.name = name
        self.version: str | None = None
        self.python = PythonSection()
        self.docker = DockerSection()
        self.spark = _SparkSection()
        self.environment_variables: dict[str, str] = {}
        self.inferencing_stack_version: str | None = None

    def __repr__(self) -> str:
        return f"Environment(Name: {self.name},\nVersion: {self.version})"

    @classmethod
    def from_conda_specification(cls, name: str, file_path: str | Path) -> Self:
        """Return an environment with the packages of a conda yml file.

        Raises
        ------
        FileNotFoundError
            There is no such file.
        """
        made = cls(name)
        made.python.conda_dependencies = CondaDependencies(file_path)
        return made

    @classmethod
    def from_pip_requirements(cls, name: str, file_path: str | Path, **_: object) -> Self:
        """Return an environment with the packages of a requirements file.

        Raises
        ------
        FileNotFoundError
            There is no such file.
        """
        lines = (line.strip() for line in Path(file_path).read_text(encoding="utf-8").splitlines())
        made = cls(name)
        made.python.conda_dependencies = CondaDependencies.create(
            pip_packages=[line for line in lines if line and not line.startswith("#")]
        )
        return made

    @classmethod
    def from_existing_conda_environment(cls, name: str, conda_environment_name: str) -> Self:
        """Return an environment under a name of conda's, which is written down only."""
        made = cls(name)
        made.python.base_conda_environment = conda_environment_name
        return made

    @classmethod
    def from_docker_image(cls, name: str, image: str, **_: object) -> Self:
        """Return an environment of an image, which is written down only."""
        made = cls(name)
        made.docker.base_image = image
        return made

    @classmethod
    def from_dockerfile(cls, name: str, dockerfile: str, **_: object) -> Self:
        """Return an environment of a Dockerfile, which is written down only."""
        made = cls(name)
        made.docker.base_dockerfile = dockerfile
        return made

    @classmethod
    def get(cls, workspace: "Workspace", name: str, version: str | None = None) -> Self:
        """Return an environment that was registered, or one of Azure's ready-made ones by name.

        Raises
        ------
        UserErrorException
            There is none of the name.
        """
        written = Registry(workspace.path, "environments").read().get(name)
        if written is not None:
            return cls._from_json(name, written)
        if not name.lower().startswith(CURATED):
            message = (
                f"there is no environment {name!r}. Register one with "
                f"Environment({name!r}).register(ws)."
            )
            raise UserErrorException(message)
        made = cls(name)
        made.version = version or "1"
        return made

    @classmethod
    def list(cls, workspace: "Workspace") -> dict[str, Self]:
        """Return the environments that were registered, by name."""
        table = Registry(workspace.path, "environments").read()
        return {name: cls._from_json(name, written) for name, written in table.items()}

    def register(self, workspace: "Workspace") -> Self:
        """Write the environment down in the workspace; return it with its version."""

        def add(table: Table) -> None:
            written = self._to_json()
            before = table.get(str(self.name))
            if before is None:
                written["version"] = "1"
            elif {**before, "version": None} == {**written, "version": None}:
                written["version"] = before["version"]
            else:
                written["version"] = str(int(before["version"]) + 1)
            table[str(self.name)] = written
            self.version = written["version"]

        Registry(workspace.path, "environments").update(add)
        return self

    def clone(self, new_name: str) -> Self:
        """Return a copy under another name."""
        made = copy.deepcopy(self)
        made.name, made.version = new_name, None
        return made

    def save_to_directory(
        self,
        path: str | Path,
        overwrite: bool = False,  # noqa: FBT001, FBT002  # Azure's signature
    ) -> None:
        """Write the packages to ``conda_dependencies.yml`` in a folder.

        Raises
        ------
        UserErrorException
            The folder exists, and `overwrite` is False.
        """
        if Path(path).exists() and not overwrite:
            message = f"{path} exists. Say overwrite=True, or give another folder."
            raise UserErrorException(message)
        packages = self.python.conda_dependencies or CondaDependencies()
        text = packages.serialize_to_string()
        write_atomically(Path(path) / "conda_dependencies.yml", text.encode())

    def build(self, *_: object, **__: object) -> NoReturn:
        """Refuse: there is no image to build."""
        refuse("Environment.build", "Install the packages into the environment of this notebook.")

    build_local = build

    def to_local(self, variables: dict[str, str]) -> local.Environment:
        """Return what the script really runs in, and say so where it is something else.

        Parameters
        ----------
        variables : dict
            What the script finds in its environment, beside the environment's own variables.
        """
        named = self.python.user_managed_dependencies and self.python.interpreter_path != "python"
        python = os.path.expanduser(self.python.interpreter_path) if named else None  # noqa: PTH111
        if not named and self._asks_for_more():
            message = (
                "hdwidget runs scripts in the current interpreter: the environment's packages and "
                "image are written down, and nothing is installed. To use another interpreter, set "
                "env.python.user_managed_dependencies = True and env.python.interpreter_path."
            )
            # From this very line, so that Python says it once.
            warnings.warn(message, LocalRunWarning, stacklevel=1)
        texts = {name: str(value) for name, value in self.environment_variables.items()}
        return local.Environment(python, {**texts, **variables}, LAUNCHER)

    def _asks_for_more(self) -> bool:
        curated = (self.name or "").lower().startswith(CURATED)
        asked = (
            self.python.conda_dependencies,
            self.python.base_conda_environment,
            self.docker.base_image,
            self.docker.base_dockerfile,
        )
        return curated or any(given is not None for given in asked)

    def _to_json(self) -> dict[str, Any]:
        packages = self.python.conda_dependencies
        return {
            "version": self.version,
            "conda": None if packages is None else packages.serialize_to_string(),
            "user_managed_dependencies": self.python.user_managed_dependencies,
            "interpreter_path": self.python.interpreter_path,
            "base_image": self.docker.base_image,
            "base_dockerfile": self.docker.base_dockerfile,
            "environment_variables": dict(self.environment_variables),
        }

    @classmethod
    def _from_json(cls, name: str, written: dict[str, Any]) -> Self:
        made = cls(name)
        made.version = written["version"]
        if written["conda"] is not None:
            made.python.conda_dependencies = CondaDependencies.from_text(written["conda"])
        made.python.user_managed_dependencies = written["user_managed_dependencies"]
        made.python.interpreter_path = written["interpreter_path"]
        made.docker.base_image = written["base_image"]
        made.docker.base_dockerfile = written["base_dockerfile"]
        made.environment_variables = dict(written["environment_variables"])
        return made


EnvironmentDefinition = Environment
