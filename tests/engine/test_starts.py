"""Whom the host tells that a run is driven."""

import gc

from hdwidget.engine.starts import Starts


class Waiting:
    def __init__(self):
        self.heard = 0

    def hear(self):
        self.heard += 1


def test_who_waits_for_a_run_is_told_each_time():
    starts, one, other = Starts(), Waiting(), Waiting()
    starts.subscribe("HD_1", one.hear)
    starts.subscribe("HD_1", one.hear)
    starts.subscribe("HD_2", other.hear)
    starts.tell("HD_1")
    starts.tell("HD_1")
    assert (one.heard, other.heard) == (4, 0)


def test_who_has_left_is_told_nothing():
    starts, one, other = Starts(), Waiting(), Waiting()
    starts.subscribe("HD_1", one.hear)
    starts.subscribe("HD_1", other.hear)
    starts.unsubscribe("HD_1", one.hear)
    starts.unsubscribe("HD_1", one.hear)
    starts.tell("HD_1")
    assert (one.heard, other.heard) == (0, 1)


def test_nobody_is_kept_alive_by_waiting():
    starts, one = Starts(), Waiting()
    starts.subscribe("HD_1", one.hear)
    del one
    gc.collect()
    starts.tell("HD_1")
    assert not starts._waiting
