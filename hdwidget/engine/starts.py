"""Whom to tell when a run is driven, also one that had ended."""

import threading
import weakref
from collections.abc import Callable

__all__ = ["Starts"]


class Starts:
    """Tells those who wait for a run that this process drives it now. For any thread.

    Nobody is kept alive by waiting: who is gone is forgotten.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[weakref.WeakMethod[Callable[[], object]]]] = {}

    def subscribe(self, run_id: str, callback: Callable[[], object]) -> None:
        """Have a bound method called, in whichever thread, each time that the run is driven."""
        with self._lock:
            self._keep(run_id, [*self._alive(run_id), weakref.WeakMethod(callback)])

    def unsubscribe(self, run_id: str, callback: Callable[[], object]) -> None:
        """Leave a method alone from now on; harmless if it is not told anything."""
        with self._lock:
            self._keep(run_id, [each for each in self._alive(run_id) if each() != callback])

    def tell(self, run_id: str) -> None:
        """Say that a run is driven from now on."""
        with self._lock:
            waiting = self._alive(run_id)
            self._keep(run_id, waiting)
        for reference in waiting:
            callback = reference()
            if callback is not None:
                callback()

    def _alive(self, run_id: str) -> list[weakref.WeakMethod[Callable[[], object]]]:
        return [each for each in self._waiting.get(run_id, ()) if each() is not None]

    def _keep(self, run_id: str, waiting: list[weakref.WeakMethod[Callable[[], object]]]) -> None:
        if waiting:
            self._waiting[run_id] = waiting
        else:
            self._waiting.pop(run_id, None)
