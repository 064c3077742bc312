"""The files of a run: its logs, its outputs and what was uploaded, by the names they go by.

Pure functions over a run's folder. ``logs/…`` and ``outputs/…`` are named as they lie there; what
is uploaded under another name is kept in ``.uploads/``, out of the way of the source code that a
script's folder holds as well. Light: a trial's process loads this.
"""

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from hdwidget.errors import ConfigurationError, HDWidgetError, RunFileNotFoundError
from hdwidget.nearest import nearest
from hdwidget.shown import shown

__all__ = [
    "Source",
    "copy_to",
    "download_file",
    "download_files",
    "file_names",
    "find",
    "normal_name",
    "read_logs",
    "upload_file",
    "upload_folder",
]

P = ParamSpec("P")
R = TypeVar("R")

Source: TypeAlias = str | os.PathLike[str] | IO[Any]
"""Where an uploaded file comes from: its path, or a stream of bytes or text."""

NAMED_AS_THEY_LIE = ("logs", "outputs")
UPLOADS = ".uploads"


def normal_name(name: str | os.PathLike[str]) -> str:
    """Return a file's name without leading ``/`` and ``./``, which are forgiven.

    Raises
    ------
    ConfigurationError
        The name is empty or points out of the run's folder.

    Examples
    --------
    >>> normal_name("./outputs//model.pkl")
    'outputs/model.pkl'
    """
    given = os.fspath(name) if isinstance(name, os.PathLike) else name
    text = given.replace(os.sep, "/") if isinstance(given, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or "\0" in text:
        message = (
            f"a file of a run has a name such as 'outputs/model.pkl', without `..`, "
            f"but got {shown(given)}."
        )
        raise ConfigurationError(message)
    return "/".join(parts)


def _saying_why(function: Callable[Concatenate[Path, P], R]) -> Callable[Concatenate[Path, P], R]:
    """Make what the file system refuses a `ConfigurationError`: a name that is too long, ….

    A stream that breaks is one, too; the error it raised is the cause.
    """

    @functools.wraps(function)
    def explained(folder: Path, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(folder, *args, **kwargs)
        except HDWidgetError:
            raise
        except (OSError, TypeError, ValueError) as error:
            message = f"the files of the run in {folder} cannot be read or written so: {error}."
            raise ConfigurationError(message) from error

    return explained


def file_names(folder: Path, prefix: str = "") -> list[str]:
    """Return the names of a run's files that begin with `prefix`, sorted.

    Links that lead out of the run's folder are left out.
    """
    home = folder.resolve()
    names = [
        *(path.relative_to(folder) for kind in NAMED_AS_THEY_LIE for path in _files(folder / kind)),
        *(path.relative_to(folder / UPLOADS) for path in _files(folder / UPLOADS)),
    ]
    return sorted(
        name
        for name in (path.as_posix() for path in names)
        if name.startswith(prefix) and _place(folder, name).resolve().is_relative_to(home)
    )


@_saying_why
def find(folder: Path, name: str | os.PathLike[str]) -> Path:
    """Return where a file or a folder of a run lies.

    Raises
    ------
    RunFileNotFoundError
        The run has no such file; the message names the nearest.
    ConfigurationError
        The name points out of the run's folder.
    """
    normal = normal_name(name)
    path = _inside(folder, normal)
    if not path.exists():
        known = file_names(folder)
        hint = nearest(normal, known)
        if not hint:
            hint = f" It has {', '.join(known)}." if known else " It has no files."
        message = f"the run has no file `{normal}`.{hint}"
        raise RunFileNotFoundError(message)
    return path


@_saying_why
def upload_file(folder: Path, name: str | os.PathLike[str], source: Source) -> str:
    """Keep a copy of a file, or of what a stream holds, under `name`; return the name.

    A file of that name is replaced at once: whoever reads it sees the old one or the new one.

    Raises
    ------
    ConfigurationError
        The source is no file, or the name points out of the run's folder.
    """
    normal = normal_name(name)
    target = _inside(folder, normal)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if not path.is_file():
            what = "is a folder: use upload_folder" if path.is_dir() else "does not exist"
            message = f"a file to upload must be there, but {str(path)!r} {what}."
            raise ConfigurationError(message)
    elif not hasattr(source, "read"):
        message = f"a path or a stream must be given to upload, but got {shown(source, 80)}."
        raise ConfigurationError(message)
    if target.is_dir():
        message = f"`{normal}` is a folder of the run: give the file a name in it."
        raise ConfigurationError(message)
    target.parent.mkdir(parents=True, exist_ok=True)
    import shutil  # noqa: PLC0415  # every script's process loads this module, and few copy

    # Beside the folders that are listed, so that nobody finds half a file.
    partial = folder / f".upload-{os.urandom(8).hex()}"
    try:
        if isinstance(source, str | os.PathLike):
            shutil.copyfile(source, partial)
        else:
            _write(source, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return normal


@_saying_why
def upload_folder(
    folder: Path, name: str | os.PathLike[str], source: str | os.PathLike[str]
) -> list[str]:
    """Keep copies of all files below the folder `source` below `name`; return their names.

    Raises
    ------
    ConfigurationError
        The source is no folder, or the name points out of the run's folder.
    """
    root = Path(source)
    if not root.is_dir():
        message = f"a folder to upload must be there, but {str(root)!r} is none."
        raise ConfigurationError(message)
    # All of them before the first is copied: the target may lie below the source.
    found = sorted(_files(root))
    return [
        upload_file(folder, f"{os.fspath(name)}/{path.relative_to(root).as_posix()}", path)
        for path in found
    ]


@_saying_why
def download_file(
    folder: Path, name: str | os.PathLike[str], target: str | os.PathLike[str] | None = None
) -> Path:
    """Copy a file of a run, and return where it is now.

    Parameters
    ----------
    folder : Path
        The run's.
    name : str
        The file's name.
    target : str or Path, optional
        A file, whose folders are made, or a folder that is there; the default is the file's own
        name in the working folder.

    Raises
    ------
    RunFileNotFoundError
        The run has no such file.
    ConfigurationError
        It is a folder.
    """
    path = find(folder, name)
    if path.is_dir():
        message = f"`{normal_name(name)}` is a folder: use download_files(prefix=…)."
        raise ConfigurationError(message)
    place = Path(path.name) if target is None else Path(target)
    if place.is_dir() or os.fspath(target or "").endswith(("/", os.sep)):
        place /= path.name
    copy_to(path, place)
    return place


@_saying_why
def download_files(
    folder: Path, prefix: str | None = None, target: str | os.PathLike[str] | None = None
) -> list[Path]:
    """Copy the files whose names begin with `prefix` into a folder, under their names."""
    asked = "" if prefix is None else _as_prefix(prefix)
    return [
        download_file(folder, name, Path(target or "") / name) for name in file_names(folder, asked)
    ]


def read_logs(folder: Path) -> dict[str, str]:
    """Return the texts of a run's logs, by name."""
    return {
        name: _place(folder, name).read_text(encoding="utf-8", errors="replace")
        for name in file_names(folder, "logs/")
    }


def copy_to(source: Path, target: Path) -> None:
    """Copy a file or a folder to `target`, whose parents are made.

    Links to folders are not followed, as nowhere among a run's files; what is no file is left out.
    """
    import shutil  # noqa: PLC0415  # every script's process loads this module, and few copy

    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=_neither_file_nor_folder)
    elif not (target.exists() and target.samefile(source)):
        shutil.copyfile(source, target)


def _as_prefix(prefix: str) -> str:
    if isinstance(prefix, str) and prefix in ("", "/", ".", "./"):  # pyright: ignore[reportUnnecessaryIsInstance]  # users are not type-checked
        return ""
    name = normal_name(prefix)  # which says what a name must be
    return name + ("/" if prefix.endswith("/") else "")


def _place(folder: Path, normal: str) -> Path:
    first, _, _ = normal.partition("/")
    return (folder if first in NAMED_AS_THEY_LIE else folder / UPLOADS) / normal


def _inside(folder: Path, normal: str) -> Path:
    path = _place(folder, normal)
    if not path.resolve().is_relative_to(folder.resolve()):  # by a link
        message = f"`{normal}` leads out of the run's folder {folder}."
        raise ConfigurationError(message)
    return path


def _files(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        for name in names:
            path = Path(root, name)
            if path.is_file():  # no socket, and no link into nothing
                yield path


def _neither_file_nor_folder(folder: str, names: list[str]) -> list[str]:
    paths = {name: Path(folder, name) for name in names}
    return [
        name
        for name, path in paths.items()
        if not path.is_file() and (path.is_symlink() or not path.is_dir())
    ]


def _write(source: IO[Any], target: Path) -> None:
    with target.open("wb") as file:
        while part := source.read(1 << 20):
            file.write(part.encode() if isinstance(part, str) else part)
