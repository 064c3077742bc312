"""Compute targets of each kind, for what is particular to them."""

from functools import partial

import pytest
from support.trials import Workbench

from hdwidget.compute.coroutine import CoroutineCompute
from hdwidget.compute.process import ProcessCompute
from hdwidget.compute.thread import ThreadCompute


@pytest.fixture
def coroutines(leftovers, tmp_path):
    return Workbench(CoroutineCompute, "coroutine", tmp_path)


@pytest.fixture
def threads(leftovers, tmp_path):
    return Workbench(ThreadCompute, "thread", tmp_path)


@pytest.fixture
def forked(leftovers, tmp_path):
    return Workbench(partial(ProcessCompute, method="fork"), "process", tmp_path)


@pytest.fixture(params=["fork", "spawn"])
def method(request):
    return request.param


@pytest.fixture
def processes(leftovers, tmp_path, method):
    return Workbench(partial(ProcessCompute, method=method), "process", tmp_path)
