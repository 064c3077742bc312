"""The engine's side of one trial's process: it answers its reports, and says how it ended."""

import asyncio
import contextlib
import signal
from dataclasses import replace

from hdwidget.compute.base import Channel, Outcome
from hdwidget.compute.failure import Failure
from hdwidget.compute.frames import Message
from hdwidget.compute.server import Peer
from hdwidget.errors import ConfigurationError, MetricError, RunCanceled, StoreError

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
    """

    def __init__(self, work: Message, channel: Channel | None, grace: float) -> None:
        self._work = work
        self._grace = grace
        self._channel = channel
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
        if "started" in message and self._channel is not None:
            self._channel.started()
        elif "ended" in message:
            self._ended = message
        peer.send({})

    def _log(self, peer: Peer, message: Message) -> None:
        assert self._channel is not None
        try:
            reported = self._channel.log(message["log"], message["value"], message["step"])
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
        assert self._channel is not None
        fields = {key: value for key, value in message.items() if key != "request"}
        try:
            answer = self._channel.request(message["request"], fields)
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

    def outcome(self, code: int) -> Outcome:
        """Return how the trial ended, given its process's exit code."""
        stopped = self._channel is not None and self._channel.stopped.done()
        if self._ended is None and stopped:
            # The signal may meet a process that does not listen to it yet.
            if code == -signal.SIGTERM:
                return Outcome("canceled")
            words = f"it did not end within {self._grace:g} s of being told to, and was killed"
            return Outcome("canceled", replace(died(code), type="Killed", message=words))
        if self._ended is None:
            return Outcome("failed", died(code))
        failure = self._ended.get("failure")
        facts = {"threads": self._ended["threads"]} if "threads" in self._ended else {}
        return Outcome(self._ended["ended"], Failure(**failure) if failure else None, facts)


def died(code: int) -> Failure:
    """Return the failure that a process is which ended with `code` before it could say how."""
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            message = f"the trial's process was killed by {name}"
            return Failure("ProcessDied", message, signal=name)
    return Failure(
        "ProcessDied",
        f"the trial's process ended with exit code {code} before the function returned",
        exit_code=code,
    )
