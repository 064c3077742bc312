"""A cell that waits for a run lets the kernel answer its pages; everything else keeps its turn."""

import pytest
from support.bounded import DEADLINE
from support.jupyter_kernel import is_status

# A page's counterpart: it answers each message from another thread, as the engine does, and says
# in which one it was called. Two futures for a cell to wait for; the page can end them.
WIDGET = """
import asyncio, threading, time
from concurrent.futures import Future
from queue import SimpleQueue
import comm
from hdwidget.waiting import answering, get, sleep, wait
from hdwidget.widget.routing import keep_routing

first, second, items = Future(), Future(), SimpleQueue()
heard = []
widget = comm.create_comm(target_name="test")
keep_routing(widget)

def answer(message):
    what = message["content"]["data"]["do"]
    heard.append(what)
    main = threading.current_thread() is threading.main_thread()
    sender = threading.Thread(target=widget.send, args=({"done": what, "in main": main},))
    sender.start()
    sender.join()
    exec(what, globals())

widget.on_msg(answer)
"""

END = "first.set_result(None)"


@pytest.fixture
def page(kernel):
    """Return a page's end of a widget that has just been made."""
    assert kernel.run(WIDGET).status == "ok"
    opened = [each for each in kernel.published if each["msg_type"] == "comm_open"][-1]
    return Page(kernel, opened["content"]["comm_id"])


class Page:
    """What a widget's page sends, and what it is sent."""

    def __init__(self, kernel, comm_id):
        self.kernel = kernel
        self.comm_id = comm_id

    def send(self, what, subshell=None):
        """Have the widget's callback do something, and return the message's id."""
        data = {"do": what}
        return self.kernel.send("comm_msg", subshell, comm_id=self.comm_id, data=data)

    def sees(self, what):
        """Wait for the widget's answer, and return it."""
        found = self.kernel.until(
            lambda message: (
                message["msg_type"] == "comm_msg"
                and message["content"]["comm_id"] == self.comm_id
                and message["content"]["data"]["done"] == what
            )
        )
        return found["content"]["data"]

    def does(self, what, subshell=None):
        """Send and see what comes back, and the message's own end, which lets the next one go."""
        request = self.send(what, subshell)
        answer = self.sees(what)
        self.kernel.until(lambda message: is_status(message, request, "idle"))
        return answer


def blocked(kernel, code="wait(first)"):
    """Start a cell that blocks, and return it once it does."""
    cell = kernel.submit(f"print('blocks')\n{code}\nprint('goes on')")
    kernel.until_printed(cell, "blocks")
    return cell


WAYS = {
    "for a future": "wait(first)",
    "for an item": "first.add_done_callback(items.put)\nget(items)",
    "looking again and again": "while not first.done():\n    sleep(0.01)",
    "in a coroutine": "await asyncio.sleep(0)\nwait(first)",
    "awaiting": "with answering():\n    while not first.done():\n        await asyncio.sleep(0.01)",
}

blocking_and_awaiting = pytest.mark.parametrize(
    "way", [WAYS[name] for name in ("for a future", "awaiting")], ids=["blocking", "awaiting"]
)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_page_is_answered_while_a_cell_waits(kernel, page, way):
    cell = blocked(kernel, way)
    assert page.does("1")["in main"]
    assert page.does("2")["in main"]
    page.send(END)
    ended = kernel.end(cell)
    assert ended.status == "ok"
    assert ended.text == "blocks\ngoes on\n"
    assert kernel.run("print(heard)").text == f"{['1', '2', END]}\n"


def test_a_nap_lasts_as_long_as_it_should(kernel, page):
    cell = kernel.submit(
        "print('blocks')\nbegan = time.monotonic()\nsleep(0.2)\n"
        "print(time.monotonic() - began >= 0.2)"
    )
    kernel.until_printed(cell, "blocks")
    page.does("1")
    assert kernel.end(cell).text == "blocks\nTrue\n"


