"""The process in which a slow sampler thinks, so that nothing in the kernel waits for it.

It reads from its standard input: the sampler, then a request for each proposal. It ends with that
stream, and so with the kernel.
"""

import os
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, NamedTuple

from hdwidget.compute.failure import Failure
from hdwidget.samplers import Explanation, Observation, Sampler

__all__ = ["BOOT", "LENGTH_BYTES", "Proposal", "Request", "main"]

BOOT = (
    "import json, sys;"
    "sys.path[:] = json.loads(sys.stdin.buffer.readline());"
    "from hdwidget.engine import sampler_process;"
    "sampler_process.main()"
)
"""What `python -P -c` runs; the kernel's `sys.path` is the first line that it reads."""

LENGTH_BYTES = 8
"""An answer is a pickle after its length in so many bytes, the highest first."""


class Proposal(NamedTuple):
    """A configuration to try, and why."""

    params: dict[str, object]
    explanation: Explanation | None


@dataclass(frozen=True)
class Request:
    """What is asked: for proposal number `index`, and what has changed in the history by number."""

    index: int
    changed: Mapping[int, Observation]


def main() -> None:
    """Answer until the requests end."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a sampler prints is no answer
        _serve(sys.stdin.buffer, answers)


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    sampler: Sampler = pickle.load(requests)  # noqa: S301  # the kernel's own pipe
    history: list[Observation] = []
    while True:
        try:
            request: Request = pickle.load(requests)  # noqa: S301  # as above
        except EOFError:
            return
        for number, observation in request.changed.items():
            history[number : number + 1] = [observation]
        body = pickle.dumps(_answer(sampler, request.index, history))
        answers.write(len(body).to_bytes(LENGTH_BYTES) + body)
        answers.flush()


def _answer(sampler: Sampler, index: int, history: list[Observation]) -> Proposal | Failure | None:
    try:
        params = sampler.propose(index, history)
        if params is None:
            return None
        return Proposal(params, sampler.explain(index, params, history))
    except Exception as error:  # noqa: BLE001  # a sampler may raise anything: the engine says so
        return Failure.of(error)
