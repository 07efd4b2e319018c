"""The return to a topic that is at hand, from the recorded changes of topic (spec S8a).

Invariant: reads only, along an index and to a bound; where more changes are on record than are looked at,
a number of returns is not told, since it might be too low.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from afterglow.core.clean import one_line
from afterglow.core.returns import Change, Return, newest_return
from afterglow.store.rows import load_object

RECENT_MS: Final = 24 * 60 * 60 * 1000
"""How old a change may be for its topic to be at hand."""
LOOKED_AT: Final = 400
TOPIC_COLUMNS: Final = 40


def returns(connection: sqlite3.Connection, workspace: str, now: int) -> Return | None:
    """The newest change of topic of the last 24 h if it is a return to a topic of before, else None."""
    rows = connection.execute(
        "SELECT id, at, data FROM events WHERE workspace = ? AND kind = 'topic.change' AND at <= ?"
        " ORDER BY at DESC, seq DESC LIMIT ?",
        (workspace, now, LOOKED_AT + 1),
    ).fetchall()
    if not rows or rows[0]["at"] <= now - RECENT_MS or len(rows) > LOOKED_AT:
        return None
    return newest_return(_change(row) for row in reversed(rows))


def _change(row: sqlite3.Row) -> Change:
    data = load_object(row["data"])
    return Change(row["id"], row["at"], _topic(data.get("from")), _topic(data.get("to")))


def _topic(value: Any) -> str | None:
    return (one_line(value, TOPIC_COLUMNS) or None) if isinstance(value, str) else None
