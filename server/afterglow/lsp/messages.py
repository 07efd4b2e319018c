"""What a body is: a request, a notification, an answer, or something that must be refused or dropped.

Pure. Invariant: ``parse`` returns a value for every byte string and never raises; only a request with a
usable id (a string, or a whole number) becomes a ``Request``, so every ``Request`` can be answered.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from attrs import field, frozen

from afterglow.core.model import Json

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
INTERNAL_ERROR: Final = -32603
NOT_INITIALIZED: Final = -32002
REQUEST_CANCELLED: Final = -32800
REQUEST_FAILED: Final = -32803

MsgId = str | int

_BATCH_LIMIT: Final = 1000
_LONGEST_ID: Final = 1024


@frozen
class Request:
    id: MsgId
    method: str
    params: Json


@frozen
class Notification:
    method: str
    params: Json


@frozen
class Answer:
    """The client's answer to a request of ours: ``error`` is None where it went well."""

    id: MsgId
    result: Json
    error: Json


@frozen
class Refused:
    """A request that is wrong in itself, but whose id is known: it gets this error."""

    id: MsgId
    code: int
    message: str


@frozen
class Junk:
    """Nothing that could be answered. ``reason`` is one of a few fixed phrases, fit for a log."""

    reason: str


@frozen
class NotJson:
    """The body is no JSON text at all: its frame may have been cut wrongly."""

    reason: str


@frozen
class Batch:
    """An array of messages, which the protocol does not have: each request in it is refused."""

    items: tuple[Request | Notification | Answer | Refused | Junk, ...] = field(factory=tuple)


Message = Request | Notification | Answer | Refused | Junk | NotJson | Batch


def _refuse_constant(_name: str) -> Any:
    raise ValueError("NaN and Infinity are not JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)
_NUMBERLESS: Final = json.JSONDecoder(parse_int=lambda text: int(text) if len(text) < 20 else None)
_MEMBER = re.compile(
    rb'\s*(?:,\s*)?"(jsonrpc|id|method)"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.){0,1024}"|-?\d{1,18}(?=\s*[,}]))'
)


def parse(body: bytes) -> Message:
    """Read one body (UTF-8 JSON)."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return NotJson("the text is not UTF-8")
    try:
        return classify(_DECODER.decode(text))
    except json.JSONDecodeError:
        return NotJson("the text is not JSON")
    except RecursionError:
        return salvage(body) or Junk("the text is nested too deeply")
    except ValueError:
        return _without_its_numbers(text, body)


def classify(message: Json) -> Message:
    """Sort a decoded JSON value."""
    if isinstance(message, list):
        return Batch(tuple(_in_batch(item) for item in message[:_BATCH_LIMIT]))
    if not isinstance(message, dict):
        return Junk("a message is not an object")
    method = message.get("method")
    if "method" not in message:
        return _answer(message)
    if "id" not in message:
        return _notification(message, method)
    msg_id = usable_id(message["id"])
    if msg_id is None:
        return Junk("a request without a usable id")
    if not isinstance(method, str):
        return Refused(msg_id, INVALID_REQUEST, "method: must be a string")
    if message.get("jsonrpc") != "2.0":
        return Refused(msg_id, INVALID_REQUEST, 'jsonrpc: must be "2.0"')
    params = message.get("params")
    if params is not None and not isinstance(params, dict | list):
        return Refused(msg_id, INVALID_PARAMS, "params: must be an object")
    return Request(msg_id, method, params)


def usable_id(value: Json) -> MsgId | None:
    """The id if an answer can name it, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_ID:
        return value
    return None


def salvage(body: bytes) -> Refused | None:
    """What can be said to a request whose text cannot be read whole.

    Looks only at the members before ``params``; None when there is no id and method among them.
    """
    start = body.find(b"{")
    if start < 0 or body[:start].strip():
        return None
    found: dict[bytes, bytes] = {}
    at = start + 1
    while member := _MEMBER.match(body, at):
        found.setdefault(member[1], member[2])
        at = member.end()
    if b"id" not in found or not found.get(b"method", b"").startswith(b'"'):
        return None
    try:
        msg_id = usable_id(json.loads(found[b"id"]))
    except ValueError:
        return None
    if msg_id is None:
        return None
    return Refused(msg_id, INVALID_REQUEST, "the message could not be read")


def _answer(message: dict[str, Json]) -> Message:
    msg_id = usable_id(message.get("id"))
    if msg_id is None:
        return Junk("neither a method nor an id")
    # Some clients leave an empty result out altogether, so its absence is an answer too.
    return Answer(msg_id, message.get("result"), message.get("error"))


def _notification(message: dict[str, Json], method: Json) -> Message:
    if not isinstance(method, str) or message.get("jsonrpc") != "2.0":
        return Junk("a notification of the wrong shape")
    params = message.get("params")
    if params is not None and not isinstance(params, dict | list):
        return Junk("a notification with params of the wrong shape")
    return Notification(method, params)


def _in_batch(item: Json) -> Request | Notification | Answer | Refused | Junk:
    sorted_out = Junk("a batch in a batch") if isinstance(item, list) else classify(item)
    if isinstance(sorted_out, Request):
        return Refused(sorted_out.id, INVALID_REQUEST, "batches are not supported")
    if isinstance(sorted_out, Refused | Answer):
        return sorted_out
    return Junk("a batch")


def _without_its_numbers(text: str, body: bytes) -> Message:
    """A number that Python will not read, or NaN: the request is refused under its own id."""
    try:
        message = classify(_NUMBERLESS.decode(text))
    except (ValueError, RecursionError):
        return salvage(body) or Junk("a number that cannot be read")
    if isinstance(message, Request):
        return Refused(message.id, INVALID_PARAMS, "params: a number is out of range")
    return message if isinstance(message, Refused) else Junk("a number that cannot be read")