@pytest.mark.parametrize("code", ["wait(first)", "threading.Event.wait(ended)"])
def test_a_subshell_answers_while_a_cell_blocks(kernel, page, code):
    if not kernel.has_subshells:
        pytest.skip("ipykernel 6 has none")
    kernel.run("ended = threading.Event()\nfirst.add_done_callback(lambda _: ended.set())")
    subshell = kernel.subshell()
    cell = blocked(kernel, f"widget.send({{'done': 'from the cell'}})\n{code}")
    assert not page.does("1", subshell)["in main"]
    assert not page.does("2", subshell)["in main"]  # after the widget itself has sent
    page.send(END, subshell)
    assert kernel.end(cell).text == "blocks\ngoes on\n"


@blocking_and_awaiting
def test_cells_that_are_queued_run_once_each_in_order_and_under_their_own_names(kernel, page, way):
    cell = blocked(kernel, way)
    page.does("1")
    queued = [kernel.submit(f"print({number}, heard[-1])") for number in range(3)]
    page.does("2")
    late = kernel.submit("print('late')")
    page.does("3")
    assert not any(
        is_status(message, request, status)
        for message in kernel.published
        for request in (*queued, late)
        for status in ("busy", "idle")
    )
    page.send(END)
    ended = [kernel.end(each) for each in (cell, *queued, late)]
    assert [each.text for each in ended] == [
        "blocks\ngoes on\n",
        *(f"{number} {END}\n" for number in range(3)),
        "late\n",
    ]
    counts = [each.reply["execution_count"] for each in ended]
    assert counts == list(range(counts[0], counts[0] + 5))


def test_what_a_cell_prints_stays_its_own(kernel, page):
    cell = blocked(kernel, "get(items)\nprint('one')\nget(items)\nprint('two')\nwait(first)")
    for text in ("one", "two"):
        page.does("items.put(0)")
        kernel.until_printed(cell, text)
    page.send(END)
    assert kernel.end(cell).text == "blocks\none\ntwo\ngoes on\n"


def test_a_question_to_the_user_goes_to_who_runs_the_cell(kernel, page):
    cell = blocked(kernel, "wait(first)\nprint(input('name? '))")
    page.send(END)
    question = kernel.client.get_stdin_msg(timeout=DEADLINE)
    assert question["content"]["prompt"] == "name? "
    kernel.client.input("Ada")
    assert kernel.end(cell).text == "blocks\nAda\ngoes on\n"


def test_a_kernel_stays_busy_while_a_cell_waits(kernel, page):
    cell = blocked(kernel)
    request = page.send("1")
    idle = kernel.until(lambda message: is_status(message, request, "idle"))
    after = kernel.published.index(idle)
    kernel.until(
        lambda message: is_status(message, cell, "busy") and kernel.published.index(message) > after
    )
    page.send(END)
    kernel.end(cell)


@blocking_and_awaiting
def test_a_page_that_is_loaded_again_is_answered(kernel, page, way):
    cell = blocked(kernel, way)
    assert kernel.reply(kernel.send("kernel_info_request"))["status"] == "ok"
    comms = kernel.reply(kernel.send("comm_info_request", target_name="test"))["comms"]
    assert page.comm_id in comms
    page.send(END)
    assert kernel.end(cell).status == "ok"


@blocking_and_awaiting
def test_a_page_opens_and_closes_a_comm_while_a_cell_waits(kernel, page, way):
    kernel.run("""
def opened(comm, message):
    comm.on_close(lambda _: first.set_result(None))
comm.get_comm_manager().register_target("from the page", opened)
""")
    cell = blocked(kernel)
    kernel.send("comm_open", comm_id="of the page", target_name="from the page", data={})
    kernel.send("comm_close", comm_id="of the page", data={})
    assert kernel.end(cell).text == "blocks\ngoes on\n"


@blocking_and_awaiting
def test_an_interrupt_ends_the_waiting_and_aborts_what_is_queued(kernel, page, way):
    cell = blocked(kernel, way)
    page.does("1")
    queued = kernel.submit("print('must not run')")
    page.does("2")
    kernel.interrupt()
    ended = kernel.end(cell)
    assert ended.status == "error"
    assert ended.reply["ename"] in {"KeyboardInterrupt", "CancelledError"}  # blocking, awaiting
    assert (kernel.end(queued).status, kernel.text(queued)) == ("aborted", "")
    kernel.interrupt()  # of an idle kernel: it must survive that
    assert kernel.run("print(first.done())").text == "False\n"
    assert page.does("3")["in main"]


