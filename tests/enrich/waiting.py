"""Turns that wait for the idle-time model, as rows; and what is made of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from attrs import evolve

from afterglow.core.model import Observation
from afterglow.core.settings import Settings
from afterglow.core.stock import EMPTY, Stock
from afterglow.core.twin import Request
from afterglow.enrich.gather import Subject, gather
from afterglow.enrich.request import turns_request
from tests.store.making import NOW, PLACE, record

USER: Final = "local"
COUNTS: Final = Settings(enrichment_enabled=True)
TEXT: Final = evolve(COUNTS, enrichment_share_text=True)
PLAIN: Final[Mapping[str, Any]] = {
    "kind": "job.finished",
    "status": "ok",
    "job": "test",
    "label": "celebration",
    "confidence": 0.9,
    "glow": 0.2,
    "tags": ["testing"],
    "register": {"formality": "neutral", "length": "normal", "urgency": "normal", "energy": "high"},
    "told": True,
    "counts": {"passed": 12},
    "duration_ms": 38_000,
}


def put(
    connection: sqlite3.Connection,
    facts: Mapping[str, Any] = PLAIN,
    *,
    said: str | None = None,
    seen: Observation | None = None,
    token: str | None = None,
    ago: int = 0,
    workspace: str = PLACE,
) -> int:
    """One turn that waits, ``ago`` ms before ``NOW``; ``seen``: what it is about."""
    event = None if seen is None else record(connection, seen).event.id
    row = connection.execute(
        "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at, event_id, token_id, facts, said)"
        " VALUES (?, ?, 's', 1, ?, ?, ?, ?, ?)",
        (USER, workspace, NOW - ago, event, token, json.dumps(facts), said),
    )
    assert row.lastrowid is not None
    return row.lastrowid


def gathered(
    connection: sqlite3.Connection, settings: Settings = TEXT, stock: Stock = EMPTY, workspace: str = PLACE
) -> Subject:
    return gather(
        connection, settings=settings, user_id=USER, workspace=workspace, now=NOW, zone=UTC, stock=stock
    )


def asked(connection: sqlite3.Connection, settings: Settings = TEXT, stock: Stock = EMPTY) -> Request:
    return turns_request(gathered(connection, settings, stock), settings)


def data_of(request: Request) -> dict[str, Any]:
    """What stands between the fences."""
    inner = request.user.partition("<data>")[2].rpartition("</data>")[0]
    made = json.loads(inner)
    assert isinstance(made, dict)
    return made
