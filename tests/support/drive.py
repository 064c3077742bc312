"""A controller to play with: fake clock, fake compute target, real record."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.clock import FakeClock
from support.compute import FakeCompute, Script
from support.configs import config

from hdwidget.compute.base import TrialSpec
from hdwidget.engine.controller import Controller
from hdwidget.engine.events import Event, RunChanged
from hdwidget.engine.recorder import Recorder
from hdwidget.errors import StoreError
from hdwidget.function_config import FunctionRunConfig
from hdwidget.status import RunStatus
from hdwidget.store import Request, RunRecord, Store

RUN = "HD_test"
STEPS = 50_000

LEGAL = {
    None: {"NotStarted", "Queued"},
    "NotStarted": {"Running"},
    "Queued": {"Starting", "CancelRequested"},
    "Starting": {"Running", "CancelRequested", "Completed", "Failed", "Canceled"},
    "Running": {"CancelRequested", "Completed", "Failed", "Canceled"},
    "CancelRequested": {"Canceled"},
    "Completed": set(),
    "Failed": set(),
    "Canceled": set(),
}
"""Which status may follow which."""


async def never_called(run: object, **hyperparameters: object) -> None:
    """Stand for a training function: the fake compute target plays scripts instead."""


class Drive:
    """One HyperDrive run on the loop of the test, from `start` to `finish`.

    Parameters
    ----------
    folder
        The workspace.
    script
        What each trial does: one script for all, a list by number, or a function of the trial.
    slots
        How many trials the compute target holds.
    requests
        Whether requests of other processes are looked for.
    max_run_duration_seconds, **changes
        Of the configuration, which else makes four runs at once that maximize "accuracy".
    """

    def __init__(
        self,
        folder: Path,
        script: Script | list[Script] | Callable[[TrialSpec], Script],
        *,
        slots: int = 100,
        requests: bool = False,
        held: Callable[[], float] = lambda: 0.0,
        max_run_duration_seconds: float = 10_000,
        **changes: Any,
    ) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.store = Store(folder, clock=self.clock.time)
        self.compute = FakeCompute(_by_trial(script), self.clock, slots=slots)
        run_config = FunctionRunConfig(
            never_called, max_run_duration_seconds=max_run_duration_seconds
        )
        defaults = {"max_total_runs": 4, "max_concurrent_runs": None, "run_config": run_config}
        self.config = config(never_called, **{**defaults, **changes})
        self.events: list[Event] = []
        self.lease = self.store.acquire(RUN)
        self.store.ensure_experiment("digits")
        record = RunRecord(
            id=RUN,
            experiment="digits",
            type="hyperdrive",
            status=RunStatus.NOT_STARTED.value,
            created=self.clock.time(),
            config=self.config.to_json(),
        )
        self.store.insert_run(record, lease=self.lease).wait()
        self.recorder = Recorder(self.store, self.lease, self.clock)
        self.recorder.subscribe(self.events.append)
        self.controller = Controller(
            RUN,
            "digits",
            self.config,
            compute=self.compute,
            recorder=self.recorder,
            requests=self._requests if requests else list,
            folder=lambda run_id: folder / "runs" / run_id,
            clock=self.clock,
            held=held,
        )
        self.task: asyncio.Task[None]

    async def start(self) -> "Drive":
        """Begin, and let happen what happens at once."""
        self.task = asyncio.create_task(self.controller.run())
        await self.clock.settle()
        return self

    async def finish(self) -> "Drive":
        """Let time pass until the run has ended; an error of the engine comes through."""
        for _ in range(STEPS):
            await self.clock.advance_to_next()
            if not self.clock.pending:
                break
        else:
            message = f"the run never ends: {self.statuses()}"
            raise AssertionError(message)
        try:
            await self.task
        finally:
            self.check()
        return self

    async def play(self) -> "Drive":
        """Begin and see it through to the end."""
        await self.start()
        return await self.finish()

    def close(self) -> None:
        """Release the record; one that a test has broken may say so again."""
        self.lease.release()
        with contextlib.suppress(StoreError):
            self.store.close()

    @property
    def parent(self) -> RunRecord:
        return self.store.run(RUN)

    @property
    def children(self) -> list[RunRecord]:
        return self.store.children(RUN)

    def child(self, number: int) -> RunRecord:
        return self.store.run(f"{RUN}_{number}")

    def statuses(self) -> list[str]:
        """Return the children's statuses by number."""
        return [child.status for child in self.children]

    def history(self, run_id: str) -> list[str]:
        """Return the statuses that a run has gone through."""
        return [
            event.status.value
            for event in self.events
            if isinstance(event, RunChanged) and event.run_id == run_id
        ]

    def check(self) -> None:
        """Check what holds of every run, however it went."""
        assert self.clock.pending == 0
        assert self.compute.closed == 1
        assert self.compute.peak <= self.compute.slots
        for run_id in (RUN, *(trial.spec.run_id for trial in self.controller.trials)):
            statuses = ["NotStarted" if run_id == RUN else None, *self.history(run_id)]
            for before, after in itertools.pairwise(statuses):
                assert after in LEGAL[before], f"{run_id} went {statuses}"

    def _requests(self) -> list[Request]:
        requests = self.store.pending_requests(RUN)
        for request in requests:
            self.store.settle_request(request.id)
        return requests


def _by_trial(
    script: Script | list[Script] | Callable[[TrialSpec], Script],
) -> Callable[[TrialSpec], Script]:
    if isinstance(script, Script):
        return lambda _: script
    if isinstance(script, list):
        return lambda trial: script[trial.number]
    return script
