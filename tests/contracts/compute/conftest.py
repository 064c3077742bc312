"""What every compute target keeps to; another one joins with a line in `TARGETS`.

The training functions are `async def`, which all of them take.
"""

from functools import partial

import pytest
from support.trials import Workbench

from hdwidget.compute.coroutine import CoroutineCompute
from hdwidget.compute.process import ProcessCompute
from hdwidget.compute.thread import ThreadCompute

TARGETS = {
    "coroutine": (CoroutineCompute, "coroutine"),
    "thread": (ThreadCompute, "thread"),
    "fork": (partial(ProcessCompute, method="fork"), "process"),
    "spawn": (partial(ProcessCompute, method="spawn"), "process"),
}


@pytest.fixture(params=TARGETS)
def bench(leftovers, request, tmp_path):
    make, isolation = TARGETS[request.param]
    return Workbench(make, isolation, tmp_path)
