"""F1, F2: whatever bytes come, the server lives, answers the next request, and stays silent and small."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from tests.support import mutation
from tests.support.rawclient import Json, RawClient
from tests.support.target import ECHO, TARGETS, Target

pytestmark = pytest.mark.parametrize("target", TARGETS, ids=str)

ANSWERED_IN = 1.0
BATCH = 100


def quiet(client: RawClient) -> None:
    """Nothing was shown, nothing broke the stream, and no reply holds a traceback or a path."""
    assert client.notifications("window/showMessage") == []
    assert client.notifications("window/showMessageRequest") == []
    assert client.errors == []
    for message in client.messages:
        error = message.get("error")
        if error is not None:
            assert error.keys() == {"code", "message"}
            assert "Traceback" not in error["message"]
            assert ".py" not in error["message"]


@pytest.mark.parametrize("mutate", [mutation.structural, mutation.damaged, mutation.misheaded])
def test_ten_thousand_mutations(target: Target, mutate: Callable[[int, int], Iterator[bytes]]) -> None:
    method, params = target.ping
    with target.open() as client:
        client.request(method, params)
        before = client.rss_kb()
        pending: list[bytes] = []
        for data in mutate(20260131, 10_000):
            pending.append(data)
            if len(pending) < BATCH:
                continue
            client.send(b"".join(pending))
            pending.clear()
            # A frame that was cut in its middle may take the very next message with it, never a second.
            client.start_request(method, params)
            assert client.request(method, params, ANSWERED_IN).get("error") is None
        assert client.rss_kb() - before <= 30 * 1024
        assert len(client.stderr) <= 1024 * 1024
        quiet(client)


def bad_requests(method: str, count: int, seed: int) -> Iterator[dict[str, Json]]:
    rng = random.Random(seed)
    for number in range(count):
        msg_id = number + 1000 if rng.random() < 0.7 else f"id-{number}"
        request: dict[str, Json] = {"jsonrpc": "2.0", "id": msg_id, "method": method}
        kind = rng.randrange(4)
        if kind == 0:
            request["params"] = rng.choice(
                [5, "text", True, [], [1], [{}], 1.5, {"position": rng.choice(mutation.ODD)}]
            )
        elif kind == 1:
            request["params"] = {rng.choice(["text", "range", "command", "uri"]): rng.choice(mutation.ODD)}
        elif kind == 2:
            request["params"] = {"nested": {"jsonrpc": "2.0", "id": rng.choice(mutation.ODD), "method": "x"}}
        if rng.random() < 0.2:
            request["jsonrpc"] = rng.choice(mutation.ODD)
        yield request


def test_every_bad_request_is_answered(target: Target) -> None:
    """With the right id, once, within a second."""
    with target.open() as client:
        for method in (*target.methods, "no/such", "$/odd", "initialize"):
            requests = list(bad_requests(method, 500, seed=len(method)))
            for request in requests:
                client.send_message(request)
            for request in requests:
                client.response(request["id"], ANSWERED_IN)
            for request in requests:
                assert len(client.responses(request["id"])) == 1
            with client._changed:  # the ids are used again for the next method
                client._responses.clear()
        quiet(client)


def test_where_nothing_can_be_right_all_answers_are_errors(target: Target) -> None:
    with target.open() as client:
        for request in bad_requests("no/such", 500, seed=1):
            client.send_message(request)
            assert "error" in client.response(request["id"], ANSWERED_IN)
        assert client.shut_down() == 0


def test_after_shutdown_every_request_is_refused(target: Target) -> None:
    method, params = target.ping
    with target.open() as client:
        client.request("shutdown")
        for _ in range(500):
            client.start_request(method, params)
        last = client.request(method, params, ANSWERED_IN)
        assert last["error"]["code"] == -32600
        refused = [message for message in client.messages if message.get("error", {}).get("code") == -32600]
        assert len(refused) == 501
        client.notify("exit")
        assert client.wait_exit() == 0


def test_before_initialize_every_request_is_refused(target: Target) -> None:
    with target.start() as client:
        for method in (*target.methods, "shutdown", "no/such"):
            assert client.request(method, {})["error"]["code"] == -32002
        client.notify("textDocument/didOpen", {"textDocument": {}})
        client.initialize()
        assert client.request("initialize", {"capabilities": {}})["error"]["code"] == -32600
        assert client.request(*target.ping).get("error") is None


def answers(client: RawClient) -> list[Json]:
    """What came back to requests; the server also tells its status when it likes."""
    return [each for each in client.messages if "id" in each]


def test_ids_that_cannot_be_answered_are_dropped(target: Target) -> None:
    with target.open() as client:
        count = len(answers(client))
        for odd in (None, True, 1.5, [], [1], {}, {"a": 1}):
            client.send_message({"jsonrpc": "2.0", "id": odd, "method": target.ping[0], "params": {}})
        client.request(*target.ping)
        assert len(answers(client)) == count + 1


def test_bad_params_name_the_field(target: Target) -> None:
    if target is not ECHO:
        return
    with target.open() as client:
        for method, params, field in (
            ("echo/strict", {"text": 5}, "text"),
            ("textDocument/hover", {"textDocument": {"uri": "u"}, "position": {"line": "x", "character": 0}},
             "position.line"),
            ("textDocument/hover", None, "params"),
            ("workspace/executeCommand", {"command": "nope"}, "command"),
            ("workspace/executeCommand", {"command": "echo.ping", "arguments": [1]}, "arguments"),
        ):  # fmt: skip
            error = client.request(method, params)["error"]
            assert error["code"] == -32602
            assert error["message"].startswith(field), error
        for method in ("echo/broken", "echo/brokenLater", "echo/nan"):
            assert client.request(method)["error"] == {"code": -32603, "message": "internal error"}
        assert client.request("echo/refuse")["error"] == {"code": -32803, "message": "not now"}
