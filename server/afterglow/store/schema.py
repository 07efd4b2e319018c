"""The tables, as a list of migrations. Invariant: a migration once released is never edited.

Migrations use only SQL that the oldest supported SQLite can parse (see ``opening``): an older server
that cannot parse the schema would take the whole file for damaged.

``COMPATIBLE`` says which schema a program must know to write safely to a database of the newest one:
migrations that only add leave it alone, so that an older server keeps working beside a newer one.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from afterglow.store import queue_schema, twin_schema, voice_schema
from afterglow.store.faults import Unavailable

_FIRST: Final = (
    """CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        workspace TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        active_at INTEGER NOT NULL,
        turn INTEGER NOT NULL DEFAULT 0,
        newest_file TEXT
    )""",
    "CREATE INDEX sessions_of_workspace ON sessions (workspace, active_at)",
    """CREATE TABLE windows (
        id TEXT PRIMARY KEY,
        pid INTEGER NOT NULL,
        host TEXT NOT NULL,
        opened_at INTEGER NOT NULL,
        closed_at INTEGER
    )""",
    # state: 0 does not speak, 1 waits for an owner, 2 owned, 3 its turn is over
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        workspace TEXT NOT NULL,
        session_id TEXT,
        sources TEXT NOT NULL,
        labels TEXT NOT NULL DEFAULT '[]',
        job TEXT,
        status TEXT,
        exit_code INTEGER,
        duration_ms REAL,
        started_at INTEGER,
        at INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        processed_at INTEGER,
        tags TEXT NOT NULL DEFAULT '[]',
        data TEXT NOT NULL DEFAULT '{}',
        anchor_uri TEXT,
        anchor_line INTEGER,
        state INTEGER NOT NULL DEFAULT 0,
        owner TEXT,
        owned_at INTEGER,
        reason TEXT
    )""",
    "CREATE INDEX events_of_kind ON events (workspace, kind, at)",
    "CREATE INDEX events_by_time ON events (at)",
    "CREATE INDEX events_waiting ON events (workspace, state) WHERE state IN (1, 2)",
    "CREATE INDEX events_of_job ON events (workspace, job, at) WHERE job IS NOT NULL",
    """CREATE TABLE labels (
        workspace TEXT NOT NULL,
        job TEXT NOT NULL,
        label TEXT NOT NULL,
        at INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (workspace, job, label, at, seq)
    ) WITHOUT ROWID""",
    "CREATE INDEX labels_of_event ON labels (seq)",
    """CREATE TABLE keys (
        scope TEXT NOT NULL,
        key TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (scope, key)
    ) WITHOUT ROWID""",
    "CREATE INDEX keys_of_event ON keys (seq)",
    """CREATE TABLE turns (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        event_id TEXT,
        workspace TEXT NOT NULL,
        session_id TEXT NOT NULL,
        window_id TEXT NOT NULL,
        turn INTEGER NOT NULL,
        at INTEGER NOT NULL,
        token_id TEXT UNIQUE,
        reason TEXT NOT NULL,
        record TEXT NOT NULL
    )""",
    "CREATE INDEX turns_of_event ON turns (event_id)",
    """CREATE TABLE shown (
        token_id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL,
        entry_id TEXT,
        event_id TEXT,
        workspace TEXT NOT NULL,
        at INTEGER NOT NULL,
        token TEXT NOT NULL,
        UNIQUE (session_id, entry_id)
    )""",
    "CREATE INDEX shown_by_time ON shown (at)",
    """CREATE TABLE marks (
        scope TEXT NOT NULL,
        path TEXT NOT NULL,
        inode INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        last_time INTEGER NOT NULL,
        recent TEXT NOT NULL,
        extra TEXT NOT NULL,
        PRIMARY KEY (scope, path)
    ) WITHOUT ROWID""",
    """CREATE TABLE hazards (
        workspace TEXT NOT NULL,
        kind TEXT NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (workspace, kind)
    ) WITHOUT ROWID""",
)

_FOURTH: Final = (
    # 1 while this window is the one in front.
    "ALTER TABLE windows ADD COLUMN focused INTEGER NOT NULL DEFAULT 0",
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    _FIRST,
    queue_schema.SECOND,
    voice_schema.THIRD,
    _FOURTH,
    twin_schema.FIFTH,
)
"""Statements per schema version; version N is reached by the first N entries."""

COMPATIBLE: Final = 1
"""The oldest schema whose programs may go on writing to a database of the newest schema."""

TABLES: Final = (
    "meta",
    "sessions",
    "windows",
    "events",
    "labels",
    "keys",
    "turns",
    "shown",
    "marks",
    "hazards",
    *queue_schema.TABLES,
    *voice_schema.TABLES,
    *twin_schema.TABLES,
)


class FromTheFuture(Unavailable):
    """The database was written by a newer Afterglow in a way that this one must not touch."""

    def __init__(self) -> None:
        super().__init__("the database belongs to a newer Afterglow: update this one (it is left as it is)")


def migrate(
    connection: sqlite3.Connection,
    migrations: tuple[tuple[str, ...], ...] = MIGRATIONS,
    compatible: int = COMPATIBLE,
) -> None:
    """Bring the database to the newest schema, in one transaction; a newer one is left as it is.

    A version that no release wrote (a flipped bit) fails at the first table: they are there already.

    Raises FromTheFuture where a newer program has declared itself incompatible with this one, and
    sqlite3.Error where the database cannot be written.
    """
    if _version(connection) >= len(migrations):
        check(connection, len(migrations))
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have migrated while this one waited for the lock.
        for statements in migrations[_version(connection) :]:
            for statement in statements:
                connection.execute(statement)
        if _version(connection) < len(migrations):
            connection.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES ('compatible', ?)", (str(compatible),)
            )
            connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    check(connection, len(migrations))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check(connection: sqlite3.Connection, known: int = len(MIGRATIONS)) -> None:
    """Raise FromTheFuture for a database that a program knowing ``known`` migrations must not touch.

    Reads only.
    """
    if _version(connection) <= known:
        return
    row = connection.execute("SELECT value FROM meta WHERE key = 'compatible'").fetchone()
    if row is None or not str(row[0]).isdigit() or int(row[0]) > known:
        raise FromTheFuture
