"""The runs and models of an archive that is unpacked, checked value by value."""

import re
from dataclasses import fields, replace
from pathlib import Path

from hdwidget.archive import layout
from hdwidget.archive.lines import Columns, check, lines
from hdwidget.archive.metrics import Metrics
from hdwidget.errors import ArchiveError, ConfigurationError, StoreError
from hdwidget.model_record import ModelRecord, plain_model_name
from hdwidget.status import FINAL, RunStatus, StopReason
from hdwidget.store import RunRecord
from hdwidget.store.soundness import SEARCH, check_search, is_sound

__all__ = ["Contents"]

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
LARGEST_VERSION = 2**31

RUN_COLUMNS: Columns = {
    "id": (str,),
    "type": (str,),
    "status": (str,),
    "created": (float, int),
    "parent": (str, type(None)),
    "number": (int,),
    "reason": (str, type(None)),
    "proposal": (int, type(None)),
    "params": (dict,),
    "config": (dict,),
    "started": (float, int, type(None)),
    "ended": (float, int, type(None)),
    "tags": (dict,),
    "properties": (dict,),
    "error": (dict, type(None)),
}
MODEL_COLUMNS: Columns = {
    "name": (str,),
    "version": (int,),
    "file": (str,),
    "tags": (dict,),
    "properties": (dict,),
    "description": (str,),
    "run": (str,),
    "created": (float, int),
}


class Contents:
    """What an unpacked archive brings.

    Parameters
    ----------
    folder : Path
        Where it is unpacked.
    manifest : Manifest
        Its manifest.
    experiment : str
        The experiment that its runs go to.

    Attributes
    ----------
    runs : list of RunRecord
        Parents before their children. What had not ended is interrupted: nobody drives it here.
    series : callable
        Takes a run's id and returns its metrics by name.
    models : list of ModelRecord
        Models that the runs made.

    Raises
    ------
    ArchiveError
        Something does not fit together, or is not what it should be.
    """

    def __init__(self, folder: Path, manifest: layout.Manifest, experiment: str) -> None:
        self._folder = folder
        for name in (layout.RUNS, layout.SERIES, layout.MODELS):
            if name not in manifest.files:
                msg = f"it holds no {name}"
                raise ArchiveError(msg)
        self.runs = self._read_runs(experiment)
        ids = {run.id for run in self.runs}
        self.series = Metrics(folder, ids).series
        self.models = self._read_models(ids)
        owners = {
            layout.FILES: ids,
            layout.MODEL_FILES: {str(number) for number in range(len(self.models))},
        }
        for name in manifest.files:
            kind, owner, *_ = *name.split("/"), ""
            if kind in owners and owner not in owners[kind]:
                msg = f"its file {name!r:.200} belongs to nothing in it"
                raise ArchiveError(msg)
        self.runs = [self._ended(run) for run in self.runs]

    def _read_runs(self, experiment: str) -> list[RunRecord]:
        runs: dict[str, RunRecord] = {}
        known = {field.name for field in fields(RunRecord)} - {"experiment"}
        for _, line in lines(self._folder / layout.RUNS):
            check(line, RUN_COLUMNS, f"a line of {layout.RUNS}")
            if more := line.keys() - known:
                msg = f"its runs have {min(more)!r:.80}, of which this hdwidget does not know"
                raise ArchiveError(msg)
            run = RunRecord(experiment=experiment, **line)
            if not RUN_ID.fullmatch(run.id) or run.id in runs:
                msg = f"{run.id!r:.200} cannot be the id of a run, or is there twice"
                raise ArchiveError(msg)
            if run.parent is not None and run.parent not in runs:
                msg = f"the parent of run `{run.id}`, {run.parent!r:.200}, does not come before it"
                raise ArchiveError(msg)
            if run.type == "hyperdrive":
                check(run.config, SEARCH, f"the configuration of run `{run.id}`")
                _check_search(run)
            if run.status not in {status.value for status in RunStatus}:
                msg = f"run `{run.id}` has status {run.status!r:.80}"
                raise ArchiveError(msg)
            if not is_sound(replace(run, created=float(run.created))):
                msg = f"a column of run `{run.id}` is none that hdwidget writes"
                raise ArchiveError(msg)
            runs[run.id] = run
        return list(runs.values())

    def _ended(self, run: RunRecord) -> RunRecord:
        """Return a run as one that nobody drives here."""
        run = replace(
            run,
            created=float(run.created),
            started=_seconds(run.started),
            ended=_seconds(run.ended),
        )
        if RunStatus(run.status) in FINAL:
            return run
        signs = [float(series.times[-1]) for series in self.series(run.id).values() if len(series)]
        return replace(
            run,
            status=RunStatus.CANCELED.value,
            reason=StopReason.INTERRUPTED.value,
            ended=run.ended or max(signs, default=run.started),
        )

    def _read_models(self, runs: set[str]) -> list[ModelRecord]:
        models: list[ModelRecord] = []
        for number, (_, line) in enumerate(lines(self._folder / layout.MODELS)):
            check(line, MODEL_COLUMNS, f"a line of {layout.MODELS}")
            if len(line) != len(MODEL_COLUMNS):
                msg = "its models have more columns than this hdwidget knows"
                raise ArchiveError(msg)
            model = ModelRecord(**line)
            try:
                plain_model_name(model.name)
            except ConfigurationError as error:
                raise ArchiveError(str(error)) from error
            place = self._folder / layout.MODEL_FILES / str(number)
            sound = model.run in runs and 1 <= model.version < LARGEST_VERSION
            if not sound or not layout.is_plain_name(model.file):
                msg = f"model {model.name!r:.80} is not one of its runs'"
                raise ArchiveError(msg)
            if place.is_dir() and [inside.name for inside in place.iterdir()] != [model.file]:
                msg = f"the files of model {model.name!r:.80} are not `{model.file}`"
                raise ArchiveError(msg)
            models.append(model._replace(created=float(model.created)))
        return models


def _seconds(time: float | None) -> float | None:
    return None if time is None else float(time)


def _check_search(run: RunRecord) -> None:
    try:
        check_search(run)
    except StoreError as error:
        msg = f"the configuration of run `{run.id}` does not hold: {error}"
        raise ArchiveError(msg) from error
