"""Lines of the banks that were told although they are due for a review (spec T9a).

Invariant: a line is due at most once; one that was looked over is not due again for ``RESTS_MS``, however
often a server that has not heard of it yet tells it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Final

RESTS_MS: Final = 30 * 24 * 60 * 60 * 1000


def flag(connection: sqlite3.Connection, user_id: str, entry_id: str, now: int) -> None:
    """A line that is due for a review was told at ``now`` (ms)."""
    connection.execute(
        "INSERT INTO reviews_due (user_id, entry_id, at) VALUES (?, ?, ?)"
        " ON CONFLICT (user_id, entry_id) DO UPDATE SET at = excluded.at, reviewed_at = NULL"
        " WHERE reviewed_at IS NOT NULL AND reviewed_at NOT BETWEEN ? AND ?",
        (user_id, entry_id, now, now - RESTS_MS, now + RESTS_MS),
    )


def due(connection: sqlite3.Connection, user_id: str, limit: int) -> tuple[str, ...]:
    """The ids of lines that wait for a review, the one that was told first in front."""
    rows = connection.execute(
        "SELECT entry_id FROM reviews_due WHERE user_id = ? AND reviewed_at IS NULL"
        " ORDER BY at, entry_id LIMIT ?",
        (user_id, limit),
    )
    return tuple(row["entry_id"] for row in rows)


def reviewed(connection: sqlite3.Connection, user_id: str, entry_ids: Collection[str], now: int) -> None:
    """These lines were looked over, whatever was decided."""
    connection.executemany(
        "UPDATE reviews_due SET reviewed_at = ? WHERE user_id = ? AND entry_id = ? AND reviewed_at IS NULL",
        [(now, user_id, entry_id) for entry_id in entry_ids],
    )
