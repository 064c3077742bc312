"""Training scripts: what a trial costs beside its interpreter, and two hundred of them at once.

The peer of one trial is the same script started by hand, which logs to nobody.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import psutil
from measure import folder_on_disk, in_turns
from table import Figure, report

from hdwidget import (
    Experiment,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    ScriptRunConfig,
    Workspace,
    uniform,
)

ROUNDS = 5
TRIALS, AT_ONCE, VALUES = 200, 4, 10
MANY_BARE = 8

BARE = "import sys\n"
CONTEXT = "from hdwidget import Run\n\nrun = Run.get_context()\n"
LOGS = CONTEXT + f"for step in range({VALUES}):\n    run.log('loss', step, step=step)\n"


def seconds(act):
    """Return the seconds that a call takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def started_by_hand(source):
    """Return the milliseconds that a bare script takes, one after the other."""
    file = source / "bare.py"
    return (
        1000
        / MANY_BARE
        * seconds(
            lambda: [
                subprocess.run([sys.executable, file], check=True, cwd=source)
                for _ in range(MANY_BARE)
            ]
        )
    )


def importing(source, code):
    """Return the milliseconds that an interpreter takes with this code, as a script of a run."""
    channel = json.dumps({"unix": str(source / "nobody")})  # it looks for its engine in vain
    run = {"HDWIDGET_RUN": "HD_0", "HDWIDGET_CHANNEL": channel, "HDWIDGET_TOKEN": ""}
    return 1000 * seconds(
        lambda: subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            cwd=source,
            env={**os.environ, **run},
            stderr=subprocess.DEVNULL,
        )
    )


def configured(source, script, total, at_once):
    """Return a search whose trials are runs of a script that logs nothing, or `VALUES` values."""
    return HyperDriveConfig(
        run_config=ScriptRunConfig(source, script=script),
        hyperparameter_sampling=RandomParameterSampling({"x": uniform(0, 1)}, seed=1),
        primary_metric_name="loss",
        primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
        max_total_runs=total,
        max_concurrent_runs=at_once,
    )


def as_trials(workspace, source):
    """Return the milliseconds of a bare script's trial, one after the other, by their record."""
    run = Experiment(workspace, "bare").submit(configured(source, "one.py", MANY_BARE, 1))
    run.wait_for_completion(raise_on_error=False)
    children = sorted(run.get_children(), key=lambda child: child.number)
    # From the end of one to the end of the next: with all that lies between them.
    ends = pairwise(child.record.ended for child in children)
    return 1000 * statistics.mean(late - early for early, late in ends)


def many(workspace, source):
    """Run many trials; return trials a second, what was lost, and what was left over."""
    this = psutil.Process()
    as_trials(workspace, source)  # whatever is opened once is open
    files, processes = this.num_fds(), len(this.children(recursive=True))
    experiment = Experiment(workspace, "many")
    begun = time.perf_counter()
    run = experiment.submit(configured(source, "logs.py", TRIALS, AT_ONCE))
    run.wait_for_completion()
    taken = time.perf_counter() - begun
    metrics = run.get_metrics()
    logged = sum(len(each["loss"]) for each in metrics.values())
    lost = TRIALS * VALUES - logged
    left = len(this.children(recursive=True)) - processes
    return TRIALS / taken, lost, max(left, 0), max(this.num_fds() - files, 0)


def main():
    """Print the table."""
    with folder_on_disk() as name:
        folder = Path(name)
        source = folder / "source"
        source.mkdir()
        for script, text in (("bare", BARE), ("one", BARE), ("logs", LOGS)):
            (source / f"{script}.py").write_text(text)
        (source / "one.py").write_text(f"{CONTEXT}run.log('loss', 1)\n")
        workspace = Workspace(folder / "workspace")
        taken = in_turns(
            ROUNDS,
            {
                "bare": lambda: started_by_hand(source),
                "trial": lambda: as_trials(workspace, source),
                "nothing": lambda: importing(source, "pass"),
                "context": lambda: importing(source, CONTEXT),
            },
        )
        speed, lost, processes, files = many(workspace, source)
        workspace.close()
    overhead = [trial - bare for trial, bare in zip(taken["trial"], taken["bare"], strict=True)]
    context = [one - none for one, none in zip(taken["context"], taken["nothing"], strict=True)]
    report(
        "Training scripts",
        [
            Figure(name="a script by hand", unit="ms", ours=taken["bare"]),
            Figure(name="… as a trial that logs once", unit="ms", ours=taken["trial"]),
            Figure(name="… of which ours", unit="ms", ours=overhead, limit=60),
            Figure(name="Run.get_context() in a script", unit="ms", ours=context, limit=60),
            Figure(name=f"{TRIALS} trials, {AT_ONCE} at a time", unit="trials/s", ours=[speed]),
            Figure(name=f"values lost of {TRIALS * VALUES}", unit="", ours=[lost], limit=0),
            Figure(name="processes left over", unit="", ours=[processes], limit=0),
            Figure(name="file descriptors left over", unit="", ours=[files], limit=0),
        ],
    )


if __name__ == "__main__":
    main()
