"""Load the curves of 1000 runs x 1000 values from the record; Optuna on SQLite as the peer."""

# ruff: noqa: T201  # a benchmark prints
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import optuna

from hdwidget.store import RunRecord, Store

RUNS, VALUES = 1000, 1000
PEER_RUNS, PEER_VALUES = 40, 100
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


def main() -> bool:
    """Print the figures, and return whether the bars hold."""
    holds = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record_peer(folder)
        factor = RUNS * VALUES / (PEER_RUNS * PEER_VALUES)
        seconds, peak, before = load(LOAD_PEER, folder, PEER_RUNS * PEER_VALUES)
        peer_seconds, peer_mb = seconds * factor, before + (peak - before) * factor
        print(
            f"Optuna, SQLite: {PEER_RUNS} x {PEER_VALUES} in {seconds:.3f} s, "
            f"{peak - before:.1f} MB more; by extrapolation {RUNS} x {VALUES} in "
            f"{peer_seconds:.1f} s and {peer_mb:.0f} MB"
        )
        for what, ended in (("ended", True), ("still running", False)):
            start = time.perf_counter()
            record(folder / what, ended=ended)
            written = time.perf_counter() - start
            seconds, peak, _ = load(LOAD, folder / what, RUNS * VALUES)
            print(
                f"hdwidget, {RUNS} runs {what}: {RUNS} x {VALUES} in {seconds:.3f} s, "
                f"{peak:.0f} MB at most; {peer_seconds / seconds:.0f}x faster than Optuna, "
                f"{peer_mb / peak:.0f}x smaller (written in {written:.1f} s)"
            )
            holds = holds and (not ended or (seconds <= BAR_SECONDS and peak <= BAR_MB))
    print(
        f"bars: {BAR_SECONDS} s and {BAR_MB:.0f} MB for ended runs: {'ok' if holds else 'MISSED'}"
    )
    return holds


if __name__ == "__main__":
    sys.exit(not main())
