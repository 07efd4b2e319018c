"""How a model's service can answer, well or badly: each ``Mode`` is one way, played on a real socket.

Invariant: a mode writes at most once to one connection and ends when its server stops or its client is gone.
"""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import field, frozen

HUGE: Final = 50 * 1024 * 1024
PIECE: Final = b" " * 65_536
PAGE: Final = b"<!doctype html><html><title>Guest Wi-Fi</title><body>Accept the terms to go on.</body></html>"


class Wire:
    """One connection as a mode sees it. ``sent``: the bytes that the kernel took."""

    def __init__(self, connection: socket.socket, stopped: threading.Event, origin: str) -> None:
        self.connection = connection
        self.stopped = stopped
        self.origin = origin
        self.sent = 0

    def send(self, data: bytes) -> bool:
        """Send all of it; False where the client is gone or the server stops."""
        if self.stopped.is_set():
            return False
        try:
            self.connection.sendall(data)
        except OSError:
            return False
        self.sent += len(data)
        return True

    def wait(self, seconds: float) -> bool:
        """Let time pass; False as soon as the client is gone or the server stops."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.stopped.is_set() or self.gone():
                return False
            self.stopped.wait(min(0.005, left))
        return True

    def gone(self) -> bool:
        """Whether the client closed its end."""
        try:
            return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def reset(self) -> None:
        """Close with a reset instead of an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@frozen
class Mode:
    """One way to answer. ``play(wire, body)``: ``body`` is the request's JSON, {} where it had none.

    ``keeps``: the connection is in order afterwards and takes a next request.
    """

    name: str
    play: Callable[[Wire, Mapping[str, Any]], object] = field(repr=False)
    keeps: bool = False


REASONS: Final = {200: "OK", 302: "Found", 307: "Temporary Redirect", 429: "Too Many Requests"}


