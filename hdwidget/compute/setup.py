"""What `setup` makes for trials inside the kernel: once, when the first of them needs it."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable

from hdwidget.compute.failure import Failure
from hdwidget.errors import EngineError

__all__ = ["Setup"]


class Setup:
    """Calls a setup function once, off the loop. Owned by the engine's loop."""

    def __init__(self, function: Callable[[], object] | None) -> None:
        self._function = function
        self._made: asyncio.Future[object] | None = None

    async def result(self) -> tuple[object, ...]:
        """Return what `setup` made as a tuple of one, or an empty one where there is no `setup`.

        Raises
        ------
        EngineError
            `setup` raised; the message holds its traceback.
        """
        if self._function is None:
            return ()
        if self._made is None:
            self._made = asyncio.wrap_future(_in_thread(self._function))
        try:
            return (await asyncio.shield(self._made),)
        except Exception as error:
            failure = Failure.of(error)
            message = f"`setup` failed: {failure}\n{failure.traceback}"
            raise EngineError(message) from error


def _in_thread(function: Callable[[], object]) -> concurrent.futures.Future[object]:
    made: concurrent.futures.Future[object] = concurrent.futures.Future()

    def call() -> None:
        try:
            made.set_result(function())
        except BaseException as error:  # noqa: BLE001  # it is raised where the result is awaited
            made.set_exception(error)

    threading.Thread(target=call, name="hdwidget-setup", daemon=True).start()
    return made
