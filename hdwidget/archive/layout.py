"""What lies where in an archive, and the manifest that lists it.

An archive is a zip file that other tools can read, too::

    runs.jsonl               a run a line, parents before their children
    series.jsonl             a metric of a run a line: its name, kind, count and part
    metrics/<part>.f8.npy    of the series of a part, one after the other: values that are
                             floats, and times
    metrics/<part>.i8.npy    … values that are whole numbers, and steps
    models.jsonl             a registered model a line
    files/<run id>/…         the runs' folders
    models/<number>/…        the models' files, by the line in models.jsonl
    manifest.json            the version of all this, and size and SHA-256 of each file
"""

import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from hdwidget.checks import is_text
from hdwidget.errors import ArchiveError

__all__ = [
    "FILES",
    "FLOATS",
    "INTEGERS",
    "MANIFEST",
    "METRICS",
    "MODELS",
    "MODEL_FILES",
    "RUNS",
    "SERIES",
    "Entry",
    "Manifest",
    "is_plain_name",
]

FORMAT = "hdwidget experiment"
VERSION = 1

MANIFEST, RUNS, SERIES, MODELS = "manifest.json", "runs.jsonl", "series.jsonl", "models.jsonl"
FILES, MODEL_FILES, METRICS = "files", "models", "metrics"
FLOATS, INTEGERS = "f8.npy", "i8.npy"

RECORD = re.compile(r"runs\.jsonl|series\.jsonl|models\.jsonl|metrics/\d{1,9}\.[fi]8\.npy")
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_PART = 255
"""Bytes that the name of a file or folder may have."""


class Entry(NamedTuple):
    """A file of an archive: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    Attributes
    ----------
    experiment : str
        The experiment's name.
    created : float
        When it was made, in UTC epoch seconds.
    files : mapping of str to Entry
        Every file but the manifest, by name.
    """

    experiment: str
    created: float
    files: Mapping[str, Entry]

    def dump(self) -> str:
        """Return the manifest as JSON."""
        return json.dumps(
            {
                "format": FORMAT,
                "version": VERSION,
                "experiment": {"name": self.experiment, "created": self.created},
                "files": self.files,
            },
            indent=0,
        )

    @classmethod
    def load(cls, text: bytes) -> "Manifest":
        """Return the manifest of an archive.

        Raises
        ------
        ArchiveError
            It is none, a newer hdwidget wrote it, or a file's name would lead elsewhere.
        """
        try:
            content: Any = json.loads(text)
            known = content["format"] == FORMAT
            version = content["version"]
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise ArchiveError(NO_ARCHIVE) from error
        if not known or type(version) is not int or version < 1:
            raise ArchiveError(NO_ARCHIVE)
        if version > VERSION:
            msg = (
                f"it has version {version} of the format, and this hdwidget knows {VERSION}: "
                f"upgrade with `pip install -U hdwidget`"
            )
            raise ArchiveError(msg)
        try:
            name, created = content["experiment"]["name"], content["experiment"]["created"]
            files = {file: Entry(size, sha256) for file, (size, sha256) in content["files"].items()}
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise ArchiveError(DAMAGED_MANIFEST) from error
        if (
            not is_text(name)
            or not name.strip()
            or type(created) is not float
            or not math.isfinite(created)
        ):
            raise ArchiveError(DAMAGED_MANIFEST)
        for file, entry in files.items():
            if not is_safe(file):
                msg = f"its file {file!r:.200} has a name that does not belong into an archive"
                raise ArchiveError(msg)
            if type(entry.size) is not int or entry.size < 0 or not _is_sha256(entry.sha256):
                raise ArchiveError(DAMAGED_MANIFEST)
        return cls(name, created, files)


NO_ARCHIVE = "it is no archive that Experiment.export has made"
DAMAGED_MANIFEST = "its manifest is damaged"


def is_safe(name: str) -> bool:
    """Return whether an archive may hold a file of this name: it stays where it is put."""
    if RECORD.fullmatch(name):
        return True
    kind, *parts = name.split("/")
    longer = len(parts) > 1 and all(is_plain_name(part) for part in parts)
    return kind in (FILES, MODEL_FILES) and longer


def is_plain_name(part: object) -> bool:
    """Return whether a text is the name of one file or folder, and nothing else, anywhere."""
    return (
        is_text(part)
        and part not in ("", ".", "..")
        and not any(letter in part for letter in "/\\\0")
        and len(part.encode()) <= LONGEST_PART
        and (os.name != "nt" or not (set(part) & set('<>:"|?*') or part[-1] in ". "))
    )


def _is_sha256(text: object) -> bool:
    return isinstance(text, str) and SHA256.fullmatch(text) is not None
