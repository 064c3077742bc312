"""Limits of trials: how soon what hangs is gone, what the greedy get, what watching costs."""

import os
import sys
import time
from pathlib import Path

import psutil
from faults.misdeeds import (
    HANGING,
    commit,
    hangs_with_children,
    ignores_every_signal,
    stops_itself,
)
from faults.witness import Witness
from measure import folder_on_disk
from table import Figure, report

from hdwidget import (
    Environment,
    Experiment,
    FunctionRunConfig,
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    ScriptRunConfig,
    Workspace,
    choice,
)
from hdwidget.compute.local import GRACE_SECONDS

ROUNDS = 3
SECONDS = 4
"""The time limit."""
LIMIT_MB, OVERSHOOT = 500, 2
WATCHED, WATCHING_SECONDS = 8, 5

SCRIPT = """\
import sys
from pathlib import Path

from faults.misdeeds import commit
from hdwidget import Run

commit(Run.get_context(), sys.argv[-1], Path(sys.argv[1]))
"""


def as_function(folder, **options):
    """Return a function whose trials commit misdeeds."""

    def train(run, deed):
        commit(run, deed, folder)

    return FunctionRunConfig(train, **options)


def as_script(folder, **options):
    """Return a script whose runs commit misdeeds."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    (source / "train.py").write_text(SCRIPT)
    paths = {"PYTHONPATH": str(Path(__file__).parents[1])}
    return ScriptRunConfig(
        source,
        script="train.py",
        arguments=[folder],
        environment=Environment(environment_variables=paths),
        **options,
    )


def submitted(workspace, run_config, deeds):
    """Start a trial of each misdeed, all at once."""
    config = HyperDriveConfig(
        run_config=run_config,
        hyperparameter_sampling=GridParameterSampling({"deed": choice(*deeds)}),
        primary_metric_name="loss",
        primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
        max_total_runs=len(deeds),
        max_concurrent_runs=len(deeds),
    )
    return Experiment(workspace, "limits").submit(config)


def begun(run, witness, count):
    """Wait until so many trials have begun; return them and their first processes."""
    found = {}
    while len(found) < count:
        time.sleep(0.002)
        children = run.get_children()
        found = {c: pids[0] for c in children if (pids := witness.noted(c.id, "pid"))}
    return {child: psutil.Process(pid) for child, pid in found.items()}


def alive(process):
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def late(workspace, folder, configured, hanging):
    """Return how many seconds after its grace each trial that hangs is gone, by its misdeed."""
    deeds = [deed.__name__ for deed in hanging]
    run_config = configured(folder, max_run_duration_seconds=SECONDS)
    run = submitted(workspace, run_config, deeds)
    processes = begun(run, Witness(folder), len(deeds))
    ends = {child: child.record.started + SECONDS + GRACE_SECONDS for child in processes}
    time.sleep(SECONDS / 2)  # they have started what they start
    families = {
        child: [process, *process.children(recursive=True)] for child, process in processes.items()
    }
    gone = {}
    while len(gone) < len(families):
        time.sleep(0.002)
        for child, family in families.items():
            if child not in gone and not any(map(alive, family)):
                gone[child] = time.time() - ends[child]
    run.wait_for_completion()
    return {child.hyperparameters["deed"]: seconds for child, seconds in gone.items()}


def most_taken(workspace, folder):
    """Return the megabytes that a trial gets hold of which takes memory as fast as it can."""
    run_config = as_function(folder, memory_limit=f"{LIMIT_MB} MB")
    run = submitted(workspace, run_config, ["takes_memory_for_ever"])
    ((child, process),) = begun(run, Witness(folder), 1).items()
    most = 0
    while alive(process):
        time.sleep(0.001)
        try:
            most = max(most, process.memory_info().rss)
        except psutil.NoSuchProcess:
            break
    run.wait_for_completion(raise_on_error=False)
    assert child.record.error["type"] == "MemoryLimit", child.record.error
    return most / 1e6


def watching(workspace, folder):
    """Return the percentage of a core that the supervisor takes while its trials sleep."""
    run_config = as_function(folder, memory_limit="1 GB")
    deeds = [f"waits_for_its_death {number}" for number in range(WATCHED)]
    run = submitted(workspace, run_config, deeds)
    (process, *_) = begun(run, Witness(folder), WATCHED).values()
    supervisor = process.parent()
    before = supervisor.cpu_times()
    time.sleep(WATCHING_SECONDS)
    after = supervisor.cpu_times()
    run.cancel()
    run.wait_for_completion()
    taken = after.user + after.system - before.user - before.system
    return 100 * taken / WATCHING_SECONDS


KINDS = (
    ("function", as_function, HANGING),
    # The others a SIGTERM ends, which in a script is an ordinary one.
    ("script", as_script, (ignores_every_signal, stops_itself, hangs_with_children)),
)


def main():
    """Print the table."""
    if sys.platform != "linux":
        sys.stdout.write("The limits are measured on Linux only.\n")
        return
    with folder_on_disk() as name:
        folder = Path(name)
        workspace = Workspace(folder / "workspace")
        seconds = {}
        for _ in range(ROUNDS):
            for kind, configured, hanging in KINDS:
                for deed, each in late(workspace, folder, configured, hanging).items():
                    seconds.setdefault((kind, deed), []).append(each)
        taken = [most_taken(workspace, folder) for _ in range(ROUNDS)]
        share = [watching(workspace, folder) for _ in range(ROUNDS)]
        workspace.close()
    ends = [
        Figure(
            name=f"a {kind} that {deed.replace('_', ' ')} is gone, after its grace",
            unit="s",
            ours=each,
            limit=0.5,
        )
        for (kind, deed), each in seconds.items()
    ]
    greedy = f"a fast allocator gets, with memory_limit={LIMIT_MB} MB"
    watched = f"watching over {WATCHED} trials"
    report(
        f"Limits of trials ({os.cpu_count()} cores)",
        [
            *ends,
            Figure(name=greedy, unit="MB", ours=taken, limit=OVERSHOOT * LIMIT_MB),
            Figure(name=watched, unit="% of a core", ours=share, limit=2),
        ],
    )


if __name__ == "__main__":
    main()