def test_an_interrupt_lets_a_message_be_handled_and_then_ends_the_waiting(kernel, page):
    cell = blocked(kernel)
    page.send("import signal; signal.raise_signal(signal.SIGINT); widget.send({'done': 'after'})")
    page.sees("after")
    assert kernel.end(cell).reply["ename"] == "KeyboardInterrupt"


def test_a_second_interrupt_ends_a_message_too(kernel, page):
    cell = blocked(kernel)
    page.send("import signal\nwhile True: signal.raise_signal(signal.SIGINT)")
    assert kernel.end(cell).reply["ename"] == "KeyboardInterrupt"


def test_a_message_may_itself_wait(kernel, page):
    cell = blocked(kernel)
    page.send("wait(second); first.set_result(None)")
    page.does("1")
    page.send("second.set_result(None)")
    assert kernel.end(cell).text == "blocks\ngoes on\n"


def test_an_interrupt_amid_a_flood_loses_nothing(kernel, page):
    for moment in range(0, 60, 5):
        kernel.run("heard.clear()\nran = []")
        cell = blocked(kernel)
        cells = []
        for number in range(60):
            if number % 3:
                page.send(f"'{number}'")
            else:
                cells.append(kernel.submit(f"ran.append({number})"))
            if number == moment:
                kernel.interrupt()
        assert kernel.end(cell).reply["ename"] == "KeyboardInterrupt"
        ran = [3 * n for n, each in enumerate(cells) if kernel.end(each).status == "ok"]
        heard = [f"'{number}'" for number in range(60) if number % 3]
        assert kernel.run("print((heard, ran))").text == f"{(heard, ran)}\n"


@blocking_and_awaiting
def test_a_message_that_fails_ends_nothing(kernel, page, way):
    cell = blocked(kernel, way)
    page.does("1 / 0")
    page.does("2")
    page.send(END)
    assert kernel.end(cell).text == "blocks\ngoes on\n"


def test_a_message_that_came_before_the_cell_is_answered(kernel, page, tmp_path):
    if kernel.has_subshells:
        pytest.skip("ipykernel 7 has begun to handle it, and goes on after the cell")
    gate = tmp_path / "gate"
    busy = kernel.submit(
        f"import pathlib\nprint('busy')\n"
        f"while not pathlib.Path({str(gate)!r}).exists():\n    time.sleep(0.001)"
    )
    kernel.until_printed(busy, "busy")
    cell, last = kernel.submit("wait(first)\nprint('goes on')"), kernel.submit("print(heard)")
    page.send(END)
    gate.touch()
    assert kernel.end(cell).text == "goes on\n"
    assert kernel.end(last).text == f"{[END]}\n"


def test_several_coroutines_await_at_once_and_beyond_their_cell(kernel, page):
    cell = kernel.submit("""
async def awaits(future):
    with answering():
        await asyncio.wrap_future(future)

tasks = [asyncio.create_task(awaits(future)) for future in (first, second)]
print("awaits")
await tasks[0]
""")
    kernel.until_printed(cell, "awaits")
    page.does("1")
    page.send(END)
    assert kernel.end(cell).text == "awaits\n"
    page.does("2")  # the second goes on, in an idle kernel
    blocking = blocked(kernel, "wait(second)")
    page.does("3")
    page.send("second.set_result(None)")
    assert kernel.end(blocking).text == "blocks\ngoes on\n"
    assert kernel.run("print(heard)").text.startswith("['1',")
    left = "from hdwidget.kernel_messages import *; found = kernel_messages()\nawait tasks[1]\n"
    assert kernel.run(left + "print(found._deliver == found._stream._recv_callback)").text == (
        "True\n"
    )


def test_other_threads_just_wait(kernel, page):
    cell = kernel.run(
        "from hdwidget.kernel_messages import kernel_messages\n"
        "found = SimpleQueue()\n"
        "threading.Thread(target=lambda: found.put(kernel_messages())).start()\n"
        "print(get(found), kernel_messages() is None)"
    )
    assert cell.text == "None False\n"
