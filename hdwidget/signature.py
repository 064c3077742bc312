"""Whether a training function takes what the search space gives it; known before any trial."""

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hdwidget.checks import nearest
from hdwidget.errors import ConfigurationError

__all__ = ["as_keywords", "check_signature", "importable_name", "is_async", "label"]

TrainFunction = Callable[..., Any]


def as_keywords(params: Mapping[str, object]) -> dict[str, object]:
    """Return hyperparameters under the names that a Python function gets them by.

    A dash inside a name becomes an underscore, as `argparse` has it.
    """
    return {name.replace("-", "_"): value for name, value in params.items()}


def is_async(function: TrainFunction) -> bool:
    """Tell whether calling `function` gives a coroutine."""
    while isinstance(function, functools.partial):
        function = function.func
    if inspect.isclass(function):
        return False
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004  # an object with `async def __call__`
    )


def label(function: TrainFunction) -> str:
    """Return the name under which errors speak of `function`."""
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)


def importable_name(function: TrainFunction) -> str | None:
    """Return ``module:qualified.name``, None for what another process cannot import by a name."""
    module = sys.modules.get(str(getattr(function, "__module__", None)))
    path = str(getattr(function, "__qualname__", ""))
    if module is None or module.__name__ == "__main__":
        return None
    found: object = module
    for part in path.split("."):
        found = getattr(found, part, None)
    return f"{module.__name__}:{path}" if found is function else None


def check_signature(function: TrainFunction, names: Iterable[str], *, with_setup: bool) -> None:
    """Raise `ConfigurationError` unless ``function(run, **hyperparameters)`` can be called.

    With `with_setup` that is ``function(run, what_setup_returned, **hyperparameters)``.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return  # a callable of C code without a signature: the first trial will tell
    called = label(function)
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        msg = f"`{called}` is a generator: take the `yield` out of it, and log with run.log(…)."
        raise ConfigurationError(msg)
    keywords = list(as_keywords(dict.fromkeys(names)))
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    leading = ["run", "data"][: 2 if with_setup else 1]
    takes_any_position = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    must_take = (
        f"`{called}` must take {' and '.join(f'`{name}`' for name in leading)} first"
        f"{' (`data` is what `setup` returns)' if with_setup else ''}"
    )
    if len(positional) < len(leading) and not takes_any_position:
        msg = (
            f"{must_take}, but its signature is {called}{inspect.signature(function)}. "
            f"Write `def {called}({', '.join(leading + keywords)})`."
        )
        raise ConfigurationError(msg)
    first = [p.name for p in positional[: len(leading)] if p.kind is p.POSITIONAL_OR_KEYWORD]
    named = {p.name: p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    takes_any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters)
    free = [name for name in named if name not in first]
    for keyword in keywords:
        if keyword in leading:
            msg = f"`{keyword}` is handed to `{called}` by hdwidget: rename the hyperparameter."
            raise ConfigurationError(msg)
        if keyword in first:
            place = "first" if positional[0].name == keyword else "second"
            msg = (
                f"{must_take}, but its {place} parameter is the hyperparameter `{keyword}`. "
                f"Write `def {called}({', '.join(leading + keywords)})`."
            )
            raise ConfigurationError(msg)
        if keyword not in named and not takes_any_keyword:
            msg = (
                f"`{called}` takes no hyperparameter `{keyword}`, which is in the search space."
                f"{nearest(keyword, free)} It takes {', '.join(free) or 'none'}."
            )
            raise ConfigurationError(msg)
    nameless = [p for p in positional[len(leading) :] if p.kind is p.POSITIONAL_ONLY]
    unfilled = [named[name] for name in free if name not in keywords]
    for name in (p.name for p in nameless + unfilled if p.default is p.empty):
        msg = (
            f"`{called}` needs `{name}`, which is not in the search space "
            f"({', '.join(keywords)}). Add it to the space or give it a default."
        )
        raise ConfigurationError(msg)
