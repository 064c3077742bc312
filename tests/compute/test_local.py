"""In which of three ways a function's trials run on this machine."""

import asyncio

import pytest
from support.bounded import run

from hdwidget.compute.coroutine import CoroutineCompute
from hdwidget.compute.local import local_compute
from hdwidget.compute.process import ProcessCompute
from hdwidget.compute.thread import ThreadCompute
from hdwidget.function_config import FunctionRunConfig


def plain(run): ...


async def later(run): ...


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        (FunctionRunConfig(plain), ProcessCompute),
        (FunctionRunConfig(later), CoroutineCompute),
        (FunctionRunConfig(plain, isolation="thread"), ThreadCompute),
        (FunctionRunConfig(later, isolation="thread"), ThreadCompute),
        (FunctionRunConfig(later, isolation="process"), ProcessCompute),
    ],
    ids=repr,
)
def test_the_isolation_says_where_trials_run(config, kind, tmp_path, leftovers):
    compute = local_compute(
        config, slots=3, folder=tmp_path, workspace=tmp_path, sleep=asyncio.sleep
    )
    run(compute.close())
    assert type(compute) is kind
    assert compute.slots == 3
