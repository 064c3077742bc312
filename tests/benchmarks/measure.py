"""How the benchmarks measure: in turns, on a disk, and Optuna under the same conditions."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import optuna
from sqlalchemy import event

__all__ = ["folder_on_disk", "in_turns", "optuna_study"]


def in_turns(
    rounds: int, measurements: Mapping[str, Callable[[], float]]
) -> dict[str, list[float]]:
    """Measure everything once, then everything again: a busy moment hits all of them alike."""
    numbers: dict[str, list[float]] = {name: [] for name in measurements}
    for _ in range(rounds):
        for name, measure in measurements.items():
            numbers[name].append(measure())
    return numbers


def folder_on_disk() -> tempfile.TemporaryDirectory[str]:
    """Return a folder for the records, ours and Optuna's; ``/tmp`` may be in memory."""
    return tempfile.TemporaryDirectory(dir="/var/tmp", prefix="hdwidget-bench-")


def optuna_study(folder: str, *, pragmas: bool) -> optuna.Study:
    """Return a new study of Optuna's on SQLite with random sampling and median pruning.

    Parameters
    ----------
    folder
        Where its file goes.
    pragmas
        Whether SQLite gets the write-ahead log and ``synchronous = NORMAL``, as ours does; else it
        is used as Optuna sets it up.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    file = Path(tempfile.mkdtemp(dir=folder)) / "optuna.db"
    storage = optuna.storages.RDBStorage(f"sqlite:///{file}")
    if pragmas:
        event.listen(storage.engine, "connect", _set_pragmas)
        storage.engine.dispose()  # the next connection is a new one
    return optuna.create_study(
        storage=storage,
        sampler=optuna.samplers.RandomSampler(seed=1),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=1),
    )


def _set_pragmas(connection: object, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
