"""Two processes write into one record at full speed and read each other; one alone as the peer."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from table import Figure, report

from hdwidget.store import Store

VALUES = 20_000
DURABLE_EVERY = 20
READ_EVERY = 500
ROUNDS = 3

# Prints values a second, and the 99th percentile of the waits for durability in ms.
WRITE = f"""
import json, sys, time
from pathlib import Path
import numpy as np
from hdwidget.store import RunRecord, Store

folder, name, other = sys.argv[1:]
store = Store(Path(folder))
store.ensure_experiment(f"of {{name}}")
store.insert_run(
    RunRecord(id=name, experiment=f"of {{name}}", type="function", status="Running", created=0.0)
).wait()
print("ready", flush=True)
sys.stdin.readline()
waits, start = [], time.perf_counter()
for seq in range({VALUES}):
    before = time.perf_counter()
    ticket = store.append_metric(name, "loss", seq, None, float(seq), 0.5)
    if seq % {DURABLE_EVERY} == 0:
        ticket.wait()
        waits.append(time.perf_counter() - before)
    if seq % {READ_EVERY} == 0:
        store.series(other)
store.close()
seconds = time.perf_counter() - start
print(json.dumps([{VALUES} / seconds, 1000 * float(np.quantile(waits, 0.99))]), flush=True)
"""


def measure(names: str) -> list[tuple[float, float]]:
    """Let a process for each letter write at the same time, and return what they print."""
    with tempfile.TemporaryDirectory() as folder:
        Store(Path(folder)).close()
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", WRITE, folder, name, other],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name, other in zip(names, names[1:] + names[0], strict=True)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        answers = [process.stdin for process in processes]
        for answer in answers:
            assert answer is not None
            answer.write("go\n")
            answer.flush()
        printed = [process.communicate()[0] for process in processes]
        assert all(process.returncode == 0 for process in processes)
        with_all = Store(Path(folder))
        assert all(len(with_all.series(name)["loss"]) == VALUES for name in names)
        with_all.close()
    return [tuple(json.loads(text)) for text in printed]


def main() -> None:
    """Print the table."""
    alone = [measure("a") for _ in range(ROUNDS)]
    both = [measure("ab") for _ in range(ROUNDS)]
    report(
        f"{VALUES} values each, waited for every {DURABLE_EVERY}, beside a second process that "
        f"does the same (peer: the first one alone)",
        [
            Figure(
                name="two kernels, values logged by both together",
                unit="values/s",
                ours=[sum(rate for rate, _ in each) for each in both],
                peer=[sum(rate for rate, _ in each) for each in alone],
                peer_name="one kernel",
            ),
            Figure(
                name="two kernels, p99 until a value is durable",
                unit="ms",
                ours=[max(wait for _, wait in each) for each in both],
                peer=[max(wait for _, wait in each) for each in alone],
                peer_name="one kernel",
            ),
        ],
    )


if __name__ == "__main__":
    main()
