import pytest
from support.compute import Script
from support.drive import RUN
from support.loops import on_a_loop

from hdwidget.engine.events import MetricLogged, RunChanged
from hdwidget.errors import RunNotFoundError
from hdwidget.samplers import GridParameterSampling
from hdwidget.space import choice
from hdwidget.status import RunStatus, StopReason
from hdwidget.store import Store

GOOD = Script(values=(0.5, 0.7, 0.9))
HANGING = Script(values=(0.5,), end="hangs")
BROKEN = Script(end="failed", message="no such file")


@on_a_loop
async def test_a_run_from_the_first_proposal_to_the_end(driven):
    drive = await driven(GOOD, max_total_runs=3, max_concurrent_runs=1).play()
    assert drive.parent.status == "Completed"
    assert drive.parent.reason is None
    assert drive.parent.error is None
    assert drive.statuses() == ["Completed"] * 3
    for number, child in enumerate(drive.children):
        assert child.number == child.proposal == number
        assert child.parent == RUN
        assert child.params == drive.config.hyperparameter_sampling.propose(number, [])
        assert child.started == child.created
        assert child.ended == child.started + 4  # three values, a second before each, and the end
        assert drive.history(child.id) == ["Queued", "Starting", "Running", "Completed"]
        assert drive.store.series(child.id)["accuracy"].values.tolist() == [0.5, 0.7, 0.9]
    assert drive.history(RUN) == ["Running", "Completed"]


class TestConcurrency:
    @on_a_loop
    async def test_no_more_than_max_concurrent_runs_at_once(self, driven):
        drive = await driven(GOOD, max_total_runs=7, max_concurrent_runs=3).play()
        assert drive.compute.peak == 3
        assert drive.statuses() == ["Completed"] * 7

    @on_a_loop
    async def test_a_place_that_becomes_free_is_taken_at_once(self, driven):
        short, long = Script(every=1), Script(every=10)
        drive = driven([long, short, short, short], max_concurrent_runs=2)
        await drive.start()
        await drive.clock.advance(2.5)
        assert drive.statuses() == ["Running", "Completed", "Completed", "Running"]
        await drive.finish()

    @on_a_loop
    async def test_what_the_target_does_not_hold_waits_as_queued(self, driven):
        drive = driven(Script(every=1), slots=2, max_concurrent_runs=4)
        await drive.start()
        assert drive.statuses() == ["Running", "Running", "Queued", "Queued"]
        await drive.clock.advance(1)
        assert drive.statuses() == ["Completed", "Completed", "Running", "Running"]
        await drive.finish()
        assert [trial.number for trial in drive.compute.started] == [0, 1, 2, 3]
        assert drive.compute.peak == 2

    @on_a_loop
    async def test_an_exhausted_space_ends_with_fewer_runs(self, driven):
        sampler = GridParameterSampling({"x": choice(1, 2, 3)})
        drive = await driven(GOOD, hyperparameter_sampling=sampler, max_total_runs=10).play()
        assert drive.parent.status == "Completed"
        assert [child.params for child in drive.children] == [{"x": 1}, {"x": 2}, {"x": 3}]

    @on_a_loop
    async def test_a_seed_makes_the_same_proposals_whatever_the_concurrency(self, driven):
        one = await driven(GOOD, max_total_runs=5, max_concurrent_runs=1).play()
        all_ = await driven(GOOD, max_total_runs=5, max_concurrent_runs=5).play()
        assert [t.params for t in one.compute.started] == [t.params for t in all_.compute.started]


