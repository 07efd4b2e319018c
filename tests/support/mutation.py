"""Damaged messages, the same ones in every run."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

from tests.support.rawclient import frame

Json = Any

SEEDS: tuple[dict[str, Json], ...] = (
    {"id": 1, "method": "textDocument/inlayHint", "params": {
        "textDocument": {"uri": "file:///a.py"},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}}},
    {"id": 2, "method": "textDocument/hover", "params": {
        "textDocument": {"uri": "file:///a.py"}, "position": {"line": 1, "character": 2}}},
    {"id": "three", "method": "workspace/executeCommand", "params": {
        "command": "echo.ping", "arguments": [{}]}},
    {"method": "textDocument/didOpen", "params": {"textDocument": {
        "uri": "file:///a.py", "languageId": "python", "version": 1, "text": "x = 1\n" * 20}}},
    {"method": "textDocument/didChange", "params": {
        "textDocument": {"uri": "file:///a.py", "version": 2}, "contentChanges": [{"text": "y", "range": {
            "start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}}]}},
    {"method": "textDocument/didSave", "params": {"textDocument": {"uri": "file:///a.py"}}},
    {"method": "workspace/didChangeConfiguration", "params": {"settings": None}},
    {"method": "workspace/didChangeWorkspaceFolders", "params": {"event": {"added": [], "removed": []}}},
    {"method": "$/cancelRequest", "params": {"id": 1}},
    {"method": "$/setTrace", "params": {"value": "verbose"}},
    {"id": 9, "result": [None]},
    {"id": 10, "error": {"code": -32601, "message": "no"}},
)  # fmt: skip
"""Messages of a usual session, without the ``jsonrpc`` member."""

ODD: tuple[Json, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 10**30, "", "x", "x" * 3000, "\x00", "\ud800", [], [[]], {},
    {"jsonrpc": "2.0"}, {"id": 1}, [1, 2, 3], {"uri": 5}, {"type_name": "x"}, {"": {"": {"": []}}},
)  # fmt: skip


def _places(value: Json, found: list[tuple[Json, Any]]) -> list[tuple[Json, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in list(items):
        found.append((value, key))
        _places(member, found)
    return found


def _message(rng: random.Random) -> dict[str, Json]:
    chosen: dict[str, Json] = json.loads(json.dumps({"jsonrpc": "2.0", **rng.choice(SEEDS)}))
    return chosen


def structural(seed: int, count: int) -> Iterator[bytes]:
    """Valid JSON, wrong messages: members replaced, removed, doubled, put into arrays."""
    rng = random.Random(seed)
    for _ in range(count):
        message: Json = _message(rng)
        for _ in range(rng.randint(1, 3)):
            holder, key = rng.choice(_places(message, []))
            kind = rng.randrange(4)
            if kind == 0 and isinstance(holder, dict):
                holder.pop(key, None)
            elif kind == 1 and isinstance(holder, dict):
                holder[rng.choice(["id", "jsonrpc", "method", "extra", "params"])] = copy.deepcopy(
                    rng.choice(ODD)
                )
            else:
                holder[key] = copy.deepcopy(rng.choice(ODD))
            if not _places(message, []):
                break
        if rng.random() < 0.03:
            message = [message] * rng.randint(0, 3)
        if rng.random() < 0.01:
            message = rng.choice(ODD)
        yield frame(json.dumps(message).encode())


def damaged(seed: int, count: int) -> Iterator[bytes]:
    """Right headers, bodies with bytes changed, cut out, put in or doubled."""
    rng = random.Random(seed)
    for _ in range(count):
        body = bytearray(json.dumps(_message(rng)).encode())
        for _ in range(rng.randint(1, 5)):
            at = rng.randrange(len(body))
            kind = rng.randrange(4)
            if kind == 0:
                body[at] = rng.randrange(256)
            elif kind == 1:
                del body[at : at + rng.randint(1, 10)]
            elif kind == 2:
                body[at:at] = rng.randbytes(rng.randint(1, 6))
            else:
                body[at:at] = body[: rng.randint(1, 40)]
            if not body:
                break
        yield frame(bytes(body))


HEADERS = (
    b"content-length: %d\r\n\r\n", b"Content-Length:%d\r\n\r\n", b"Content-Length: %d\n\n",
    b"CONTENT-LENGTH : %d\r\n\r\n", b"Content-Length: %d\r\nContent-Length: 5\r\n\r\n",
    b"Content-Length: -%d\r\n\r\n",
    b"Content-Length: %d.0\r\n\r\n", b"Content-Length: 0x%d\r\n\r\n", b"Content-Length: %d junk\r\n\r\n",
    b"Content-Length: \r\n\r\n", b"\r\n\r\n", b"", b"X: %d\r\n\r\n", b"Content-Length: 0\r\n\r\n",
    b"Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n", b"Content-Length\r\n%d\r\n\r\n", b"%d\r\n\r\n",
    b"Content-Length: 99999999999999999999junk%d\r\n\r\n", b"\x00\xff\xfeContent-Length: %d\r\n\r\n",
    b"Content-Length: %d\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
)  # fmt: skip


def misheaded(seed: int, count: int) -> Iterator[bytes]:
    """Right bodies under wrong headers, wrong lengths, or with their frames cut short."""
    rng = random.Random(seed)
    for _ in range(count):
        body = json.dumps(_message(rng)).encode()
        length = len(body) if rng.random() < 0.6 else max(0, len(body) + rng.randint(-60, 60))
        header = rng.choice(HEADERS)
        data = (header % length if b"%d" in header else header) + body
        yield data[: rng.randrange(len(data))] if rng.random() < 0.1 else data
