"""The twin's rows when they are old: what ``forget --before`` takes along.

Invariant: a job that somebody holds stays; of what was spent in the last two days the sums stay, bare of
what they were for, because forgetting must not open a budget.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from afterglow.store import ledger

_LOGS: Final = (
    ("twin_turns", "at < ?"),
    ("twin_domains", "last_at < ?"),
    ("learned", "at < ?"),
    ("job_queue", "created_at < ? AND state <> 'processing'"),
    ("reviews_due", "at < ?"),
    ("pauses", "at < ?"),
)


def forget_before(connection: sqlite3.Connection, before: int) -> int:
    """Delete what was put, learned or queued before a time (ms); the number of rows."""
    gone = sum(
        connection.execute(f"DELETE FROM {table} WHERE {old}", (before,)).rowcount for table, old in _LOGS
    )
    gone += ledger.purge(connection, before)
    bare = "user_id = '', purpose = '', model = '', host = '', job_id = NULL, batch_id = NULL"
    connection.execute(f"UPDATE ledger SET {bare} WHERE at < ?", (before,))
    return gone
