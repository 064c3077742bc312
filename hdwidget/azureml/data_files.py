"""Where a dataset's files are: local paths, patterns and urls become files on this machine."""

import glob
import hashlib
import os
import shutil
import tempfile
import urllib.parse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.request import urlopen

from hdwidget.azureml.data_reference import DataPath, DataReference, inside
from hdwidget.azureml.exceptions import DatasetValidationError, UserErrorException
from hdwidget.azureml.registry import workspace_folder

__all__ = ["LocatedFile", "as_paths", "folder_of", "locate"]

URL = ("http://", "https://", "ftp://", "file://")
MAGIC = "*?["
SECONDS = 60.0
"""How long a server may keep silent."""


class LocatedFile(NamedTuple):
    """A file of a dataset.

    Parameters
    ----------
    name
        Its path below the dataset's root, with slashes.
    path
        Where it is on this machine.
    """

    name: str
    path: Path


def as_paths(given: object) -> list[str]:
    """Return what a dataset is made from as absolute paths, patterns and urls.

    Parameters
    ----------
    given
        A path, a pattern, a url, a place in a datastore (a `DataReference`, a `DataPath`, or the
        tuple of a datastore and a path), or a list of these.

    Raises
    ------
    UserErrorException
        It is something else.
    """
    if isinstance(given, list):
        return [path for item in cast("list[object]", given) for path in as_paths(item)]
    if isinstance(given, DataReference):
        return [str(given.path)]
    if isinstance(given, DataPath):
        given = (given.datastore, given.path_on_datastore)
    if isinstance(given, tuple):
        return _in_datastore(cast("tuple[Any, ...]", given))
    if isinstance(given, str) and given.startswith(URL):
        return [given]
    if isinstance(given, str | os.PathLike) and os.fspath(cast("Any", given)):
        return [os.path.abspath(os.path.expanduser(cast("Any", given)))]  # noqa: PTH100, PTH111  # patterns
    message = (
        f"`path` must be a path, a pattern, a url, (datastore, path), or a list of these, "
        f"but got {given!r}."
    )
    raise UserErrorException(message)


def locate(paths: Sequence[str]) -> list[LocatedFile]:
    """Return the files of a dataset in a fixed order; urls are downloaded once per workspace.

    Raises
    ------
    DatasetValidationError
        A path or pattern has no file, or a url cannot be had.
    """
    files: list[LocatedFile] = []
    for path in paths:
        found = [_downloaded(path)] if path.startswith(URL) else _local(path)
        if not found:
            message = f"there is no file at {path}."
            raise DatasetValidationError(message)
        files.extend(found)
    return files


def folder_of(paths: Sequence[str]) -> Path:
    """Return a folder that holds the files of a dataset, and where it can be, the original one.

    Files from several places are linked into a folder of the workspace.

    Raises
    ------
    DatasetValidationError
        As `locate` does.
    """
    if len(paths) == 1 and not paths[0].startswith(URL):
        base = _base(paths[0])
        if paths[0] in (str(base), *(f"{base}{os.sep}{rest}" for rest in ("*", "**", "**/*"))):
            locate(paths)
            return base
    digest = hashlib.sha256("\n".join(paths).encode()).hexdigest()[:16]
    root = workspace_folder() / "azureml" / "mounts" / digest
    files = locate(paths)
    for file in files:
        _link(file.path, root / file.name)
    for gone in {path for path in root.rglob("*") if path.is_file()} - {
        root / file.name for file in files
    }:
        gone.unlink(missing_ok=True)  # it no longer is one of the dataset's
    return root


def _in_datastore(place: tuple[Any, ...]) -> list[str]:
    pair = 2
    if len(place) != pair or not hasattr(place[0], "root"):
        message = f"a place in a datastore must be (datastore, path), but got {place!r}."
        raise UserErrorException(message)
    store, path = place
    if isinstance(path, list):
        return [at for item in cast("list[Any]", path) for at in _in_datastore((store, item))]
    return [str(inside(store.root, path))]


def _local(path: str) -> list[LocatedFile]:
    base = _base(path)
    if Path(path).is_file():
        return [LocatedFile(Path(path).name, Path(path))]
    # Only what follows the folder is a pattern: its own name may have brackets, too.
    pattern = f"{glob.escape(str(base))}{path[len(str(base)) :] or '/**'}"
    found = (Path(name) for name in sorted(glob.glob(pattern, recursive=True)))  # noqa: PTH207  # an absolute pattern
    return [
        LocatedFile(file.relative_to(base).as_posix(), file) for file in found if file.is_file()
    ]


def _base(path: str) -> Path:
    """Return the folder that names are relative to: the last one without a pattern."""
    base = Path(path)
    while any(sign in str(base) for sign in MAGIC) and not base.exists():
        base = base.parent
    return base.parent if base.is_file() else base


def _downloaded(url: str) -> LocatedFile:
    """Return the file of a url; it is fetched where the workspace does not hold it yet."""
    parts = urllib.parse.urlsplit(url)
    if any(sign in parts.path for sign in MAGIC):
        message = (
            f"a web server's files cannot be listed, but got {url!r}. Name each file, in a list."
        )
        raise DatasetValidationError(message)
    name = urllib.parse.unquote(f"{parts.netloc}{parts.path}").strip("/").replace("..", "_")
    digest = hashlib.sha256(url.encode()).hexdigest()[:16]  # the query counts, too
    folder = workspace_folder() / "azureml" / "downloads" / digest
    target = folder / (Path(name).name or "index")
    if not target.exists():
        _fetch(url, target)
    return LocatedFile(name, target)


def _fetch(url: str, target: Path) -> None:
    """Write what a url gives to a file, which is there only when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with open(handle, "wb") as file, urlopen(url, timeout=SECONDS) as answer:  # noqa: PTH123, S310  # a descriptor; the user's own url
            shutil.copyfileobj(answer, file)
        Path(temporary).replace(target)
    except OSError as error:
        message = (
            f"{url} cannot be downloaded: {error}. Download it by hand, and give the file's path."
        )
        raise DatasetValidationError(message) from error
    finally:
        Path(temporary).unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    """Have a file's content under another name, too: as a hard link, or else as a copy."""
    if target.exists() and target.samefile(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copy2(source, target)
