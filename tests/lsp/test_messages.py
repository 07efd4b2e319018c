"""What a body is taken for; the ids that can be answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.lsp.messages import (
    Answer,
    Batch,
    Junk,
    Notification,
    NotJson,
    Refused,
    Request,
    parse,
    salvage,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={"jsonrpc": JSON | st.just("2.0"), "id": JSON, "method": JSON, "params": JSON, "result": JSON},
)


def encoded(**members: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **members}).encode()


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (encoded(id=1, method="m"), Request(1, "m", None)),
        (encoded(id="1", method="m", params={"a": 1}), Request("1", "m", {"a": 1})),
        (encoded(id=1, method="m", params=[1]), Request(1, "m", [1])),
        (encoded(id=0, method="", params=None), Request(0, "", None)),
        (encoded(id=-3, method="m", params={"jsonrpc": {"a": 1}}), Request(-3, "m", {"jsonrpc": {"a": 1}})),
        (encoded(method="n", params={}), Notification("n", {})),
        (encoded(id=1, result=5), Answer(1, 5, None)),
        (encoded(id=1), Answer(1, None, None)),
        (encoded(id="a", error={"code": 1}), Answer("a", None, {"code": 1})),
        (b'{"id":1,"id":2,"jsonrpc":"2.0","method":"m"}', Request(2, "m", None)),
        (b'{"id":3,"method":"m"}', Refused(3, -32600, 'jsonrpc: must be "2.0"')),
        (b'{"jsonrpc":2.0,"id":3,"method":"m"}', Refused(3, -32600, 'jsonrpc: must be "2.0"')),
        (encoded(id=4, method=["m"]), Refused(4, -32600, "method: must be a string")),
        (encoded(id=4, method=None), Refused(4, -32600, "method: must be a string")),
        (encoded(id=5, method="m", params="p"), Refused(5, -32602, "params: must be an object")),
        (encoded(id=5, method="m", params=0), Refused(5, -32602, "params: must be an object")),
        (b'{"jsonrpc":"2.0","id":6,"method":"m","params":{"n":' + b"9" * 5000 + b"}}",
         Refused(6, -32602, "params: a number is out of range")),
        (b'{"jsonrpc":"2.0","id":6,"method":"m","params":{"n":NaN}}',
         Refused(6, -32602, "params: a number is out of range")),
        (b'{"jsonrpc":"2.0","method":"m","id":"d","params":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
         Refused("d", -32600, "the message could not be read")),
    ],
)  # fmt: skip
def test_what_can_be_used_or_answered(data: bytes, wanted: object) -> None:
    assert parse(data) == wanted


@pytest.mark.parametrize(
    "data",
    [
        b"5", b"null", b'"text"', b"true", b"{}", b'{"jsonrpc":"2.0"}',
        encoded(id=[1], method="m"), encoded(id={}, method="m"), encoded(id=True, method="m"),
        encoded(id=1.5, method="m"), encoded(id=None, method="m"), encoded(id="x" * 5000, method="m"),
        encoded(method=5), encoded(method="n", params=5), b'{"method":"n"}',
        b'{"jsonrpc":"2.0","method":"n","params":{"n":' + b"9" * 5000 + b"}}",
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_dropped(data: bytes) -> None:
    assert isinstance(parse(data), Junk)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe", b'{"a":"\n"}', b'{"a":1}x', b"\xef\xbb\xbf{}", b"{'a':1}"]
)
def test_what_is_no_json(data: bytes) -> None:
    assert isinstance(parse(data), NotJson)


def test_requests_in_a_batch_are_refused_one_by_one() -> None:
    batch = parse(
        b"[%b,%b,5,[],%b]" % (encoded(id=1, method="m"), encoded(method="n"), encoded(id=2, result=1))
    )
    assert isinstance(batch, Batch)
    assert batch.items[0] == Refused(1, -32600, "batches are not supported")
    assert batch.items[-1] == Answer(2, 1, None)
    assert [type(item) for item in batch.items[1:4]] == [Junk] * 3


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (b'{"jsonrpc":"2.0","id":12,"method":"m","params":{"te', 12),
        (b' { "method" : "a/b" , "id" : "q\\u00e9" , "params" : ', "q\u00e9"),
        (b'{"id":-1,"jsonrpc":"2.0","method":"m"', -1),
        (b'{"jsonrpc":"2.0","id":12', None),  # the number may go on
        (b'{"jsonrpc":"2.0","id":12,"result":', None),
        (b'{"params":{"id":1,"method":"m"', None),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"m","params', None),
        (b'x{"id":1,"method":"m"', None),
        (b"", None),
    ],
)
def test_salvage(head: bytes, wanted: object) -> None:
    refused = salvage(head)
    assert (refused.id if refused else None) == wanted


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    parse(data)
    salvage(data)


@given(MEMBERS | JSON)
def test_any_json_and_every_usable_id_is_kept(value: Any) -> None:
    message = parse(json.dumps(value).encode())
    if not isinstance(value, dict) or "method" not in value:
        return
    msg_id = value.get("id")
    usable = isinstance(msg_id, int | str) and not isinstance(msg_id, bool)
    if usable:
        assert isinstance(message, Request | Refused)
        assert message.id == msg_id
    elif "id" in value:
        assert isinstance(message, Junk)
