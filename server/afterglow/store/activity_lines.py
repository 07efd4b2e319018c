"""The newest lines with what was thought of them, and how often silence was the answer.

Invariant: reading only, and no part of a turn; a line is given as it went out, and cleaned by who shows it.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from attrs import frozen

from afterglow.store import ratings
from afterglow.store.rows import load_object


@frozen
class Line:
    """``token``: as it went out. ``record``: what ``explain`` answers, empty where it is gone.
    ``score``: 1 to 5, None where nobody rated it."""

    at: int
    workspace: str
    token: dict[str, Any]
    record: dict[str, Any]
    score: int | None


def lines(connection: sqlite3.Connection, user_id: str, until: int, most: int) -> tuple[Line, ...]:
    """The lines shown before a time (ms), the newest first."""
    rows = connection.execute(
        "SELECT shown.at AS at, shown.workspace AS workspace, shown.token AS token, turns.record AS record,"
        " (SELECT score FROM ratings WHERE user_id = ? AND what = ?"
        "  AND ref IN (shown.token_id, shown.entry_id) ORDER BY seq DESC LIMIT 1) AS score"
        " FROM shown LEFT JOIN turns ON turns.token_id = shown.token_id"
        " WHERE shown.at < ? ORDER BY shown.at DESC, shown.token_id DESC LIMIT ?",
        (user_id, ratings.RATED, until, most),
    )
    return tuple(
        Line(row["at"], row["workspace"], load_object(row["token"]), load_object(row["record"]), row["score"])
        for row in rows
    )


def silences(connection: sqlite3.Connection, since: int, until: int) -> dict[str, int]:
    """The reason of a turn without a line to how often it was given, between two times (ms)."""
    rows = connection.execute(
        "SELECT reason, count(*) AS number FROM turns WHERE token_id IS NULL AND at >= ? AND at < ?"
        " GROUP BY reason ORDER BY number DESC, reason",
        (since, until),
    )
    return {row["reason"]: row["number"] for row in rows}
