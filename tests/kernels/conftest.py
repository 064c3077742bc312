"""Kernels of the versions of ipykernel that differ in how a page's messages reach a busy one."""

import sys
from pathlib import Path

import pytest
from support.jupyter_kernel import JupyterKernel

ROOT = Path(__file__).parents[2]


def environment(version):
    """Return the interpreter that sees another version of ipykernel; `make test-all` makes it."""
    python = ROOT / f".venv-ipykernel-{version}" / "bin" / "python"
    return pytest.param((version, python), id=version, marks=pytest.mark.slow)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((None, Path(sys.executable)), id="installed"),
        environment("7.3"),
        environment("6.31"),
    ],
)
def kernel(request, tmp_path_factory):
    """Return a running kernel; each test leaves it idle."""
    version, python = request.param
    assert python.exists(), f"{python} is missing. Run `make test-all`, which makes it."
    with JupyterKernel(python, tmp_path_factory.mktemp("kernel")) as running:
        found = running.run("import ipykernel; print(ipykernel.__version__)").text.strip()
        assert version is None or found.startswith(f"{version}.")
        running.has_subshells = not found.startswith("6.")
        yield running
