"""A workspace in this process: its record, and the runs that are driven from here."""

import concurrent.futures
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from hdwidget.compute.base import ComputeTarget, TrialSpec
from hdwidget.compute.failure import Failure
from hdwidget.compute.local import local_compute
from hdwidget.config import HyperDriveConfig
from hdwidget.engine.by_hand import HandRuns
from hdwidget.engine.clock import SystemClock
from hdwidget.engine.controller import Controller
from hdwidget.engine.earlier import Adopted, EarlierRun
from hdwidget.engine.loop import EngineLoop
from hdwidget.engine.ownership import HYPERDRIVE, begun, driven_as, interrupted
from hdwidget.engine.past import Past, read_past
from hdwidget.engine.recorder import Recorder
from hdwidget.engine.single import SingleRun
from hdwidget.engine.starts import Starts
from hdwidget.function_config import FunctionRunConfig
from hdwidget.script_config import ScriptRunConfig
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import Lease, Request, RunRecord, Store
from hdwidget.store.connection import Durability

__all__ = ["Host", "LiveRun"]

SETTLED_BY_RUN = ("adopt", "enqueue", "resume")
"""Requests that are met when their run begins: until then they survive a kernel."""


class Driver(Protocol):
    """What drives a run: a `Controller`, or a `SingleRun` without a search."""

    run_id: str
    recorder: Recorder

    @property
    def failure(self) -> Failure | None:
        """What it has failed with."""
        ...

    @property
    def status(self) -> RunStatus:
        """Where the run stands."""
        ...

    @property
    def ending(self) -> StopReason | None:
        """Why it is coming to its end before its time."""
        ...

    async def run(self) -> None:
        """Drive it to its end."""
        ...

    def end(self, reason: StopReason) -> None:
        """Propose nothing more and stop what runs."""
        ...

    def cancel_child(self, run_id: str) -> None:
        """Stop one run, on a person's word."""
        ...

    def interrupt(self) -> None:
        """Kill what runs at once and leave the run as interrupted."""
        ...


@dataclass(frozen=True)
class LiveRun:
    """A run that this process drives.

    Attributes
    ----------
    controller : Driver
        Owned by the engine's loop.
    finished : concurrent.futures.Future
        Done when the run has ended and its record is durable; holds a fault of the engine, if any.
    """

    controller: Driver
    finished: concurrent.futures.Future[None]


