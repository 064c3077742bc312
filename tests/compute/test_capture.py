"""Text of a trial in the kernel goes to its log; everybody else's goes where it always went."""

# ruff: noqa: T201  # trials print

import contextlib
import contextvars
import io
import os
import sys
import threading
from pathlib import Path

from hdwidget.compute.capture import captured, log_to


def as_console():
    """Put something in the place of stdout that is neither pytest's nor ours."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", write_through=True)
    return contextlib.redirect_stdout(stream)


def text_of(stream):
    return stream.buffer.getvalue().decode("latin-1")


def in_trial(folder, function):
    log_to(contextvars.copy_context(), folder).run(function)


def test_a_trials_text_goes_to_its_log_and_other_text_to_the_console(tmp_path):
    with as_console() as console, captured():
        print("before")
        in_trial(tmp_path / "logs", lambda: print("mine"))
        print("after")
    assert text_of(console) == "before\nafter\n"
    assert (tmp_path / "logs" / "stdout.txt").read_text() == "mine\n"


def test_stderr_has_a_file_of_its_own(tmp_path, capsys):
    with captured():
        in_trial(tmp_path, lambda: print("mine", file=sys.stderr))
        print("not mine", file=sys.stderr)
    assert capsys.readouterr().err == "not mine\n"
    assert (tmp_path / "stderr.txt").read_text() == "mine\n"
    assert not (tmp_path / "stdout.txt").exists()


def test_a_trial_that_prints_nothing_makes_no_file(tmp_path):
    with captured():
        in_trial(tmp_path / "logs", sys.stdout.flush)  # the one that captures
    assert not (tmp_path / "logs").exists()


def test_every_way_to_write_is_captured(tmp_path):
    def write():
        assert sys.stdout.write("one ") == 4
        sys.stdout.writelines(["two ", "three "])
        print("four", end="", flush=True)

    with as_console() as console, captured():
        in_trial(tmp_path, write)
    assert text_of(console) == ""
    assert (tmp_path / "stdout.txt").read_text() == "one two three four"


def test_the_stream_is_like_the_one_it_stands_for():
    with as_console() as console, captured():
        assert sys.stdout is not console
        assert sys.stdout.encoding == "latin-1"
        assert sys.stdout.writable()
        assert sys.stdout.isatty() == console.isatty()
        assert sys.stdout.buffer is console.buffer
        assert not sys.stdout.closed


def test_a_file_that_others_write_to_directly_is_the_originals():
    with (
        Path(os.devnull).open("w", encoding="utf-8") as original,
        contextlib.redirect_stdout(original),
        captured(),
    ):
        assert sys.stdout.fileno() == original.fileno()


def test_the_streams_are_given_back_when_the_last_one_leaves():
    errors = sys.stderr
    with as_console() as console:
        with captured():
            inner = sys.stdout
            with captured():
                assert sys.stdout is inner
            assert sys.stdout is inner
        assert sys.stdout is console
    assert sys.stderr is errors


def test_a_stream_that_somebody_else_put_there_meanwhile_stays():
    theirs = io.StringIO()
    with as_console():
        with captured():
            sys.stdout = theirs
        assert sys.stdout is theirs


def test_it_is_safe_to_redirect_for_a_while(tmp_path):
    theirs = io.StringIO()
    with as_console() as console, captured():
        with contextlib.redirect_stdout(theirs):
            print("redirected")
        print("back")
        in_trial(tmp_path, lambda: print("mine"))
    assert theirs.getvalue() == "redirected\n"
    assert text_of(console) == "back\n"
    assert (tmp_path / "stdout.txt").read_text() == "mine\n"


def test_threads_that_print_at_once_lose_no_line(tmp_path):
    def work(name):
        for _ in range(50):
            sys.stdout.write(f"{name}\n")

    with captured():
        threads = []
        for name in "ab":
            context = log_to(contextvars.copy_context(), tmp_path)
            threads.append(threading.Thread(target=context.run, args=(work, name)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted((tmp_path / "stdout.txt").read_text().split()) == ["a"] * 50 + ["b"] * 50
