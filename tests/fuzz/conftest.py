"""What the fuzzers have in common."""

import pytest


@pytest.fixture
def seed(pytestconfig):
    """Return what examples are drawn by: always the same, but for ``--hypothesis-seed=N``."""
    return int(pytestconfig.getoption("hypothesis_seed") or 0)
