"""Reading for people: the events as they are listed, the figures of ``status`` and ``snapshot``.

Invariant: reading only.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from afterglow.core.model import Event
from afterglow.store.rows import EVENT_COLUMNS, event_of, load_list, load_object
from afterglow.store.schema import TABLES


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


def newest(connection: sqlite3.Connection, workspace: str, most: int) -> list[Event]:
    """The last ``most`` happenings in a workspace, newest first."""
    query = f"SELECT {EVENT_COLUMNS} FROM events WHERE workspace = ? ORDER BY at DESC, seq DESC LIMIT ?"
    return [event_of(row) for row in connection.execute(query, (workspace, most))]


def event(connection: sqlite3.Connection, event_id: str) -> Event | None:
    """One event by its id."""
    row = connection.execute(f"SELECT {EVENT_COLUMNS} FROM events WHERE id = ?", (event_id,)).fetchone()
    return None if row is None else event_of(row)


def windows_here(connection: sqlite3.Connection, workspace: str) -> int:
    """How many of the open windows may have this workspace open: somebody was here since they opened.

    None of the others does, but for one that was opened while the mode was off and has seen nothing yet.
    """
    query = (
        "SELECT count(*) FROM windows WHERE closed_at IS NULL"
        " AND opened_at <= (SELECT max(active_at) FROM sessions WHERE workspace = ?)"
    )
    return int(connection.execute(query, (workspace,)).fetchone()[0])


def tally(connection: sqlite3.Connection) -> list[tuple[str, str, str, int]]:
    """How many happenings: day (UTC, ``2026-01-31``), kind, first source, number; newest day first."""
    rows = connection.execute(
        "SELECT date(at / 1000, 'unixepoch') AS day, kind, sources, count(*) AS number FROM events"
        " GROUP BY day, kind, sources ORDER BY day DESC, kind"
    )
    return [
        (row["day"] or "", row["kind"], (load_list(row["sources"]) or ("",))[0], row["number"])
        for row in rows
    ]


def last_turns(connection: sqlite3.Connection, most: int) -> list[tuple[int, str, dict[str, Any]]]:
    """The newest turns, newest first: when (ms), the reason, and the record that ``explain`` answers."""
    rows = connection.execute("SELECT at, reason, record FROM turns ORDER BY seq DESC LIMIT ?", (most,))
    return [(row["at"], row["reason"], load_object(row["record"])) for row in rows]


def sizes(connection: sqlite3.Connection) -> dict[str, int]:
    """The number of rows of each table."""
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def last_seen(connection: sqlite3.Connection, workspace: str | None = None) -> dict[str, int]:
    """For each source, when the newest event it reported happened (ms)."""
    where, values = ("WHERE workspace = ?", (workspace,)) if workspace else ("", ())
    rows = connection.execute(f"SELECT sources, max(at) AS at FROM events {where} GROUP BY sources", values)
    newest: dict[str, int] = {}
    for row in rows:
        for source in load_list(row["sources"])[:1]:
            newest[source] = max(newest.get(source, 0), row["at"])
    return newest
