"""Unpacking an archive that anybody may have made: every byte is checked before it is used."""

import hashlib
import shutil
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from hdwidget.archive import layout
from hdwidget.archive.layout import Manifest
from hdwidget.errors import ArchiveError

__all__ = ["unpack"]

LARGEST_MANIFEST = 1 << 27
BLOCK = 1 << 20
ENCRYPTED = 1

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
    struct.error,
)
"""What Python's zipfile raises at bytes that make no sense."""


def unpack(path: Path, target: Path, *, max_bytes: int) -> Manifest:
    """Unpack an archive into an empty folder, and return its manifest.

    Raises
    ------
    ArchiveError
        The file is no archive, is damaged, or would write elsewhere or more than it may.
    """
    try:
        with zipfile.ZipFile(path) as source:
            members = _members(source)
            manifest = _manifest(source, members)
            _check_sizes(manifest, target, max_bytes)
            for name in manifest.files:
                _unpack(source, members[name], manifest, target / name)
    except DAMAGE as error:
        msg = f"it is damaged, or no zip file ({error})"
        raise ArchiveError(msg) from error
    return manifest


def _members(source: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, which are all plain files."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in source.infolist():
        name = member.filename
        if name in members:
            msg = f"it holds {name!r:.200} twice"
            raise ArchiveError(msg)
        if name != layout.MANIFEST and not layout.is_safe(name):
            msg = f"its file {name!r:.200} has a name that does not belong into an archive"
            raise ArchiveError(msg)
        kind = stat.S_IFMT(member.external_attr >> 16)
        packed = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if kind not in (0, stat.S_IFREG) or member.flag_bits & ENCRYPTED or not packed:
            msg = f"{name!r:.200} is no plain file in it"
            raise ArchiveError(msg)
        members[name] = member
    return members


def _manifest(source: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Manifest:
    """Return the manifest, which lists just these members."""
    if layout.MANIFEST not in members:
        raise ArchiveError(layout.NO_ARCHIVE)
    with source.open(layout.MANIFEST) as file:
        text = file.read(LARGEST_MANIFEST + 1)
    if len(text) > LARGEST_MANIFEST:
        raise ArchiveError(layout.DAMAGED_MANIFEST)
    manifest = Manifest.load(text)
    if different := members.keys() ^ {*manifest.files, layout.MANIFEST}:
        msg = f"its manifest and its files do not agree on {min(different)!r:.200}"
        raise ArchiveError(msg)
    return manifest


def _check_sizes(manifest: Manifest, target: Path, max_bytes: int) -> None:
    size = sum(entry.size for entry in manifest.files.values())
    if size > max_bytes:
        msg = (
            f"it unpacks to {size} bytes, which is more than max_bytes={max_bytes}: give a larger "
            f"max_bytes if you trust where it comes from"
        )
        raise ArchiveError(msg)
    free = shutil.disk_usage(target).free
    if size > free:
        msg = f"it unpacks to {size} bytes, and the disk of the workspace has {free} left"
        raise ArchiveError(msg)


def _unpack(
    source: zipfile.ZipFile, member: zipfile.ZipInfo, manifest: Manifest, place: Path
) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    entry = manifest.files[member.filename]
    with source.open(member) as file, place.open("xb") as copy:
        found = _copy(file, copy, entry.size)
    if found != entry:
        msg = f"its file {member.filename!r:.200} is not what its manifest says"
        raise ArchiveError(msg)


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> layout.Entry:
    """Copy at most a byte more than `size`, and return what was copied."""
    checksum, copied = hashlib.sha256(), 0
    while copied <= size and (block := source.read(min(BLOCK, size + 1 - copied))):
        target.write(block)
        checksum.update(block)
        copied += len(block)
    return layout.Entry(copied, checksum.hexdigest())
