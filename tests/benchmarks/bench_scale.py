"""One experiment of 100, 1000 and 10,000 runs: what starting, logging and memory cost; resuming.

Each size in a process of its own, with 100 values a run; the runs are plain functions, in processes
of their own. What grows with the number of runs shows in the table.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
from measure import folder_on_disk
from table import Figure, report

from hdwidget import (
    Experiment,
    HyperDriveConfig,
    HyperDriveRun,
    PrimaryMetricGoal,
    RandomParameterSampling,
    Workspace,
    uniform,
)

SIZES = (100, 1000, 10_000)
VALUES = 100
CONCURRENT = 2
MOST_MB = 300
FINISHED, RESUME_SECONDS, ROUNDS = 1000, 1.0, 3
PEEK_SECONDS = 0.5


def config(train, runs):
    """Return the experiment."""
    return HyperDriveConfig(
        run_config=train,
        hyperparameter_sampling=RandomParameterSampling({"x": uniform(0, 1)}, seed=1),
        primary_metric_name="loss",
        primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
        max_total_runs=runs,
        max_concurrent_runs=CONCURRENT,
        max_duration_minutes=10_000,
    )


def logging_to(folder):
    """Return a function that logs, and appends to files when it began and what each log took."""

    def train(run, x):
        began = time.time()
        seconds = np.empty(VALUES)
        for i in range(VALUES):
            start = time.perf_counter()
            run.log("loss", x / (i + 1))
            seconds[i] = time.perf_counter() - start
        with (folder / "seconds").open("ab") as file:
            file.write(seconds.tobytes())
        with (folder / "began").open("ab") as file:
            file.write(np.array([float(run.number), began]).tobytes())

    return train


def drive(runs, folder):
    """Run an experiment of so many runs, and print what it cost."""
    kernel = psutil.Process()
    experiment = Experiment(Workspace(folder / "workspace"), "scale")
    before = kernel.memory_info().rss
    submitted = time.time()
    run = experiment.submit(config(logging_to(folder), runs))
    most = before
    while run.get_status() not in ("Completed", "Failed", "Canceled"):
        most = max(most, kernel.memory_info().rss)
        time.sleep(PEEK_SECONDS)
    took = time.time() - submitted
    assert run.get_status() == "Completed", run.get_details()
    seconds = np.fromfile(folder / "seconds")
    assert len(seconds) == runs * VALUES
    began = dict(np.fromfile(folder / "began").reshape(-1, 2).tolist())
    created = {child.number: child.record.created for child in run.get_children()}
    starts = [began[number] - at for number, at in created.items()]
    first = min(began.values()) - submitted
    low, high = np.quantile(seconds, [0.5, 0.99])
    sys.stdout.write(
        json.dumps(
            {
                "first": first,
                "start": float(np.median(starts)),
                "start late": float(np.median([began[n] - created[n] for n in late(runs)])),
                "p50": low,
                "p99": high,
                "MB": (most - before) / 1e6,
                "rate": runs / took,
            }
        )
    )


def late(runs):
    """Return the numbers of the last tenth of the runs: what these cost is what has grown."""
    return range(runs - runs // 10, runs)


def dying(folder):
    """Return a function whose last run kills the kernel."""
    kernel = os.getpid()

    def train(run, x):
        run.log("loss", x)
        if run.number == FINISHED:
            (folder / "id").write_text(run.id)
            os.kill(kernel, signal.SIGKILL)
            time.sleep(60.0)  # until its supervisor ends it

    return train


def die(folder):
    """Run an experiment whose kernel is killed after 1000 runs have ended."""
    experiment = Experiment(Workspace(folder / "workspace"), "scale")
    experiment.submit(config(dying(folder), FINISHED + CONCURRENT + 10)).wait_for_completion()


def resume(folder):
    """Go on with it, and print after how many seconds the first new run began."""

    def train(run, x):
        (folder / f"began-{run.number}").write_text(str(time.time()))
        run.log("loss", x)

    begun = time.time()
    run_id = (folder / "id").read_text().rpartition("_")[0]
    run = HyperDriveRun(Experiment(Workspace(folder / "workspace"), "scale"), run_id)
    run.resume(run_config=train)
    run.wait_for_completion()
    first = min(float(file.read_text()) for file in folder.glob("began-*"))
    sys.stdout.write(json.dumps(first - begun))


def told(part, *arguments):
    """Run a part of this file in a fresh process, and return what it prints."""
    done = subprocess.run(
        [sys.executable, __file__, part, *map(str, arguments)], stdout=subprocess.PIPE, check=False
    )
    if part != "die":  # which is killed
        done.check_returncode()
    return json.loads(done.stdout or "null")


def main():
    """Print the table."""
    with folder_on_disk() as name:
        costs = {}
        for runs in SIZES:
            costs[runs] = told("drive", runs, tempfile.mkdtemp(dir=name))
        resumes = []
        for _ in range(ROUNDS):
            folder = tempfile.mkdtemp(dir=name)
            told("die", folder)
            resumes.append(told("resume", folder))
    figures = []
    for runs, cost in costs.items():
        of = f"of {runs} runs x {VALUES}"
        figures += [
            Figure(name=f"submit to the first run's code {of}", unit="s", ours=[cost["first"]]),
            Figure(name=f"a run's creation to its code {of}", unit="s", ours=[cost["start"]]),
            Figure(name=f"... of the last tenth {of}", unit="s", ours=[cost["start late"]]),
            Figure(name=f"log() p50 {of}", unit="ms", ours=[cost["p50"] * 1e3]),
            Figure(name=f"log() p99 {of}", unit="ms", ours=[cost["p99"] * 1e3]),
            Figure(name=f"the kernel grows {of}", unit="MB", ours=[cost["MB"]], limit=MOST_MB),
            Figure(name=f"speed {of}", unit="runs/s", ours=[cost["rate"]]),
        ]
    name = f"resume() to the first new run, {FINISHED} finished"
    figures.append(Figure(name=name, unit="s", ours=resumes, limit=RESUME_SECONDS))
    report(f"One large experiment ({os.cpu_count()} cores)", figures)


PARTS = {"die": die, "resume": resume}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "drive":
        drive(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        PARTS[sys.argv[1]](Path(sys.argv[2]))