class Host:
    """The engine of one workspace. Any thread may call its methods.

    Parameters
    ----------
    folder : Path
        The workspace's.
    durability : str
        What a write outlives: "process" or "power".
    loop : EngineLoop
        The process's engine.
    adopt : callable
        Returns a run of any workspace that an experiment is to go on with, by its reference.

    Attributes
    ----------
    store : Store
        The record.
    loop : EngineLoop
        The process's engine.
    live : dict
        The runs that this process drives, by id; ended ones are dropped.
    starts : Starts
        Told of each run that is driven from now on.
    by_hand : HandRuns
        The runs that this process is itself.
    """

    def __init__(
        self,
        folder: Path,
        durability: Durability,
        loop: EngineLoop,
        adopt: Callable[[Mapping[str, str]], Adopted],
    ) -> None:
        self.store = Store(folder, durability=durability)
        self.loop = loop
        self.live: dict[str, LiveRun] = {}
        self.starts = Starts()
        self.durability: Durability = durability
        self._folder = folder
        self._settled: set[int] = set()
        self._adopt = adopt
        self.by_hand = HandRuns(self.store, self.run_folder, self.is_driven)
        self._configs: dict[str, HyperDriveConfig] = {}

    def run_folder(self, run_id: str) -> Path:
        """Return the folder of a run's logs and outputs; it is made by whoever fills it."""
        return self._folder / "runs" / run_id

    def snapshot_folder(self, run_id: str) -> Path:
        """Return the folder of the copy that a script's runs are made from."""
        return self._folder / "snapshots" / run_id

    def launch(
        self,
        experiment: str,
        config: HyperDriveConfig,
        tags: dict[str, str],
        *,
        earlier: Sequence[EarlierRun] = (),
    ) -> str:
        """Start a HyperDrive run and return its id; the run goes on by itself.

        Parameters
        ----------
        experiment, config, tags
            What to do, and the texts to find it by.
        earlier : sequence of EarlierRun
            What it starts warm from.

        Raises
        ------
        ConfigurationError
            The function cannot be sent to a trial's process; nothing was recorded.
        StoreError
            The workspace cannot be written.
        """
        clock = SystemClock()
        record = RunRecord(
            id=f"HD_{uuid.uuid4()}",
            experiment=experiment,
            type=HYPERDRIVE,
            status=RunStatus.NOT_STARTED.value,
            created=clock.time(),
            config=config.to_json(),
            tags=tags,
        )
        compute, lease = self._begin(record, config.run_config, config.most_at_once, clock)
        for reference in config.adopted:  # in the record, so that they survive the kernel
            self.store.add_request(record.id, "adopt", reference)
        self.store.flush()
        controller = self._controller(record, config, compute, lease, clock, earlier=earlier)
        return self._spawn(controller, lease)

    def resume(
        self,
        record: RunRecord,
        config: HyperDriveConfig,
        *,
        children: Sequence[str] | None = None,
        earlier: Sequence[EarlierRun] = (),
    ) -> None:
        """Go on with a HyperDrive run that nobody drives.

        Parameters
        ----------
        record : RunRecord
            The run.
        config : HyperDriveConfig
            Its configuration, perhaps with another budget.
        children : sequence of str, optional
            Only these of its runs are to go on; there are no new ones.
        earlier : sequence of EarlierRun
            What it had started warm from.

        Raises
        ------
        ConfigurationError
            The function cannot be sent to a trial's process; nothing was recorded.
        StoreError
            Another process drives the run, or the workspace cannot be written.
        """
        clock = SystemClock()
        lease = self.store.acquire(record.id)
        try:
            past = read_past(self.store, record.id, config.primary_metric_name)
            compute = self._compute(record, config.run_config, config.most_at_once, clock)
        except BaseException:
            lease.release()
            raise
        controller = self._controller(
            record, config, compute, lease, clock, past=past, resumed=children, earlier=earlier
        )
        self._spawn(controller, lease)
        self.loop.call(lambda: None)  # after its first step: the record says by now that it goes on

    def config_of(self, run_id: str) -> HyperDriveConfig | None:
        """Return the configuration of a HyperDrive run that is or was driven in this process."""
        live = self.live.get(run_id)
        if live is not None and isinstance(live.controller, Controller):
            return live.controller.config
        return self._configs.get(run_id)

    def launch_single(self, experiment: str, config: ScriptRunConfig, tags: dict[str, str]) -> str:
        """Start a script alone and return the run's id; it goes on by itself.

        Raises
        ------
        ConfigurationError
            The source directory is too large; nothing was recorded.
        StoreError
            The workspace cannot be written.
        """
        clock = SystemClock()
        record = RunRecord(
            id=f"RUN_{uuid.uuid4()}",
            experiment=experiment,
            type="script",
            status=RunStatus.NOT_STARTED.value,
            created=clock.time(),
            config=config.to_json(),
            tags=tags,
        )
        compute, lease = self._begin(record, config, 1, clock)
        folder = self.run_folder(record.id)
        single = SingleRun(
            TrialSpec(record.id, 0, experiment, {}, folder, config.arguments),
            max_seconds=config.max_run_duration_seconds,
            compute=compute,
            recorder=Recorder(self.store, lease, clock),
            requests=lambda: self._requests(record.id),
            clock=clock,
        )
        return self._spawn(single, lease)

    def cancel(self, run: RunRecord) -> None:
        """Ask for a run to be stopped, whoever drives it; nothing happens if it has ended."""
        live = self.live.get(driven_as(run))
        if self.by_hand.cancel(run):
            return
        if live is None:
            if RunStatus(run.status) not in FINAL:
                self.store.add_request(run.id, "cancel")
        elif run.parent is None:
            self.loop.call(lambda: live.controller.end(StopReason.USER))
        else:
            self.loop.call(lambda: live.controller.cancel_child(run.id))

    def is_driven(self, run: RunRecord) -> bool:
        """Return whether a living process drives a run, or the one that it is a trial of."""
        parent = driven_as(run)
        live = self.live.get(parent)
        if live is not None and not live.finished.done():
            return True
        return self.store.is_driven(parent)

    def settle(self, run: RunRecord) -> RunRecord:
        """Return `run` as it stands: one whose driver has died is interrupted, and now says so."""
        if RunStatus(run.status) in FINAL or self.is_driven(run):
            return run
        return interrupted(self.store, run)

    def close(self) -> None:
        """Interrupt what runs here and close the record.

        Raises
        ------
        StoreError
            The record had failed.
        """
        running = [live.finished for live in self.live.values()]
        self.end_all(at_once=True)
        concurrent.futures.wait(running)
        self.by_hand.close()
        self.store.close()

    def end_all(self, *, at_once: bool) -> None:
        """Cancel every live run, or, at once, kill its trials and leave it as interrupted."""
        for live in list(self.live.values()):
            if at_once:
                self.loop.call(live.controller.interrupt)
            else:
                self.loop.call(partial(live.controller.end, StopReason.USER))

    def _controller(
        self,
        record: RunRecord,
        config: HyperDriveConfig,
        compute: ComputeTarget,
        lease: Lease,
        clock: SystemClock,
        *,
        past: Past | None = None,
        resumed: Sequence[str] | None = None,
        earlier: Sequence[EarlierRun] = (),
    ) -> Controller:
        self._configs[record.id] = config
        return Controller(
            record.id,
            record.experiment,
            config,
            compute=compute,
            recorder=Recorder(self.store, lease, clock),
            requests=lambda: self._requests(record.id),
            folder=self.run_folder,
            clock=clock,
            held=partial(self.loop.longest_hold, since=time.monotonic()),
            past=past,
            resumed=resumed,
            earlier=earlier,
            adopt=self._adopt,
        )

    def _compute(
        self,
        record: RunRecord,
        config: FunctionRunConfig | ScriptRunConfig,
        slots: int,
        clock: SystemClock,
    ) -> ComputeTarget:
        return local_compute(
            config,
            slots=slots,
            folder=self.run_folder(record.id),
            workspace=self._folder,
            sleep=clock.sleep,
        )

    def _begin(
        self,
        record: RunRecord,
        config: FunctionRunConfig | ScriptRunConfig,
        slots: int,
        clock: SystemClock,
    ) -> tuple[ComputeTarget, Lease]:
        """Make a run's compute target, and write the run into the record."""
        compute = self._compute(record, config, slots, clock)
        try:
            return compute, begun(self.store, record)
        except BaseException:
            self.loop.spawn(compute.close()).result()
            raise

    def _spawn(self, controller: Driver, lease: Lease) -> str:
        """Have a run driven, and return its id."""
        run_id = controller.run_id
        live = LiveRun(controller, self.loop.spawn(self._drive(controller, lease)))
        self.live[run_id] = live
        live.finished.add_done_callback(lambda _: self._forget(run_id, live))
        self.starts.tell(run_id)
        return run_id

    def _forget(self, run_id: str, live: LiveRun) -> None:
        if self.live.get(run_id) is live:  # else it goes on already
            del self.live[run_id]

    async def _drive(self, controller: Driver, lease: Lease) -> None:
        try:
            await controller.run()
        finally:
            lease.release()
            if isinstance(controller, Controller):  # whose configuration may have changed
                self._configs[controller.run_id] = controller.config

    def _requests(self, run_id: str) -> list[Request]:
        asked = [
            request
            for request in self.store.pending_requests(run_id)
            if request.id not in self._settled
        ]
        for request in asked:
            self._settled.add(request.id)  # the row says so only once it is written
            if request.action not in SETTLED_BY_RUN:
                self.store.settle_request(request.id)
        return asked