def frame(status: int, body: bytes, kind: str = "application/json", **more: str) -> bytes:
    """A whole HTTP response. ``more``: further headers, ``_`` for ``-``."""
    headers = {"content-type": kind, "content-length": str(len(body)), "request-id": "req_fake", **more}
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def usage_of(body: Mapping[str, Any], text: str) -> dict[str, Any]:
    """About what a service would count: a token for four bytes."""
    asked = len(json.dumps([body.get("system"), body.get("messages")]))
    return {
        "input_tokens": max(1, asked // 4),
        "output_tokens": max(1, len(text.encode()) // 4),
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
    }


def message(body: Mapping[str, Any], text: str, **changed: Any) -> dict[str, Any]:
    """A Message that says ``text``; ``changed`` replaces fields of it."""
    return {
        "id": "msg_fake",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", "unknown"),
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage_of(body, text),
        **changed,
    }


def said(text: str, name: str = "said", **changed: Any) -> Mode:
    """A Message with this text; ``changed`` replaces fields, such as ``stop_reason`` or ``usage``."""
    return Mode(
        name,
        lambda wire, body: wire.send(frame(200, json.dumps(message(body, text, **changed)).encode())),
        True,
    )


def slow(seconds: float, text: str = "{}") -> Mode:
    """The answer, after a while."""
    whole = said(text)
    return Mode("slow", lambda wire, body: wire.wait(seconds) and whole.play(wire, body), True)


def plain(name: str, status: int, body: bytes, kind: str = "application/json", **more: str) -> Mode:
    """A response with exactly this status and body."""
    return Mode(name, lambda wire, _: wire.send(frame(status, body, kind, **more)), True)


def error(name: str, status: int, sort: str, **more: str) -> Mode:
    """An error as the service words it; ``more``: headers, such as ``retry_after``."""
    told = {"type": "error", "error": {"type": sort, "message": "told by the fake"}, "request_id": "req_fake"}
    return plain(name, status, json.dumps(told).encode(), **more)


def rate_limited(retry_after: str | None = None) -> Mode:
    """429, with or without ``retry-after`` (seconds, a date, or anything)."""
    more = {} if retry_after is None else {"retry_after": retry_after}
    return error("rate_limited", 429, "rate_limit_error", **more)


def redirect(status: int = 307, to: str = "/elsewhere/v1/messages", name: str = "redirect") -> Mode:
    """To another place; a path is on this server."""

    def play(wire: Wire, _: Mapping[str, Any]) -> None:
        wire.send(frame(status, b"", location=to if "://" in to else wire.origin + to))

    return Mode(name, play, True)


def raw(name: str, data: bytes) -> Mode:
    """These bytes and the end, whether HTTP or not."""
    return Mode(name, lambda wire, _: wire.send(data))


def _hang(wire: Wire, _: Mapping[str, Any]) -> None:
    wire.wait(3_600)


def _drip(head: bytes) -> Callable[[Wire, Mapping[str, Any]], None]:
    def play(wire: Wire, _: Mapping[str, Any]) -> None:
        alive = wire.send(head)
        while alive:
            alive = wire.wait(0.02) and wire.send(b" ")

    return play


def _flood(head: bytes, piece: bytes) -> Callable[[Wire, Mapping[str, Any]], None]:
    def play(wire: Wire, _: Mapping[str, Any]) -> None:
        alive = wire.send(head)
        while alive and wire.sent < HUGE:
            alive = wire.send(piece)

    return play


def _reset(wire: Wire, _: Mapping[str, Any]) -> None:
    wire.reset()


def _bomb(wire: Wire, _: Mapping[str, Any]) -> None:
    wire.send(frame(200, gzip.compress(b" " * HUGE), content_encoding="gzip", connection="close"))


_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
_LONG: Final = _HEAD + b"content-length: %d\r\n\r\n" % HUGE
_SOME: Final = _HEAD + b"content-length: 5000\r\n\r\n"
_STREAM: Final = b'event: message_start\ndata: {"type": "message_start"}\n\n'

HANG: Final = Mode("hang", _hang)
CLOSE: Final = raw("closes_at_once", b"")

FAULTS: Final[Mapping[str, tuple[Mode, str]]] = {
    mode.name: (mode, outcome)
    for mode, outcome in (
        (HANG, "timeout"),
        (Mode("drips_headers", _drip(_HEAD + b"x-slow: ")), "timeout"),
        (Mode("drips_body", _drip(_SOME)), "timeout"),
        (Mode("says_continue_only", _drip(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx:")), "timeout"),
        (CLOSE, "server_error"),
        (Mode("resets", _reset), "server_error"),
        (raw("cuts_the_headers", _HEAD), "server_error"),
        (raw("cuts_the_body", _SOME + b'{"id": "msg'), "server_error"),
        (raw("no_http", b"SSH-2.0-OpenSSH_9.9\r\n"), "server_error"),
        (raw("endless_header", _HEAD + b"x-long: " + b"x" * 2_000_000), "server_error"),
        (Mode("50_mb", _flood(_LONG, PIECE)), "too_big"),
        (
            Mode(
                "endless_chunks",
                _flood(_HEAD + b"transfer-encoding: chunked\r\n\r\n", b"%x\r\n%s\r\n" % (len(PIECE), PIECE)),
            ),
            "too_big",
        ),
        (Mode("gzip_bomb", _bomb), "bad_answer"),
        (Mode("50_mb_error", _flood(_LONG.replace(b"200 OK", b"500 Oh"), PIECE)), "server_error"),
        (plain("captive_portal", 200, PAGE, "text/html; charset=utf-8"), "redirected"),
        (plain("html_as_json", 200, PAGE), "bad_answer"),
        (redirect(302, "/portal", "redirect_to_portal"), "redirected"),
        (redirect(307), "redirected"),
        (redirect(308, "/v1/messages", "redirect_to_itself"), "redirected"),
        (plain("half_a_json", 200, b'{"id": "msg_1", "content": [{"type": "te'), "bad_answer"),
        (plain("empty_object", 200, b"{}"), "bad_answer"),
        (plain("empty_body", 200, b""), "bad_answer"),
        (plain("a_list", 200, b"[]"), "bad_answer"),
        (plain("null", 200, b"null"), "bad_answer"),
        (plain("a_string", 200, b'"hello"'), "bad_answer"),
        (plain("deep", 200, b"[" * 100_000), "bad_answer"),
        (plain("no_utf8", 200, b'{"id": "\xff\xfe"}'), "bad_answer"),
        (plain("huge_number", 200, b'{"id": ' + b"9" * 10_000 + b"}"), "bad_answer"),
        (plain("unknown_encoding", 200, b"{}", content_encoding="gzip"), "bad_answer"),
        (plain("event_stream", 200, _STREAM, "text/event-stream"), "bad_answer"),
        (raw("no_content", b"HTTP/1.1 204 No Content\r\n\r\n"), "bad_answer"),
        (error("bare_429", 429, "rate_limit_error"), "rate_limited"),
        (error("429_for_an_hour", 429, "rate_limit_error", retry_after="3600"), "rate_limited"),
        (error("529", 529, "overloaded_error"), "overloaded"),
        (error("500", 500, "api_error"), "server_error"),
        (plain("502_html", 502, PAGE, "text/html"), "server_error"),
        (error("503_for_a_while", 503, "api_error", retry_after="120"), "server_error"),
        (error("401", 401, "authentication_error"), "refused_key"),
        (error("403", 403, "permission_error"), "refused_key"),
        (plain("401_html", 401, PAGE, "text/html"), "refused_key"),
        (Mode("401_drips", _drip(_SOME.replace(b"200 OK", b"401 No"))), "refused_key"),
        (error("400", 400, "invalid_request_error"), "bad_request"),
        (error("404", 404, "not_found_error"), "bad_request"),
        (error("413", 413, "request_too_large"), "bad_request"),
        (said("I would rather not.", "refusal", stop_reason="refusal"), "refusal"),
        (said('{"grades": [', "max_tokens", stop_reason="max_tokens"), "cut_off"),
        (said("", "window_full", stop_reason="model_context_window_exceeded"), "cut_off"),
        (said("", "empty_text"), "bad_answer"),
        (said("", "empty_content", content=[]), "bad_answer"),
        (said("", "content_null", content=None), "bad_answer"),
        (said("", "content_text", content="{}"), "bad_answer"),
        (said("", "content_nulls", content=[None, 3, {"type": "text"}]), "bad_answer"),
        (said("{}", "no_stop_reason", stop_reason=None), "bad_answer"),
        (said("{}", "odd_stop_reason", stop_reason=["end_turn"]), "bad_answer"),
        (said("", "tool_use", stop_reason="tool_use", content=[{"type": "tool_use"}]), "bad_answer"),
    )
}
"""Every fault by its name, with the outcome (``core.twin.Outcome``) that a client should report."""
