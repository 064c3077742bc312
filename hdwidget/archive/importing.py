"""Taking an experiment out of an archive into a workspace."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hdwidget.archive import layout
from hdwidget.archive.contents import Contents
from hdwidget.archive.layout import Entry, Manifest
from hdwidget.archive.unpacking import unpack
from hdwidget.errors import ArchiveError, HDWidgetError, StoreError
from hdwidget.store import Store
from hdwidget.store.transfer import Arrivals

__all__ = ["import_experiment"]

BLOCK = 1 << 20


def import_experiment(
    store: Store, workspace: Path, path: Path, name: str | None, *, max_bytes: int
) -> str:
    """Take an experiment into a workspace and return its name; see `Workspace.import_`."""
    try:
        # In the workspace: what is renamed must lie on the same disk.
        with tempfile.TemporaryDirectory(prefix=".import-", dir=workspace) as folder:
            unpacked = Path(folder)
            manifest = unpack(path, unpacked, max_bytes=max_bytes)
            return _Import(store, workspace, unpacked, manifest, name).run()
    except ArchiveError as error:
        msg = f"{path} cannot be imported: {error}."
        raise ArchiveError(msg) from error
    except HDWidgetError:
        raise
    except (OSError, ValueError) as error:
        msg = f"{path} cannot be imported: {error}."
        raise ArchiveError(msg) from error


class _Import:
    """One import: files are put in place before the record speaks of them."""

    def __init__(
        self, store: Store, workspace: Path, unpacked: Path, manifest: Manifest, name: str | None
    ) -> None:
        self._store = store
        self._workspace = workspace
        self._unpacked = unpacked
        self._manifest = manifest
        self._experiment = manifest.experiment if name is None else name
        self._contents = Contents(unpacked, manifest, self._experiment)
        self._moved: list[Path] = []

    def run(self) -> str:
        """Take everything, or nothing."""
        arrivals = Arrivals(
            self._experiment,
            self._manifest.created,
            self._contents.runs,
            self._contents.series,
            [
                (model, self._unpacked / layout.MODEL_FILES / str(number))
                for number, model in enumerate(self._contents.models)
            ],
        )
        known = self._store.find_alike(arrivals)
        try:
            for run in self._contents.runs:
                if run.id not in known:
                    self._place(f"{layout.FILES}/{run.id}", self._workspace / "runs" / run.id)
            self._store.receive(arrivals)
        except BaseException:
            for place in self._moved:
                shutil.rmtree(place, ignore_errors=True)
            raise
        return self._experiment

    def _place(self, name: str, home: Path) -> None:
        """Move a folder of the archive to where it belongs."""
        source = self._unpacked / name
        if not source.exists():
            return
        home.parent.mkdir(parents=True, exist_ok=True)
        if home.exists():
            # An import that was killed has left it, or somebody whose files we do not touch.
            if _files(home) != self._entries(name):
                msg = f"{home} is there already, and no run in the record has it: move it away"
                raise StoreError(msg)
            return
        source.rename(home)
        self._moved.append(home)

    def _entries(self, name: str) -> Mapping[str, Entry]:
        start = f"{name}/"
        return {
            file.removeprefix(start): entry
            for file, entry in self._manifest.files.items()
            if file.startswith(start)
        }


def _files(folder: Path) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for path in folder.rglob("*"):
        if path.is_file() or path.is_symlink():
            with path.open("rb") as file:
                checksum = hashlib.file_digest(file, "sha256").hexdigest()
            found[path.relative_to(folder).as_posix()] = Entry(path.stat().st_size, checksum)
    return found
