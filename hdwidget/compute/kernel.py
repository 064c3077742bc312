"""What trials inside the kernel, coroutines and threads, have in common."""

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

import threadpoolctl

from hdwidget.compute.base import Channel, TrialSpec
from hdwidget.compute.capture import log_to
from hdwidget.context import DURABLE, Logged, TrialRun, trial
from hdwidget.errors import EngineError, RunCanceled, StoreError
from hdwidget.metrics import MetricValue

__all__ = ["KernelTransport", "library_threads", "trial_in_kernel"]


T = TypeVar("T")


class KernelTransport:
    """A trial's way to its channel: direct on the engine's loop, by a hop from other threads."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def log(self, name: str, value: MetricValue, step: int | None) -> Logged:
        """Report a value; from a thread, return when it is durable."""
        if threading.get_ident() == self._thread:
            return self._channel.log(name, value, step)
        try:
            reported = self._on_loop(lambda: self._channel.log(name, value, step))
        except RuntimeError as error:  # the loop is closed
            message = "the engine is gone"
            raise RunCanceled(message) from error
        reported.wait()
        return DURABLE

    def request(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """Ask something of the run, and return the answer."""
        try:
            if threading.get_ident() == self._thread:
                return self._channel.request(kind, fields)
            return self._on_loop(lambda: self._channel.request(kind, fields))
        except StoreError as error:  # as a process is told
            raise EngineError(str(error)) from error
        except RuntimeError as error:  # the loop is closed
            message = "the engine is gone"
            raise EngineError(message) from error

    def _on_loop(self, function: Callable[[], T]) -> T:
        answer: concurrent.futures.Future[T] = concurrent.futures.Future()

        def call() -> None:
            try:
                answer.set_result(function())
            except BaseException as error:  # noqa: BLE001  # it is raised in the asking thread
                answer.set_exception(error)

        self._loop.call_soon_threadsafe(call)
        return answer.result()


def trial_in_kernel(spec: TrialSpec, channel: Channel) -> tuple[TrialRun, contextvars.Context]:
    """Return the run that a trial in this process is handed, and the context it runs in."""
    run = TrialRun(
        run_id=spec.run_id,
        number=spec.number,
        experiment=spec.experiment,
        hyperparameters=spec.params,
        folder=spec.folder,
        transport=KernelTransport(channel),
        resume_from=spec.resume_from,
    )
    return run, log_to(trial(run), spec.folder / "logs")


def library_threads() -> int:
    """Return how many threads a numeric library of this process (BLAS, OpenMP) uses by itself."""
    pools = cast("list[dict[str, Any]]", threadpoolctl.threadpool_info())
    return max((int(pool["num_threads"]) for pool in pools), default=1)
