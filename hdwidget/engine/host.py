"""A workspace in this process: its record, and the runs that are driven from here."""

import concurrent.futures
import contextlib
import os
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from hdwidget.compute.base import ComputeTarget, TrialSpec
from hdwidget.compute.failure import Failure
from hdwidget.compute.local import local_compute
from hdwidget.config import FunctionRunConfig, HyperDriveConfig
from hdwidget.engine.clock import SystemClock
from hdwidget.engine.controller import Controller
from hdwidget.engine.earlier import Adopted, EarlierRun
from hdwidget.engine.loop import EngineLoop
from hdwidget.engine.past import Past, read_past
from hdwidget.engine.recorder import Recorder
from hdwidget.engine.single import SingleRun
from hdwidget.engine.starts import Starts
from hdwidget.errors import ConfigurationError, EngineError, StoreError
from hdwidget.metrics import MetricValue
from hdwidget.script_config import ScriptRunConfig
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import Lease, Request, RunRecord, Store, child_record
from hdwidget.store.connection import Durability

__all__ = ["Host", "LiveRun", "any_host_for", "close_host", "host_for", "open_hosts"]

HYPERDRIVE = "hyperdrive"
CHILD = "child"
EVALUATED = ("function", "script")
"""The types of runs that have code of their own, which logs."""
SETTLED_BY_RUN = ("adopt", "enqueue", "resume")
"""Requests that are met when their run begins: until then they survive a kernel."""


class Driver(Protocol):
    """What drives a run: a `Controller`, or a `SingleRun` without a search."""

    run_id: str
    recorder: Recorder
    failure: Failure | None

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
    """

    def __init__(self, folder: Path, durability: Durability, loop: EngineLoop) -> None:
        self.store = Store(folder, durability=durability)
        self.loop = loop
        self.live: dict[str, LiveRun] = {}
        self.starts = Starts()
        self.durability: Durability = durability
        self._folder = folder
        self._settled: set[int] = set()
        self._interactive: dict[str, Lease] = {}
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

    def start(self, experiment: str) -> str:
        """Begin a run that this process itself is, until `finish`, and return its id.

        Raises
        ------
        StoreError
            The workspace cannot be written.
        """
        now = time.time()
        record = RunRecord(
            id=f"RUN_{uuid.uuid4()}",
            experiment=experiment,
            type="interactive",
            status=RunStatus.RUNNING.value,
            created=now,
            started=now,
        )
        return self._begin_interactive(record)

    def begin_child(self, parent: RunRecord, name: str | None) -> str:
        """Begin a run of this process's under another one, until `finish`; return its id.

        Raises
        ------
        ConfigurationError
            The parent is a HyperDrive run.
        """
        if parent.type == HYPERDRIVE:
            message = (
                f"the children of a HyperDrive run are its trials: begin a run under one of them, "
                f"but got {parent.id}."
            )
            raise ConfigurationError(message)
        siblings = self.store.children(parent.id)
        record = child_record(parent, name, time.time(), siblings)
        return self._begin_interactive(record)

    def cancel(self, run: RunRecord) -> None:
        """Ask for a run to be stopped, whoever drives it; nothing happens if it has ended."""
        live = self.live.get(_driven_as(run))
        if run.id in self._interactive or (
            run.type == CHILD and RunStatus(run.status) not in FINAL
        ):
            self._end_interactive(run.id, RunStatus.CANCELED, reason=StopReason.USER.value)
        elif live is None:
            if RunStatus(run.status) not in FINAL:
                self.store.add_request(run.id, "cancel")
        elif run.parent is None:
            self.loop.call(lambda: live.controller.end(StopReason.USER))
        else:
            self.loop.call(lambda: live.controller.cancel_child(run.id))

    def log(self, run: RunRecord, name: str, value: MetricValue, step: int | None) -> None:
        """Record a value of a run from outside of it; durable on return.

        Raises
        ------
        EngineError
            The run is being evaluated: what its own code logs is counted and judged.
        """
        if run.type != HYPERDRIVE:  # whose engine logs nothing
            self._refuse_driven(run, "log to it")
        self.store.append_next(run.id, name, step, time.time(), value).wait()

    def finish(
        self, run: RunRecord, status: RunStatus, error: Mapping[str, object] | None = None
    ) -> None:
        """Record from outside how a run ended; nothing happens if it has ended.

        Raises
        ------
        EngineError
            The run is being evaluated: its own code says how it ends.
        """
        if RunStatus(run.status) in FINAL:
            return
        self._refuse_driven(run, "end it")
        self._end_interactive(run.id, status, error=error)

    def _begin_interactive(self, record: RunRecord) -> str:
        self._interactive[record.id] = self._insert(record)
        (self.run_folder(record.id) / "outputs").mkdir(parents=True, exist_ok=True)
        return record.id

    def _end_interactive(
        self,
        run_id: str,
        status: RunStatus,
        *,
        reason: str | None = None,
        error: Mapping[str, object] | None = None,
    ) -> None:
        columns = {"status": status.value, "reason": reason, "error": error, "ended": time.time()}
        self.store.end_run(run_id, lease=None, **columns).wait()
        lease = self._interactive.pop(run_id, None)
        if lease is not None:
            lease.release()

    def _refuse_driven(self, run: RunRecord, what: str) -> None:
        by_engine = run.type in (HYPERDRIVE, *EVALUATED)
        if not by_engine or RunStatus(run.status) in FINAL or not self.is_driven(run):
            return
        message = (
            f"{run.id} is being evaluated: only its own code can {what}, with Run.get_context(). "
            f"To stop it, write cancel()."
        )
        raise EngineError(message)

    def is_driven(self, run: RunRecord) -> bool:
        """Return whether a living process drives a run, or the one that it is a trial of."""
        parent = _driven_as(run)
        live = self.live.get(parent)
        if live is not None and not live.finished.done():
            return True
        return self.store.is_driven(parent)

    def settle(self, run: RunRecord) -> RunRecord:
        """Return `run` as it stands: one whose driver has died is interrupted, and now says so."""
        if RunStatus(run.status) in FINAL or self.is_driven(run):
            return run
        parent = _driven_as(run)
        try:
            lease = self.store.acquire(parent)
        except StoreError:  # somebody else is at it, or the workspace cannot be written
            return run
        try:
            children = self.store.children(parent)
            ends = {child.id: child.ended or self._last_sign(child) for child in children}
            ends[parent] = max((end for end in ends.values() if end is not None), default=None)
            for record in [*children, self.store.run(parent)]:
                if RunStatus(record.status) not in FINAL:
                    self.store.end_run(
                        record.id,
                        lease=lease,
                        status=RunStatus.CANCELED.value,
                        reason=StopReason.INTERRUPTED.value,
                        ended=ends[record.id],
                    )
            self.store.flush()
        finally:
            lease.release()
        return self.store.run(run.id)

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
        for run_id in tuple(self._interactive):
            reason = StopReason.INTERRUPTED.value
            self._end_interactive(run_id, RunStatus.CANCELED, reason=reason)
        self.store.close()

    def _last_sign(self, run: RunRecord) -> float | None:
        """Return when a run that was cut off was last heard of."""
        points = self.store.series(run.id).values()
        return max((float(series.times[-1]) for series in points), default=run.started)

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
            adopt=adopted,
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
            return compute, self._insert(record)
        except BaseException:
            self.loop.spawn(compute.close()).result()
            raise

    def _insert(self, record: RunRecord) -> Lease:
        """Write a new run into the record, and return the right to drive it."""
        self.store.ensure_experiment(record.experiment)
        lease = self.store.acquire(record.id)  # first: a run that is seen without a driver is dead
        try:
            self.store.insert_run(record, lease=lease).wait()
        except BaseException:
            lease.release()
            raise
        return lease

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


def _driven_as(run: RunRecord) -> str:
    """Return the id of the run whose driver is a run's own: a trial is driven with its parent."""
    return run.id if run.parent is None or run.type == CHILD else run.parent


