"""Run every benchmark in a fresh process, one after the other, and sum up their figures.

Names of benchmarks as arguments choose some of them.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from table import FIGURES, Figure, read, show

BENCHMARKS = (
    "bench_import",
    "bench_trials",
    "bench_log",
    "bench_proposals",
    "bench_policy",
    "bench_policy_savings",
    "bench_process_start",
    "bench_scripts",
    "bench_limits",
    "bench_scale",
    "bench_store_load",
    "bench_two_kernels",
    "bench_run_details",
    "bench_report_to_pixel",
    "bench_samplers",
    "bench_warm_start",
)

HERE = Path(__file__).parent


def run(name: str, file: Path) -> list[Figure] | None:
    """Run a benchmark and return the figures that it hands over by `file`; None if it fails."""
    sys.stdout.write(f"\n===== {name} =====\n")
    sys.stdout.flush()
    done = subprocess.run(
        [sys.executable, HERE / f"{name}.py"],
        env={
            **os.environ,
            FIGURES: str(file),
            # For `from support.… import …` and, in the kernels, for what is beside this.
            "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}",
        },
        check=False,
    )
    if done.returncode:
        return None
    return read(file) if file.exists() else []


def main() -> int:
    """Print everything, and return 1 if a benchmark fails or a bar is missed."""
    figures: list[Figure] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or BENCHMARKS:
            measured = run(name, Path(folder) / name)
            if measured is None:
                failed.append(name)
            else:
                figures += measured
    sys.stdout.write("\n===== summary =====\n")
    show("Medians (with the lowest and the highest); less is better, except of …/s", figures)
    for name in failed:
        sys.stdout.write(f"{name} FAILED\n")
    return int(bool(failed) or any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
