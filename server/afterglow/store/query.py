"""Reading for people: the events as they are listed, the figures of ``status`` and ``snapshot``.

Invariant: reading only.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from afterglow.core.model import Event
from afterglow.store.rows import EVENT_COLUMNS, event_of, load_list


def events(
    connection: sqlite3.Connection,
    *,
    since: int | None = None,
    kind: str | None = None,
    workspace: str | None = None,
    after_seq: int = 0,
) -> list[Event]:
    """What was recorded, oldest first by when it happened, filtered by each argument that is given.

    ``since``: ms since the epoch, inclusive. ``after_seq``: only rows recorded after that one.
    """
    where = ["seq > ?"]
    values: list[object] = [after_seq]
    for clause, value in (("at >= ?", since), ("kind = ?", kind), ("workspace = ?", workspace)):
        if value is not None:
            where.append(clause)
            values.append(value)
    query = f"SELECT {EVENT_COLUMNS} FROM events WHERE {' AND '.join(where)} ORDER BY at, seq"
    return [event_of(row) for row in connection.execute(query, values)]


def counts(connection: sqlite3.Connection, day_start: int) -> dict[str, Any]:
    """Figures for a person: how much is recorded, how much was said since ``day_start`` (ms)."""
    one = connection.execute
    return {
        "events": one("SELECT count(*) FROM events").fetchone()[0],
        "sessions": one("SELECT count(*) FROM sessions").fetchone()[0],
        "shown": one("SELECT count(*) FROM shown").fetchone()[0],
        "shownToday": one("SELECT count(*) FROM shown WHERE at >= ?", (day_start,)).fetchone()[0],
        "eventsToday": one("SELECT count(*) FROM events WHERE at >= ?", (day_start,)).fetchone()[0],
    }


def last_seen(connection: sqlite3.Connection, workspace: str | None = None) -> dict[str, int]:
    """For each source, when the newest event it reported happened (ms)."""
    where, values = ("WHERE workspace = ?", (workspace,)) if workspace else ("", ())
    rows = connection.execute(f"SELECT sources, max(at) AS at FROM events {where} GROUP BY sources", values)
    newest: dict[str, int] = {}
    for row in rows:
        for source in load_list(row["sources"])[:1]:
            newest[source] = max(newest.get(source, 0), row["at"])
    return newest
