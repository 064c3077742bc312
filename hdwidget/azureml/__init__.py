"""Notebooks and scripts that say ``from azureml…`` run here: `install` makes those names ours.

In a notebook the one line is ``%load_ext hdwidget.azureml``; on the command line ``python -m
hdwidget.azureml script.py``. Scripts that a notebook submits are started in that way by themselves.
"""

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from hdwidget.azureml.aliases import install_aliases
from hdwidget.azureml.finder import AzureFinder
from hdwidget.errors import ConfigurationError

__all__ = ["install", "load_ipython_extension"]

INSIST = "HDWIDGET_AZUREML"
"""The environment variable that says "replace" where hdwidget is to stand before a real azureml."""

IMPORTABLE = Path(__file__).parent / "importable"
"""A folder with a package `azureml` that installs ours, for the processes that a script starts."""


def install(*, replace: bool = False) -> None:
    """Make ``azureml.core``, ``azureml.train.hyperdrive`` and their kin importable, as ours.

    Scripts and processes that are started from here find them as well. Names that left NumPy in
    1.24 (``np.float``, …) and ``sklearn.externals.joblib`` come back, for the scripts of that time.
    To install twice is harmless.

    Parameters
    ----------
    replace : bool
        Whether to stand before an azureml that is really installed. The environment variable
        ``HDWIDGET_AZUREML=replace`` says the same, for ``%load_ext`` and the command line.

    Raises
    ------
    ConfigurationError
        A real azureml is installed and `replace` is False, or it has been imported already.

    Examples
    --------
    >>> from hdwidget import azureml
    >>> azureml.install()
    >>> from azureml.core import Workspace
    """
    if any(isinstance(finder, AzureFinder) for finder in sys.meta_path):
        return
    replace = replace or os.environ.get(INSIST) == "replace"
    _check_for_a_real_one(replace=replace)
    if replace:
        os.environ[INSIST] = "replace"
    sys.modules.pop("azureml", None)
    sys.meta_path.insert(0, AzureFinder())
    install_aliases()
    _reach_other_processes()


def load_ipython_extension(_: object) -> None:
    """Do what ``%load_ext hdwidget.azureml`` is to do: `install`."""
    install()


def _check_for_a_real_one(*, replace: bool) -> None:
    place = _real_place()
    if place is None:
        return
    imported = sorted(name for name in sys.modules if name.startswith("azureml."))
    if replace and not imported:
        return
    if replace:
        message = (
            f"the real azureml must not have been imported before hdwidget's, but "
            f"`{imported[0]}` is loaded. Restart the kernel and load hdwidget.azureml first."
        )
    else:
        message = (
            f"a real azureml is installed in {place}, and hdwidget does not stand before it "
            f"unasked. Uninstall it, or insist with hdwidget.azureml.install(replace=True) or the "
            f"environment variable {INSIST}=replace."
        )
    raise ConfigurationError(message)


def _real_place() -> str | None:
    """Return where a package azureml is that holds code; an empty folder of that name is none."""
    ours = IMPORTABLE.resolve()  # a script may reach hdwidget through a link
    spec = PathFinder.find_spec("azureml", [p for p in sys.path if Path(p).resolve() != ours])
    if spec is None or spec.origin is not None:
        return None if spec is None else spec.origin
    places = spec.submodule_search_locations or ()
    return next((place for place in places if any(Path(place).glob("*/__init__.py"))), None)


def _reach_other_processes() -> None:
    """Let spawned children, joblib's workers and other scripts find the package, too.

    They are fresh interpreters: nothing but the environment tells them, or, where multiprocessing
    or joblib starts them, the path of this one.
    """
    if str(IMPORTABLE) not in sys.path:
        sys.path.append(str(IMPORTABLE))
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if str(IMPORTABLE) not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([*filter(None, paths), str(IMPORTABLE)])
