"""Evaluate trials on a compute target, bounded by a deadline."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.bounded import run
from support.channel import FakeChannel
from support.grace import Grace

from hdwidget.compute.base import ComputeTarget, Outcome, TrialSpec
from hdwidget.function_config import FunctionRunConfig

__all__ = ["GRACE_SECONDS", "Evaluated", "Workbench", "log_of"]

GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Evaluated:
    """A trial that has ended."""

    outcome: Outcome
    channel: FakeChannel
    spec: TrialSpec

    def named(self, name: str) -> list[Any]:
        """Return the values of one metric."""
        return self.channel.named(name)

    @property
    def stdout(self) -> str:
        return log_of(self.spec, "stdout")

    @property
    def stderr(self) -> str:
        return log_of(self.spec, "stderr")


def log_of(spec: TrialSpec, stream: str) -> str:
    """Return what a trial has printed."""
    file = spec.folder / "logs" / f"{stream}.txt"
    return file.read_text(encoding="utf-8") if file.exists() else ""


class Workbench:
    """Makes compute targets of one kind, and evaluates trials on them.

    Parameters
    ----------
    make : callable
        The target's class, with whatever distinguishes the kind already given.
    isolation : str
        What `FunctionRunConfig` calls it.
    folder : Path
        Takes the runs' folders.
    """

    def __init__(self, make: Callable[..., ComputeTarget], isolation: Any, folder: Path) -> None:
        self._make = make
        self._isolation = isolation
        self._folder = folder

    @property
    def is_process(self) -> bool:
        """Whether trials have a process of their own."""
        return self._isolation == "process"

    def make(
        self,
        function: Callable[..., Any],
        *,
        setup: Callable[[], object] | None = None,
        slots: int = 1,
        grace: Grace | None = None,
        memory_limit: str | None = None,
    ) -> ComputeTarget:
        """Make a target; without `grace` its grace periods never end."""
        return self._make(
            FunctionRunConfig(
                function, isolation=self._isolation, setup=setup, memory_limit=memory_limit
            ),
            slots=slots,
            folder=self._folder / "parent",
            sleep=(grace or Grace()).sleep,
            grace=GRACE_SECONDS,
        )

    @asynccontextmanager
    async def target(
        self, function: Callable[..., Any], **options: Any
    ) -> AsyncGenerator[ComputeTarget]:
        """Make a target, and close it at the end."""
        target = self.make(function, **options)
        try:
            yield target
        finally:
            await target.close()

    def spec(self, number: int = 0, params: Mapping[str, object] | None = None) -> TrialSpec:
        """Return the trial of that number."""
        name = f"HD_1_{number}"
        return TrialSpec(name, number, "digits", params or {}, self._folder / name)

    def evaluate(
        self,
        function: Callable[..., Any],
        params: Mapping[str, object] | None = None,
        *,
        stop_at: int | None = None,
        **options: Any,
    ) -> Evaluated:
        """Evaluate one trial to its end."""

        async def evaluate() -> Evaluated:
            channel = FakeChannel(stop_at=stop_at)
            spec = self.spec(params=params)
            async with self.target(function, **options) as target:
                outcome = await target.run(spec, channel)
            return Evaluated(outcome, channel, spec)

        return run(evaluate())

    def evaluate_while(
        self,
        function: Callable[..., Any],
        meanwhile: Callable[[FakeChannel], Any],
        *,
        grace: Grace | None = None,
        **options: Any,
    ) -> Evaluated:
        """Evaluate one trial while `meanwhile`, an ``async def``, does something to it."""

        async def evaluate() -> Evaluated:
            channel = FakeChannel()
            spec = self.spec()
            async with self.target(function, grace=grace, **options) as target:
                async with asyncio.TaskGroup() as group:
                    running = group.create_task(target.run(spec, channel))
                    await meanwhile(channel)
                return Evaluated(running.result(), channel, spec)

        return run(evaluate())
