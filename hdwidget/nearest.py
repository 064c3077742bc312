"""The name that was meant by one that is unknown. Light: a trial's process loads this."""

from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean `…`?" for the known name nearest to `name`, or an empty text."""
    import difflib  # noqa: PLC0415  # every script's process loads this module

    found = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean `{found[0]}`?" if found else ""
