"""Early termination policies: pure decisions on the learning curves of all runs."""

from collections.abc import Mapping
from typing import Final

from hdwidget.checks import nearest
from hdwidget.errors import ConfigurationError
from hdwidget.policies.bandit import BanditPolicy
from hdwidget.policies.base import Decision, Policy
from hdwidget.policies.median import MedianStoppingPolicy
from hdwidget.policies.none import NoTerminationPolicy
from hdwidget.policies.truncation import TruncationSelectionPolicy
from hdwidget.shown import as_text, shown

__all__ = [
    "BanditPolicy",
    "Decision",
    "MedianStoppingPolicy",
    "NoTerminationPolicy",
    "Policy",
    "TruncationSelectionPolicy",
    "policy_from_json",
]

_POLICIES: Final[dict[str, type[Policy]]] = {
    policy.__name__: policy
    for policy in (
        BanditPolicy,
        MedianStoppingPolicy,
        NoTerminationPolicy,
        TruncationSelectionPolicy,
    )
}


def policy_from_json(record: Mapping[str, object]) -> Policy:
    """Return the policy that `Policy.to_json` recorded.

    Raises
    ------
    ConfigurationError
        If the record names no policy of hdwidget's, or an argument does not hold.

    Examples
    --------
    >>> policy_from_json({"name": "MedianStoppingPolicy", "delay_evaluation": 5})
    MedianStoppingPolicy(evaluation_interval=1, delay_evaluation=5)
    """
    arguments = dict(record) if isinstance(record, Mapping) else {"name": record}  # pyright: ignore[reportUnnecessaryIsInstance]  # whatever was recorded
    name = arguments.pop("name", None)
    policy = _POLICIES.get(as_text(name))
    if policy is None:
        msg = (
            f"A recorded policy must be one of {', '.join(_POLICIES)}, but got name={shown(name)}."
            f"{nearest(as_text(name), _POLICIES)} "
            "A policy of your own cannot be made from the record: pass it again."
        )
        raise ConfigurationError(msg)
    return policy(**arguments)  # pyright: ignore[reportArgumentType]  # each one checks its own
