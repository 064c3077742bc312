"""A cell that waits for a run, whose page cancels it."""

import pytest

# The page cancels by a message, as RunDetails does; the trial would run for ever.
EXPERIMENT = """
import asyncio, comm
from hdwidget import *

async def train(run, x):
    run.log("accuracy", x)
    await asyncio.Event().wait()

run = Experiment(Workspace({folder!r}), "digits").submit(HyperDriveConfig(
    run_config=FunctionRunConfig(train),
    hyperparameter_sampling=RandomParameterSampling({{"x": uniform(0, 1)}}, seed=1),
    primary_metric_name="accuracy", primary_metric_goal=PrimaryMetricGoal.MAXIMIZE,
    max_total_runs=2, max_concurrent_runs=2,
))
widget = comm.create_comm(target_name="test")
widget.on_msg(lambda message: run.cancel())
"""


@pytest.mark.parametrize(
    "wait",
    [
        "run.wait_for_completion()",
        "run.wait_for_completion(show_output=True)",
        "await run",
        "Run(run.experiment, f'{run.id}_0').wait_for_completion()",  # looks at the record
    ],
)
def test_a_page_cancels_the_run_that_a_cell_waits_for(kernel, tmp_path, wait):
    assert kernel.run(EXPERIMENT.format(folder=str(tmp_path / "workspace"))).status == "ok"
    opened = [each for each in kernel.published if each["msg_type"] == "comm_open"][-1]
    cell = kernel.submit(f"print('waits')\ndetails = {wait}\nprint(details['status'])")
    kernel.until_printed(cell, "waits")
    kernel.send("comm_msg", comm_id=opened["content"]["comm_id"], data={})
    assert kernel.end(cell).text.endswith("Canceled\n")
