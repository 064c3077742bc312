"""What becomes of trials when something happens to the process that wanted them."""

import os
import signal

import pytest
from support.bounded import eventually
from support.kernel import Kernel

# Each trial has a child; neither of them does anything that would make it notice.
BUSY = """
def train(run):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    run.log("pid", child.pid)
    while True:
        pass

async def main():
    channels = [FakeChannel() for _ in range(2)]
    async with bench.target(train, slots=2) as target, asyncio.TaskGroup() as group:
        for number, channel in enumerate(channels):
            group.create_task(target.run(bench.spec(number), channel))
        for channel in channels:
            await channel.until(lambda channel: channel.values)
        print("running", flush=True)

bounded(main(), seconds=120)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_kernel_that_is_killed_leaves_no_orphan(tmp_path, leftovers, method, number):
    with Kernel(tmp_path, method, BUSY, leftovers.environment) as kernel:
        assert kernel.line() == "running"
        assert len(leftovers.processes()) >= 6  # itself, the supervisor, two trials, their children
        os.kill(kernel.process.pid, number)
        kernel.process.wait(30)
        eventually(leftovers.none)


def test_a_fork_of_the_kernel_that_lives_on_keeps_no_trial_alive(tmp_path, leftovers, method):
    # It holds a copy of the kernel's end of the channel, which therefore does not close.
    script = BUSY.replace(
        'print("running", flush=True)',
        """
        pid = os.fork()
        if pid == 0:
            signal.pause()
        print(pid, flush=True)
""".strip(),
    )
    with Kernel(tmp_path, method, script, leftovers.environment) as kernel:
        fork = int(kernel.line())
        kernel.process.kill()
        kernel.process.wait(30)
        eventually(lambda: [process.pid for process in leftovers.processes()] == [fork])
        os.kill(fork, signal.SIGKILL)
        eventually(leftovers.none)


def test_a_kernel_that_ends_in_the_middle_leaves_no_orphan(tmp_path, leftovers, method):
    script = BUSY.replace('print("running", flush=True)', "os._exit(3)")
    with Kernel(tmp_path, method, script, leftovers.environment) as kernel:
        assert kernel.process.wait(30) == 3
        eventually(leftovers.none)


def test_an_interrupted_cell_interrupts_no_trial(tmp_path, leftovers, method):
    script = """
signal.signal(signal.SIGINT, lambda *_: print("interrupted", flush=True))

def train(run):
    child = subprocess.Popen(["sleep", "600"])
    run.log("pid", child.pid)
    while not (folder / "go on").exists():
        pass
    run.log("child", str(child.poll()))

async def main():
    channel = FakeChannel()
    async with bench.target(train) as target:
        running = asyncio.create_task(target.run(bench.spec(), channel))
        await channel.until(lambda channel: channel.values)
        print("running", flush=True)
        print((await running).ended, channel.named("child"), flush=True)

bounded(main())
"""
    with Kernel(tmp_path, method, script, leftovers.environment) as kernel:
        assert kernel.line() == "running"
        kernel.interrupt()
        assert kernel.line() == "interrupted"
        (tmp_path / "go on").touch()
        assert kernel.end() == ("completed ['None']\n", "")


def test_a_script_needs_no_guard_and_its_own_functions_travel_by_value(tmp_path, leftovers, method):
    script = """
print("imported as", __name__, flush=True)  # once: no child runs the script again

class Model:
    def predict(self, x):
        return x + OFFSET

OFFSET = 10

def setup():
    return Model()

def train(run, model, layer, x):
    run.log("loss", model.predict(x))
    run.log("same class", isinstance(model, Model) and isinstance(layer, Model))

trial = bench.evaluate(train, {"layer": Model(), "x": 5}, setup=setup)
print(trial.outcome.ended, trial.channel.values)
"""
    with Kernel(tmp_path, method, script, leftovers.environment) as kernel:
        out, errors = kernel.end()
    assert errors == ""
    assert out == (
        "imported as __main__\ncompleted [('loss', 15, None), ('same class', True, None)]\n"
    )
