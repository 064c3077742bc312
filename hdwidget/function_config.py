"""A Python function as what is tuned, checked when it is configured."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from hdwidget.checks import nearest, positive_number, suggest_keywords, whole_number
from hdwidget.errors import ConfigurationError
from hdwidget.memory_limit import checked_memory_limit
from hdwidget.shown import as_text, shown
from hdwidget.signature import importable_name, is_async, label

__all__ = ["FunctionRunConfig", "Isolation"]

Isolation: TypeAlias = Literal["coroutine", "thread", "process"]

COROUTINES_AT_ONCE = 100


@dataclass(frozen=True)
class FunctionRunConfig:
    """A Python function as the thing that is tuned.

    Parameters
    ----------
    function : callable
        ``train(run, **hyperparameters)``, or ``train(run, data, **hyperparameters)`` with `setup`;
        a plain function or an ``async def``.
    isolation : {"process", "thread", "coroutine"}, optional
        Where a trial runs. The default is a process of its own for a plain function, which uses
        all cores and can be killed, and a coroutine on the engine's loop for an ``async def``. A
        thread is for tiny functions; it stops at its next `run.log`, and cannot be killed.
    setup : callable, optional
        Called once per experiment without arguments; what it returns is handed to every trial as
        its second argument. Trials in processes map its large arrays copy-on-write instead of
        copying them.
    max_run_duration_seconds : float
        Wall-clock seconds after which a trial is stopped and, if it does not stop, killed.
        The default is 30 days.
    max_retries : int
        How often a trial whose process died (a crash, a signal) is evaluated once more: from what
        it left in ``run.checkpoint_dir``, or else anew in another run. One that raised an
        exception is not.
    memory_limit : int or str, optional
        What all processes of a trial together may take, in bytes or as a text such as "2 GB" or
        "512 MiB". One that takes more is stopped and, if it does not stop, killed. What it shares
        with others counts by its share, and mapped files, as of `setup`, do not count; a process
        may reserve twice as much and 1 GB. Only for ``isolation="process"``; where the system is
        not Linux it needs psutil, and counts what is resident.

    Raises
    ------
    ConfigurationError
        For an argument that does not hold.

    Examples
    --------
    >>> def train(run, data, depth): ...
    >>> FunctionRunConfig(train, setup=lambda: [1, 2, 3], isolation="thread")
    FunctionRunConfig(train, isolation='thread', setup=<lambda>)
    """

    function: Callable[..., Any]
    isolation: Isolation
    setup: Callable[[], object] | None
    max_run_duration_seconds: float
    max_retries: int
    memory_limit: int | None

    @suggest_keywords
    def __init__(
        self,
        function: Callable[..., Any],
        *,
        isolation: Isolation | None = None,
        setup: Callable[[], object] | None = None,
        max_run_duration_seconds: float = 2592000,
        max_retries: int = 0,
        memory_limit: float | str | None = None,
    ) -> None:
        for name, value in (("function", function), ("setup", setup)):
            if not callable(value) and not (name == "setup" and value is None):
                msg = f"`{name}` must be callable, but got {name}={shown(value)}."
                raise ConfigurationError(msg)
        if setup is not None and is_async(setup):
            msg = f"`setup` must be a plain function, but `{label(setup)}` is an `async def`."
            raise ConfigurationError(msg)
        if isolation is None:
            isolation = "coroutine" if is_async(function) else "process"
        if not isinstance(isolation, str) or isolation not in get_args(Isolation):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            msg = (
                f'`isolation` must be "process", "thread" or "coroutine", '
                f"but got isolation={shown(isolation)}."
                f"{nearest(as_text(isolation), get_args(Isolation))}"
            )
            raise ConfigurationError(msg)
        if isolation == "coroutine" and not is_async(function):
            msg = (
                f'`isolation="coroutine"` needs an `async def`, but `{label(function)}` is a plain '
                f'function. Use isolation="process" or "thread", or make it `async def`.'
            )
            raise ConfigurationError(msg)
        seconds = positive_number("max_run_duration_seconds", max_run_duration_seconds)
        object.__setattr__(self, "function", function)
        object.__setattr__(self, "isolation", isolation)
        object.__setattr__(self, "setup", setup)
        if memory_limit is not None and isolation != "process":
            msg = (
                "`memory_limit` needs a process of the trial's own: nobody can tell a "
                f"{isolation}'s memory from the kernel's, or kill it, but got "
                f'isolation={isolation!r}. Use isolation="process", or leave memory_limit out.'
            )
            raise ConfigurationError(msg)
        object.__setattr__(self, "max_run_duration_seconds", seconds)
        retries = whole_number("max_retries", max_retries, minimum=0)
        object.__setattr__(self, "max_retries", retries)
        object.__setattr__(self, "memory_limit", checked_memory_limit(memory_limit))

    @property
    def most_at_once(self) -> int:
        """How many runs there are at once where nobody says so."""
        return COROUTINES_AT_ONCE if self.isolation == "coroutine" else os.cpu_count() or 1

    def to_json(self) -> dict[str, object]:
        """Return what the record keeps of it: its name, and where it can be imported from."""
        return {
            "function": label(self.function),
            "importable": importable_name(self.function),
            "setup": None if self.setup is None else label(self.setup),
            "importable_setup": None if self.setup is None else importable_name(self.setup),
            "isolation": self.isolation,
            "max_run_duration_seconds": self.max_run_duration_seconds,
            "max_retries": self.max_retries,
            "memory_limit": self.memory_limit,
        }

    def __repr__(self) -> str:
        setup = "" if self.setup is None else f", setup={label(self.setup)}"
        return f"FunctionRunConfig({label(self.function)}, isolation={self.isolation!r}{setup})"
