"""The queue as people read it: what waits, what was used, and figures about both.

Invariant: reading only, and no part of a turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from attrs import frozen

from afterglow.core.queue_rules import Entry
from afterglow.store import ratings, turn_clock
from afterglow.store.queue_rows import entry_of
from afterglow.store.ranking import ANY


@frozen
class Stats:
    """``by_source``: waiting lines of each source. ``types``: (source, category) to where it stands."""

    waiting: int
    by_source: dict[str, int]
    used: int
    used_today: int
    rated: int
    mean_score: float | None
    types: dict[ratings.Type, ratings.Standing]


def entries(
    connection: sqlite3.Connection, user_id: str, now: int, *, everything: bool = False, limit: int = -1
) -> list[Entry]:
    """The lines that wait, the most trusted first; with ``everything`` also used and expired ones, the
    newest first. ``limit`` below 0: all."""
    clocks = turn_clock.counted(connection)
    if everything:
        rows = connection.execute(
            "SELECT * FROM banter_queue WHERE user_id = ? ORDER BY seq DESC LIMIT ?", (user_id, limit)
        )
        return [entry_of(row, _turns_left(row, clocks)) for row in rows]
    rows = connection.execute(
        "SELECT entry.* FROM queue_tags AS live INDEXED BY queue_tags_by_expiry"
        " CROSS JOIN banter_queue AS entry ON entry.seq = live.seq"
        " WHERE live.lane IN (SELECT lane FROM queue_lanes WHERE user_id = ?) AND live.tag = ?"
        " AND live.expires_at > ? AND entry.used = 0 ORDER BY entry.confidence DESC, entry.seq DESC",
        (user_id, ANY, now),
    )
    alive = []
    for row in rows:
        left = _turns_left(row, clocks)
        if left is None or left > 0:
            alive.append(entry_of(row, left))
        if len(alive) == limit:
            break
    return alive


def stats(connection: sqlite3.Connection, user_id: str, now: int, day_start: int) -> Stats:
    """Figures for a person. ``day_start``: when the user's local day began (ms)."""
    by_source: dict[str, int] = {}
    for entry in entries(connection, user_id, now):
        by_source[entry.source] = by_source.get(entry.source, 0) + 1
    used = connection.execute(
        "SELECT count(*) AS all_of_them, coalesce(sum(used_at >= ?), 0) AS today FROM banter_queue"
        " WHERE user_id = ? AND used = 1",
        (day_start, user_id),
    ).fetchone()
    rated = connection.execute(
        "SELECT count(score) AS number, avg(score) AS mean FROM ratings WHERE user_id = ?", (user_id,)
    ).fetchone()
    return Stats(
        waiting=sum(by_source.values()),
        by_source=by_source,
        used=used["all_of_them"],
        used_today=used["today"],
        rated=rated["number"],
        mean_score=rated["mean"],
        types=ratings.standings(connection, user_id),
    )


def _turns_left(row: sqlite3.Row, clocks: Mapping[str, int]) -> int | None:
    return None if row["dies_turn"] is None else int(row["dies_turn"]) - clocks.get(row["workspace"], 0)
