"""What `import hdwidget` takes, beyond a bare interpreter; the peer is `import optuna`."""

import subprocess
import sys
import time
from functools import partial

from measure import in_turns
from table import Figure, report

ROUNDS = 20
LIMIT_MS = 150
SCRIPT_LIMIT_MS = 60
STATEMENTS = {
    "bare": "pass",
    "package": "import hdwidget",
    "names": "from hdwidget import Experiment, HyperDriveConfig, BanditPolicy, PrimaryMetricGoal,"
    " RandomParameterSampling, uniform",
    "azureml": "import os; os.environ['HDWIDGET_RUN'] = 'a script of ours'\n"
    "from hdwidget.azureml import install; install()\n"
    "from azureml.core import Run; Run.get_context",
    "peer": "import optuna",
}


def milliseconds(statement):
    """Return how long a fresh interpreter takes that executes `statement`."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", statement], check=True)
    return (time.perf_counter() - start) * 1e3


def main():
    """Print the table."""
    measurements = {name: partial(milliseconds, code) for name, code in STATEMENTS.items()}
    in_turns(1, measurements)  # compiles what is not compiled yet
    taken = in_turns(ROUNDS, measurements)
    beyond = {
        name: [total - bare for total, bare in zip(totals, taken["bare"], strict=True)]
        for name, totals in taken.items()
    }
    report(
        f"Imports in a fresh interpreter, {ROUNDS} times, less a bare interpreter",
        [
            Figure(
                name=name,
                unit="ms",
                ours=beyond[key],
                peer=beyond["peer"],
                peer_name="import optuna",
                limit=limit,
            )
            for key, name, limit in (
                ("package", "import hdwidget", LIMIT_MS),
                ("names", "… and the names that a script uses", None),
                ("azureml", "azureml.core.Run in a script that a run consists of", SCRIPT_LIMIT_MS),
            )
        ],
    )


if __name__ == "__main__":
    main()
