"""Messages on the wire: what is packed comes out again, however the bytes are cut."""

import json
import socket
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hdwidget.compute.frames import LIMIT, Unpacker, pack, receive, send

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
MESSAGES = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=5)


def same(left, right):
    return repr(left) == repr(right)  # NaN is NaN here, and -0.0 is not 0.0


@given(MESSAGES, st.data())
@settings(max_examples=50)
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(messages, data):
    stream = b"".join(map(pack, messages))
    unpacker = Unpacker()
    received = []
    while stream:
        count = data.draw(st.integers(1, len(stream)), label="bytes at once")
        received += unpacker.feed(stream[:count])
        stream = stream[count:]
    assert same(received, messages)


@given(st.binary(max_size=64), st.integers(0, 8))
def test_other_bytes_are_refused_or_waited_on(junk, cut):
    # A fuzzed peer must meet nothing but `ValueError`.
    unpacker = Unpacker()
    try:
        for part in (junk[:cut], junk[cut:]):
            assert all(isinstance(message, dict) for message in unpacker.feed(part))
    except ValueError:
        pass


def test_the_bytes_of_a_message():
    assert pack({"log": "loss", "value": float("nan")}) == b'\0\0\0\x1a{"log":"loss","value":NaN}'


def test_a_value_of_several_megabytes_is_one_message():
    text = "x" * (5 << 20)
    assert Unpacker().feed(pack({"value": text})) == [{"value": text}]


def test_a_message_over_the_limit_is_not_packed():
    with pytest.raises(ValueError, match=rf"over the limit of {LIMIT}"):
        pack({"value": "x" * LIMIT})


def test_a_length_over_the_limit_is_refused_before_it_is_waited_for():
    with pytest.raises(ValueError, match="a message of 4294967295 bytes is over the limit"):
        Unpacker().feed(b"\xff\xff\xff\xff")


@pytest.mark.parametrize("body", [b"[1]", b"1", b'"text"', b"null"])
def test_a_message_is_an_object(body):
    with pytest.raises(ValueError, match="must be a JSON object"):
        Unpacker().feed(struct.pack("!I", len(body)) + body)


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"GET / HTTP/1.1"])
def test_a_message_is_json(body):
    with pytest.raises(ValueError):  # noqa: PT011  # json's own words
        Unpacker().feed(struct.pack("!I", len(body)) + body)


def test_one_that_nests_too_deep_is_refused_like_any_other():
    body = b'{"a":' * 100_000
    with pytest.raises(ValueError, match="nests too deep"):
        Unpacker().feed(struct.pack("!I", len(body)) + body)


@pytest.fixture
def ends():
    left, right = socket.socketpair()
    with left, right:
        left.settimeout(10)
        right.settimeout(10)
        yield left, right


def test_a_blocking_end_sends_and_receives(ends):
    left, right = ends
    send(left, {"first": 1})
    send(left, {"second": [1.5, None]})
    assert receive(right) == {"first": 1}
    assert receive(right) == {"second": [1.5, None]}


def test_a_blocking_end_is_told_when_the_other_has_closed(ends):
    left, right = ends
    left.close()
    assert receive(right) is None


@pytest.mark.parametrize("part", [b"\0\0", b"\0\0\0\x05{}"])
def test_what_was_cut_off_is_no_message(ends, part):
    left, right = ends
    left.sendall(part)
    left.close()
    assert receive(right) is None


def test_packed_is_plain_json_after_the_length():
    packed = pack({"name": "ä"})
    assert json.loads(packed[4:]) == {"name": "ä"}
    assert struct.unpack("!I", packed[:4]) == (len(packed) - 4,)
