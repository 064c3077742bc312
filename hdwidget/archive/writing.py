"""Writing an experiment into an archive, piece by piece, as it stands at one moment."""

import hashlib
import io
import os
import secrets
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from hdwidget.archive import layout
from hdwidget.archive.layout import Entry, Manifest
from hdwidget.errors import ArchiveError, ConfigurationError, HDWidgetError
from hdwidget.model_record import ModelRecord
from hdwidget.store import RunRecord, Store, json_text
from hdwidget.store.queries import Queries

__all__ = ["export_experiment"]

PART = 1 << 20
"""Numbers after which a part of the metrics is written: bounds what is held in memory."""

BLOCK = 1 << 20
IN_THE_MAKING = ".upload-"
"""How the names of files begin that are being uploaded to a run."""


def export_experiment(
    store: Store, workspace: Path, name: str, path: Path, *, overwrite: bool
) -> None:
    """Write an experiment of a workspace to a file; see `Experiment.export`."""
    if os.path.isdir(path):  # noqa: PTH112  # which raises where no path can be as long
        msg = f"`path` must be a file's, but {path} is a folder."
        raise ConfigurationError(msg)
    _refuse_to_overwrite(path, overwrite=overwrite)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with partial.open("xb") as file:
            _write(store, workspace, name, file)
            file.flush()
            os.fsync(file.fileno())
        _refuse_to_overwrite(path, overwrite=overwrite)  # it takes its time
        partial.replace(path)
    except HDWidgetError:
        raise
    except (OSError, ValueError, zipfile.LargeZipFile) as error:
        msg = f"The archive {path} cannot be written: {error}."
        raise ArchiveError(msg) from error
    finally:
        with suppress(OSError, ValueError):
            partial.unlink()


def _refuse_to_overwrite(path: Path, *, overwrite: bool) -> None:
    if os.path.lexists(path) and not overwrite:
        msg = f"{path} is there already: give another path, or overwrite=True."
        raise ConfigurationError(msg)


def _write(store: Store, workspace: Path, name: str, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        archive = _Archive(target)
        with store.snapshot() as record:
            experiments = {each.name: each for each in record.experiments()}
            if name not in experiments:
                msg = f"Experiment `{name}` has no runs in {workspace}: there is nothing to export."
                raise ConfigurationError(msg)
            runs = record.all_runs(name)
            ids = {run.id for run in runs}
            models = [model for model in record.models() if model.run in ids]
            archive.add_lines(layout.RUNS, (_run_line(run) for run in runs))
            archive.add_lines(layout.SERIES, _series_lines(archive, record, runs))
        # What is logged to a file meanwhile is no part of the record: no need to keep it open.
        archive.add_lines(layout.MODELS, (_model_line(model) for model in models))
        for run in runs:
            archive.add_tree(f"{layout.FILES}/{run.id}", workspace / "runs" / run.id)
        for number, model in enumerate(models):
            place = model.place(workspace)
            archive.add_tree(f"{layout.MODEL_FILES}/{number}/{place.name}", place)
        archive.close(name, experiments[name].created)


class _Archive:
    """A zip file to which members are added; it keeps their sizes and checksums."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._target = target
        self._entries: dict[str, Entry] = {}

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """Add a file of what `blocks` yields."""
        checksum, size = hashlib.sha256(), 0
        with self._target.open(_member(name), "w", force_zip64=True) as member:
            for block in blocks:
                member.write(block)
                checksum.update(block)
                size += len(block)
        self._entries[name] = Entry(size, checksum.hexdigest())

    def add_lines(self, name: str, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add a file of JSON, a line each; a line may add members itself before it comes."""
        texts = [f"{json_text.dump(line)}\n".encode() for line in lines]
        self.add(name, texts)

    def add_tree(self, name: str, place: Path) -> None:
        """Add a file, or those below a folder; links and what is no file are left out."""
        if place.is_symlink():
            return
        if place.is_dir():
            for inside in sorted(place.iterdir()):
                if not inside.name.startswith(IN_THE_MAKING):
                    self.add_tree(f"{name}/{inside.name}", inside)
        elif place.is_file():
            if not layout.is_safe(name):
                msg = f"{str(place)!r} has a name that not every system can hold: rename it"
                raise ValueError(msg)
            # A run that is going on removes files, too.
            with suppress(FileNotFoundError), place.open("rb") as file:
                self.add(name, _blocks(file))

    def close(self, experiment: str, created: float) -> None:
        """Add the manifest."""
        manifest = Manifest(experiment, created, self._entries)
        self._target.writestr(_member(layout.MANIFEST), manifest.dump())


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)  # of no date: one experiment gives one archive
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    # Not beyond what it has now: a file that grows as fast as it is read has no end.
    left = os.fstat(file.fileno()).st_size
    while left and (block := file.read(min(left, BLOCK))):
        left -= len(block)
        yield block


def _run_line(run: RunRecord) -> dict[str, Any]:
    line = asdict(run)
    del line["experiment"]  # of which the manifest has the name
    return line


def _model_line(model: ModelRecord) -> dict[str, Any]:
    return model._asdict()


def _series_lines(
    archive: _Archive, record: Queries, runs: Iterable[RunRecord]
) -> Iterator[dict[str, Any]]:
    """Yield a line for each series, and add parts of the metrics whenever they are large."""
    part, held = 0, 0
    floats: list[NDArray[Any]] = []
    integers: list[NDArray[Any]] = []
    for run in runs:
        for series in record.series(run.id).values():
            line: dict[str, Any] = {
                "run": run.id,
                "name": series.name,
                "count": len(series),
                "part": part,
            }
            line |= {"kind": "json", "steps": series.steps is not None}
            if isinstance(series.values, list):
                line["values"] = series.values
            elif series.values.dtype == np.int64:
                line["kind"] = "int64"
                integers.append(series.values)
            else:
                line["kind"] = "float64"
                floats.append(series.values)
            yield line
            floats.append(series.times)
            if series.steps is not None:
                integers.append(series.steps)
            held += 3 * len(series)
            if held >= PART:
                _add_part(archive, part, floats, integers)
                part, held = part + 1, 0
    if held:
        _add_part(archive, part, floats, integers)


def _add_part(
    archive: _Archive,
    part: int,
    floats: list[NDArray[Any]],
    integers: list[NDArray[Any]],
) -> None:
    for suffix, arrays, dtype in (
        (layout.FLOATS, floats, np.float64),
        (layout.INTEGERS, integers, np.int64),
    ):
        if not arrays:
            continue
        numbers = np.concatenate(arrays).astype(dtype, copy=False)
        buffer = io.BytesIO()
        np.save(buffer, numbers, allow_pickle=False)
        archive.add(f"{layout.METRICS}/{part}.{suffix}", [buffer.getvalue()])
        arrays.clear()
