"""Bytes to bodies: every spelling of a header, and the way back after damage."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.lsp.framing import FATAL_LENGTH, MAX_BODY, Fatal, FrameEvent, Framer, Oversize
from tests.support.rawclient import frame


def body(number: int, filler: int = 0) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": "m", "params": {"f": "x" * filler}}).encode()


def read(data: bytes, step: int = 0, framer: Framer | None = None) -> list[FrameEvent]:
    """All events, with what is no JSON recovered as the connection does it."""
    framer = framer or Framer()
    events: list[FrameEvent] = []
    for start in range(0, len(data), step or max(1, len(data))):
        framer.feed(data[start : start + (step or len(data))])
        while (event := framer.pull()) is not None:
            if isinstance(event, bytes) and not is_json(event):
                event = framer.recover(event) or event
            events.append(event)
    return events


def is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def ids(events: list[FrameEvent]) -> list[int]:
    found = [json.loads(it) for it in events if isinstance(it, bytes) and is_json(it)]
    return [it["id"] for it in found if isinstance(it, dict) and "id" in it]


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: %d\r\n\r\n",
        b"content-length: %d\r\n\r\n",
        b"CONTENT-LENGTH:%d\r\n\r\n",
        b"Content-Length:%d\n\n",
        b"Content-Length:\t %d \r\n\r\n",
        b"Content-Length: 00%d\r\n\r\n",
        b"X-Other: 1\r\nContent-Length: %d\r\nContent-Type: a/b; charset=utf-8\r\n\r\n",
        b"Content-Length: 3\r\nContent-Length: %d\r\n\r\n",
        b"\r\n\r\nContent-Length: %d\r\n\r\n",
        b"no header at all\r\nContent-Length: %d\r\n\r\n",
        b'rest of a message"}Content-Length: %d\r\n\r\n',
        b"Content-Length: -5\r\n\r\n{}Content-Length: %d\r\n\r\n",
        b"Content-Length: 5.0\r\n\r\n{}Content-Length: %d\r\n\r\n",
        b"Content-Length: x\r\n\r\n{}Content-Length: %d\r\n\r\n",
        b"Content-Length: 0\r\n\r\nContent-Length: %d\r\n\r\n",
    ],
)
@pytest.mark.parametrize("step", [0, 1, 7])
def test_header_spellings(header: bytes, step: int) -> None:
    wanted = body(1)
    stream = header % len(wanted) + wanted + frame(body(2))
    assert ids(read(stream, step)) == [1, 2]


@given(
    bodies=st.lists(st.binary(max_size=200).map(lambda data: json.dumps(list(data)).encode()), max_size=8),
    cuts=st.lists(st.integers(1, 300), max_size=20),
)
def test_any_split_gives_the_same_bodies(bodies: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(frame(one) for one in bodies)
    framer, events = Framer(), []
    for size in [*cuts, len(stream) + 1]:
        framer.feed(stream[:size])
        stream = stream[size:]
        events += list(framer)
    assert events == bodies


@given(data=st.binary(max_size=2000), step=st.integers(1, 400))
def test_garbage_never_raises_and_is_not_kept(data: bytes, step: int) -> None:
    framer = Framer()
    read(data, step, framer)
    assert framer.held <= len(data)


@pytest.mark.parametrize("off", [-40, -20, -5, -1, 1, 2, 5, 13, 16, 17, 19, 20, 60])
def test_a_wrong_length_costs_at_most_its_own_message(off: int) -> None:
    wrong = body(0, filler=30)
    stream = b"Content-Length: %d\r\n\r\n%b" % (len(wrong) + off, wrong)
    stream += b"".join(frame(body(number)) for number in range(1, 201))
    for step in (0, 13, 4096):
        assert ids(read(stream, step))[-200:] == list(range(1, 201))


def test_a_length_too_long_is_noticed_before_its_end() -> None:
    wrong = b"Content-Length: 900000\r\n\r\n" + body(1)
    assert ids(read(wrong + frame(body(2)) + frame(body(3)), 50)) == [1, 2, 3]


def test_an_oversize_body_that_never_comes_is_noticed_too() -> None:
    stream = b"Content-Length: 500000000\r\n\r\n" + body(1, 3000) + frame(body(2))
    events = read(stream, 1000)
    assert isinstance(events[0], Oversize)
    assert ids(events) == [2]


def test_text_about_headers_is_no_header() -> None:
    text = json.dumps({"id": 1, "text": "Content-Length: 5\r\n\r\n{}\nContent-Length: 7\n\n" * 500}).encode()
    pretty = json.dumps({"id": 2, "text": ["Content-Length: 5\r\n"] * 3}, indent=2).encode()
    for step in (0, 100, 4096):
        assert read(frame(text) + frame(pretty), step) == [text, pretty]


def test_a_large_body_is_counted_and_thrown_away() -> None:
    framer = Framer(max_body=10_000)
    data = b'{"jsonrpc":"2.0","id":7,"method":"m","params":"' + b"y" * 300_000 + b'"}'
    framer.feed(b"Content-Length: %d\r\n\r\n" % len(data))
    events, most = [], 0
    for start in range(0, len(data), 1000):
        framer.feed(data[start : start + 1000])
        events += list(framer)
        most = max(most, framer.held)
    framer.feed(frame(body(2)))
    events += list(framer)
    assert events == [Oversize(len(data), data[:1024]), body(2)]
    assert most < 4000


@pytest.mark.parametrize("length", [FATAL_LENGTH + 1, 8 * 10**9, 10**12, 10**20, 10**400])
def test_an_absurd_length_is_fatal(length: int) -> None:
    framer = Framer()
    framer.feed(b"Content-Length: %d\r\n\r\n{}" % length + frame(body(1)))
    assert [type(event) for event in framer] == [Fatal]
    framer.feed(frame(body(1)))
    assert framer.pull() is None


def test_a_flood_without_an_end_of_line_is_not_kept() -> None:
    framer = Framer()
    for _ in range(200):
        framer.feed(b"z" * 10_000)
        assert framer.pull() is None
        assert framer.held < 20_000
    framer.feed(b"\n" + frame(body(1)))
    assert ids(list(framer)) == [1]


def test_headers_inside_headers_are_worked_off_in_one_pass() -> None:
    """Each header claims all that follows; were each look a copy, this would copy 100 GB."""
    hostile = (b"Content-Length: %d\r\n\r\n" % (MAX_BODY - 1)) * 60_000 + (b"\xff" * 50_000)
    framer = Framer()
    events = read(hostile + frame(body(9)), 0, framer)
    assert ids(events) == [9]
    mixed = (b"CONTENT-length: 30000\n\n{" * 20_000) + frame(body(8))
    assert ids(read(mixed)) == [8]


def test_random_damage_never_deafens() -> None:
    rng = random.Random(7)
    for _ in range(300):
        damaged = bytearray(frame(body(0, 20)))
        for _ in range(rng.randint(1, 6)):
            damaged[rng.randrange(len(damaged))] = rng.choice(b'\r\n0123456789{}":x\xff')
        digits = bytes(damaged).split(b"\n")[0]
        if sum(chr(byte).isdigit() for byte in digits) > 8:
            continue
        later = b"".join(frame(body(number)) for number in range(1, 6))
        got = ids(read(bytes(damaged) + later, rng.choice([0, 1, 50])))
        assert got[-4:] == [2, 3, 4, 5], bytes(damaged)
