"""Names that scripts of 2019-2021 use and that NumPy and scikit-learn have dropped since.

Nothing is imported for their sake: NumPy gets them when a script imports it.
"""

import builtins
import importlib
import importlib.util
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from hdwidget.azureml.exceptions import LocalRunWarning

__all__ = ["install_aliases"]

NUMPY = ("bool", "complex", "float", "int", "object", "str")
"""Python's own types, which NumPy offered under its name until 1.24."""

RENAMED = {
    "NAN": "nan",
    "NaN": "nan",
    "Inf": "inf",
    "Infinity": "inf",
    "infty": "inf",
    "float_": "float64",
    "complex_": "complex128",
    "string_": "bytes_",
    "unicode_": "str_",
    "round_": "round",
    "product": "prod",
    "cumproduct": "cumprod",
    "alltrue": "all",
    "sometrue": "any",
}
"""What NumPy has under one name only since 2.0."""

JOBLIB = "sklearn.externals.joblib"


def install_aliases() -> None:
    """Bring the old names back in this process. What a library still has stays as it is."""
    if "numpy" in sys.modules:
        _complete(sys.modules["numpy"])
    else:
        sys.meta_path.insert(0, NumpyFinder())
    sys.meta_path.append(JoblibFinder())


def _complete(numpy: ModuleType) -> None:
    """Let numpy answer for the names that it has no more, each with one warning in all."""
    own: Callable[[str], Any] | None = vars(numpy).get("__getattr__")
    warned: list[str] = []

    def answer(name: str) -> object:
        if name not in NUMPY and name not in RENAMED:
            if own is None:
                message = f"module 'numpy' has no attribute {name!r}"
                raise AttributeError(message)
            return own(name)
        if not warned:
            warned.append(name)
            instead = f"np.{RENAMED[name]}" if name in RENAMED else name
            message = (
                f"NumPy has no np.{name} any more. hdwidget.azureml lends it to old scripts, with "
                f"{', '.join(f'np.{other}' for other in NUMPY)}; write {instead} instead."
            )
            warnings.warn(message, LocalRunWarning, stacklevel=2)
        value: object
        value = getattr(numpy, RENAMED[name]) if name in RENAMED else getattr(builtins, name)
        vars(numpy)[name] = value
        return value

    vars(numpy)["__getattr__"] = answer


class NumpyFinder:
    """Waits for the import of numpy, and completes it there."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return numpy's own spec, with its loader made to complete it."""
        del path, target
        if fullname != "numpy":
            return None
        sys.meta_path.remove(self)  # once, and it finds numpy without us
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            sys.meta_path.insert(0, self)
            return spec
        loader = spec.loader
        execute = loader.exec_module

        def execute_and_complete(module: ModuleType) -> None:
            execute(module)
            _complete(module)

        # On the loader itself, so that whatever else it can do is still there.
        vars(loader)["exec_module"] = execute_and_complete
        return spec


class JoblibFinder:
    """Finds joblib as ``sklearn.externals.joblib`` where scikit-learn has it no more."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to import joblib under its old name."""
        del path, target
        loader: Any = JoblibLoader()
        return ModuleSpec(fullname, loader) if fullname == JOBLIB else None


class JoblibLoader:
    """Puts joblib itself under the other name: one module object."""

    def create_module(self, _: ModuleSpec) -> None:
        """Leave making the module to the import system; it is replaced at once."""

    def exec_module(self, module: ModuleType) -> None:
        """Replace the module by joblib."""
        sys.modules[module.__name__] = importlib.import_module("joblib")
