"""Who takes too much memory, by a meter and a clock of the test's."""

import pytest

from hdwidget.compute import watch
from hdwidget.compute.watch import (
    HASTE,
    LEISURE,
    LOOK_SECONDS,
    NEAR_SECONDS,
    Excess,
    MemoryWatch,
    Toll,
)

MB = 1_000_000


class FakeMeter:
    """Says what it is told: by process, the bound and, if it is less, what is used."""

    def __init__(self):
        self.sizes = {}
        self.shared = {}
        self.children = {}
        self.measured = []
        self.cost = 0.0
        self.spent = 0.0
        self.now = 0.0

    def family(self, pid):
        return [pid, *self.children.get(pid, ())]

    def bound(self, pids):
        self.spent += self.cost
        return sum(self.sizes.get(pid, 0) for pid in pids)

    def used(self, pids, given):
        self.measured.append(sorted(pids))
        return sum(self.sizes.get(pid, 0) - self.shared.get(pid, 0) for pid in pids) - given


@pytest.fixture
def meter():
    return FakeMeter()


@pytest.fixture
def watching(meter):
    return MemoryWatch(meter, lambda: meter.now, lambda: meter.spent)


def look(watching, meter):
    """Let time pass until the next look, and look."""
    meter.now += watching.seconds_left()
    return watching.look()


def test_nothing_to_watch_is_nothing_to_wait_for(watching, meter):
    assert watching.seconds_left() is None
    assert watching.look() == []
    watching.begin("run", 1)
    assert watching.seconds_left() == pytest.approx(NEAR_SECONDS)
    assert watching.end("run", 1) == Toll(None, out_of_memory=False)
    assert watching.seconds_left() is None


def test_where_nothing_measures_nothing_is_looked_at():
    watching = MemoryWatch(None)
    watching.begin("run", 1, limit=1)
    assert (watching.seconds_left(), watching.look()) == (None, [])
    assert watching.end("run", 1).peak is None


def test_the_peak_is_the_most_of_all_looks(watching, meter):
    watching.begin("run", 1)
    for size in (10, 30, 20):
        meter.sizes[1] = size * MB
        assert look(watching, meter) == []
    assert watching.end("run", 1).peak == 30 * MB


def test_all_processes_of_a_trial_count_together(watching, meter):
    watching.begin("run", 1, limit=100 * MB)
    watching.begin("run", 2, limit=100 * MB)
    watching.begin("other", 3, limit=100 * MB)
    meter.children[2] = [4]
    meter.sizes = {1: 40 * MB, 2: 30 * MB, 4: 31 * MB, 3: 90 * MB}
    assert look(watching, meter) == [Excess("run", 101 * MB, is_far=False)]


def test_a_trial_is_told_once_and_once_more_when_it_goes_far(watching, meter):
    watching.begin("run", 1, limit=100 * MB)
    found = []
    for size in (90, 110, 120, 149, 151, 200):
        meter.sizes[1] = size * MB
        found += look(watching, meter)
    assert found == [
        Excess("run", 110 * MB, is_far=False),
        Excess("run", 151 * MB, is_far=True),
    ]


def test_a_trial_that_goes_far_at_once_is_told_once(watching, meter):
    watching.begin("run", 1, limit=100 * MB)
    meter.sizes[1] = 500 * MB
    assert look(watching, meter) == [Excess("run", 500 * MB, is_far=True)]
    assert look(watching, meter) == []


def test_what_it_shares_or_was_given_is_not_its_own(watching, meter):
    watching.begin("run", 1, limit=100 * MB, given=40 * MB)
    meter.sizes[1], meter.shared[1] = 160 * MB, 30 * MB
    assert look(watching, meter) == []
    meter.shared[1] = 10 * MB
    assert look(watching, meter) == [Excess("run", 110 * MB, is_far=False)]


def test_below_the_limit_it_is_measured_only_as_it_grows(watching, meter):
    watching.begin("run", 1, limit=100 * MB)
    for size in (40, 40, 42, 43, 44, 10):
        meter.sizes[1] = size * MB
        look(watching, meter)
    assert len(meter.measured) == 2
    assert watching.end("run", 1).peak == 43 * MB


def test_a_trial_that_soon_reaches_its_limit_is_looked_at_more_often(watching, meter):
    watching.begin("run", 1, limit=1000 * MB)
    meter.sizes[1] = 100 * MB
    look(watching, meter)
    look(watching, meter)
    assert watching.seconds_left() == pytest.approx(LOOK_SECONDS)
    meter.sizes[1] = 399 * MB  # 299 MB more, and twice as much soon
    look(watching, meter)
    assert watching.seconds_left() == pytest.approx(LOOK_SECONDS)
    meter.sizes[1] = 801 * MB
    look(watching, meter)
    assert watching.seconds_left() == pytest.approx(NEAR_SECONDS)
    look(watching, meter)
    assert watching.seconds_left() == pytest.approx(LOOK_SECONDS)


@pytest.mark.parametrize(("size", "leisure"), [(10 * MB, LEISURE), (101 * MB, HASTE)])
def test_looks_that_cost_much_come_seldom(watching, meter, size, leisure):
    watching.begin("run", 1, limit=100 * MB)
    meter.sizes[1] = 1
    look(watching, meter)
    meter.cost, meter.sizes[1] = 0.1, size
    look(watching, meter)
    assert watching.seconds_left() == pytest.approx(leisure * 0.1)
    watching.begin("new", 2)
    assert watching.seconds_left() == pytest.approx(leisure * 0.1)


def test_a_new_trial_is_looked_at_soon(watching, meter):
    watching.begin("run", 1)
    look(watching, meter)
    watching.begin("new", 2)
    assert watching.seconds_left() == pytest.approx(NEAR_SECONDS)


def test_a_trial_ends_with_its_last_process(watching, meter):
    watching.begin("run", 1)
    watching.begin("run", 2)
    meter.sizes = {1: MB, 2: MB}
    look(watching, meter)
    assert watching.end("run", 1).peak == 2 * MB
    assert watching.end("run", 2).peak == 2 * MB
    assert watching.seconds_left() is None


def test_that_the_kernel_killed_something_meanwhile_is_noticed(watching, monkeypatch):
    kills = iter([3, 3, 4, 4, 4])
    monkeypatch.setattr(watch, "oom_kills", lambda: next(kills))
    watching.begin("run", 1)
    watching.begin("other", 2)
    assert watching.end("run", 1).out_of_memory
    watching.begin("run", 1)
    assert not watching.end("run", 1).out_of_memory