class TestLimits:
    @on_a_loop
    async def test_what_runs_when_the_time_is_up_is_canceled(self, driven):
        drive = await driven(
            [Script(every=1), HANGING, HANGING, HANGING],
            slots=2,
            max_concurrent_runs=3,
            max_total_runs=4,
            max_duration_minutes=0.5,
        ).play()
        assert drive.statuses() == ["Completed", "Canceled", "Canceled", "Canceled"]
        assert [child.reason for child in drive.children] == [None, *["time budget"] * 3]
        assert drive.history(f"{RUN}_3") == ["Queued", "CancelRequested", "Canceled"]
        assert drive.parent.status == "Completed"
        assert drive.parent.reason == "time budget"
        assert drive.parent.ended == drive.parent.created + 30

    @on_a_loop
    async def test_nothing_is_proposed_after_the_time_is_up(self, driven):
        drive = await driven(
            Script(values=(0.1,), every=7),
            max_concurrent_runs=1,
            max_total_runs=100,
            max_duration_minutes=0.5,
        ).play()
        assert drive.statuses() == ["Completed", "Completed", "Canceled"]

    @on_a_loop
    async def test_a_trial_that_takes_too_long_is_stopped_alone(self, driven):
        drive = await driven([GOOD, HANGING, GOOD, GOOD], max_run_duration_seconds=20).play()
        assert drive.statuses() == ["Completed", "Canceled", "Completed", "Completed"]
        assert drive.child(1).reason == "trial timeout"
        assert drive.child(1).ended == drive.child(1).started + 20
        assert drive.store.series(f"{RUN}_1")["accuracy"].values.tolist() == [0.5]
        assert (drive.parent.status, drive.parent.reason) == ("Completed", None)

    @on_a_loop
    async def test_the_time_in_the_queue_is_no_time_of_the_trial(self, driven):
        drive = await driven(
            GOOD, slots=1, max_concurrent_runs=4, max_run_duration_seconds=5
        ).play()
        assert drive.statuses() == ["Completed"] * 4

    @on_a_loop
    async def test_a_trial_that_ignores_its_stop_is_killed(self, driven):
        deaf = Script(values=(0.5,), end="hangs", obeys=False)
        drive = await driven(deaf, max_total_runs=1, max_run_duration_seconds=20).play()
        assert drive.child(0).ended == drive.child(0).started + 20 + drive.compute.GRACE


