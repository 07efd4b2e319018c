"""Which work is queued for the idle-time model, and when (spec L8): the schedule, against what waits.

Invariant: runs in the transaction at hand; a workspace has one open job at most, and nothing is queued
without consent. What waits too long for an answer, or was shared by a consent that is gone, is let go.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from afterglow.core.schedule import BATCHED, Occasion, Waits, due, looks
from afterglow.core.settings import Settings
from afterglow.store import jobs, reviews
from afterglow.store.ranking import ANY

WAITS, SENT, LEFT_OUT = 0, 1, 3
"""States of ``twin_turns``; 2 is graded."""
DAY_MS: Final = 24 * 60 * 60 * 1000
LOST_MS: Final = 2 * DAY_MS
"""An answer that did not come in so long will not."""
OLD_MS: Final = 14 * DAY_MS
"""A turn that nobody asked about in so long is not worth it any more."""
NOTICES: Final[frozenset[Occasion]] = frozenset({"idle", "by_hand"})
"""When what is not about a turn is looked at, too."""


def plan(
    connection: sqlite3.Connection,
    settings: Settings,
    *,
    now: int,
    occasion: Occasion,
    workspace: str | None = None,
) -> bool:
    """Queue what the schedule says is due now; whether anything was. ``workspace``: only that one.

    Beside the turns: at ``open``, batches that are out are looked for at once; at ``idle`` and by hand, at
    most once a day, lines of the banks that are due for a review.
    """
    if not settings.enrichment_enabled:
        if occasion != "turn":
            _forget_said(connection, settings.user_id)
        return False
    user, schedule = settings.user_id, settings.enrichment_schedule
    made = False
    if occasion in NOTICES:
        _let_go(connection, settings, now)
        made = _review(connection, user, now)
    if occasion == "open":
        made = _collect(connection, user, now) or made
    if not looks(schedule, occasion):
        return made
    lines = _lines(connection, user, now) if schedule == "below_threshold" else 0
    for row in _waiting(connection, user, workspace):
        ended = schedule in BATCHED and occasion != "close" and _ended(connection, row, settings, now)
        waits = Waits(row["turns"], ended, lines, settings.enrichment_threshold)
        kind = due(schedule, occasion, waits)
        if kind is not None:
            added = jobs.add(
                connection,
                type="turns",
                user_id=user,
                now=now,
                workspace=row["workspace"],
                key=row["workspace"],
                payload={"batch": True} if kind == "batch" else {},
                priority=1,
            )
            made = made or added is not None
    return made


def _waiting(connection: sqlite3.Connection, user_id: str, workspace: str | None) -> list[sqlite3.Row]:
    """One row for each workspace with turns that wait: how many, and session and time of the newest."""
    only, values = ("", ()) if workspace is None else (" AND workspace = ?", (workspace,))
    return connection.execute(
        "SELECT of.workspace, of.turns, newest.session_id, newest.at FROM (SELECT workspace, count(*) AS"
        f" turns, max(seq) AS seq FROM twin_turns WHERE user_id = ?{only} AND state = ? GROUP BY workspace)"
        " of JOIN twin_turns newest ON newest.seq = of.seq ORDER BY of.seq",
        (user_id, *values, WAITS),
    ).fetchall()


def _ended(connection: sqlite3.Connection, row: sqlite3.Row, settings: Settings, now: int) -> bool:
    """Whether the session of the newest turn that waits is over: closed, followed, or left too long."""
    closed = connection.execute(
        "SELECT 1 FROM events WHERE workspace = ? AND kind = 'session.close' AND at >= ? LIMIT 1",
        (row["workspace"], row["at"]),
    ).fetchone()
    if closed is not None:
        return True
    newest = connection.execute(
        "SELECT id, active_at FROM sessions WHERE workspace = ? ORDER BY active_at DESC, rowid DESC LIMIT 1",
        (row["workspace"],),
    ).fetchone()
    if newest is None or newest["id"] != row["session_id"]:
        return True
    gap = settings.session_gap_minutes * 60_000
    return gap > 0 and now - newest["active_at"] > gap


def _lines(connection: sqlite3.Connection, user_id: str, now: int) -> int:
    """How many lines of the model wait for this user, in any workspace."""
    row = connection.execute(
        "SELECT count(*) FROM queue_lanes lanes JOIN queue_tags tags USING (lane)"
        " WHERE lanes.user_id = ? AND lanes.source = 'llm_generated' AND tags.tag = ? AND tags.expires_at > ?"
        " AND tags.dies_turn > coalesce((SELECT turn FROM turn_clock WHERE workspace = lanes.workspace), 0)",
        (user_id, ANY, now),
    ).fetchone()
    return int(row[0])


def _review(connection: sqlite3.Connection, user_id: str, now: int) -> bool:
    if not reviews.due(connection, user_id, 1):
        return False
    recent = connection.execute(
        "SELECT 1 FROM job_queue WHERE type = 'review' AND user_id = ? AND created_at BETWEEN ? AND ?"
        " LIMIT 1",
        (user_id, now - DAY_MS + 1, now + DAY_MS - 1),
    ).fetchone()
    if recent is not None:
        return False
    return jobs.add(connection, type="review", user_id=user_id, now=now, key=user_id) is not None


def _collect(connection: sqlite3.Connection, user_id: str, now: int) -> bool:
    """Batches that are out are asked for at the next idle time, not some time later."""
    found = connection.execute(
        "UPDATE job_queue SET not_before = ? WHERE type = 'collect' AND user_id = ? AND state = 'pending'"
        " AND not_before > ?",
        (now, user_id, now),
    )
    return found.rowcount > 0


def _let_go(connection: sqlite3.Connection, settings: Settings, now: int) -> None:
    user = settings.user_id
    connection.executemany(
        "UPDATE twin_turns SET state = ?, said = NULL WHERE user_id = ? AND state = ? AND at < ?",
        [(LEFT_OUT, user, SENT, now - LOST_MS), (LEFT_OUT, user, WAITS, now - OLD_MS)],
    )
    if not settings.enrichment_share_text:
        _forget_said(connection, user)


def _forget_said(connection: sqlite3.Connection, user_id: str) -> None:
    """What was shared by a consent that is gone is not kept for another day."""
    connection.execute("UPDATE twin_turns SET said = NULL WHERE user_id = ? AND said IS NOT NULL", (user_id,))
