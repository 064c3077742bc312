"""What a page sends to a Jupyter kernel while a cell waits, answered from inside that cell.

A kernel handles one request of its shell channel at a time, so what a widget's page sends waits for
the running cell, even for one that awaits. JupyterLab sends it to a subshell of ipykernel 7, in a
thread of its own; other frontends do not, and ipykernel 6 has none. There, a cell that waits
answers by itself: it takes the comm messages from the channel and leaves everything else to the
kernel, which goes on with it, in order and as ever, once the cell has ended.

Where a kernel is not as expected (another version, another language) it is left alone: then a page
waits, as it always did.

The idea is that of `jupyter_ui_poll` 1.1, which tells clients that the waiting cell is "idle" with
each cell that it puts off, so that they miss its outputs, and which hangs on ipykernel 7.
"""

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, TypeAlias

__all__ = ["KernelMessages", "kernel_messages"]

Kernel: TypeAlias = Any
"""An `ipykernel.kernelbase.Kernel`; ipykernel need not be installed."""

Stream: TypeAlias = Any
"""A `zmq.eventloop.zmqstream.ZMQStream`."""

Frames: TypeAlias = list[Any]
"""A message as it came: `zmq.Frame` objects."""

ANSWERED = frozenset(
    {"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"}
)
"""What widgets send, and what a page asks that is loaded again; none of it runs a user's code."""

POLLIN = 1
"""`zmq.POLLIN`; pyzmq is there where a kernel is, and need not be elsewhere."""


class KernelMessages:
    """The messages to a kernel whose cell waits. Owned by the kernel's main thread.

    Parameters
    ----------
    kernel : ipykernel.kernelbase.Kernel
        Whose cell it is.
    stream : zmq.eventloop.zmqstream.ZMQStream
        What brings its main thread the shell channel's messages.
    """

    def __init__(self, kernel: Kernel, stream: Stream) -> None:
        self._kernel = kernel
        self._stream = stream
        self._deliver = _receiver(stream)
        self._taken: Frames | None = None
        self._unread = hasattr(kernel, "msg_queue")  # ipykernel 6; for what came before the cell
        self._awaiting = 0
        self._will_look = False

    def answer(self, seconds: float) -> None:
        """Block for at most so many seconds, or until one message has been dealt with.

        Raises
        ------
        KeyboardInterrupt
            The cell was interrupted. No message is lost by that.
        """
        if not self._will_look:
            self._will_look = True
            self._kernel.io_loop.add_callback(self._look)
        if not self._unread and not self._stream.socket.poll(round(seconds * 1000)):
            return
        with _interrupts_deferred():
            message = self._queued() if self._unread else self._arrived()
            if message is not None:
                self._dispatch(message)
                # It ended with the status "idle", which a kernel with a cell that blocks is not.
                self._kernel.send_response(
                    self._kernel.iopub_socket, "status", {"execution_state": "busy"}
                )

    def _look(self) -> None:
        """Have the loop read what is left, once it turns again.

        It is told of a message when that comes, not as long as it is there, and an interrupted
        `poll` has been told in its place.
        """
        self._will_look = False
        if not self._stream.closed():  # by a kernel that ends
            self._stream.flush(POLLIN)

    @contextmanager
    def answered_meanwhile(self) -> Generator[None]:
        """Answer as messages come, while the kernel's loop runs and a coroutine awaits something.

        Several may at once, and beyond the end of their cells.
        """
        while (message := self._queued()) is not None:
            self._dispatch(message)
        self._awaiting += 1
        self._stream.on_recv(self._answer_or_deliver, copy=False)
        try:
            yield
        finally:
            self._awaiting -= 1
            if not self._awaiting:
                self._stream.on_recv(self._deliver, copy=False)

    def _queued(self) -> Frames | None:
        """Take the first message to answer from ipykernel 6's queue: it stands behind cells."""
        if not self._unread:
            return None
        queue = self._kernel.msg_queue
        entries = [queue.get_nowait() for _ in range(queue.qsize())]
        found = next((entry for entry in entries if self._is_page_message(*entry)), None)
        for entry in entries:
            if entry is not found:
                queue.put_nowait(entry)
        self._unread = found is not None
        return None if found is None else found[2][0]

    def _is_page_message(self, _: int, dispatch: object, arguments: tuple[Any, ...]) -> bool:
        """Tell it from a cell, and from what the kernel has told itself to do."""
        return dispatch == self._kernel.dispatch_shell and self._is_answered(arguments[0])

    def _arrived(self) -> Frames | None:
        """Take a message from the stream; the kernel gets it if it is none to answer."""
        self._taken = None
        before = _receiver(self._stream)
        self._stream.on_recv(self._keep_or_deliver, copy=False)
        try:
            self._stream.flush(POLLIN, limit=1)
        finally:
            self._stream.on_recv(before, copy=False)
        return self._taken

    def _keep_or_deliver(self, message: Frames) -> object:
        if not self._is_answered(message):
            return self._deliver(message)
        self._taken = message
        return None

    def _answer_or_deliver(self, message: Frames) -> object:
        if not self._is_answered(message):
            return self._deliver(message)
        self._dispatch(message)
        return None

    def _is_answered(self, message: Frames) -> bool:
        """Look at a message's header; reading the whole would mark it as one that was read."""
        session = self._kernel.session
        try:
            _, (_, header, *_) = session.feed_identities(message, copy=False)
            return session.unpack(header.bytes)["msg_type"] in ANSWERED
        except (KeyError, TypeError, ValueError):  # the kernel's own, or malformed: its business
            return False

    def _dispatch(self, message: Frames) -> None:
        """Let the kernel handle a message, and then be as the cell had left it."""
        kernel = self._kernel
        identity, parent = kernel._parent_ident["shell"], kernel.get_parent()  # noqa: SLF001  # no other way
        hooks = kernel.pre_handler_hook, kernel.post_handler_hook
        # They are for interrupts, would end a handler and forget that the cell is meant too.
        kernel.pre_handler_hook = kernel.post_handler_hook = _nothing
        try:
            with _interrupts_deferred():
                _finish(kernel.dispatch_shell(message))
        except Exception:
            kernel.log.exception("A message could not be answered while a cell waits")
        finally:
            kernel.pre_handler_hook, kernel.post_handler_hook = hooks
            kernel.set_parent(identity, parent)


