# processes import what they need, and no more
"""The start of a trial in a process of its own, with scikit-learn imported, and its memory."""

import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

from table import Figure, report

TRIALS = 50
ROUNDS = 5
"""For the peers, which take seconds."""

LIMIT_MS, LIMIT_MB = 30, 15


def private_megabytes():
    """Return the memory of this process that it shares with no other, in MB."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def milliseconds_and_megabytes():
    """Return what a trial costs of ours.

    Returns
    -------
    tuple of list
        From the trial's proposal to its own first line, in ms; from its proposal to its end in the
        record, when its process is gone, in ms; its private memory, in MB. An entry for each trial.
    """
    from measure import folder_on_disk

    from hdwidget import (
        Experiment,
        HyperDriveConfig,
        PrimaryMetricGoal,
        RandomParameterSampling,
        Workspace,
        uniform,
    )

    def nothing(run, x):
        from sklearn.neural_network import MLPClassifier  # noqa: F401

        run.log("began", time.time())

    def memory(run, x):
        from sklearn.neural_network import MLPClassifier  # noqa: F401

        run.log("began", private_megabytes())

    def children_of(experiment, function, trials):
        config = HyperDriveConfig(
            run_config=function,
            hyperparameter_sampling=RandomParameterSampling({"x": uniform(0, 1)}, seed=1),
            primary_metric_name="began",
            primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
            max_total_runs=trials,
            max_concurrent_runs=1,
        )
        run = experiment.submit(config)
        run.wait_for_completion()
        # Without the first, which waits for the supervisor to import scikit-learn.
        return [(child.record, child.get_metrics()["began"]) for child in run.get_children()[:-1]]

    with folder_on_disk() as folder:
        experiment = Experiment(Workspace(folder), "start")
        timed = children_of(experiment, nothing, TRIALS + 1)
        weighed = children_of(experiment, memory, 6)
    return (
        [(began - record.created) * 1e3 for record, began in timed],
        [(record.ended - record.created) * 1e3 for record, _ in timed],
        [megabytes for _, megabytes in weighed],
    )


def fresh_interpreter():
    """Return the ms from the start of an interpreter to its work, to its end, and its MB."""
    code = (
        "from sklearn.neural_network import MLPClassifier; import time; began = time.time();"
        "from bench_process_start import private_megabytes; print(began, private_megabytes())"
    )
    start = time.time()
    output = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=sys.path[0]
    ).stdout
    ended = time.time()
    began, megabytes = map(float, output.split())
    return (began - start) * 1e3, (ended - start) * 1e3, megabytes


def spawned_process():
    """Return the same of `multiprocessing.Process`, with the spawn method."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=answer, args=(sending,))
    start = time.time()
    process.start()
    began, megabytes = receiving.recv()
    process.join()
    return (began - start) * 1e3, (time.time() - start) * 1e3, megabytes


def answer(connection):
    from sklearn.neural_network import MLPClassifier  # noqa: F401

    connection.send((time.time(), private_megabytes()))


def main():
    """Print the table."""
    ours = milliseconds_and_megabytes()
    peers = {"fresh interpreter": fresh_interpreter, "multiprocessing, spawn": spawned_process}
    figures = []
    for peer, measure in peers.items():
        measured = zip(*(measure() for _ in range(ROUNDS)), strict=True)
        for name, unit, limit, mine, theirs in zip(
            ("process trial, start to its first line", "process trial, start to end", "its memory"),
            ("ms", "ms", "MB"),
            (LIMIT_MS, LIMIT_MS, LIMIT_MB),
            ours,
            measured,
            strict=True,
        ):
            figure = Figure(
                name=name, unit=unit, ours=mine, peer=theirs, peer_name=peer, limit=limit
            )
            figures.append(figure)
    report(f"{TRIALS} process trials with scikit-learn imported, one after the other", figures)


if __name__ == "__main__":
    main()
