"""When somebody was last seen in any window of the user, and which window may start the worker.

Invariant: reads across all workspaces. A sign of life from the future was noted before the clock was set
back, and is none.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from attrs import frozen

from afterglow.core.model import Mode
from afterglow.store import choices, opening
from afterglow.store.sessions import SET_BACK_MS

CLAIM_MS: Final = 20_000
"""So long nobody starts another worker: of twenty windows that fall idle together one does."""
DAY_MS: Final = 24 * 60 * 60 * 1000
PATIENCE_S: Final = 0.02
_CLAIM: Final = "worker_started"


@frozen
class Look:
    """What the worker watches for. ``sign``: the newest sign of life (ms), None where none is on record.
    ``mode``: the one that was chosen, None while none ever was."""

    sign: int | None
    mode: Mode | None


def last_sign(connection: sqlite3.Connection, now: int) -> int | None:
    """When somebody was last active in whatever workspace (ms), None where that is not on record."""
    row = connection.execute(
        "SELECT max(active_at) FROM sessions WHERE active_at <= ?", (now + SET_BACK_MS,)
    ).fetchone()
    return None if row[0] is None else int(row[0])


def claimed_until(connection: sqlite3.Connection, now: int) -> int | None:
    """Until when (ms) no worker is started, because one just was; None where nothing keeps from it."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_CLAIM,)).fetchone()
    text = "" if row is None else str(row["value"])
    at = int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
    return at + CLAIM_MS if at is not None and at <= now < at + CLAIM_MS else None


def claim(connection: sqlite3.Connection, now: int) -> None:
    """This window starts one now; in the transaction that saw ``claimed_until`` answer None."""
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_CLAIM, str(now)))


def paused_until(connection: sqlite3.Connection, now: int, since: int) -> int | None:
    """Until when (ms) a pause stands that began after ``since``, whatever key it is about: 0 where only
    another key ends it, None where none stands. What began before some key last worked is over."""
    row = connection.execute(
        "SELECT count(*), min(until IS NOT NULL), max(until) FROM pauses WHERE scope NOT LIKE 'worked:%'"
        " AND at > max(?, coalesce((SELECT max(at) FROM pauses WHERE scope LIKE 'worked:%'), -1))"
        " AND (until IS NULL OR until > ?)",
        (since, now),
    ).fetchone()
    if row[0] == 0:
        return None
    return min(int(row[2]), now + DAY_MS) if row[1] else 0


class Lookout:
    """A connection that only reads, for one thread that looks again and again. Raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = opening.identity(path)
        self._connection = opening.connect(path)
        self._connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE_S * 1000)}").fetchall()
        self._connection.execute("PRAGMA query_only = ON").fetchall()
        self._version: int | None = None
        self._seen: Look | None = None

    def look(self, now: int) -> Look:
        """What stands there now; costs next to nothing where nobody wrote since."""
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        if self._seen is None or version != self._version:
            self._seen = Look(last_sign(self._connection, now), choices.read_mode(self._connection))
            self._version = version
        return self._seen

    def replaced(self) -> bool:
        """Whether another file lies there now: what is written here would be lost."""
        return opening.identity(self._path) != self._file

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