def kernel_messages() -> KernelMessages | None:
    """Return the messages to the kernel whose cell is the caller.

    Returns
    -------
    KernelMessages or None
        None where there is no kernel, and where it needs no help: in other threads than that of
        its cells, and on another event loop.
    """
    module = sys.modules.get("ipykernel.kernelbase")
    if (
        module is None
        or not module.Kernel.initialized()
        or threading.current_thread() is not threading.main_thread()
    ):
        return None
    kernel = module.Kernel.instance()
    try:
        if asyncio.get_running_loop() is not kernel.io_loop.asyncio_loop:
            return None
        stream = _stream(kernel)
        _ = kernel._parent_ident["shell"], kernel.pre_handler_hook, kernel.post_handler_hook  # noqa: SLF001  # there?
        owner = getattr(_receiver(stream), "__self__", None)
        return owner if isinstance(owner, KernelMessages) else KernelMessages(kernel, stream)
    except (AttributeError, KeyError, RuntimeError):  # no kernel that we know, or no loop runs here
        return None


def _stream(kernel: Kernel) -> Stream:
    """Return what brings a kernel's main thread the messages that are for no subshell."""
    if hasattr(kernel, "msg_queue"):  # ipykernel 6
        return kernel.shell_stream
    manager = kernel.shell_channel_thread.manager
    return manager.get_shell_channel_to_subshell_pair(None).to_stream


def _receiver(stream: Stream) -> Callable[[Frames], object]:
    """Return what a stream calls with each message; pyzmq can be told, but not asked."""
    return stream._recv_callback  # noqa: SLF001


def _finish(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run to its end what awaits nothing: the loop that it would await is the one that blocks."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    message = "its handler waits for the event loop, which the cell blocks"
    raise RuntimeError(message)


def _nothing() -> None:
    """Do nothing."""


@contextmanager
def _interrupts_deferred() -> Generator[None]:
    """Let an interrupt wait until a message is handled; a second one ends what does not end."""
    interrupts: list[int] = []

    def note(number: int, _: object) -> None:
        if interrupts:
            raise KeyboardInterrupt
        interrupts.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupts:
        signal.raise_signal(signal.SIGINT)
