"""Trials that do nothing, durable in SQLite: what an engine costs by itself; peer: Optuna."""

import time
from functools import partial

from measure import folder_on_disk, in_turns, optuna_study
from table import Figure, report

from hdwidget import (
    Experiment,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    Workspace,
    uniform,
)

ROUNDS = 3
TRIALS = 3000
PEER_TRIALS = 200


async def logs_once(run, x):
    run.log("value", x)


async def logs_nothing(run, x):
    if run.number == 0:  # without any value the experiment would end as fruitless
        run.log("value", x)


def trials_per_second(experiment, function, concurrent):
    """Return the rate from submit to the end of the run, when all of it is durable."""
    config = HyperDriveConfig(
        run_config=function,
        hyperparameter_sampling=RandomParameterSampling({"x": uniform(0, 1)}, seed=1),
        primary_metric_name="value",
        primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
        max_total_runs=TRIALS,
        max_concurrent_runs=concurrent,
    )
    start = time.perf_counter()
    run = experiment.submit(config)
    run.wait_for_completion()
    seconds = time.perf_counter() - start
    statuses = [child["status"] for child in run.get_children_sorted_by_primary_metric()]
    if statuses != ["Completed"] * TRIALS:
        message = f"{TRIALS} completed trials must be in the record, but got {len(statuses)}."
        raise RuntimeError(message)
    return TRIALS / seconds


def peer_trials_per_second(folder, *, pragmas):
    """Return Optuna's rate; its trial returns the value that ours logs."""
    study = optuna_study(folder, pragmas=pragmas)
    start = time.perf_counter()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=PEER_TRIALS, n_jobs=1)
    return PEER_TRIALS / (time.perf_counter() - start)


def main():
    """Print the table."""
    with folder_on_disk() as folder:
        experiment = Experiment(Workspace(folder), "trials")
        rates = in_turns(
            ROUNDS,
            {
                "logs": partial(trials_per_second, experiment, logs_once, None),
                "none": partial(trials_per_second, experiment, logs_nothing, None),
                "one": partial(trials_per_second, experiment, logs_once, 1),
                "shipped": partial(peer_trials_per_second, folder, pragmas=False),
                "pragmas": partial(peer_trials_per_second, folder, pragmas=True),
            },
        )
    shipped = {"peer": rates["shipped"], "peer_name": "Optuna as shipped"}
    pragmas = {"peer": rates["pragmas"], "peer_name": "Optuna, same pragmas"}
    name = "no-op trials"
    report(
        f"Coroutine trials that do nothing, {TRIALS} of them (Optuna: {PEER_TRIALS}, n_jobs=1)",
        [
            Figure(
                name=f"{name}, log one value", unit="/s", ours=rates["logs"], times=30, **shipped
            ),
            Figure(
                name=f"{name}, log one value", unit="/s", ours=rates["logs"], times=6, **pragmas
            ),
            Figure(name=f"{name}, log nothing", unit="/s", ours=rates["none"], times=30, **shipped),
            Figure(name=f"{name}, log nothing", unit="/s", ours=rates["none"], times=6, **pragmas),
            Figure(name=f"{name}, one at a time", unit="/s", ours=rates["one"], **shipped),
            Figure(name=f"{name}, one at a time", unit="/s", ours=rates["one"], **pragmas),
        ],
    )


if __name__ == "__main__":
    main()
