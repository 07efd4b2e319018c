"""Tokens, events and turns as the JSON that clients and scripts read (names as the contract has them).

Invariant: tokens are camelCase everywhere; events are snake_case on the command line and camelCase in LSP.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Any, Final

from afterglow.core import kinds
from afterglow.core.local_time import format_iso
from afterglow.core.model import Classification, Event, Register, Turn, WarmToken
from afterglow.store import turns

iso: Final = format_iso
"""A time in ms since the epoch as ISO 8601 UTC with ms and ``Z``."""


def token_json(token: WarmToken) -> dict[str, Any]:
    """A WarmToken as it goes over the wire."""
    return {
        "id": token.id,
        "response": token.response,
        "news": token.news,
        "banter": token.banter,
        "source": token.source,
        "entryId": token.entry_id,
        "category": token.category,
        "level": token.level,
        "warmth": token.warmth,
        "confidence": token.confidence,
        "glowScore": token.glow_score,
        "register": _register_json(token.register),
        "tags": list(token.tags),
        "latencyMs": token.latency_ms,
        "sessionId": token.session_id,
        "turn": token.turn,
        "createdAt": iso(token.created_at),
        "ttlMs": token.ttl_ms,
        "event": None
        if token.event is None
        else {"id": token.event[0], "kind": token.event[1], "label": token.event[2]},
        "byModel": token.by_model,
        "anchor": None if token.anchor is None else {"uri": token.anchor.uri, "line": token.anchor.line},
    }


def event_json(event: Event) -> dict[str, Any]:
    """A recorded event, snake_case, absent things left out as null."""
    return {
        "id": event.id,
        "kind": event.kind,
        "label": event.label,
        "labels": list(event.labels),
        "status": event.status,
        "exit_code": event.exit_code,
        "duration_ms": event.duration_ms,
        "started_at": None if event.started_at is None else iso(event.started_at),
        "at": iso(event.at),
        "recorded_at": iso(event.recorded_at),
        "workspace": event.workspace,
        "session_id": event.session_id,
        "source": event.source if event.sources else None,
        "sources": list(event.sources),
        "tags": list(event.tags),
        "data": dict(event.data),
    }


def event_wire(event: Event) -> dict[str, Any]:
    """A recorded event for LSP replies, camelCase."""
    return {_camel(name): value for name, value in event_json(event).items()}


def classification_json(made: Classification) -> dict[str, Any]:
    """What an event was taken for, camelCase."""
    return {
        "label": made.label,
        "confidence": made.confidence,
        "tags": list(made.tags),
        "glowScore": made.glow_score,
        "register": _register_json(made.register),
    }


def turn_record(turn: Turn, event: Event | None) -> dict[str, Any]:
    """What ``explain`` answers for a turn."""
    return {
        "token": None if turn.token is None else token_json(turn.token),
        "reason": turn.reason,
        "event": None if event is None else event_wire(event),
        "classification": classification_json(turn.classification),
        "gates": [{"id": gate.id, "pass": gate.passed, "reason": gate.reason} for gate in turn.gates],
        "candidates": [
            {"entryId": item.entry_id, "source": item.source, "rank": item.rank, "rejected": item.rejected}
            for item in turn.candidates
        ],
        "stale": turn.spoken is not None and turn.spoken.stale,
    }


def silence_record(event: Event, reason: str) -> dict[str, Any]:
    """What ``explain`` answers for an event that had no turn of its own."""
    return {
        "token": None,
        "reason": reason,
        "event": event_wire(event),
        "classification": classification_json(Classification(kinds.KINDS[event.kind].label, tags=event.tags)),
        "gates": [{"id": "T4", "pass": False, "reason": reason}],
        "candidates": [],
        "stale": False,
    }


def explain(
    connection: Connection,
    *,
    token_id: str | None = None,
    event_id: str | None = None,
    window: str | None = None,
) -> dict[str, Any] | None:
    """The record of one turn: of a token, of an event, else the newest (of ``window``, or of all)."""
    found = turns.find_turn(connection, token_id=token_id, event_id=event_id, window=window)
    if found is not None or event_id is None:
        return found
    without = turns.without_turn(connection, event_id)
    return None if without is None else silence_record(*without)


def _register_json(register: Register) -> dict[str, str]:
    return {
        "formality": register.formality,
        "length": register.length,
        "urgency": register.urgency,
        "energy": register.energy,
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
