"""Runs of `bench_samplers.py` as tables: regrets, ranks, differences to a method, and time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import stdtrit

__all__ = ["by_problem", "show"]

Row = Mapping[str, Any]
CHECKPOINTS = (20, 50, 100)
FIRST, LATE = slice(0, 100), slice(100, 300)
LEVEL = 0.95


def show(rows: Iterable[Row], against: str) -> str:
    """Return a table for each number of trials in flight, in Markdown.

    A regret is the mean over the problems, +- the standard error over the seeds; a rank is the mean
    over problems and seeds that all methods with this many trials have; a difference is paired by
    problem and seed, with its confidence interval over the seeds.
    """
    flights: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        flights[row["flight"]].append(row)
    return "\n".join(_flight(flight, flights[flight], against) for flight in sorted(flights))


def by_problem(rows: Iterable[Row], trials: int) -> str:
    """Return the mean regret after so many trials by problem and method, in Markdown."""
    cells: dict[tuple[int, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if len(row["regret"]) >= trials:
            cells[row["flight"], row["problem"]][row["method"]].append(row["regret"][trials - 1])
    methods = list(dict.fromkeys(m for cell in cells.values() for m in cell))
    lines = [f"| in flight | problem | {' | '.join(methods)} |", "|---" * (len(methods) + 2) + "|"]
    for (flight, problem), cell in cells.items():
        means = (f"{np.mean(cell[m]):.3f}" if m in cell else "-" for m in methods)
        lines.append(f"| {flight} | {problem} | {' | '.join(means)} |")
    return "\n".join(lines)


def _flight(flight: int, rows: Sequence[Row], against: str) -> str:
    methods = list(dict.fromkeys(row["method"] for row in rows))
    regrets = {at: _cells(rows, at) for at in CHECKPOINTS}
    ranks = {at: _ranks(cells) for at, cells in regrets.items()}
    methods.sort(key=lambda m: _order(regrets, m))
    headings = [f"at {at}" for at in CHECKPOINTS]
    headings += [f"rank at {at}" for at in CHECKPOINTS[1:]]
    headings += [f"more than {against} at {at}" for at in CHECKPOINTS[1:]]
    headings = ["method", "problems x seeds", *headings, "ms to 100", "ms 100-300"]
    lines = [
        f"\n### {flight} in flight\n",
        f"| {' | '.join(headings)} |",
        "|---" * len(headings) + "|",
    ]
    for method in methods:
        own = [row for row in rows if row["method"] == method]
        problems, seeds = ({row[key] for row in own} for key in ("problem", "seed"))
        counts = f"{len(problems)} x {len(seeds)}"
        if len(own) < len(problems) * len(seeds):
            counts += f" ({len(own)})"
        cells = [method, counts]
        cells += [_mean(regrets[at].get(method, {})) for at in CHECKPOINTS]
        cells += [_short(ranks[at].get(method), 2) for at in CHECKPOINTS[1:]]
        cells += [
            _difference(regrets[at].get(method, {}), regrets[at].get(against, {}))
            if method != against
            else "-"
            for at in CHECKPOINTS[1:]
        ]
        cells += [_milliseconds(own, span) for span in (FIRST, LATE)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


Cells = dict[tuple[str, int], float]


def _cells(rows: Sequence[Row], at: int) -> dict[str, Cells]:
    """Return the regrets after so many trials by method, problem and seed."""
    cells: dict[str, Cells] = defaultdict(dict)
    for row in rows:
        if len(row["regret"]) >= at:
            cells[row["method"]][row["problem"], row["seed"]] = row["regret"][at - 1]
    return cells


def _by_seed(cells: Cells) -> np.ndarray:
    """Return the means over the problems, one for each seed that has all problems."""
    seeds: dict[int, list[float]] = defaultdict(list)
    for (_, seed), value in cells.items():
        seeds[seed].append(value)
    most = max((len(values) for values in seeds.values()), default=0)
    return np.array([np.mean(values) for values in seeds.values() if len(values) == most])


def _mean(cells: Cells) -> str:
    means = _by_seed(cells)
    if len(means) == 0:
        return "-"
    if len(means) == 1:
        return f"{means[0]:.3f}"
    return f"{means.mean():.3f} +- {means.std(ddof=1) / len(means) ** 0.5:.3f}"


def _difference(cells: Cells, others: Cells) -> str:
    """Return how much more the regrets are than the others', with a confidence interval."""
    common = cells.keys() & others.keys()
    means = _by_seed({key: cells[key] - others[key] for key in sorted(common)})
    if len(means) < 2:
        return f"{means[0]:+.3f}" if len(means) else "-"
    width = stdtrit(len(means) - 1, (1 + LEVEL) / 2) * means.std(ddof=1) / len(means) ** 0.5
    return f"{means.mean():+.3f} [{means.mean() - width:+.3f}, {means.mean() + width:+.3f}]"


def _ranks(cells: Mapping[str, Cells]) -> dict[str, float]:
    """Return the mean ranks from 1, the best; methods that are equal share theirs."""
    if not cells:
        return {}
    common = sorted(set.intersection(*(set(own) for own in cells.values())))
    if not common:
        return {}
    table = np.array([[own[key] for key in common] for own in cells.values()])
    below = (table[:, None, :] > table[None, :, :]).sum(axis=1)
    equal = (table[:, None, :] == table[None, :, :]).sum(axis=1)
    return dict(zip(cells, (below + (equal + 1) / 2).mean(axis=1).tolist(), strict=True))


def _order(regrets: Mapping[int, Mapping[str, Cells]], method: str) -> float:
    means = _by_seed(regrets[50].get(method, {}))
    return float(means.mean()) if len(means) else np.inf


def _milliseconds(rows: Sequence[Row], span: slice) -> str:
    times = [np.mean(row["ms"][span]) for row in rows if row["ms"][span]]
    return _short(float(np.mean(times)) if times else None, 1)


def _short(number: float | None, digits: int) -> str:
    return "-" if number is None else f"{number:.{digits}f}"
