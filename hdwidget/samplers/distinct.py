"""The distinct configurations of a sequence of points, each once."""

import itertools
from collections.abc import Hashable, Iterable, Iterator

from hdwidget.samplers.draws import Draws
from hdwidget.space import SearchSpace
from hdwidget.space.values import fresh

__all__ = ["DistinctConfigurations"]

# So many points in a row without a new configuration, some 10 ms, and the sequence has stalled.
PATIENCE = 1000


class DistinctConfigurations:
    """A finite space's configurations in the order in which a sequence of points first meets them.

    When the sequence stalls, on configurations that are unlikely or that its evenness passes by,
    another order goes on. What was found is remembered; it is a function of the arguments, so it
    can be forgotten and found again. One thread at a time may ask.

    Parameters
    ----------
    space
        A finite space.
    draws
        The sequence of points.
    rest
        Numbers of configurations for when the sequence has stalled, in which every one comes up.
    """

    def __init__(self, space: SearchSpace, draws: Draws, rest: Iterable[int]) -> None:
        self._space = space
        self._draws = draws
        self._rest = rest
        self._found: list[dict[str, object]] = []
        self._unseen = self._search()

    def at(self, index: int) -> dict[str, object]:
        """Return the configuration number `index`, which must be less than the space's size."""
        while index >= len(self._found):
            self._found.append(next(self._unseen))
        params = self._found[index]
        return {name: fresh(value) for name, value in params.items()}

    def _search(self) -> Iterator[dict[str, object]]:
        seen: set[Hashable] = set()
        repeats = 0
        for number in itertools.count():
            params = self._space.decode(self._draws.point(number))
            key = self._space.key(params)
            if key not in seen:
                seen.add(key)
                repeats = 0
                yield params
            elif (repeats := repeats + 1) == PATIENCE:
                break
        for params in map(self._space.at, self._rest):
            key = self._space.key(params)
            if key not in seen:
                seen.add(key)
                yield params
