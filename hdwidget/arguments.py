"""Hyperparameters as the arguments of a command line, as Azure's `runDefinition` shows them."""

import json
from collections.abc import Mapping

__all__ = ["as_arguments", "as_json"]


def as_arguments(
    params: Mapping[str, object], options: Mapping[str, str] | None = None
) -> list[str]:
    """Return ``["--name", "value", …]`` in the order of the space.

    An integral float, such as a q-value, is written as an integer; a nested option as JSON.

    Parameters
    ----------
    params
        Values by name.
    options
        The option of each name, where it is not ``--name``.

    Examples
    --------
    >>> as_arguments({"batch_size": 64.0, "optimizer": "adam"}, {"batch_size": "-b"})
    ['-b', '64', '--optimizer', 'adam']
    """
    named = options or {}
    return [
        text
        for name, value in params.items()
        for text in (named.get(name, f"--{name}"), _text(value))
    ]


def as_json(value: object) -> str:
    """Return `value` as JSON; what JSON cannot hold is written as its `repr`."""
    return json.dumps(value, default=repr)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list | tuple):
        return as_json(value)  # pyright: ignore[reportUnknownArgumentType]  # any JSON will do
    return str(value)
