"""Imports inside the package go down the layers of DESIGN.md, and in plain sight."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import hdwidget

PACKAGE = Path(hdwidget.__file__).parent

# From the lowest to the highest: a module imports what stands in its own package and what stands
# above it in this list. `__init__` is the package itself: its public names, loaded lazily.
LAYERS = (
    "errors",
    "nearest",
    "shown",
    "checks",
    "memory_limit",
    "status",
    "arguments",
    "signature",
    "metrics",
    "durable",
    "artifacts",
    "tables",
    "model_record",
    "surface",
    "offline",
    "context",
    "space",
    "curves",
    "samplers",
    "policies",
    "store",
    "archive",
    "dry_run",
    "script_config",
    "function_config",
    "config",
    "config_record",
    "snapshot",
    "compute",
    "engine",
    "results",
    "dataframes",
    "analysis",
    "progress",
    "kernel_messages",
    "waiting",
    "awaited",
    "warm_start",
    "control",
    "models",
    "run",
    "hyperdrive_run",
    "experiment",
    "widget",
    "plots",
    "report",
    "studio",
    "integrations",
    "azureml",
    "demo",
    "cli",
    "__main__",
    "__init__",
)


class Import(NamedTuple):
    """An import of one of our modules: the layer it reaches, and where it stands."""

    layer: str
    line: int
    in_function: bool


def layer_of(file: Path, package: Path = PACKAGE) -> str:
    return file.relative_to(package).parts[0].removesuffix(".py")


def imports(file: Path, package: Path = PACKAGE) -> Iterator[Import]:
    """Yield every import of ours in `file`: at the top, for types only, or inside a function."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        for layer in reached(node, file, package):
            yield Import(layer, node.lineno, id(node) in inside)


def reached(node: ast.AST, file: Path, package: Path) -> Iterator[str]:
    """Yield the layers that an import statement reaches."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            root, _, rest = alias.name.partition(".")
            if root == "hdwidget":
                yield rest.partition(".")[0] or "__init__"
    elif isinstance(node, ast.ImportFrom):
        module = absolute(node, file, package)
        if module == "hdwidget":  # a submodule, or one of the public names
            for alias in node.names:
                stem = package / alias.name
                yield (
                    alias.name if stem.is_dir() or stem.with_suffix(".py").exists() else "__init__"
                )
        elif module.startswith("hdwidget."):
            yield module.split(".")[1]


def absolute(node: ast.ImportFrom, file: Path, package: Path) -> str:
    """Return the full name of the module that is imported from, also for a relative import."""
    if not node.level:
        return node.module or ""
    parts = ("hdwidget", *file.relative_to(package).parts[:-1])
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def faults(file: Path, package: Path = PACKAGE) -> list[str]:
    """Return what is wrong with the imports of `file`, a sentence each."""
    own = layer_of(file, package)
    name = file.relative_to(package)
    if own not in LAYERS:
        return [f"{name}: `{own}` has no layer; place it in LAYERS of tests/test_layers.py."]
    found: list[str] = []
    for layer, line, in_function in imports(file, package):
        where = f"{name}:{line}"
        if layer not in LAYERS:
            found.append(f"{where}: imports `{layer}`, which has no layer; place it in LAYERS.")
        elif layer != own and LAYERS.index(layer) > LAYERS.index(own):
            found.append(f"{where}: `{own}` must not import `{layer}`, which stands above it.")
        if in_function and own != "__init__":
            found.append(f"{where}: an import of `{layer}` hides in a function.")
    return found


SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_go_down(file):
    assert faults(file) == []


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        ("policies/bandit.py", "from hdwidget.store import Store", "must not import `store`"),
        ("policies/bandit.py", "import hdwidget.engine.loop", "must not import `engine`"),
        ("policies/bandit.py", "from hdwidget import Experiment", "must not import `__init__`"),
        ("policies/bandit.py", "from hdwidget import store", "must not import `store`"),
        ("policies/bandit.py", "from ..store import Store", "must not import `store`"),
        ("policies/bandit.py", "from .. import store", "must not import `store`"),
        (
            "policies/bandit.py",
            "if TYPE_CHECKING:\n    from hdwidget.run import Run",
            "must not import `run`",
        ),
        ("run.py", "def f():\n    from hdwidget.errors import A", "hides in a function"),
        ("run.py", "import hdwidget.helpers", "no layer"),
        ("helpers.py", "", "no layer"),
    ],
)
def test_a_fault_is_found(tmp_path, name, source, fault):
    (tmp_path / "store").mkdir()
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(source)
    (message,) = faults(file, tmp_path)
    assert fault in message


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("policies/bandit.py", "import numpy\nfrom hdwidget.policies.base import Policy"),
        ("policies/bandit.py", "from .base import Policy\nfrom hdwidget import errors"),
        ("__init__.py", "def __getattr__(name):\n    from hdwidget.run import Run"),
    ],
)
def test_what_is_allowed(tmp_path, name, source):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    (tmp_path / "errors.py").touch()
    file.write_text(source)
    assert faults(file, tmp_path) == []
