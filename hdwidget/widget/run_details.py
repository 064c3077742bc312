"""`RunDetails`: a HyperDrive run, live in the notebook."""

from pathlib import Path

import anywidget
import traitlets
from IPython.display import display  # pyright: ignore[reportUnknownVariableType]

from hdwidget.engine.clock import SystemClock, Timer
from hdwidget.engine.events import Event
from hdwidget.engine.host import LiveRun
from hdwidget.hyperdrive_run import HyperDriveRun
from hdwidget.widget.headline import headline_of_controller, headline_of_record

__all__ = ["RunDetails"]

UPDATE_SECONDS = 0.1
"""At most ten updates a second: Jupyter drops messages above a thousand, and no eye sees more."""


class RunDetails(anywidget.AnyWidget):
    """Show a HyperDrive run: its status, how far it is, and its best value; live while it runs.

    The table and the charts follow in a later version.

    Parameters
    ----------
    run : HyperDriveRun
        What to show.

    Examples
    --------
    >>> RunDetails(run).show()
    """

    _esm = Path(__file__).parent.parent / "static" / "widget.js"

    headline = traitlets.Dict(allow_none=True).tag(sync=True)

    def __init__(self, run: HyperDriveRun) -> None:
        super().__init__(headline=headline_of_record(run))  # pyright: ignore[reportUnknownMemberType]
        self._run = run
        host = run.experiment.host
        live = host.live.get(run.id)
        if live is not None:
            follower = _Follower(self, live)
            host.loop.call(follower.begin)

    def __repr__(self) -> str:
        line = self.headline or {}
        return (
            f"RunDetails({self._run.id!r}, {line['status']}, {line['done']}/{line['total']} done)"
        )

    def show(self) -> None:
        """Display the widget in the cell."""
        display(self)


class _Follower:
    """Carries a live run's events to the widget. Owned by the engine's loop."""

    def __init__(self, widget: RunDetails, live: LiveRun) -> None:
        self._widget = widget
        self._controller = live.controller
        self._clock = SystemClock()
        self._timer: Timer | None = None
        self._changed = True

    def begin(self) -> None:
        """Follow the run from now on."""
        self._controller.recorder.subscribe(self._note)
        self._update()

    def _note(self, event: Event) -> None:
        """Update at once at the first of a burst, then at most every tenth of a second."""
        del event
        self._changed = True
        if self._timer is None:
            self._update()

    def _update(self) -> None:
        self._timer = None
        if self._changed:
            self._changed = False
            self._timer = self._clock.call_later(UPDATE_SECONDS, self._update)
            self._widget.headline = headline_of_controller(self._controller)
