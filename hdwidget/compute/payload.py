"""Objects on their way to a trial's process: pickled once, large arrays mapped and not copied.

A payload is two files in a folder that only this user can enter: ``<name>.pickle`` and
``<name>.buffers``, where the out-of-band buffers of pickle protocol 5 stand one after the other.
They are mapped copy-on-write: trials share the pages, and ``X -= X.mean()`` in one of them works
and is seen by no other.
"""

import inspect
import linecache
import mmap
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle

__all__ = ["dump", "dump_sources", "load", "load_sources", "mapped_bytes", "unpicklable_names"]

_ALIGNMENT = 64
_OUT_OF_BAND = 1 << 16


def dump(value: object, folder: Path, name: str) -> None:
    """Write `value` as the payload `name` in `folder`.

    Raises
    ------
    Exception
        Whatever pickling raises for an object that cannot be pickled.
    """
    buffers: list[memoryview] = []

    def keep_inside(buffer: pickle.PickleBuffer) -> bool:
        try:
            raw = buffer.raw()
        except BufferError:  # not contiguous
            return True
        if raw.nbytes < _OUT_OF_BAND:
            return True
        buffers.append(raw)
        return False

    body = cloudpickle.dumps(value, protocol=5, buffer_callback=keep_inside)  # pyright: ignore[reportUnknownMemberType]
    spans: list[tuple[int, int]] = []
    with (folder / f"{name}.buffers").open("wb") as file:
        for raw in buffers:
            file.write(bytes(-file.tell() % _ALIGNMENT))
            spans.append((file.tell(), raw.nbytes))
            file.write(raw)
    with (folder / f"{name}.pickle").open("wb") as file:
        pickle.dump(spans, file)
        file.write(body)


def load(folder: Path, name: str) -> Any:  # noqa: ANN401  # whatever was dumped
    """Read the payload `name` in `folder`, which must be one that this user alone can write."""
    buffers: list[memoryview] = []
    with (folder / f"{name}.pickle").open("rb") as file:
        spans = pickle.load(file)  # noqa: S301  # a folder of mode 0700 that the engine made
        if spans:
            with (folder / f"{name}.buffers").open("rb") as raw:
                view = memoryview(mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_COPY))
            buffers = [view[start : start + length] for start, length in spans]
        return pickle.load(file, buffers=buffers)  # noqa: S301  # as above


def mapped_bytes(folder: Path) -> int:
    """Return the bytes that the payloads in `folder` have trials map, and not copy."""
    return sum(file.stat().st_size for file in folder.glob("*.buffers"))


def unpicklable_names(function: Callable[..., Any]) -> Iterator[str]:
    """Yield the names of what `function` refers to outside itself and cannot be pickled."""
    try:
        outside = inspect.getclosurevars(function)
    except TypeError:  # no Python function
        return
    for name, value in {**outside.globals, **outside.nonlocals}.items():
        try:
            cloudpickle.dumps(value)  # pyright: ignore[reportUnknownMemberType]
        except Exception:  # noqa: BLE001  # pickling raises whatever it likes
            yield name


def dump_sources(folder: Path) -> None:
    """Write the source of what has no file, a notebook's cells, so that tracebacks can show it."""
    cells = {
        name: entry
        for name, entry in linecache.cache.items()
        if len(entry) == 4 and entry[1] is None  # noqa: PLR2004  # no modification time: no file
    }
    with (folder / "sources.pickle").open("wb") as file:
        pickle.dump(cells, file)


def load_sources(folder: Path) -> None:
    """Make what `dump_sources` wrote known to this process's tracebacks."""
    with (folder / "sources.pickle").open("rb") as file:
        linecache.cache.update(pickle.load(file))  # noqa: S301  # as above
