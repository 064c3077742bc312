"""File systems that several computers share, or that are no true local disk.

SQLite's write-ahead log keeps its index in shared memory, which two computers do not share: there,
and where files cannot be mapped into memory reliably, a record keeps a rollback journal.
"""

import ctypes
import os
import re
import sys
from pathlib import Path

__all__ = ["network_file_system", "of_mountinfo"]

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "afpfs", "ncpfs", "webdav", "davfs"}
    | {"beegfs", "ceph", "glusterfs", "gpfs", "lustre", "ocfs2", "orangefs", "panfs", "pvfs2"}
    | {"9p", "drvfs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs"}  # a virtual machine's host
)
"""Types of file systems, as the systems name them; those of FUSE are all taken for such."""

FUSE_ON_A_DISK = frozenset({"fuseblk", "fuse.ntfs-3g", "fuse.fuse-overlayfs", "fuse.mergerfs"})
MOUNTINFO = Path("/proc/self/mountinfo")


def network_file_system(folder: Path) -> str | None:
    """Return the type of the network file system that a folder is on, or None on a local disk."""
    try:
        kind = _type_of(folder.resolve())
    except OSError:  # nothing that can be known: SQLite says what does not work
        return None
    return kind if _is_network(kind) else None


def of_mountinfo(text: str, folder: Path) -> str:
    """Return the type of a folder's file system by the text of Linux's ``mountinfo``."""
    found, longest = "", -1
    for line in text.splitlines():
        left, separator, right = line.partition(" - ")
        fields = left.split(" ")
        if not separator or len(fields) < 5:  # noqa: PLR2004  # the mount point is the fifth
            continue
        point = Path(re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        # A later mount hides an earlier one at the same place.
        if folder.is_relative_to(point) and len(point.parts) >= longest:
            found, longest = right.split(" ")[0], len(point.parts)
    return found


def _is_network(kind: str) -> bool:
    return kind in NETWORK or (kind.startswith("fuse") and kind not in FUSE_ON_A_DISK)


if sys.platform == "linux":

    def _type_of(folder: Path) -> str:
        return of_mountinfo(MOUNTINFO.read_text(errors="surrogateescape"), folder)

elif sys.platform == "darwin":

    def _type_of(folder: Path) -> str:
        # struct statfs with 64-bit inodes: `f_flags` is at 64, `f_fstypename` at 72.
        result = ctypes.create_string_buffer(4096)
        library = ctypes.CDLL(None, use_errno=True)
        call = getattr(library, "statfs$INODE64", None) or library.statfs
        if call(os.fsencode(folder), result):
            raise OSError(ctypes.get_errno(), "statfs", str(folder))
        return result.raw[72:88].partition(b"\0")[0].decode("ascii", "replace")

elif sys.platform == "win32":
    REMOTE = 4

    def _type_of(folder: Path) -> str:
        drive = ctypes.windll.kernel32.GetDriveTypeW(f"{folder.drive}\\")
        return "smbfs" if folder.drive.startswith("\\\\") or drive == REMOTE else ""

else:

    def _type_of(folder: Path) -> str:
        del folder
        return ""
