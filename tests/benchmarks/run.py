"""Run every benchmark in a fresh process, one after the other, and sum up their figures."""

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
    "bench_policy",
    "bench_policy_savings",
    "bench_process_start",
    "bench_store_load",
)


def run(name: str, file: Path) -> list[Figure] | None:
    """Run a benchmark and return the figures that it hands over by `file`; None if it fails."""
    sys.stdout.write(f"\n===== {name} =====\n")
    sys.stdout.flush()
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name(f"{name}.py")],
        env={**os.environ, FIGURES: str(file)},
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
        for name in BENCHMARKS:
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
