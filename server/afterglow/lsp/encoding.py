"""Messages to bytes: one framed JSON text each.

Invariant: the text is ASCII, so lone surrogates and every other string can be sent; NaN never is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from afterglow.core.model import Json
from afterglow.lsp.messages import MsgId


class Encoder:
    """``plain`` turns a value that JSON does not know (a typed result) into one that it does.

    Every method raises TypeError, ValueError or RecursionError for a value that cannot be sent.
    """

    def __init__(self, plain: Callable[[Any], Json] | None = None) -> None:
        self._encode = json.JSONEncoder(
            separators=(",", ":"), allow_nan=False, check_circular=True, default=plain
        ).encode

    def frame(self, message: Json) -> bytes:
        body = self._encode(message).encode("ascii")
        return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)

    def notification(self, method: str, params: Json) -> bytes:
        return self.frame({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, msg_id: MsgId, method: str, params: Json) -> bytes:
        return self.frame({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params})

    def result(self, msg_id: MsgId, result: Json) -> bytes:
        return self.frame({"jsonrpc": "2.0", "id": msg_id, "result": result})

    def error(self, msg_id: MsgId, code: int, message: str) -> bytes:
        return self.frame({"jsonrpc": "2.0", "id": msg_id, "error": {"code": code, "message": message}})
