"""The end of a log that is being written."""

import os

import pytest

from hdwidget.widget.log_tail import MOST_BYTES, LogTail


@pytest.fixture
def log(tmp_path):
    return tmp_path / "stdout.txt"


@pytest.fixture
def tail(log):
    return LogTail(log)


def append(log, data):
    with log.open("ab") as file:
        file.write(data)


def test_what_is_appended_is_read_once(log, tail):
    assert tail.read() == (0, b"")  # there is no file yet
    append(log, b"one\n")
    assert tail.read() == (0, b"one\n")
    assert tail.read() == (4, b"")
    append(log, b"tw")
    append(log, b"o\n")
    assert tail.read() == (4, b"two\n")


def test_a_character_may_be_in_two_pieces(log, tail):
    whole = "é".encode()
    append(log, whole[:1])
    first = tail.read()
    append(log, whole[1:])
    assert (first, tail.read()) == ((0, whole[:1]), (1, whole[1:]))


def test_of_a_long_log_the_end_is_read_from_the_beginning_of_a_line(log, tail):
    lines = b"".join(b"line %06d\n" % number for number in range(20_000))
    append(log, lines)
    begin, text = tail.read()
    assert MOST_BYTES - 12 < len(text) <= MOST_BYTES
    assert lines[begin:] == text
    assert text.startswith(b"line ")
    append(log, b"end\n")
    assert tail.read() == (len(lines), b"end\n")


def test_a_log_that_grows_too_fast_is_left_out_in_part(log, tail):
    append(log, b"begin\n")
    tail.read()
    append(log, b"x\n" * MOST_BYTES)
    begin, text = tail.read()
    assert begin > 6 + MOST_BYTES - 4
    assert begin + len(text) == 6 + 2 * MOST_BYTES


@pytest.mark.parametrize("offset", range(3))
def test_a_long_line_is_read_from_the_beginning_of_a_character(log, tail, offset):
    append(log, b"x" * offset + "€".encode() * MOST_BYTES)
    _, text = tail.read()
    assert set(text.decode()) == {"€"}


def test_the_end_of_a_long_line_is_read_when_nothing_follows_it(log, tail):
    append(log, b"x" * (2 * MOST_BYTES) + b"\n")
    _, text = tail.read()
    assert text == b"x" * (MOST_BYTES - 1) + b"\n"


def test_a_log_that_was_cut_is_read_anew(log, tail):
    append(log, b"a long line\n")
    tail.read()
    log.write_bytes(b"short\n")
    assert tail.read() == (0, b"short\n")
    log.unlink()
    assert tail.read() == (0, b"")
    append(log, b"new\n")
    assert tail.read() == (0, b"new\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders")
def test_a_pipe_is_not_waited_for(log, tail):
    os.mkfifo(log)
    assert tail.read() == (0, b"")
