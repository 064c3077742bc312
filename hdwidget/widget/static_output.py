"""The static output beside the live one: what remains of a run in a saved notebook."""

import asyncio
import concurrent.futures
import contextvars
import logging
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from IPython.core.getipython import get_ipython

from hdwidget.engine.clock import Clock, SystemClock
from hdwidget.engine.host import LiveRun
from hdwidget.errors import StoreError
from hdwidget.run import Run
from hdwidget.widget.fallback import fallback_html, fallback_text, single_html, single_text
from hdwidget.widget.study import is_single
from hdwidget.widget.summary import summarize, summarize_single

__all__ = ["Publish", "StaticOutput", "in_notebook", "publish_in_notebook"]

LOG = logging.getLogger(__name__)

REFRESH_SECONDS = 30.0


class Publish(Protocol):
    """Where the output goes. It is called in the cell, and later in threads of the executor."""

    def __call__(self, bundle: Mapping[str, str], display_id: str, *, update: bool) -> None:
        """Display texts by their MIME type, or update where they have been displayed."""
        ...


def publish_in_notebook(bundle: Mapping[str, str], display_id: str, *, update: bool) -> None:
    """Display `bundle` in the running cell, or update what has been; not outside a notebook.

    A terminal would print every update as a new text.
    """
    if not in_notebook():
        return
    shell: Any = get_ipython()

    def publish() -> None:
        shell.display_pub.publish(dict(bundle), transient={"display_id": display_id}, update=update)

    if update:
        # Outside any cell's context, so that the message belongs to whatever cell runs now. Pages
        # go by the display id alone; nbconvert and papermill heed the running cell's messages only.
        contextvars.Context().run(publish)
    else:
        publish()


def in_notebook() -> bool:
    """Tell whether this is a Jupyter kernel, and so something may be displayed and updated."""
    return hasattr(get_ipython(), "kernel")


class StaticOutput:
    """A run as plain HTML, refreshed now and then, and at the run's end.

    `show` and `close` are for any thread. What refreshes is a task on the engine's loop; reading
    and publishing happen in its executor, so that they never hold the loop.

    Parameters
    ----------
    run : Run
        What to show, one that was submitted; driven here or by another process.
    clock : Clock
        Tells the time between refreshes.
    publish : Publish
        Where the output goes.

    Examples
    --------
    >>> output = StaticOutput(run)
    >>> output.show()
    """

    def __init__(
        self,
        run: Run,
        *,
        clock: Clock | None = None,
        publish: Publish = publish_in_notebook,
    ) -> None:
        self._run = run
        self._host = run.experiment.host  # now: asked later, it would reopen a closed workspace
        self._clock = clock or SystemClock()
        self._publish = publish
        self._display_id = f"hdwidget-{uuid.uuid4()}"
        self._is_shown = False
        self._following: concurrent.futures.Future[None] | None = None

    def show(self) -> None:
        """Display the table in the cell, and keep it up to date until the run has ended.

        Raises
        ------
        StoreError
            The record is closed or cannot be read.
        """
        live = self._host.live.get(self._run.id)  # before reading, or its end may be missed
        bundle, is_final = self._read()
        self._publish(bundle, self._display_id, update=False)
        self._is_shown = True
        if self._following is None and not is_final:
            self._following = self._host.loop.spawn(self._follow(live))

    def follow_again(self) -> None:
        """Keep what is displayed up to date once more: the run goes on after its end."""
        if self._is_shown and (self._following is None or self._following.done()):
            live = self._host.live.get(self._run.id)
            self._following = self._host.loop.spawn(self._follow(live))

    def close(self) -> None:
        """End refreshing; what is displayed stays as it is."""
        self._is_shown = False
        if self._following is not None:
            self._following.cancel()

    async def _follow(self, live: LiveRun | None) -> None:
        due = asyncio.Event()
        if live is not None:
            live.finished.add_done_callback(lambda _: self._host.loop.post(due.set))
        try:
            await self._refresh_to_the_end(due)
        except (StoreError, RuntimeError):
            # The workspace was closed, or the interpreter ends and starts no thread any more: what
            # stands there was true.
            LOG.info("The static output of %s is refreshed no more", self._run.id, exc_info=True)
        except Exception:
            LOG.exception("The static output of %s cannot be refreshed", self._run.id)

    async def _refresh_to_the_end(self, due: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        is_final = False
        while not is_final:
            timer = self._clock.call_later(REFRESH_SECONDS, due.set)
            try:
                await due.wait()
            finally:
                timer.cancel()
            due.clear()
            bundle, is_final = await loop.run_in_executor(None, self._read)
            await loop.run_in_executor(None, self._update, bundle)

    def _read(self) -> tuple[dict[str, str], bool]:
        store, moment = self._host.store, self._clock.time()
        if is_single(self._run.record):
            single = summarize_single(self._run, store, moment)
            bundle = {"text/html": single_html(single), "text/plain": single_text(single)}
            return bundle, single.is_final
        summary = summarize(self._run, store, moment)
        bundle = {"text/html": fallback_html(summary), "text/plain": fallback_text(summary)}
        return bundle, summary.is_final

    def _update(self, bundle: Mapping[str, str]) -> None:
        self._publish(bundle, self._display_id, update=True)
