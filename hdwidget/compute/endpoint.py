"""The engine's side of one trial's process: it answers its reports, and says how it ended."""

import asyncio
import contextlib
import signal
from dataclasses import replace

from hdwidget.compute.base import Channel, Outcome
from hdwidget.compute.failure import Failure
from hdwidget.compute.frames import Message
from hdwidget.compute.server import Peer
from hdwidget.compute.supervision import Exit
from hdwidget.errors import ConfigurationError, MetricError, RunCanceled, StoreError
from hdwidget.memory_limit import in_units

__all__ = ["TrialEndpoint", "died"]


class TrialEndpoint:
    """Answers one trial's process, over however many connections it opens.

    Owned by the engine's loop.

    Parameters
    ----------
    work : Message
        What each connection is told at first.
    channel : Channel, optional
        Whom the trial's reports go to; `setup` has none.
    grace : float
        Seconds between asking the trial to stop and killing it.
    memory_limit : int, optional
        Bytes that its processes may take together.

    Attributes
    ----------
    channel : Channel or None
        As given.
    excess : Failure or None
        That it took more memory than that, once it did.
    """

    def __init__(
        self,
        work: Message,
        channel: Channel | None,
        grace: float,
        memory_limit: int | None = None,
    ) -> None:
        self._work = work
        self._grace = grace
        self.channel = channel
        self._memory_limit = memory_limit
        self.excess: Failure | None = None
        self._peak: int | None = None
        self._ended: Message | None = None
        self._loop = asyncio.get_running_loop()

    def greeted(self, peer: Peer) -> None:
        """Tell a new connection what there is to do."""
        peer.send(self._work)

    def lost(self, peer: Peer) -> None:
        """Do nothing: the supervisor says when the process has ended."""

    def received(self, peer: Peer, message: Message) -> None:
        """Take a report and answer it."""
        if "log" in message:
            self._log(peer, message)
            return
        if "request" in message:
            self._answer(peer, message)
            return
        if "started" in message and self.channel is not None:
            self.channel.started()
        elif "ended" in message:
            self._ended = message
        peer.send({})

    def exceed(self, used: int) -> None:
        """Take note that the trial takes too much memory; it is told at its next `log`."""
        if self._ended is None and self._memory_limit is not None:
            allowed = in_units(self._memory_limit)
            words = f"the run's processes used {in_units(used)} of {allowed}"
            self.excess = Failure("MemoryLimit", words)

    def noted(self, ended: Exit) -> None:
        """Take note of how one of the trial's processes has ended."""
        if ended.peak_memory is not None:
            self._peak = max(ended.peak_memory, self._peak or 0)

    def _log(self, peer: Peer, message: Message) -> None:
        assert self.channel is not None
        if self.excess is not None:
            peer.send({"stop": str(self.excess)})
            return
        try:
            reported = self.channel.log(message["log"], message["value"], message["step"])
        except RunCanceled as stop:
            peer.send({"stop": str(stop)})
        except MetricError as error:
            peer.send({"refused": str(error)})
        except Exception as error:
            peer.send({"fault": str(error)})
            if not isinstance(error, StoreError):
                raise
        else:
            reported.add_callback(
                lambda error: peer.send({} if error is None else {"fault": str(error)}),
                loop=self._loop,
            )

    def _answer(self, peer: Peer, message: Message) -> None:
        assert self.channel is not None
        fields = {key: value for key, value in message.items() if key != "request"}
        try:
            answer = self.channel.request(message["request"], fields)
        except RunCanceled as stop:
            peer.send({"stop": str(stop)})
        except ConfigurationError as error:
            peer.send({"refused": str(error)})
        except Exception as error:
            peer.send({"fault": str(error)})
            if not isinstance(error, StoreError):
                raise
        else:
            peer.send({"answer": answer})

    def outcome(self, ended: Exit) -> Outcome:
        """Return how the trial ended, given how its process did."""
        stopped = self.channel is not None and self.channel.stopped.done()
        told = (self._ended or {}).get("failure")
        failure = None if told is None else Failure(**told)
        if self.excess is not None and not stopped:
            traceback = "" if failure is None else failure.traceback
            failure = replace(self.excess, traceback=traceback, signal=died(ended).signal)
            return Outcome("failed", failure, self.facts)
        if self._ended is None and stopped:
            # The signal may meet a process that does not listen to it yet.
            if ended.code == -signal.SIGTERM:
                return Outcome("canceled", facts=self.facts)
            words = f"it did not end within {self._grace:g} s of being told to, and was killed"
            failure = replace(died(ended), type="Killed", message=words)
            return Outcome("canceled", failure, self.facts)
        if self._ended is None:
            return Outcome("failed", died(ended), self.facts)
        if failure is not None and failure.type.endswith("MemoryError") and self._memory_limit:
            limit = f"memory_limit={in_units(self._memory_limit)}"
            failure = replace(failure, message=f"{failure.message} ({limit})".strip())
        return Outcome(self._ended["ended"], failure, self.facts)

    @property
    def facts(self) -> dict[str, object]:
        """What was measured of the trial."""
        facts: dict[str, object] = {}
        if self._ended is not None and "threads" in self._ended:
            facts["threads"] = self._ended["threads"]
        if self._peak is not None:
            facts["peak_memory"] = self._peak
        return facts


def died(ended: Exit) -> Failure:
    """Return the failure that a process is which ended before it could say how."""
    code = ended.code
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            message = f"the trial's process was killed by {name}"
            if ended.out_of_memory:
                message += ", probably by the kernel, because the machine had run out of memory"
            return Failure("ProcessDied", message, signal=name)
    return Failure(
        "ProcessDied",
        f"the trial's process ended with exit code {code} before the function returned",
        exit_code=code,
    )
