"""What `setup` makes for trials inside the kernel: once, when the first of them needs it."""

import asyncio
import contextvars
from collections.abc import Callable
from pathlib import Path

from hdwidget.compute.capture import log_to
from hdwidget.compute.failure import Failure
from hdwidget.compute.worker import Worker
from hdwidget.errors import SetupError

__all__ = ["Setup", "setup_failed"]


class Setup:
    """Calls a setup function once, off the loop. Made in any thread, then owned by the loop.

    Parameters
    ----------
    function : callable, optional
        What to call.
    folder : Path
        What it prints goes to the ``logs`` below.
    """

    def __init__(self, function: Callable[[], object] | None, folder: Path) -> None:
        self._function = function
        self._logs = folder / "logs"
        self._worker = None if function is None else Worker("hdwidget-setup")
        self._ended: asyncio.Future[BaseException | None] | None = None
        self._made: object = None

    async def result(self, stopped: asyncio.Future[str]) -> tuple[object, ...]:
        """Return what `setup` made as a tuple of one; an empty one if there is no `setup`.

        Empty, too, if `stopped` is done before `setup` is.

        Raises
        ------
        SetupError
            `setup` raised.
        """
        if self._worker is None:
            return ()
        if self._ended is None:
            context = log_to(contextvars.copy_context(), self._logs)
            self._ended = self._worker.call(context, self._make)
        await asyncio.wait({self._ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not self._ended.done():
            return ()
        error = self._ended.result()
        if error is not None:
            raise setup_failed(Failure.of(error)) from error
        return (self._made,)

    def close(self) -> None:
        """Let the thread go."""
        if self._worker is not None:
            self._worker.dismiss()

    def _make(self) -> None:
        assert self._function is not None
        self._made = self._function()


def setup_failed(failure: Failure) -> SetupError:
    """Return the error that ends an experiment whose `setup` failed."""
    message = f"`setup` failed: {failure}"
    return SetupError(message, type=failure.type, traceback=failure.traceback)