class TestCancel:
    @on_a_loop
    async def test_the_whole_with_what_runs_and_what_waits(self, driven):
        drive = driven(HANGING, slots=2, max_concurrent_runs=3, max_total_runs=9)
        await drive.start()
        drive.controller.end(StopReason.USER)
        await drive.finish()
        assert drive.statuses() == ["Canceled"] * 3
        assert {child.reason for child in drive.children} == {"user"}
        assert (drive.parent.status, drive.parent.reason) == ("Canceled", "user")
        assert len(drive.compute.started) == 2
        assert drive.history(f"{RUN}_2") == ["Queued", "CancelRequested", "Canceled"]

    @on_a_loop
    async def test_one_run_that_runs(self, driven):
        drive = driven([GOOD, HANGING, GOOD, GOOD], max_concurrent_runs=2)
        await drive.start()
        drive.controller.cancel_child(f"{RUN}_1")
        await drive.finish()
        assert drive.statuses() == ["Completed", "Canceled", "Completed", "Completed"]
        assert drive.child(1).reason == "user"
        assert drive.parent.status == "Completed"

    @on_a_loop
    async def test_one_run_that_waits_leaves_its_place_to_the_next(self, driven):
        drive = driven(GOOD, slots=1, max_concurrent_runs=2, max_total_runs=3)
        await drive.start()
        drive.controller.cancel_child(f"{RUN}_1")
        await drive.clock.settle()
        assert drive.statuses() == ["Running", "Canceled", "Queued"]
        await drive.finish()
        assert drive.statuses() == ["Completed", "Canceled", "Completed"]
        assert drive.child(1).started is None

    @on_a_loop
    async def test_before_a_trial_has_taken_its_place(self, driven):
        drive = driven(HANGING, max_total_runs=2)

        def cancel(event):
            if isinstance(event, RunChanged) and event.status is RunStatus.QUEUED:
                drive.task.get_loop().call_soon(drive.controller.end, StopReason.USER)

        drive.recorder.subscribe(cancel)
        await drive.play()
        assert drive.compute.started == []
        for number in range(2):
            assert drive.history(f"{RUN}_{number}") == ["Queued", "CancelRequested", "Canceled"]

    @on_a_loop
    async def test_what_has_ended_or_is_not_there_is_left_alone(self, driven):
        drive = driven([Script(every=1), GOOD], max_total_runs=2)
        await drive.start()
        await drive.clock.advance(1.5)
        drive.controller.cancel_child(f"{RUN}_0")
        drive.controller.cancel_child(f"{RUN}_77")
        await drive.finish()
        assert drive.statuses() == ["Completed", "Completed"]

    @on_a_loop
    async def test_the_first_reason_counts(self, driven):
        drive = driven(
            Script(end="hangs", obeys=False),
            max_total_runs=1,
            max_run_duration_seconds=2,
        )
        await drive.start()
        await drive.clock.advance(3)
        drive.controller.end(StopReason.USER)
        await drive.finish()
        assert drive.child(0).reason == "trial timeout"
        assert drive.parent.reason == "user"

    @on_a_loop
    async def test_a_stop_wins_over_what_became_of_the_trial(self, driven):
        late = Script(values=(0.5,), every=3, obeys=False)
        failing = Script(every=3, obeys=False, end="failed", message="in its cleanup")
        drive = driven([late, failing], max_total_runs=2)
        await drive.start()
        drive.controller.end(StopReason.USER)
        await drive.finish()
        assert drive.statuses() == ["Canceled", "Canceled"]
        assert drive.child(0).error is None
        assert drive.child(1).error["message"] == "in its cleanup"
        assert drive.store.series(f"{RUN}_0") == {}

    @on_a_loop
    async def test_a_trial_that_ends_itself_as_canceled_says_so(self, driven):
        drive = await driven(Script(end="canceled"), max_total_runs=2).play()
        assert drive.statuses() == ["Canceled", "Canceled"]
        assert drive.child(0).reason == "the trial itself"
        assert drive.parent.status == "Completed"


class TestInterrupt:
    @on_a_loop
    async def test_it_kills_at_once_and_says_so(self, driven):
        deaf = Script(values=(0.5,), end="hangs", obeys=False)
        drive = driven(deaf, slots=1, max_concurrent_runs=2, max_total_runs=9)
        await drive.start()
        drive.controller.interrupt()
        await drive.clock.settle()
        await drive.finish()
        assert drive.statuses() == ["Canceled", "Canceled"]
        assert [child.reason for child in drive.children] == ["interrupted"] * 2
        assert (drive.parent.status, drive.parent.reason) == ("Canceled", "interrupted")
        assert drive.parent.ended == drive.parent.created  # no grace

    @on_a_loop
    async def test_finished_runs_stay_as_they_are(self, driven):
        drive = driven([GOOD, HANGING], max_concurrent_runs=1, max_total_runs=2)
        await drive.start()
        await drive.clock.advance(10)
        drive.controller.interrupt()
        await drive.finish()
        assert drive.statuses() == ["Completed", "Canceled"]

    @on_a_loop
    async def test_while_it_is_being_canceled(self, driven):
        deaf = Script(end="hangs", obeys=False)
        drive = driven(deaf, max_total_runs=2)
        await drive.start()
        drive.controller.end(StopReason.USER)
        await drive.clock.advance(1)
        drive.controller.interrupt()
        await drive.finish()
        assert [child.reason for child in drive.children] == ["user", "user"]
        assert drive.parent.status == "Canceled"
        assert drive.parent.ended == drive.parent.created + 1

    @on_a_loop
    async def test_twice(self, driven):
        drive = driven(HANGING, max_total_runs=2)
        await drive.start()
        drive.controller.interrupt()
        drive.controller.interrupt()
        await drive.finish()
        assert drive.parent.status == "Canceled"

    @on_a_loop
    async def test_as_it_ends_by_itself(self, driven):
        drive = driven(GOOD, max_total_runs=1)
        close = drive.compute.close

        async def interrupted():
            drive.controller.interrupt()
            await drive.clock.sleep(1)
            await close()

        drive.compute.close = interrupted
        await drive.play()
        assert drive.statuses() == ["Completed"]
        assert drive.parent.status in ("Completed", "Canceled")


