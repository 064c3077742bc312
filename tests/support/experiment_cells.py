"""Sources of cells: experiments small enough for the browser tests, whose pace the test sets."""

from support.notebook_page import NotebookPage

__all__ = ["WAIT", "finish", "let_log", "submit", "submit_gated"]

WAIT = 'run.wait_for_completion()["status"]'
"""A cell that blocks until the run has ended, and shows its status."""

SPACE = """{
    "learning_rate": loguniform(log(1e-4), log(1)),
    "layers": choice(1, 2, 3, 4),
    "optimizer": choice("adam", "sgd"),
}"""


def submit(
    train: str,
    *,
    space: str = SPACE,
    runs: int = 3,
    concurrent: int | None = None,
    name: str = "digits",
    metric: str = "score",
) -> str:
    """Return a cell that submits an experiment, in `run`, and shows it, in `details`.

    Parameters
    ----------
    train : str
        The source of ``async def train(run, …)``.
    space : str
        The source of the search space, a dict.
    runs : int
        How many there are.
    concurrent : int, optional
        How many go on at once; all when left out.
    name : str
        The experiment's.
    metric : str
        The primary metric's; higher is better.
    """
    return f"""import asyncio
from math import log
from pathlib import Path

from hdwidget import (
    Experiment, HyperDriveConfig, PrimaryMetricGoal, RandomParameterSampling, RunDetails,
    choice, loguniform, uniform,
)

{train.strip()}

config = HyperDriveConfig(
    run_config=train,
    hyperparameter_sampling=RandomParameterSampling({space}, seed=1),
    primary_metric_name={metric!r},
    primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs={runs},
    max_concurrent_runs={concurrent or runs},
)
run = Experiment(name={name!r}).submit(config)
details = RunDetails(run)
details.show()"""


def submit_gated(
    runs: int = 3, *, concurrent: int | None = None, name: str = "digits", points: int = 1
) -> str:
    """Return a cell as `submit` does, of an experiment that the test drives.

    Its runs log `points` values of `score` (higher is better) and `loss` at once, and then one
    each for every `let_log`, until `finish`. Run *i*'s score is ``(i + 1) * n / (n + 3)`` after
    *n* values, which has few digits for the first three: the last run is the best.

    Parameters
    ----------
    runs, concurrent, name
        As for `submit`.
    points : int
        How many values a run logs at the beginning.
    """
    train = f"""async def train(run, learning_rate, layers, optimizer):
    logged = 0
    finished = False
    while not finished:
        await asyncio.sleep(0.01)
        finished = Path("finish").exists() or Path(f"finish-{{run.number}}").exists()
        while logged < {points} + len(list(Path().glob("log-*"))):
            logged += 1
            run.log("score", (run.number + 1) * logged / (logged + 3))
            run.log("loss", 1 / logged)"""
    return submit(train, runs=runs, concurrent=concurrent, name=name)


def let_log(notebook: NotebookPage) -> None:
    """Let every run log one value more."""
    logged = len(list(notebook.folder.glob("log-*")))
    (notebook.folder / f"log-{logged}").touch()


def finish(notebook: NotebookPage, run: int | None = None) -> None:
    """Let every run come to its end, or only one of them."""
    (notebook.folder / ("finish" if run is None else f"finish-{run}")).touch()
