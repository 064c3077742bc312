"""An experiment to be killed: `python -m faults.long_run FOLDER SETTING`."""

import os
import sys
import time
from pathlib import Path

from faults.witness import Witness

from hdwidget import (
    BayesianParameterSampling,
    Environment,
    Experiment,
    FunctionRunConfig,
    GridParameterSampling,
    HyperDriveConfig,
    PrimaryMetricGoal,
    RandomParameterSampling,
    ScriptRunConfig,
    Workspace,
    choice,
    uniform,
)

__all__ = ["RUNS", "SETTINGS", "STEPS", "sampler_of"]

RUNS = 20
STEPS = 4
STEP_SECONDS = 0.01
"""What a step takes: else the whole is over before it can be killed."""

SETTINGS = {
    "random": "process",
    "sobol": "script",
    "grid": "coroutine",
    "bayesian": "thread",
    "random, finite": "process",
}
"""How trials run, by the sampler that proposes them."""

SCRIPT = """\
from faults.long_run import train
from hdwidget import Run

run = Run.get_context()
train(run, run.hyperparameters["x"])
"""


def sampler_of(setting):
    if setting == "grid":
        return GridParameterSampling({"x": choice([number / 20 for number in range(RUNS)])})
    if setting == "random, finite":
        return RandomParameterSampling({"x": choice([n / 20 for n in range(RUNS)])}, seed=1)
    if setting == "bayesian":
        return BayesianParameterSampling({"x": uniform(0, 1)}, seed=1)
    rule = "sobol" if setting == "sobol" else "random"
    return RandomParameterSampling({"x": uniform(0, 1)}, seed=1, rule=rule)


def losses(run, x):
    """Yield what to log; half of the configurations leave a checkpoint of what was logged."""
    state = run.checkpoint_dir / "step" if x > 0.5 else None
    begin = int(state.read_text()) if state is not None and state.exists() else 0
    for step in range(begin, STEPS):
        time.sleep(STEP_SECONDS)
        yield (x - 0.3) ** 2 + step
        if state is not None:
            # A file that is replaced is never half there.
            fresh = state.with_suffix(".new")
            fresh.write_text(str(step + 1))
            fresh.replace(state)


def train(run, x):
    witness = Witness(Path(os.environ["WITNESS"]))
    for loss in losses(run, x):
        witness.log(run, "loss", loss)


async def train_async(run, x):
    witness = Witness(Path(os.environ["WITNESS"]))
    for loss in losses(run, x):
        await run.log("loss", loss)  # in a coroutine, only this means that it is durable
        witness.note(run.id, "log", ["loss", repr(loss)])


def run_config(setting, folder):
    isolation = SETTINGS[setting]
    if isolation != "script":
        function = train_async if isolation == "coroutine" else train
        return FunctionRunConfig(function, isolation=isolation)
    source = folder / "source"
    source.mkdir(exist_ok=True)
    (source / "train.py").write_text(SCRIPT)
    paths = {"PYTHONPATH": os.environ["PYTHONPATH"]}
    return ScriptRunConfig(
        source, script="train.py", environment=Environment(environment_variables=paths)
    )


def main(folder, setting):
    """Begin the experiment, or go on with it where it was killed."""
    experiment = Experiment(Workspace(folder / "workspace"), "long")
    known = experiment.get_runs()
    if not known:
        run = experiment.submit(
            HyperDriveConfig(
                run_config=run_config(setting, folder),
                hyperparameter_sampling=sampler_of(setting),
                primary_metric_name="loss",
                primary_metric_goal=PrimaryMetricGoal.MINIMIZE,
                max_total_runs=RUNS,
                max_concurrent_runs=3,
            )
        )
    elif known[0].status == "Completed":  # it was killed on its way out
        return
    else:
        run = known[0]
        run.resume()
    run.wait_for_completion()


if __name__ == "__main__":
    # As a module of its name, not of "__main__", so that its functions can be imported again.
    from faults import long_run

    long_run.main(Path(sys.argv[1]), sys.argv[2])
