"""What is read again of turns that wait for the idle-time model: their events, how they were rated.

Invariant: reads only; what a preview has done for a look is taken back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeVar

from afterglow.core.model import Event
from afterglow.core.twin import MAX_TURNS
from afterglow.store.ratings import RATED
from afterglow.store.rows import EVENT_COLUMNS, event_of, load_object, placeholders
from afterglow.store.twin import Row

T = TypeVar("T")

_NOT_SAID: Final = "next"


def taken_back(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """What ``work`` gives, inside the caller's transaction; nothing that it writes stays."""
    connection.execute("SAVEPOINT taken_back")
    try:
        return work(connection)
    finally:
        connection.execute("ROLLBACK TO taken_back")
        connection.execute("RELEASE taken_back")


def events_of(connection: sqlite3.Connection, ids: Collection[str]) -> Mapping[str, Event]:
    """The events with these ids; those that are gone are left out. A handful at a time."""
    query = f"SELECT {EVENT_COLUMNS} FROM events WHERE id IN ({placeholders(ids)})"
    return {row["id"]: event_of(row) for row in connection.execute(query, tuple(ids))} if ids else {}


def scores_of(connection: sqlite3.Connection, user_id: str, refs: Collection[str]) -> Mapping[str, int]:
    """The newest stars (1 to 5) that each of these tokens or lines was given."""
    rows = connection.execute(
        f"SELECT ref, score FROM ratings WHERE user_id = ? AND what = ? AND ref IN ({placeholders(refs)})"
        " AND score BETWEEN 1 AND 5 ORDER BY seq",
        (user_id, RATED, *refs),
    )
    return {row["ref"]: row["score"] for row in rows} if refs else {}


def last_turns(connection: sqlite3.Connection, limit: int = MAX_TURNS) -> tuple[str, tuple[Row, ...]]:
    """The workspace of the newest turn and its newest turns, the newest last, as if they had been put
    before the model; what was said is on no record. ("", ()) where there is no turn yet."""
    newest = connection.execute("SELECT workspace FROM turns ORDER BY seq DESC LIMIT 1").fetchone()
    if newest is None:
        return "", ()
    rows = connection.execute(
        "SELECT seq, session_id, turn, at, event_id, token_id, record FROM turns"
        " WHERE workspace = ? AND token_id IS NOT NULL ORDER BY seq DESC LIMIT ?",
        (newest["workspace"], limit),
    ).fetchall()
    return newest["workspace"], tuple(_recorded(row) for row in reversed(rows))


def _recorded(row: sqlite3.Row) -> Row:
    record = load_object(row["record"])
    return Row(
        seq=row["seq"],
        session_id=row["session_id"],
        turn=row["turn"],
        at=row["at"],
        event_id=row["event_id"],
        token_id=row["token_id"],
        facts=_facts(*(_part(record, name) for name in ("classification", "token", "event"))),
    )


def _facts(made: Mapping[str, Any], token: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """As ``core.twin_facts`` has them, from the record of a turn."""
    data = _part(event, "data")
    return {
        "kind": event.get("kind") or _NOT_SAID,
        "status": event.get("status"),
        "job": data.get("job"),
        "duration_ms": event.get("durationMs"),
        "counts": data,
        "label": made.get("label"),
        "confidence": made.get("confidence"),
        "glow": made.get("glowScore"),
        "tags": made.get("tags"),
        "register": made.get("register"),
        "told": bool(token),
        "source": token.get("source"),
        "category": token.get("category"),
        "level": token.get("level"),
        "warmth": token.get("warmth"),
        "news": token.get("news") is not None,
        "line": token.get("entryId"),
    }


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, dict) else {}