class TestRequests:
    @on_a_loop
    async def test_another_process_cancels_the_whole(self, driven):
        drive = driven(HANGING, requests=True)
        await drive.start()
        other = Store(drive.folder)
        other.add_request(RUN, "cancel").wait()
        await drive.clock.advance(0.3)
        await drive.finish()
        assert other.run(RUN).status == "Canceled"
        assert other.run(RUN).reason == "user"
        assert other.pending_requests(RUN) == []
        other.close()

    @on_a_loop
    async def test_another_process_cancels_one_run(self, driven):
        drive = driven([HANGING, GOOD], requests=True, max_total_runs=2)
        await drive.start()
        drive.store.flush()  # or the run may not be there for others yet
        other = Store(drive.folder)
        other.add_request(f"{RUN}_0", "cancel").wait()
        await drive.finish()
        assert [child.status for child in other.children(RUN)] == ["Canceled", "Completed"]
        assert other.run(RUN).status == "Completed"
        other.close()

    @on_a_loop
    async def test_what_it_does_not_know_it_leaves(self, driven):
        drive = driven(GOOD, requests=True, max_total_runs=1)
        other = Store(drive.folder)
        with pytest.raises(RunNotFoundError):
            other.add_request("HD_unknown", "cancel").wait()
        other.add_request(RUN, "dance").wait()
        await drive.play()
        assert other.run(RUN).status == "Completed"
        other.close()


class TestWatching:
    @on_a_loop
    async def test_who_comes_late_is_told_what_has_happened(self, driven):
        drive = driven([GOOD, HANGING], max_total_runs=2, max_run_duration_seconds=20)
        await drive.start()
        await drive.clock.advance(10)
        late = []
        drive.controller.watch(late.append)
        assert [
            (event.run_id, event.seq, event.value)
            for event in late
            if isinstance(event, MetricLogged)
        ] == [
            (f"{RUN}_0", 0, 0.5),
            (f"{RUN}_0", 1, 0.7),
            (f"{RUN}_0", 2, 0.9),
            (f"{RUN}_1", 0, 0.5),
        ]
        assert RunChanged(f"{RUN}_0", RunStatus.COMPLETED) in late
        assert RunChanged(f"{RUN}_1", RunStatus.RUNNING) in late
        before = len(late)
        await drive.finish()
        assert late[before:] == drive.events[-len(late[before:]) :]
        assert late[-1] == RunChanged(RUN, RunStatus.COMPLETED)

    @on_a_loop
    async def test_who_leaves_hears_nothing_more(self, driven):
        drive = driven(GOOD, max_total_runs=1)
        heard = []
        drive.recorder.subscribe(heard.append)
        await drive.start()
        drive.recorder.unsubscribe(heard.append)
        before = len(heard)
        await drive.finish()
        assert len(heard) == before


class TestHeldLoop:
    @on_a_loop
    async def test_the_longest_hold_is_a_property_of_the_run(self, driven):
        holds = iter([0.2, 0.9, 0.7, 2.25])
        drive = await driven(GOOD, held=lambda: next(holds)).play()
        assert drive.parent.properties == {"loop_held_seconds": 2.25}

    @on_a_loop
    async def test_facts_of_the_target_are_properties_of_the_trial(self, driven):
        drive = await driven(Script(values=(0.1,), facts={"threads": 4}), max_total_runs=1).play()
        assert drive.child(0).properties == {"threads": 4}
