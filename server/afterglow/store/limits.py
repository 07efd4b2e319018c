"""What was said unasked, counted for the budget (spec A9).

Invariant: one row for each warm line that went out unasked, written in the transaction that shows it.
A clock that was set back neither opens the budget at once nor closes it for longer than a day: times
are compared either way, and the newest line is the last one written, not the one with the latest time.
Within one process the caller's monotonic clock stands before all this.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from afterglow.core.budget import Spent

QUIET_MS: Final = 30 * 60 * 1000
"""How long a rating of 1 or 2 keeps warm lines away."""
LONGEST_DAY_MS: Final = 25 * 60 * 60 * 1000
"""The day on which the clocks go back."""


def charge(
    connection: sqlite3.Connection,
    token_id: str,
    user_id: str,
    session_id: str,
    now: int,
    *,
    joke: bool = False,
    proactive: bool = False,
) -> None:
    """Count a warm line that goes out unasked; the same token is counted once."""
    connection.execute(
        "INSERT OR IGNORE INTO charges (token_id, user_id, session_id, joke, proactive, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (token_id, user_id, session_id, int(joke), int(proactive), now),
    )


def spent(connection: sqlite3.Connection, user_id: str, session_id: str, now: int, day_start: int) -> Spent:
    """What counts at this instant. ``day_start``: when the user's local day began (ms)."""
    last = connection.execute(
        "SELECT at FROM charges WHERE user_id = ? ORDER BY seq DESC LIMIT 1", (user_id,)
    ).fetchone()
    # A line from the rest of this day was shown before the clock was set back a little.
    today = connection.execute(
        "SELECT count(*) AS lines, coalesce(sum(joke), 0) AS jokes FROM charges"
        " WHERE user_id = ? AND at >= ? AND at < ?",
        (user_id, day_start, day_start + LONGEST_DAY_MS),
    ).fetchone()
    proactive = connection.execute(
        "SELECT count(*) FROM charges WHERE session_id = ? AND proactive = 1", (session_id,)
    ).fetchone()[0]
    return Spent(
        None if last is None else abs(now - last["at"]),
        today["lines"],
        today["jokes"],
        proactive,
        _quiet(connection, user_id, now),
    )


def shown_since(connection: sqlite3.Connection, user_id: str, since: int) -> int:
    """How many went out at or after a time (ms), those from a future that was set right included."""
    row = connection.execute(
        "SELECT count(*) FROM charges WHERE user_id = ? AND at >= ?", (user_id, since)
    ).fetchone()
    return int(row[0])


def _quiet(connection: sqlite3.Connection, user_id: str, now: int) -> int:
    row = connection.execute(
        "SELECT at FROM ratings WHERE user_id = ? AND score <= 2 ORDER BY seq DESC LIMIT 1", (user_id,)
    ).fetchone()
    return 0 if row is None else max(0, QUIET_MS - abs(now - row["at"]))
