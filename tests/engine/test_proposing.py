import asyncio
import os
import signal
import subprocess
import sys
from functools import partial

import pytest
from support.bounded import eventually, soon
from support.compute import Script
from support.leftovers import alive
from support.loops import on_a_loop
from support.slow_sampler import SlowSampler, dies, dies_once, hangs, prints, raises

from hdwidget.engine.proposing import DirectProposer, ProcessProposer, proposer_for
from hdwidget.errors import EngineError
from hdwidget.samplers import Observation, RandomParameterSampling
from hdwidget.space import uniform
from hdwidget.status import StopReason

PENDING = Observation({"number": 0}, None, 0, "pending")
DONE = Observation({"number": 0}, 0.5, 1, "completed", (0.5,))


@pytest.fixture
def asking():
    """Ask a sampler in a process of its own; afterwards that process is gone."""
    made = []

    async def ask(first=None, times=1, **options):
        proposer = ProcessProposer(SlowSampler(first, **options))
        made.append(proposer)
        try:
            return [await proposer.propose(index, [DONE] * index) for index in range(times)]
        finally:
            await proposer.close()

    yield ask
    assert all(proposer._process is None for proposer in made)


def test_a_sampler_that_answers_at_once_is_asked_on_the_loop():
    quick = RandomParameterSampling({"x": uniform(0, 1)}, seed=1)
    assert isinstance(proposer_for(quick), DirectProposer)


@on_a_loop
async def test_a_slow_sampler_thinks_in_a_process_that_it_keeps(asking):
    proposals = await asking(times=3)
    assert [proposal.params for proposal in proposals] == [{"number": n} for n in range(3)]
    pids = {int(proposal.explanation.deviation) for proposal in proposals}
    assert len(pids) == 1
    assert os.getpid() not in pids
    assert not alive(pids.pop())


@on_a_loop
async def test_its_linear_algebra_has_one_thread(asking, monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")
    (proposal,) = await asking()
    assert proposal.explanation.expected_improvement == 1


@on_a_loop
async def test_it_sees_the_history_as_it_stands_each_time():
    proposer = ProcessProposer(SlowSampler())

    async def ended(*history):
        return (await proposer.propose(0, history)).explanation.mean

    assert await ended() == 0
    assert await ended(PENDING, PENDING) == 0
    assert await ended(DONE, PENDING) == 1
    assert await ended(DONE, PENDING, DONE) == 2
    assert await ended(DONE, DONE, DONE, PENDING) == 3
    await proposer.close()


@on_a_loop
async def test_none_when_the_space_is_exhausted(asking):
    assert (await asking(times=3, size=2))[-1] is None


@on_a_loop
async def test_what_it_prints_is_no_answer(asking):
    (proposal,) = await asking(prints)
    assert proposal.params == {"number": 0}


@on_a_loop
async def test_an_exception_comes_with_its_traceback(asking):
    with pytest.raises(EngineError, match="failed with ArithmeticError: no good conf") as caught:
        await asking(raises)
    assert "in raises" in "".join(caught.value.__notes__)


@on_a_loop
async def test_a_process_that_dies_is_started_again(asking, tmp_path):
    proposals = await asking(partial(dies_once, tmp_path / "died"), times=2)
    assert [proposal.params for proposal in proposals] == [{"number": 0}, {"number": 1}]
    assert proposals[1].explanation.mean == 1


@on_a_loop
async def test_one_that_dies_again_is_a_fault(asking):
    with pytest.raises(EngineError, match=r"sampler thinks has died. out of memory"):
        await asking(dies)


@on_a_loop
async def test_stopping_does_not_wait_for_the_thought(tmp_path):
    proposer = ProcessProposer(SlowSampler(partial(hangs, tmp_path / "pid")))
    thinking = asyncio.create_task(proposer.propose(0, []))
    await soon(lambda: _pid(tmp_path))
    proposer.stop()
    assert await thinking is None
    await proposer.close()
    assert not alive(_pid(tmp_path))


@on_a_loop
async def test_the_engine_asks_it_and_records_why(driven):
    drive = await driven(
        Script(values=(0.5,)),
        hyperparameter_sampling=SlowSampler(),
        max_total_runs=3,
        max_concurrent_runs=1,
    ).play()
    assert drive.parent.status == "Completed"
    assert [child.params for child in drive.children] == [{"number": n} for n in range(3)]
    assert [child.properties["proposal"]["predicted"] for child in drive.children] == [0, 1, 2]


@on_a_loop
async def test_canceling_the_run_does_not_wait_for_the_thought(driven, tmp_path):
    drive = driven(Script(), hyperparameter_sampling=SlowSampler(partial(hangs, tmp_path / "pid")))
    await drive.start()
    await soon(lambda: _pid(tmp_path))
    drive.controller.end(StopReason.USER)
    await drive.task
    assert drive.children == []
    assert not alive(_pid(tmp_path))


@on_a_loop
async def test_a_fault_of_it_is_one_of_the_run(driven):
    drive = driven(Script(), hyperparameter_sampling=SlowSampler(raises))
    await drive.start()
    with pytest.raises(EngineError, match="no good configuration"):
        await drive.task
    assert drive.parent.status == "Failed"
    assert "in raises" in drive.parent.error["traceback"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows kills in another way")
def test_it_ends_with_the_kernel():
    code = (
        "import asyncio, time\n"
        "from hdwidget.engine.proposing import ProcessProposer\n"
        "from support.slow_sampler import SlowSampler\n"
        "async def main():\n"
        "    proposal = await ProcessProposer(SlowSampler()).propose(0, [])\n"
        "    print(int(proposal.explanation.deviation), flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    kernel = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with kernel:
        pid = int(kernel.stdout.readline())
        assert alive(pid)
        kernel.kill()
    eventually(lambda: not alive(pid))


def _pid(folder):
    file = folder / "pid"
    return int(file.read_text() or 0) if file.exists() else 0
