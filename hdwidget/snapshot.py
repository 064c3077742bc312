"""Copies of a source directory: one per experiment, and from it one for each run."""

import contextlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pathspec

from hdwidget.errors import ConfigurationError

__all__ = ["lay_out", "take_snapshot"]

LIMIT_BYTES = 300 * 1024 * 1024
"""What a source directory may hold; Azure's limit, too. Data belong elsewhere."""
LARGE_BYTES = 1024 * 1024
"""A file of more is not copied for each run, but shared, read-only."""
NEVER = ("__pycache__/", ".git/", ".ipynb_checkpoints/", ".hdwidget/", "/outputs", "/logs")
"""Left out whatever the ignore files say; `outputs` and `logs` are each run's own."""
RECORD = ("/hdwidget.db*", "/models/", "/runs/", "/snapshots/")
"""Left out where the source directory is the workspace itself, or each copy would hold the last."""
IGNORE_FILES = (".amlignore", ".gitignore")
"""The first one that is there counts."""


def take_snapshot(
    source: Path, target: Path, *, leave_out: Path, script: str | None = None
) -> None:
    """Copy a source directory, without what its ``.amlignore`` or else ``.gitignore`` names.

    Parameters
    ----------
    source, target : Path
        The folder, and the one to make.
    leave_out : Path
        A folder that may lie in `source`, or be it: the workspace.
    script : str, optional
        The file that must be in the copy, relative to `source`.

    Raises
    ------
    ConfigurationError
        It holds more than 300 MB, or a file that cannot be read; or the script is left out.
    """
    source, leave_out = source.resolve(), leave_out.resolve()  # to tell whether they meet
    try:
        _take(source, target, leave_out, script)
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        msg = (
            f"`source_directory` {source} could not be copied: {error}. Name what cannot be read "
            "and the script does not need in a file .amlignore there."
        )
        raise ConfigurationError(msg) from error


def _take(source: Path, target: Path, leave_out: Path, script: str | None) -> None:
    sizes: dict[Path, int] = {}
    for file in _files(source, leave_out):
        with contextlib.suppress(FileNotFoundError):  # such as an editor's, gone by now
            sizes[file] = file.stat().st_size
    if script is not None and source / script not in sizes:
        msg = (
            f"`script` must be among the files that are copied, but {script} is left out of "
            f"{source}: see its {' or '.join(IGNORE_FILES)}; nor are outputs/ and logs/ copied."
        )
        raise ConfigurationError(msg)
    total = sum(sizes.values())
    if total > LIMIT_BYTES:
        largest = sorted(sizes, key=lambda file: -sizes[file])[:3]
        named = ", ".join(
            f"{file.relative_to(source).as_posix()} ({sizes[file] / 1e6:.0f} MB)"
            for file in largest
        )
        msg = (
            f"`source_directory` must hold at most {LIMIT_BYTES / 1e6:.0f} MB, because it is "
            f"copied, but {source} holds {total / 1e6:.0f} MB; the largest are {named}. Name what "
            "the script does not need in a file .amlignore there, or give the script the path of "
            "its data as an argument."
        )
        raise ConfigurationError(msg)
    target.mkdir(parents=True, exist_ok=True)
    for file, size in sizes.items():
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(file, copy)
            if size > LARGE_BYTES:
                copy.chmod(copy.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))


def lay_out(snapshot: Path, folder: Path) -> None:
    """Copy a snapshot into a run's folder; large files are links to the read-only ones there."""
    for file in _walk(snapshot):
        copy = folder / file.relative_to(snapshot)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.stat().st_size > LARGE_BYTES:
            _share(file, copy)
        else:
            shutil.copy2(file, copy)
    for name in ("outputs", "logs"):
        (folder / name).mkdir(parents=True, exist_ok=True)


def _share(file: Path, copy: Path) -> None:
    try:
        copy.symlink_to(file)
    except OSError:  # Windows allows it to few
        shutil.copy2(file, copy)


def _files(source: Path, leave_out: Path) -> Iterator[Path]:
    record = RECORD if source == leave_out else ()
    ignored = pathspec.GitIgnoreSpec.from_lines([*_ignore_lines(source), *NEVER, *record])

    def is_left_out(path: Path, ending: str) -> bool:
        name = path.relative_to(source).as_posix()
        return path == leave_out or ignored.match_file(name + ending)

    return _walk(source, is_left_out)


def _ignore_lines(source: Path) -> list[str]:
    for name in IGNORE_FILES:
        file = source / name
        if file.is_file():
            return file.read_text(encoding="utf-8", errors="replace").splitlines()
    return []


def _walk(
    folder: Path, is_left_out: Callable[[Path, str], bool] = lambda _path, _ending: False
) -> Iterator[Path]:
    """Yield the files below a folder, in order; links to folders are not followed.

    `is_left_out` gets a path, and "/" if it is a folder's: then nothing in there is looked at.
    """
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if not is_left_out(path, "/"):
                yield from _walk(path, is_left_out)
        elif entry.is_file() and not is_left_out(path, ""):
            yield path
