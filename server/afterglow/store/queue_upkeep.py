"""What is dead or long used leaves the queue, a little at a time, and what is forgotten leaves at once.

Invariant: an entry goes together with its rows in ``queue_tags``; a live one never goes but by ``forget``.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from afterglow.core.local_time import format_iso
from afterglow.core.queue_rules import MAX_TTL_MS
from afterglow.store import queue_rows, ratings, turn_clock
from afterglow.store.queue_rows import Listed
from afterglow.store.ranking import ANY, FOREVER, tag_rows

CHUNK: Final = 50
KEPT_USED: Final = 1_000
"""So many used lines of a user are kept, newest first, for feedback and figures."""
_LOGS: Final = (
    ("ratings", "at"),
    ("charges", "at"),
    ("notes", "at"),
    ("predictions", "at"),
    ("recipe_runs", "started_at"),
)
"""Tables whose rows are numbered by ``seq`` as they come, and when each row was."""


def purge(connection: sqlite3.Connection, now: int, before: int) -> bool:
    """Delete a few rows that are dead, or of before the retention (ms); True if more may be left.

    Off the hot path, one chunk a transaction.
    """
    _set_right(connection, now)
    dead = remove_dead(connection, now)
    used = _remove_used(connection, before)
    # A log grows at one end: looking at the other end only spares an index.
    old = [
        connection.execute(
            f"DELETE FROM {table} WHERE seq IN (SELECT seq FROM (SELECT seq, {when} FROM {table}"
            f" ORDER BY seq LIMIT {CHUNK}) WHERE {when} < ?)",
            (before,),
        ).rowcount
        for table, when in _LOGS
    ]
    return dead >= CHUNK or used >= CHUNK or CHUNK in old


def remove_dead(connection: sqlite3.Connection, now: int, user_id: str | None = None) -> int:
    """Delete at most a chunk of unused entries that no turn can take any more; how many.

    ``user_id`` None: of all users.
    """
    clause, own = ("", ()) if user_id is None else (" AND user_id = ?", (user_id,))
    lanes = f"SELECT lane FROM queue_lanes WHERE 1{clause}"
    expired = connection.execute(
        "SELECT seq, lane, confidence, tags FROM queue_tags INDEXED BY queue_tags_by_expiry"
        f" WHERE lane IN ({lanes}) AND tag = ? AND expires_at <= ? LIMIT {CHUNK}",
        (*own, ANY, now),
    ).fetchall()
    dead = [Listed(row["seq"], row["lane"], row["confidence"], tuple(row["tags"].split())) for row in expired]
    for workspace, turn in turn_clock.counted(connection).items():
        if len(dead) >= CHUNK:
            break
        rows = connection.execute(
            "SELECT * FROM banter_queue WHERE used = 0 AND workspace = ? AND dies_turn <= ?"
            f" AND expires_at > ?{clause} LIMIT ?",
            (workspace, turn, now, *own, CHUNK - len(dead)),
        )
        dead += [queue_rows.listed(row) for row in rows]
    queue_rows.remove(connection, dead)
    return len(dead)


def forget_before(connection: sqlite3.Connection, before: int) -> int:
    """Delete what was added, rated, noted or counted before a time (ms); the number of rows.

    Of what is counted by day, the day of that time stays.
    """
    rows = connection.execute("SELECT * FROM banter_queue WHERE created_at < ?", (before,)).fetchall()
    queue_rows.remove(connection, map(queue_rows.listed, rows))
    gone = len(rows)
    for table, when in _LOGS:
        gone += connection.execute(f"DELETE FROM {table} WHERE {when} < ?", (before,)).rowcount
    gone += connection.execute("DELETE FROM rapport_days WHERE day < ?", (format_iso(before)[:10],)).rowcount
    connection.execute("DELETE FROM queue_lanes WHERE lane NOT IN (SELECT lane FROM banter_queue)")
    connection.execute(
        "DELETE FROM turn_clock WHERE at < ? AND workspace NOT IN (SELECT workspace FROM banter_queue)",
        (before,),
    )
    connection.execute(
        "DELETE FROM standings WHERE NOT EXISTS (SELECT 1 FROM ratings WHERE ratings.user_id ="
        " standings.user_id AND ratings.source = standings.source AND ratings.category = standings.category)"
    )
    # What has no time of its own goes with the last day, or the session, that it belongs to.
    connection.execute(
        "DELETE FROM voice WHERE user_id NOT IN (SELECT user_id FROM rapport_days) OR (name LIKE 'in:%'"
        " AND substr(name, 4) NOT IN (SELECT workspace FROM sessions))"
    )
    return gone


def _remove_used(connection: sqlite3.Connection, before: int) -> int:
    """At most a chunk of used entries that are old, or more than are kept; how many."""
    users = connection.execute("SELECT DISTINCT user_id FROM queue_lanes").fetchall()
    query = "SELECT seq, claimed, used_at FROM banter_queue WHERE user_id = ? AND used = 1 ORDER BY claimed"
    gone = 0
    for user in users:
        newest = connection.execute(f"{query} DESC LIMIT 1", (user["user_id"],)).fetchone()
        if newest is None:
            continue
        enough = newest["claimed"] - KEPT_USED
        oldest = connection.execute(f"{query} LIMIT ?", (user["user_id"], CHUNK - gone)).fetchall()
        over = [(one["seq"],) for one in oldest if one["claimed"] <= enough or one["used_at"] < before]
        connection.executemany("DELETE FROM banter_queue WHERE seq = ?", over)
        gone += len(over)
    return gone


def _set_right(connection: sqlite3.Connection, now: int) -> None:
    """What lives longer than anything may was added before the clock was set back: its day begins now."""
    ratings.set_right(connection, now)
    latest = now + MAX_TTL_MS
    rows = connection.execute(
        "SELECT seq, lane, confidence, tags FROM queue_tags INDEXED BY queue_tags_by_expiry"
        " WHERE lane IN (SELECT lane FROM queue_lanes) AND tag = ? AND expires_at > ? AND expires_at < ?"
        f" LIMIT {CHUNK}",
        (ANY, latest, FOREVER),
    ).fetchall()
    for row in rows:
        connection.execute("UPDATE banter_queue SET expires_at = ? WHERE seq = ?", (latest, row["seq"]))
        connection.executemany(
            "UPDATE queue_tags SET expires_at = ? WHERE lane = ? AND tag = ? AND confidence = ? AND seq = ?",
            [
                (latest, row["lane"], name, row["confidence"], row["seq"])
                for name in tag_rows(row["tags"].split())
            ],
        )
