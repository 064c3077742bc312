"""Load the curves of 1000 runs x 1000 values from the record; Optuna on SQLite as the peer."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import optuna
from table import Figure, report

from hdwidget.store import RunRecord, Store

RUNS, VALUES = 1000, 1000
PEER_RUNS, PEER_VALUES = 40, 100
ROUNDS = 3
BAR_SECONDS, BAR_MB = 0.5, 100.0

# Each loads in a fresh process and prints its seconds, its peak memory in MB with the interpreter
# and the imports in it, and what of that was there before the load. VmHWM and not ru_maxrss: the
# latter begins at the size of the process that started it.
MEASURE = """
import json, sys, time
from pathlib import Path

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
"""
LOAD = """
from hdwidget.store import Store
store = Store(Path(sys.argv[1]))
before, start = peak(), time.perf_counter()
curves = store.curves("HD", "loss")
seconds = time.perf_counter() - start
assert sum(len(curve.values) for curve in curves.values()) == int(sys.argv[2])
print(json.dumps([seconds, peak(), before]))
store.close()
"""
LOAD_PEER = """
import optuna
study = optuna.load_study(study_name="peer", storage=f"sqlite:///{sys.argv[1]}/peer.db")
before, start = peak(), time.perf_counter()
curves = [trial.intermediate_values for trial in study.trials]
seconds = time.perf_counter() - start
assert sum(map(len, curves)) == int(sys.argv[2])
print(json.dumps([seconds, peak(), before]))
"""


def record(folder: Path, *, ended: bool) -> None:
    """Write 1000 children of one run, with 1000 values each."""
    store = Store(folder)
    store.ensure_experiment("bench")
    for run_id in ["HD", *(f"HD_{number}" for number in range(RUNS))]:
        store.insert_run(
            RunRecord(
                id=run_id,
                experiment="bench",
                type="function",
                status="Running",
                created=0.0,
                parent=None if run_id == "HD" else "HD",
            )
        )
    for number in range(RUNS):
        for seq in range(VALUES):
            store.append_metric(f"HD_{number}", "loss", seq, seq, float(seq), 1 / (seq + 1))
        if ended:
            store.end_run(f"HD_{number}", status="Completed")
    store.close()


def record_peer(folder: Path) -> None:
    """Write Optuna's trials with as many intermediate values as it takes in a few seconds."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(study_name="peer", storage=f"sqlite:///{folder}/peer.db")
    for _ in range(PEER_RUNS):
        values = {seq: 1 / (seq + 1) for seq in range(PEER_VALUES)}
        study.add_trial(optuna.create_trial(value=0.0, intermediate_values=values))


def load(script: str, folder: Path, count: int) -> tuple[float, float, float]:
    """Run a loading script in a fresh process: seconds, peak MB, MB before the load."""
    command = [sys.executable, "-W", "ignore", "-c", MEASURE + script, str(folder), str(count)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, peak, before = json.loads(output)
    return seconds, peak, before


def main() -> None:
    """Print the table."""
    ended, running = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record_peer(folder)
        record(folder / "ended", ended=True)
        record(folder / "running", ended=False)
        factor = RUNS * VALUES / (PEER_RUNS * PEER_VALUES)
        peer = []
        for _ in range(ROUNDS):
            seconds, peak, before = load(LOAD_PEER, folder, PEER_RUNS * PEER_VALUES)
            peer.append((seconds * factor, before + (peak - before) * factor))
            ended.append(load(LOAD, folder / "ended", RUNS * VALUES)[:2])
            running.append(load(LOAD, folder / "running", RUNS * VALUES)[:2])
    report(
        f"{RUNS} x {VALUES} values from the record into arrays (Optuna: from {PEER_RUNS} x "
        f"{PEER_VALUES} by extrapolation)",
        [
            Figure(
                name=f"load {RUNS} {what} runs, {aspect}",
                unit=unit,
                ours=[each[column] for each in ours],
                peer=[each[column] for each in peer],
                peer_name="Optuna",
                limit=bar if ours is ended else None,
            )
            for what, ours in (("ended", ended), ("running", running))
            for column, (aspect, unit, bar) in enumerate(
                (("time", "s", BAR_SECONDS), ("peak memory", "MB", BAR_MB))
            )
        ],
    )


if __name__ == "__main__":
    main()
