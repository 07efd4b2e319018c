"""The tables of what was already said, as the third migration.

Invariant: as for every migration, once released it is never edited; it only adds.
"""

from __future__ import annotations

from typing import Final

THIRD: Final = (
    # A line of the banks, how often it was shown to a user, and when last.
    """CREATE TABLE told (
        user_id TEXT NOT NULL,
        entry_id TEXT NOT NULL,
        times INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (user_id, entry_id)
    ) WITHOUT ROWID""",
    # name: see store/voice.py; value: JSON
    """CREATE TABLE voice (
        user_id TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (user_id, name)
    ) WITHOUT ROWID""",
    "CREATE INDEX shown_of_session ON shown (session_id, at)",
)

TABLES: Final = ("told", "voice")
