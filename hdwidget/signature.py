"""Whether a training function takes what the search space gives it; known before any trial."""

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hdwidget.checks import nearest
from hdwidget.errors import ConfigurationError

__all__ = ["as_keywords", "check_signature", "is_async", "label"]

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
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004  # an object with `async def __call__`
    )


def label(function: TrainFunction) -> str:
    """Return the name under which errors speak of `function`."""
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)


def check_signature(function: TrainFunction, names: Iterable[str], *, with_setup: bool) -> None:
    """Raise `ConfigurationError` unless ``function(run, **hyperparameters)`` can be called.

    With `with_setup` that is ``function(run, what_setup_returned, **hyperparameters)``.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return  # a callable of C code without a signature: the first trial will tell
    called = label(function)
    keywords = list(as_keywords(dict.fromkeys(names)))
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    leading = ["run", "data"][: 2 if with_setup else 1]
    takes_any_position = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    if len(positional) < len(leading) and not takes_any_position:
        msg = (
            f"`{called}` must take {' and '.join(f'`{name}`' for name in leading)} first"
            f"{' (`data` is what `setup` returns)' if with_setup else ''}, "
            f"but its signature is {called}{inspect.signature(function)}. "
            f"Write `def {called}({', '.join(leading + keywords)})`."
        )
        raise ConfigurationError(msg)
    handed = {p.name for p in positional[: len(leading)]}
    named = {p.name: p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    takes_any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters)
    free = [name for name in named if name not in handed]
    for keyword in keywords:
        if keyword in handed:
            msg = (
                f"`{called}` must take `run` first, but its first parameter is the hyperparameter "
                f"`{keyword}`. Write `def {called}({', '.join(leading + keywords)})`."
            )
            raise ConfigurationError(msg)
        if keyword not in named and not takes_any_keyword:
            msg = (
                f"`{called}` takes no hyperparameter `{keyword}`, which is in the search space."
                f"{nearest(keyword, free)} It takes {', '.join(free) or 'none'}."
            )
            raise ConfigurationError(msg)
    for name in free:
        if name not in keywords and named[name].default is inspect.Parameter.empty:
            msg = (
                f"`{called}` needs `{name}`, which is not in the search space "
                f"({', '.join(keywords)}). Add it to the space or give it a default."
            )
            raise ConfigurationError(msg)