_lock = threading.Lock()
_hosts: dict[Path, Host] = {}
_loops: list[EngineLoop] = []


def host_for(folder: Path, durability: Durability) -> Host:
    """Return this process's host of a workspace's folder; handles on one folder share it.

    The one place where the process's engine is kept: a kernel has one, whatever the cells do.

    Raises
    ------
    ConfigurationError
        The folder is open in this process with another durability.
    StoreError
        The folder cannot be made or written.
    """
    key = folder.expanduser().absolute()
    with _lock:
        host = _hosts.get(key)
        if host is not None and not host.live and not host.store.usable:
            with contextlib.suppress(StoreError):  # it has failed, and said so
                host.store.close()
            host = None
        if host is None:
            if not _loops:
                _loops.append(EngineLoop())
            host = _hosts[key] = Host(key, durability, _loops[0])
        if host.durability != durability:
            message = (
                f"{key} is open in this process with durability={host.durability!r}, but got "
                f"durability={durability!r}. Close it first: Workspace({str(folder)!r}).close()."
            )
            raise ConfigurationError(message)
        return host


def any_host_for(folder: Path) -> Host:
    """Return this process's host of a workspace's folder, however durable; see `host_for`."""
    with _lock:
        host = _hosts.get(folder)
    usual: Durability = "process"
    return host_for(folder, usual if host is None else host.durability)


def adopted(reference: Mapping[str, str]) -> Adopted:
    """Return a run of any workspace that another experiment is to go on with."""
    host = any_host_for(Path(reference["workspace"]))
    record = host.store.run(reference["run_id"])
    return Adopted(record, host.run_folder(record.id), host.store.series(record.id))


def close_host(folder: Path) -> None:
    """Close a workspace's folder in this process; nothing happens if it is not open."""
    with _lock:
        host = _hosts.pop(folder.expanduser().absolute(), None)
    if host is not None:
        host.close()


def open_hosts() -> list[Host]:
    """Return the hosts of this process."""
    with _lock:
        return list(_hosts.values())


def _forget_in_fork() -> None:
    """In a fork of the kernel there is no engine's thread: it begins anew if it needs one."""
    _hosts.clear()
    _loops.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_fork)
