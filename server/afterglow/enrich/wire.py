"""A request as it leaves, and what comes back as a ``Reply``: the Messages API, without a network.

Invariant: nothing here trusts what a service sends: any bytes and any JSON give a ``Reply``, never an error,
and no part of the answer or of the request gets into ``Reply.detail``. ``Reply.usage`` is None where the call
may have cost something that nobody told; where nothing can have been spent it is a ``Usage`` of zeros.

An endpoint that ignores ``output_config`` (local ones do) may put the JSON into a fence or behind words: the
text is handed on as it is, and ``enrich/answer.py`` finds the one object in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from afterglow.core.twin import Outcome, Reply, Request, Usage

NOTHING_SPENT: Final = Usage()
MOST_TOKENS: Final = 10_000_000
"""More than any model takes or gives: a count beyond it is no count."""
DAY_MS: Final = 24 * 60 * 60 * 1_000

_THINKS_UNASKED: Final = "claude-haiku-"
"""Models that can be told not to think; some of their larger kin refuse a request that says so."""

_BY_STATUS: Final[Mapping[int, Outcome]] = {
    401: "refused_key",
    403: "refused_key",
    407: "unreachable",
    408: "server_error",
    425: "server_error",
    429: "rate_limited",
    529: "overloaded",
}
_BY_HUNDRED: Final[Mapping[int, Outcome]] = {3: "redirected", 4: "bad_request", 5: "server_error"}
_BY_STOP: Final[Mapping[str, Outcome]] = {
    "max_tokens": "cut_off",
    "model_context_window_exceeded": "cut_off",
    "refusal": "refusal",
}


def params_of(request: Request) -> dict[str, Any]:
    """The JSON that asks for one message, in a call of its own or within a batch."""
    params: dict[str, Any] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "system": request.system,
        "messages": [{"role": "user", "content": request.user}],
    }
    if request.model.startswith(_THINKS_UNASKED):
        # It would think at length first, and be paid for it: a remark needs none.
        params["thinking"] = {"type": "disabled"}
    if request.schema:
        params["output_config"] = {"format": {"type": "json_schema", "schema": _plain(request.schema)}}
    return params


def read_json(data: bytes) -> object:
    """The JSON of a body; None where it is none (too deep, cut, not UTF-8, a number too long)."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def reply_of(message: object) -> Reply:
    """What a Message says. ``message``: the JSON of a response with status 200, of any type."""
    if not isinstance(message, Mapping):
        return Reply("bad_answer", detail="not a message")
    usage = usage_of(message.get("usage"))
    stop = message.get("stop_reason")
    if stop != "end_turn":
        outcome = _BY_STOP.get(stop, "bad_answer") if isinstance(stop, str) else "bad_answer"
        return Reply(outcome, usage=usage, detail="it stopped before its end")
    text = _text_of(message.get("content"))
    if text is None:
        return Reply("bad_answer", usage=usage, detail="no text in it")
    return Reply("ok", text=text, usage=usage)


def usage_of(told: object) -> Usage | None:
    """The tokens of a message's ``usage``; None where a count is missing or cannot be true."""
    if not isinstance(told, Mapping):
        return None
    counts = [
        _count(told.get("input_tokens")),
        _count(told.get("output_tokens")),
        _count(told.get("cache_read_input_tokens") or 0),
        _count(told.get("cache_creation_input_tokens") or 0),
    ]
    if any(count is None for count in counts):
        return None
    return Usage(*[count or 0 for count in counts])


def reply_of_status(status: int, retry_after_ms: int | None = None) -> Reply:
    """What a response other than 200 means; its body is not looked at.

    Nothing was spent where the request was turned away; what failed half way may have cost something.
    """
    outcome = _BY_STATUS.get(status) or _BY_HUNDRED.get(status // 100, "bad_answer")
    usage = None if outcome in {"server_error", "bad_answer"} else NOTHING_SPENT
    return Reply(outcome, usage=usage, retry_after_ms=retry_after_ms, detail=f"HTTP {status}")


def retry_after_ms(header: str | None, now: int) -> int | None:
    """``retry-after`` in ms: seconds or a date; None where there is none or it is neither. At most a day.

    ``now``: ms since the epoch, to which a date is compared.
    """
    if not header or len(header) > 64:
        return None
    try:
        wait = float(header) * 1_000
    except ValueError:
        wait = _until(header, now)
    # A NaN fails both comparisons.
    return None if not wait > 0 else int(min(wait, DAY_MS))


def _until(date: str, now: int) -> float:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - a service that sends dates is rare

    try:
        return parsedate_to_datetime(date).timestamp() * 1_000 - now
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _count(value: object) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_TOKENS
    return value if fits else None  # type: ignore[return-value]


def _text_of(content: object) -> str | None:
    if not isinstance(content, list):
        return None
    texts = [
        part["text"]
        for part in content
        if isinstance(part, Mapping) and part.get("type") == "text" and isinstance(part.get("text"), str)
    ]
    # A lone surrogate can be written as JSON but not be stored.
    text = "".join(texts).encode("utf-8", "replace").decode()
    return text if text.strip() else None


def _plain(value: object) -> Any:
    """A schema of any mappings and sequences as dicts and lists, which is what gets written."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
