"""A value as an error shows it, whatever it is. Light: a trial's process loads this."""

__all__ = ["MOST_BITS", "as_text", "shown"]

MOST_BITS = 14_000
"""Python spells no longer numbers out, nor reads them."""


def shown(value: object, length: int | None = 200) -> str:
    """Return ``repr(value)``, cut to `length` characters where there is one.

    Of what has none (a proxy whose object is gone, lists in lists without end) it is the type, and
    of an integer that Python does not spell out its hexadecimal digits.
    """
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # it is the value's own, and an error is to be told of it
        text = hex(value) if isinstance(value, int) else f"<{type(value).__name__}>"
    return text if length is None or len(text) <= length else f"{text[: length - 1]}…"


def as_text(value: object) -> str:
    """Return ``str(value)``, or what is shown of a value that has none."""
    try:
        return str(value)
    except Exception:  # noqa: BLE001  # the value's own
        return shown(value, None)
