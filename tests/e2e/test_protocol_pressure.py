"""F6, F8, F45: a client that does not read, a million notifications, and output that is not ours."""

from __future__ import annotations

import time

import pytest

from tests.support.patience import rest, wait_until
from tests.support.rawclient import message
from tests.support.target import ECHO

MB_KB = 1024


def test_a_client_that_stops_reading() -> None:
    with ECHO.open() as client:
        client.request("echo/ping")
        before = client.rss_kb()
        client.stop_reading()
        for _ in range(50):
            client.start_request("echo/flood", {"count": 1000, "size": 400})
        # The server still hears what is sent to it, though nothing is taken from it.
        client.notify("echo/note")
        client.close_stdin()
        started = time.monotonic()
        most = before
        while client.process.poll() is None:
            assert time.monotonic() - started <= 5
            try:
                most = max(most, client.rss_kb())
            except (AssertionError, OSError):
                break
            rest(0.02)  # samples of its memory
        assert client.wait_exit(1) == 0
        assert most - before <= 20 * MB_KB


def test_what_is_perishable_is_dropped_and_answers_are_kept() -> None:
    with ECHO.open() as client:
        client.stop_reading()
        ids = [client.start_request("echo/flood", {"count": 1000, "size": 400}) for _ in range(50)]
        client.go_on_reading()
        assert client.response(ids[-1])["result"]["dropped"] > 1000
        assert all(client.responses(msg_id) for msg_id in ids)
        assert client.errors == []
        assert client.request("echo/ping", {"n": 3})["result"] == {"pong": 3}


def test_answers_that_pile_up_hold_back_requests_and_none_is_lost() -> None:
    """Also: the end of input is noticed while no request is read."""
    with ECHO.open() as client:
        client.request("echo/ping")
        before = client.rss_kb()
        client.stop_reading()
        ids = [client.start_request("echo/big", {"size": 500_000}) for _ in range(200)]
        client.notify("echo/note")
        rest(0.5)  # what is measured is that memory does not grow
        assert client.rss_kb() - before <= 20 * MB_KB
        client.go_on_reading()
        for msg_id in ids:
            assert len(client.response(msg_id, 30)["result"]) == 500_000
        assert client.request("echo/state")["result"]["notes"] == 1
        client.stop_reading()
        for _ in range(100):
            client.start_request("echo/big", {"size": 500_000})
        client.close_stdin()
        assert client.wait_exit(5) == 0


def test_a_suspended_client_ends_the_server_when_it_is_killed() -> None:
    with ECHO.open() as client:
        client.stop_reading()
        client.start_request("echo/flood", {"count": 20_000, "size": 400})
        client.close_stdin()
        assert client.wait_exit(5) == 0


def run_notifications(count: int) -> None:
    with ECHO.open() as client:
        client.request("echo/ping")
        before = client.rss_kb()
        one = message({"jsonrpc": "2.0", "method": "echo/note", "params": {"a": [1, 2, {"b": "c"}]}})
        broken = message({"jsonrpc": "2.0", "method": "echo/brokenNote", "params": {}})
        for _ in range(count // 1000):
            client.send(one * 990 + broken * 10)
        state = client.request("echo/state", deadline=120)["result"]
        assert state["futures"] <= 10
        assert state["pending"] <= 1000
        # A handler counts as pending until the loop has gone round once more.
        wait_until(lambda: client.request("echo/state")["result"]["pending"] == 0)
        assert client.request("echo/state")["result"]["notes"] == count // 1000 * 990
        assert client.rss_kb() - before <= 10 * MB_KB
        assert len(client.stderr) < 10_000


def test_notifications_leave_nothing_behind() -> None:
    run_notifications(100_000)


@pytest.mark.soak
def test_a_million_notifications() -> None:
    run_notifications(1_000_000)


def test_questions_to_the_client_leave_nothing_behind() -> None:
    with ECHO.open(answers={"client/fine": {"a": 1}}) as client:
        fine = client.request("echo/asks", {"method": "client/fine", "seconds": 5})
        assert fine["result"] == {"answer": {"a": 1}}
        client.answering = False
        question = {"method": "client/x", "seconds": 0.05}
        silent = [client.start_request("echo/asks", question) for _ in range(50)]
        for msg_id in silent:
            assert client.response(msg_id)["result"] == "timeout"
        assert len(client.notifications("$/cancelRequest")) == 50
        asked = client.start_request("echo/asks", {"method": "client/bad", "seconds": 5})
        client.notification("client/bad")
        msg_id = client.notifications("client/bad")[0]["id"]
        refusal = {"jsonrpc": "2.0", "id": msg_id, "error": {"code": -32601, "message": "no"}}
        client.send_message(refusal)
        client.send_message(refusal)
        assert client.response(asked)["result"] == {"code": -32601}
        assert client.request("echo/state")["result"]["pending"] == 0


def test_cancel() -> None:
    with ECHO.open() as client:
        slow = client.start_request("echo/slow", {"seconds": 60})
        client.notify("$/cancelRequest", {"id": slow})
        assert client.response(slow)["error"]["code"] == -32800
        assert client.request("echo/state")["result"]["pending"] == 0


def test_stray_output_does_not_touch_the_protocol() -> None:
    """F45: a print, a write to descriptor 1, a C library and a child, a megabyte together."""
    with ECHO.open() as client:
        ids = []
        for number in range(200):
            if number == 50:
                ids.append(client.start_request("echo/stray", {"lines": 3500}))
            ids.append(client.start_request("echo/ping", {"n": number}))
        for msg_id in ids:
            assert "result" in client.response(msg_id)
        assert client.errors == []
        assert client.shut_down() == 0
        client.close()
        assert len(client.stderr) > 700_000
        assert b"a child" in client.stderr
