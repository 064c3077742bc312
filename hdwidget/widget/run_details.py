"""`RunDetails`: a run, live in the notebook."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from IPython.display import display  # pyright: ignore[reportUnknownVariableType]

from hdwidget.errors import ConfigurationError
from hdwidget.run import Run
from hdwidget.shown import shown
from hdwidget.status import FINAL, STOPPED
from hdwidget.widget.board import Board
from hdwidget.widget.commands import Commands
from hdwidget.widget.feed import Feed
from hdwidget.widget.routing import keep_routing
from hdwidget.widget.run_files import RunFiles
from hdwidget.widget.static_output import StaticOutput, in_notebook
from hdwidget.widget.study import describe, describe_single, is_single, run_id, space_of_all

__all__ = ["RunDetails"]

TABLE_FOLLOWS = "<!-- the table is the next output -->"


def _snapshot(_: object, widget: "RunDetails") -> dict[str, Any] | None:
    return widget._pack()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # our own trait


class RunDetails(anywidget.AnyWidget):
    """Show a run: of a search the table of its runs, their curves, and parallel coordinates.

    It is live while the run goes, also while a cell waits for it, and whichever process drives it;
    and again when a run that had ended goes on. On the page the run is paused, canceled, resumed
    and extended, one of its runs canceled and resumed, and a configuration put together and run.
    Beside it stands a table of the best ten, which remains in a saved notebook.

    Parameters
    ----------
    run : HyperDriveRun or Run
        What to show: a search, or a script that was submitted alone, of which there are the curves
        of all its metrics, what it prints, and its files.

    Attributes
    ----------
    selected : list of str
        The ids of the runs that are selected in the table and the charts, a synced trait: setting
        it selects runs on the page, and it can be observed.

    Raises
    ------
    TraitError
        If `run` is neither, but a run of a search, for example; or if `selected` is set to
        something that is not one of its runs.

    Examples
    --------
    >>> details = RunDetails(run)
    >>> details.show()
    >>> details.selected_runs
    [Run('digits', 'HD_8c0f…_3', Completed)]
    """

    _esm = Path(__file__).parent.parent / "static" / "widget.js"

    # Each has one writer: the kernel, but for `selected`, which either end may set.
    study = traitlets.Dict().tag(sync=True)
    # Packed anew whenever the widget's whole state is asked for; what happens then is sent.
    snapshot = traitlets.Dict().tag(sync=True, to_json=_snapshot)
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True, echo_update=False)

    def __init__(self, run: Run) -> None:
        if not isinstance(run, Run):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
            message = f"`run` must be a run, what Experiment.submit returns, but got {shown(run)}."
            raise traitlets.TraitError(message)
        record = run.record
        if record.parent is not None:
            message = (
                f"`run` must be a run that was submitted, but {run.id} is one of {record.parent}. "
                f"Write RunDetails(run.parent), and open its logs there."
            )
            raise traitlets.TraitError(message)
        single = is_single(record)
        self._run = run
        self._static = StaticOutput(run)
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            study=describe_single(record) if single else describe(record, space_of_all(record, ())),
            # In a row of widgets it takes its share: it has no width of its own.
            layout={"flex": "1 1 auto"},
        )
        keep_routing(self.comm)
        # Only now: while all runs are read here, the page loads our code there.
        try:
            self._feed = Feed(run, self._send_message)
        except BaseException:
            self.close()
            raise
        self.study = self._feed.look(lambda board: board.study)  # with what runs have beside
        self._files = RunFiles(run.experiment.host, self._send_message)
        self._commands = Commands(run, self.send, self._run_id)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        self.send_state("snapshot")  # pyright: ignore[reportUnknownMemberType]
        self.on_msg(self._receive)  # pyright: ignore[reportUnknownMemberType]
        self._feed.begin(self._static.follow_again)

    def __repr__(self) -> str:
        return self._feed.look(lambda board: f"RunDetails({_standing(board)})")

    @property
    def selected_runs(self) -> list[Run]:
        """The runs that are selected, in the order of `selected`."""
        return [Run(self._run.experiment, selected) for selected in self.selected]

    def show(self) -> None:
        """Display the widget in the cell, and after it the table that remains when it is saved.

        Outside a notebook, say in a line how the run stands.

        Raises
        ------
        ConfigurationError
            The widget was closed.
        """
        if self.comm is None:
            message = "This RunDetails was closed: make a new one with RunDetails(run)."
            raise ConfigurationError(message)
        if not in_notebook():
            sys.stdout.write(f"{self!r}\n")
            return
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        self._static.show()

    def close(self) -> None:
        """Take the widget off every page and follow the run no more; the run goes on.

        Worth a call for one that is not needed any more while its run goes: a notebook lets go of
        no widget by itself, also when its cell is run again.
        """
        if "_feed" in vars(self):  # not so where the constructor has raised
            self._static.close()
            self._feed.close()
            self._files.close()
        super().close()  # pyright: ignore[reportUnknownMemberType]

    def _ipython_display_(self) -> None:
        self.show()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401  # as IPython calls it
        """Return what a notebook may choose from: the live view, or a line of text."""
        bundle: Any = super()._repr_mimebundle_(**kwargs)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        # Where there are no widgets the HTML is taken: the table follows, and would go stale here.
        texts = {"text/html": TABLE_FOLLOWS, "text/plain": repr(self)}
        return {**bundle[0], **texts}, bundle[1]

    def _pack(self) -> dict[str, Any] | None:
        if "_feed" not in vars(self):
            return None  # all runs are still to be read
        content, buffers = self._feed.snapshot()
        return {**content, "buffers": buffers}

    def _send_message(self, content: Mapping[str, Any], buffers: Sequence[bytes]) -> None:
        self.send(content, buffers)  # pyright: ignore[reportUnknownMemberType]

    def _receive(self, _: object, content: Mapping[str, Any], __: object) -> None:
        """Do what the page asks. Called in whichever thread the kernel handles it."""
        if content.get("type") == "snapshot":
            self._feed.resend()
        elif content.get("type") == "files":
            self._watch(content.get("run"), watch=content.get("watch") is True)
        else:
            self._commands.obey(content)

    def _watch(self, number: object, *, watch: bool) -> None:
        if not watch:
            self._files.close()
        elif type(number) is int and 0 <= number < self._feed.look(len):
            self._files.watch(number, run_id(self.study, number))

    def _run_id(self, number: object) -> str:
        """Return the id of one of the runs, by the number that the page knows it by."""
        if type(number) is int and 0 <= number < self._feed.look(len):
            return run_id(self.study, number)
        message = f"there is no run {shown(number)}."
        raise ConfigurationError(message)

    @traitlets.validate("selected")
    def _check_selected(self, proposal: Mapping[str, Any]) -> list[str]:
        known = self._feed.look(len)
        for selected in proposal["value"]:
            number = "0" if self.study["single"] else selected.rpartition("_")[2]
            # Python reads no number of thousands of digits.
            is_short = number.isdecimal() and len(number) <= len(str(known))
            numbered = is_short and int(number) < known
            if not numbered or selected != run_id(self.study, int(number)):
                message = (
                    f"`selected` must hold ids of the {known} runs of {self._run.id}, such as "
                    f"{run_id(self.study, 0)}, but got {shown(selected)}."
                )
                raise traitlets.TraitError(message)
        return proposal["value"]


def _standing(board: Board) -> str:
    ended = sum(count for name, count in board.counts().items() if name in {*FINAL, STOPPED})
    done = ended - board.head["repeated"]
    total = board.head["total"]
    if board.study["single"]:
        return f"{board.study['run']!r}, {board.head['status']}"
    return f"{board.study['run']!r}, {board.head['status']}, {done}/{total} done"
