"""Scripts run by Python itself and by ``python -m hdwidget.azureml``, to be compared."""

import os
import subprocess
import sys
from pathlib import Path

from support.bounded import DEADLINE

__all__ = ["run_by_azureml", "run_by_python"]

HDWIDGET = Path(__file__).parents[2]


def run_by_python(script, *arguments, folder=None, **variables):
    """Run a script as everybody does."""
    return _run([str(script), *arguments], folder, variables)


def run_by_azureml(script, *arguments, folder=None, **variables):
    """Run a script with azureml at hand."""
    return _run(["-m", "hdwidget.azureml", str(script), *arguments], folder, variables)


def _run(command, folder, variables):
    paths = [str(HDWIDGET), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=2 * DEADLINE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **variables},
    )
