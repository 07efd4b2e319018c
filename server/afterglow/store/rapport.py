"""What rapport is earned by, counted by local day: use, ratings, engagement.

Invariant: counting only; what a count is worth is a table of the core.
"""

from __future__ import annotations

import sqlite3
from typing import Final, Literal, get_args

from attrs import frozen

What = Literal["turns", "shown", "hovered", "another", "rated_well", "rated_badly"]

WHAT: Final[tuple[What, ...]] = get_args(What)
WELL: Final = 4
BADLY: Final = 2


@frozen
class Day:
    """``day``: a local date, ``2026-01-31``. A day without any count was not a day of use."""

    day: str
    turns: int = 0
    shown: int = 0
    hovered: int = 0
    another: int = 0
    rated_well: int = 0
    rated_badly: int = 0


def count(connection: sqlite3.Connection, user_id: str, day: str, what: What, by: int = 1) -> None:
    """Add to one of a day's counters."""
    connection.execute(
        "INSERT INTO rapport_days (user_id, day, what, count) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (user_id, day, what) DO UPDATE SET count = count + excluded.count",
        (user_id, day, what, by),
    )


def count_rating(connection: sqlite3.Connection, user_id: str, day: str, score: int) -> None:
    """Count 4 and 5 stars as rated well, 1 and 2 as badly; 3 says neither."""
    if score >= WELL:
        count(connection, user_id, day, "rated_well")
    elif score <= BADLY:
        count(connection, user_id, day, "rated_badly")


def days(connection: sqlite3.Connection, user_id: str, since: str = "") -> tuple[Day, ...]:
    """The days of use from a date on, oldest first; what only a newer Afterglow counts is left out."""
    found: dict[str, dict[str, int]] = {}
    for row in connection.execute(
        "SELECT day, what, count FROM rapport_days WHERE user_id = ? AND day >= ? ORDER BY day",
        (user_id, since),
    ):
        if row["what"] in WHAT:
            found.setdefault(row["day"], {})[row["what"]] = row["count"]
    return tuple(Day(day, **counts) for day, counts in found.items())
