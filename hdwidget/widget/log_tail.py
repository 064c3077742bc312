"""The end of a file that somebody else is writing, and what is appended to it."""

from pathlib import Path

__all__ = ["MOST_BYTES", "LogTail"]

MOST_BYTES = 64_000
"""What is read at once at most: of a file that is longer, or grows faster, the end."""

CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that no character begins with."""


class LogTail:
    r"""Reads a log in pieces, whole or not; it may not exist yet, and may begin anew.

    Parameters
    ----------
    path : Path
        The log.

    Examples
    --------
    >>> tail = LogTail(folder / "logs" / "stdout.txt")
    >>> tail.read()
    (0, b'epoch 1\n')
    >>> tail.read()
    (8, b'')
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0

    def read(self) -> tuple[int, bytes]:
        """Return what is new: where in the file it begins, and its bytes, `MOST_BYTES` at most.

        It begins where the piece before has ended. Further on, it is the end of more than may be
        read at once, from the beginning of a line if there is one; before that, the file was cut.

        Raises
        ------
        OSError
            The file is there and cannot be read.
        """
        if not self._path.is_file():  # nor is a pipe read, which would wait for somebody to write
            self._position = 0
            return 0, b""
        with self._path.open("rb") as file:
            size = file.seek(0, 2)
            if size < self._position:
                self._position = 0
            begin = max(self._position, size - MOST_BYTES)
            file.seek(begin)
            found = file.read(size - begin)
        end = begin + len(found)
        if begin > self._position:
            found = _from_line(found)
        self._position = end
        return end - len(found), found


def _from_line(piece: bytes) -> bytes:
    """Return a piece without the end of the line, or of the character, that it begins in."""
    _, newline, lines = piece.partition(b"\n")
    return lines if newline and lines else piece.lstrip(CONTINUATION)
