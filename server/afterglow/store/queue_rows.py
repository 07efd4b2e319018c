"""One entry's rows: put in, taken, taken out.

Invariant: an entry stands in ``queue_tags``, where claims look, exactly while it is unused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from afterglow.core.clean import one_line
from afterglow.core.queue_rules import Entry
from afterglow.store import turn_clock
from afterglow.store.ranking import ANY, FOREVER, tag_rows
from afterglow.store.rows import dump, load_list

LATEST: Final = FOREVER - 1


@frozen
class Listed:
    """Where an entry stands in ``queue_tags``: by these, under each of its tags."""

    seq: int
    lane: int
    confidence: float
    tags: tuple[str, ...]


def insert(connection: sqlite3.Connection, entry: Entry, dies_turn: int | None) -> None:
    """Store an unused entry as it is, under its own id; nothing where that is stored already.

    ``dies_turn``: the last turn of its place's clock that may take it.
    """
    lane = _lane_of(connection, entry)
    cursor = connection.execute(
        "INSERT OR IGNORE INTO banter_queue (id, user_id, session_id, banter, category, level, warmth,"
        " source, source_id, tags, confidence, created_at, expires_at, expires_in_turns, workspace, lane,"
        " dies_turn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.id,
            entry.user_id,
            entry.session_id,
            entry.banter,
            entry.category,
            entry.level,
            entry.warmth,
            entry.source,
            entry.source_id,
            dump(entry.tags),
            entry.confidence,
            entry.created_at,
            entry.expires_at,
            entry.expires_in_turns,
            entry.workspace or turn_clock.ANYWHERE,
            lane,
            dies_turn,
        ),
    )
    if cursor.rowcount == 0:
        return
    assert cursor.lastrowid is not None
    _list(connection, lane, entry, cursor.lastrowid, dies_turn)


def use(connection: sqlite3.Connection, seq: int, now: int) -> bool:
    """Mark an entry as used; whether it was unused until now, so that of many only one is told so."""
    row = unused(connection, seq)
    return row is not None and use_row(connection, row, now)


def unused(connection: sqlite3.Connection, seq: int) -> sqlite3.Row | None:
    """The whole row of an entry, None where it is used or gone."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM banter_queue WHERE seq = ? AND used = 0", (seq,)
    ).fetchone()
    return row


def use_row(connection: sqlite3.Connection, row: sqlite3.Row, now: int) -> bool:
    """As ``use``, for a row that ``unused`` has given: whether it still was unused."""
    done = connection.execute(
        "UPDATE banter_queue SET used = 1, used_at = ?, claimed = 1 + coalesce((SELECT last.claimed"
        " FROM banter_queue AS last WHERE last.user_id = ? AND last.used = 1"
        " ORDER BY last.claimed DESC LIMIT 1), 0) WHERE seq = ? AND used = 0",
        (now, row["user_id"], row["seq"]),
    )
    if done.rowcount == 0:
        return False
    unlist(connection, listed(row))
    return True


def waiting(connection: sqlite3.Connection, user_id: str, now: int, most: int = -1) -> int:
    """How many entries of a user wait unexpired; counted up to ``most``, below 0: all."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM queue_tags INDEXED BY queue_tags_by_expiry"
        " WHERE lane IN (SELECT lane FROM queue_lanes WHERE user_id = ?) AND tag = ? AND expires_at > ?"
        " LIMIT ?)",
        (user_id, ANY, now, most),
    ).fetchone()
    return int(row[0])


def listed(row: sqlite3.Row) -> Listed:
    """Where the entry of a whole row of ``banter_queue`` stands."""
    return Listed(row["seq"], row["lane"], row["confidence"], load_list(row["tags"]))


def unlist(connection: sqlite3.Connection, entry: Listed) -> None:
    """Take an entry out of what claims look at."""
    connection.executemany(
        "DELETE FROM queue_tags WHERE lane = ? AND tag = ? AND confidence = ? AND seq = ?",
        [(entry.lane, name, entry.confidence, entry.seq) for name in tag_rows(entry.tags)],
    )


def remove(connection: sqlite3.Connection, entries: Iterable[Listed]) -> None:
    """Delete entries for good."""
    for entry in entries:
        unlist(connection, entry)
        connection.execute("DELETE FROM banter_queue WHERE seq = ?", (entry.seq,))


def relist(connection: sqlite3.Connection) -> None:
    """Write anew what claims look at, from the unused entries alone."""
    connection.execute("DELETE FROM queue_tags")
    for row in connection.execute("SELECT * FROM banter_queue WHERE used = 0").fetchall():
        _list(connection, row["lane"], entry_of(row), row["seq"], row["dies_turn"])


def entry_of(row: sqlite3.Row, turns_left: int | None = None, rank: float | None = None) -> Entry:
    """The entry of a whole row of ``banter_queue``, its text cleaned once more.

    ``rank``: what a claim ordered it by; None: its stored confidence.
    """
    return Entry(
        id=row["id"],
        user_id=row["user_id"],
        session_id=row["session_id"],
        workspace=row["workspace"] or None,
        banter=one_line(row["banter"]),
        category=row["category"],
        level=row["level"],
        warmth=row["warmth"],
        source=row["source"],
        source_id=row["source_id"],
        tags=load_list(row["tags"]),
        confidence=row["confidence"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        expires_in_turns=row["expires_in_turns"],
        used=bool(row["used"]),
        used_at=row["used_at"],
        feedback_score=row["feedback_score"],
        turns_left=turns_left,
        rank=row["confidence"] if rank is None else rank,
    )


def _lane_of(connection: sqlite3.Connection, entry: Entry) -> int:
    key = (
        entry.user_id,
        entry.workspace or turn_clock.ANYWHERE,
        entry.category or "",
        entry.level,
        entry.warmth,
        entry.source,
    )
    query = (
        "SELECT lane FROM queue_lanes WHERE user_id = ? AND workspace = ? AND category = ? AND level = ?"
        " AND warmth = ? AND source = ?"
    )
    row = connection.execute(query, key).fetchone()
    if row is not None:
        return int(row["lane"])
    cursor = connection.execute(
        "INSERT INTO queue_lanes (user_id, workspace, category, level, warmth, source)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        key,
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _list(connection: sqlite3.Connection, lane: int, entry: Entry, seq: int, dies_turn: int | None) -> None:
    expires = FOREVER if entry.expires_at is None else min(entry.expires_at, LATEST)
    dies = FOREVER if dies_turn is None else dies_turn
    connection.executemany(
        "INSERT OR REPLACE INTO queue_tags (lane, tag, confidence, seq, expires_at, dies_turn, tags)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (lane, name, entry.confidence, seq, expires, dies, " ".join(entry.tags))
            for name in tag_rows(entry.tags)
        ],
    )
