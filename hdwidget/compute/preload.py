"""Which modules a fork server loads ahead, so that a trial finds them loaded when it starts.

Only what is installed (site-packages and the standard library): the user's own modules are loaded
by each trial anew, so that an edit is seen.
"""

import dis
import functools
import importlib.util
import inspect
import site
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, cast

__all__ = ["modules_of"]


def modules_of(*functions: Callable[..., Any]) -> list[str]:
    """Return the installed modules that these functions import or refer to, sorted by name.

    Functions of the user's own modules that they call are followed.
    """
    installed = _installed_folders()
    seen: set[int] = set()
    found: set[str] = set()
    waiting: list[object] = list(functions)
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        function = _function_in(value)
        name = _module_name(value if function is None else function)
        if name is not None and _is_installed(name, installed):
            found.add(name)
        elif function is not None:
            found.update(
                name for name in _imports(function.__code__) if _is_installed(name, installed)
            )
            waiting.extend(_references(function))
        elif inspect.isclass(value):
            waiting.extend(vars(value).values())
        elif name is not None and not isinstance(value, ModuleType):
            waiting.append(type(value))
    # `from hdwidget import Run` loads that when the name is first asked for.
    return sorted("hdwidget.run" if name == "hdwidget" else name for name in found)


def _module_name(value: object) -> str | None:
    if isinstance(value, ModuleType):
        return value.__name__
    named = value if isinstance(value, type | FunctionType | BuiltinFunctionType) else type(value)
    return named.__module__


def _function_in(value: object) -> FunctionType | None:
    """Unwrap a partial, a method, a decorated function or a callable object.

    Nothing is asked of objects that may answer with code of the user's.
    """
    if isinstance(value, functools.partial):
        return _function_in(cast("functools.partial[object]", value).func)
    if isinstance(value, MethodType):
        return _function_in(value.__func__)
    if isinstance(value, FunctionType):
        inner: object = inspect.unwrap(value)
        return inner if isinstance(inner, FunctionType) else value
    call = inspect.getattr_static(type(value), "__call__", None)
    return call if isinstance(call, FunctionType) else None


def _code_objects(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code_objects(constant)


def _imports(code: CodeType) -> Iterator[str]:
    for part in _code_objects(code):
        for instruction in dis.get_instructions(part):
            if instruction.opname == "IMPORT_NAME" and instruction.argval:
                yield instruction.argval


def _references(function: FunctionType) -> Iterator[object]:
    for part in _code_objects(function.__code__):
        for name in part.co_names:
            if name in function.__globals__:
                yield function.__globals__[name]
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue


def _installed_folders() -> tuple[Path, ...]:
    paths = sysconfig.get_paths()
    folders = {paths[key] for key in ("purelib", "platlib", "stdlib", "platstdlib")}
    folders.add(site.getusersitepackages())
    return tuple(Path(folder).resolve() for folder in folders)


def _is_installed(module: str, folders: tuple[Path, ...]) -> bool:
    top = module.partition(".")[0]
    if top == "hdwidget":  # also where it is worked on
        return True
    if not top or top in {"__main__", "builtins"}:
        return False
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    if spec.origin in {"built-in", "frozen"}:
        return True
    places = [spec.origin] if spec.origin else list(spec.submodule_search_locations or ())
    return any(
        Path(place).resolve().is_relative_to(folder) for place in places for folder in folders
    )
