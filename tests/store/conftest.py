"""A store in a folder of its own, with one run in it."""

import pytest

from hdwidget.store import RunRecord, Store


def a_run(run_id="HD", **columns):
    return RunRecord(
        id=run_id, experiment="digits", type="function", status="Running", created=0.0, **columns
    )


@pytest.fixture
def make_run():
    return a_run


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    store.ensure_experiment("digits")
    store.insert_run(a_run()).wait()
    yield store
    store._closing()  # unlike close(), silent about a record that a test has made fail
