"""F3, F4: wrong lengths and messages that are too large."""

from __future__ import annotations

import json
import time

import pytest

from tests.support.rawclient import frame, message
from tests.support.target import TARGETS, Target

pytestmark = pytest.mark.parametrize("target", TARGETS, ids=str)

MB = 1024 * 1024


@pytest.mark.parametrize("off", [-30, -1, 1, 30, 5_000, 5_000_000])
def test_after_one_wrong_length_the_others_are_answered(target: Target, off: int) -> None:
    method, params = target.ping
    with target.open() as client:
        body = json.dumps({"jsonrpc": "2.0", "id": "wrong", "method": method, "params": params}).encode()
        client.send(b"Content-Length: %d\r\n\r\n%b" % (len(body) + off, body))
        ids = [client.start_request(method, params) for _ in range(200)]
        client.response(ids[-1])
        assert sum(1 for msg_id in ids if client.responses(msg_id)) >= 199
        assert client.shut_down() == 0


@pytest.mark.parametrize("length", [10**12, 10**20, 8 * 10**9])
def test_an_absurd_length_ends_the_process(target: Target, length: int) -> None:
    with target.open() as client:
        client.send(b"Content-Length: %d\r\n\r\n{" % length)
        assert client.wait_exit(2) == 1


def test_a_large_length_that_is_not_kept_to_costs_no_memory(target: Target) -> None:
    with target.open() as client:
        client.send(b"Content-Length: 900000000\r\n\r\n{")
        ids = [client.start_request(*target.ping) for _ in range(5)]
        client.response(ids[-1], 2)
        assert client.rss_kb(peak=True) <= 64 * 1024
        # Of the 900 MB announced nothing is reserved.
        assert client.virtual_kb() <= 300 * 1024


def test_a_hundred_megabytes_are_discarded(target: Target) -> None:
    with target.open() as client:
        client.reset_peak()
        text = b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"text":"'
        filler = b"x" * MB
        started = time.monotonic()
        client.send(b"Content-Length: %d\r\n\r\n%b" % (len(text) + 100 * MB + 3, text))
        for _ in range(100):
            client.send(filler)
        client.send(b'"}}')
        client.request(*target.ping, deadline=3)
        assert time.monotonic() - started <= 3
        assert client.rss_kb(peak=True) <= 120 * 1024


def test_ten_megabytes_of_small_objects(target: Target) -> None:
    method, _ = target.ping
    with target.open() as client:
        client.reset_peak()
        for size, answered in ((3 * MB, True), (10 * MB, False)):
            params = b"[" + b",".join([b'{"a":1}'] * (size // 8)) + b"]"
            body = b'{"jsonrpc":"2.0","id":"big","method":"%b","params":{"n":%b}}' % (method.encode(), params)
            started = time.monotonic()
            client.send(frame(body))
            answer = client.response("big", 5)
            refused = answer.get("error", {}).get("code") == -32600
            assert refused is not answered, str(answer)[:200]
            client._responses.clear()
            client.request(method, target.ping[1], deadline=1)
            assert time.monotonic() - started <= 5
        assert client.rss_kb(peak=True) <= 250 * 1024


def test_a_message_too_large_is_refused_by_its_id(target: Target) -> None:
    with target.open() as client:
        client.send(message({"jsonrpc": "2.0", "id": "big", "method": "m", "params": {"t": "x" * 5 * MB}}))
        assert client.response("big")["error"]["code"] == -32600
        assert client.request(*target.ping).get("error") is None
