"""Expressions read back from their JSON form."""

import contextlib
from collections.abc import Callable, Mapping
from typing import cast

from hdwidget.checks import nearest
from hdwidget.errors import SpaceError, UnexpectedKeywordError
from hdwidget.shown import shown
from hdwidget.space.choice import choice
from hdwidget.space.continuous import lognormal, loguniform, normal, uniform
from hdwidget.space.discrete import randint
from hdwidget.space.expression import Expression
from hdwidget.space.quantized import qlognormal, qloguniform, qnormal, quniform
from hdwidget.space.values import is_dict, is_items

__all__ = ["expression_from_json"]

EXPRESSIONS: dict[str, Callable[..., Expression]] = {
    expression.__name__: expression
    for expression in (
        choice,
        lognormal,
        loguniform,
        normal,
        qlognormal,
        qloguniform,
        qnormal,
        quniform,
        randint,
        uniform,
    )
}


def expression_from_json(written: object) -> Expression:
    """Read what `Expression.to_json` wrote.

    Parameters
    ----------
    written
        ``{"expression": "uniform", "low": 0.1, "high": 1.0}``; a choice has a list of ``options``,
        those that JSON cannot hold as ``{"repr": "…"}``, which comes back as that text: a record is
        read, never executed.

    Raises
    ------
    SpaceError
        If it is not the form of an expression.

    Examples
    --------
    >>> expression_from_json({"expression": "uniform", "low": 0.1, "high": 1.0})
    uniform(0.1, 1.0)
    """
    if not isinstance(written, Mapping):
        msg = f'An expression must be written as {{"expression": …}}, but got {shown(written)}.'
        raise SpaceError(msg)
    arguments = dict(cast("Mapping[str, object]", written))
    name = str(arguments.pop("expression", None))
    if name not in EXPRESSIONS:
        known = ", ".join(EXPRESSIONS)
        msg = f"`{name}` is no expression.{nearest(name, EXPRESSIONS)} It is one of {known}."
        raise SpaceError(msg)
    if name == "choice":
        options = arguments.get("options")
        if not is_items(options):
            got = shown(options)
            msg = f"A choice must be written with a list of options, but got options={got}."
            raise SpaceError(msg)
        try:
            return choice(list(map(_value_from_json, options)))
        except RecursionError:
            msg = f"The options of a choice must come to an end, but got {shown(options)}."
            raise SpaceError(msg) from None
    try:
        return EXPRESSIONS[name](**arguments)
    except UnexpectedKeywordError as error:
        raise SpaceError(str(error)) from error


def _value_from_json(written: object) -> object:  # noqa: PLR0911  # one for each form
    """Read an option of a choice, or a part of one."""
    if is_items(written):
        return list(map(_value_from_json, written))
    if not is_dict(written):
        return written
    match written:
        case {"expression": str()}:
            return expression_from_json(written)
        case {"repr": str(text)}:
            return text
        case {"tuple": list()}:
            return tuple(map(_value_from_json, cast("list[object]", written["tuple"])))
        case {"items": list()}:
            return _dict_from_json(cast("list[object]", written["items"]))
        case {"dict": dict()}:
            written = cast("dict[object, object]", written["dict"])
        case _:
            pass
    return {name: _value_from_json(entry) for name, entry in written.items()}


def _dict_from_json(items: list[object]) -> dict[object, object]:
    """Read a dict whose keys are not all texts."""
    pairs = [item for item in items if is_items(item) and len(item) == 2]  # noqa: PLR2004
    if len(pairs) == len(items):
        with contextlib.suppress(TypeError):  # a list is no key
            return {_value_from_json(key): _value_from_json(entry) for key, entry in pairs}
    msg = f"A dict must be written as a list of [key, value], but got {shown(items)}."
    raise SpaceError(msg)
