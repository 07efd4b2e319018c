"""Message Batches as they are handed in, looked at and fetched: the shapes, without a network.

Invariant: as for ``enrich/wire.py``, any bytes give an answer. Where the results lie is never taken from the
service's answer, which could name another host and be sent the key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from afterglow.core.twin import Outcome, Reply, Request
from afterglow.enrich.wire import NOTHING_SPENT, params_of, read_json, reply_of

State = Literal["ended", "in_progress", "gone"]

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_BY_ERROR: Final[Mapping[str, Outcome]] = {
    "rate_limit_error": "rate_limited",
    "overloaded_error": "overloaded",
    "authentication_error": "refused_key",
    "permission_error": "refused_key",
    "invalid_request_error": "bad_request",
    "not_found_error": "bad_request",
    "billing_error": "bad_request",
}
_UNDONE: Final[Mapping[str, Outcome]] = {"expired": "timeout", "canceled": "stopped"}


def body_of(requests: Sequence[tuple[str, Request]]) -> list[dict[str, Any]]:
    """What a batch is made of; the text of each pair names its request in the results."""
    return [{"custom_id": name, "params": params_of(request)} for name, request in requests]


def is_id(text: str) -> bool:
    """Whether this can be the id of a batch, and so a part of a path."""
    return _ID.fullmatch(text) is not None


def handed_in(batch: object) -> Reply:
    """The answer to handing one in: ``text`` is its id."""
    name = batch.get("id") if isinstance(batch, Mapping) else None
    if not isinstance(name, str) or not is_id(name):
        return Reply("bad_answer", detail="no batch in it")
    return Reply("ok", text=name)


def state_of(batch: object) -> State | None:
    """How far a batch is; None where that cannot be read. One whose results were put away is gone."""
    if not isinstance(batch, Mapping):
        return None
    if batch.get("archived_at") is not None:
        return "gone"
    match batch.get("processing_status"):
        case "ended":
            return "ended"
        case "in_progress" | "canceling":
            return "in_progress"
        case _:
            return None


def read_results(data: bytes) -> Mapping[str, Reply]:
    """The results by the names they were handed in under; a line that cannot be read costs only itself."""
    found: dict[str, Reply] = {}
    for line in data.split(b"\n"):
        row = read_json(line) if line.strip() else None
        name = row.get("custom_id") if isinstance(row, Mapping) else None
        if isinstance(row, Mapping) and isinstance(name, str):
            # The first stands: a second line of that name cannot take its place.
            found.setdefault(name, _reply_of_result(row.get("result")))
    return found


def _reply_of_result(result: object) -> Reply:
    sort = result.get("type") if isinstance(result, Mapping) else None
    if not isinstance(result, Mapping) or not isinstance(sort, str):
        return Reply("bad_answer", detail="not a result")
    if sort == "succeeded":
        return reply_of(result.get("message"))
    if sort in _UNDONE:
        return Reply(_UNDONE[sort], usage=NOTHING_SPENT, detail=f"{sort} in its batch")
    if sort == "errored":
        error = result.get("error")
        inner = error.get("error") if isinstance(error, Mapping) else None
        kind = inner.get("type") if isinstance(inner, Mapping) else None
        outcome = _BY_ERROR.get(kind, "server_error") if isinstance(kind, str) else "server_error"
        return Reply(outcome, usage=NOTHING_SPENT, detail="failed in its batch")
    return Reply("bad_answer", detail="not a result")
