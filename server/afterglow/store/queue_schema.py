"""The tables of the queue and of what chooses among its lines, as the second migration.

Invariant: as for every migration, once released it is never edited; it only adds. Times are ms since
the epoch, days are local dates (``2026-01-31``), a workspace of ``''`` is any.
"""

from __future__ import annotations

from typing import Final

SECOND: Final = (
    # lane: the row's place in queue_lanes; dies_turn: the last turn of its place's clock that may take it;
    # claimed: the how manieth claim it was. An entry with workspace '' is welcome anywhere.
    """CREATE TABLE banter_queue (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL,
        session_id TEXT,
        banter TEXT NOT NULL,
        category TEXT,
        level INTEGER NOT NULL,
        warmth INTEGER NOT NULL,
        source TEXT NOT NULL,
        source_id TEXT,
        tags TEXT NOT NULL DEFAULT '[]',
        confidence REAL NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER,
        expires_in_turns INTEGER,
        used INTEGER NOT NULL DEFAULT 0,
        used_at INTEGER,
        feedback_score INTEGER,
        workspace TEXT NOT NULL DEFAULT '',
        lane INTEGER NOT NULL,
        dies_turn INTEGER,
        claimed INTEGER
    )""",
    """CREATE INDEX queue_by_turn ON banter_queue (workspace, dies_turn)
        WHERE used = 0 AND dies_turn IS NOT NULL""",
    "CREATE INDEX queue_used ON banter_queue (user_id, claimed) WHERE used = 1",
    # What a claim filters by and all entries of one kind have in common; '' for no category.
    """CREATE TABLE queue_lanes (
        lane INTEGER PRIMARY KEY,
        user_id TEXT NOT NULL,
        workspace TEXT NOT NULL,
        category TEXT NOT NULL,
        level INTEGER NOT NULL,
        warmth INTEGER NOT NULL,
        source TEXT NOT NULL,
        UNIQUE (user_id, workspace, category, level, warmth, source)
    )""",
    # One row for each tag of a live entry and one under every entry's own name: see store/ranking.py
    """CREATE TABLE queue_tags (
        lane INTEGER NOT NULL,
        tag TEXT NOT NULL,
        confidence REAL NOT NULL,
        seq INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        dies_turn INTEGER NOT NULL,
        tags TEXT NOT NULL,
        PRIMARY KEY (lane, tag, confidence, seq)
    ) WITHOUT ROWID""",
    "CREATE INDEX queue_tags_by_expiry ON queue_tags (lane, tag, expires_at, dies_turn)",
    "CREATE INDEX queue_tags_by_age ON queue_tags (lane, tag, seq, expires_at, dies_turn)",
    """CREATE TABLE turn_clock (
        workspace TEXT PRIMARY KEY,
        turn INTEGER NOT NULL,
        at INTEGER NOT NULL
    ) WITHOUT ROWID""",
    # what: rated, hovered, another. ref: the token or entry it was about
    """CREATE TABLE ratings (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id TEXT NOT NULL,
        source TEXT NOT NULL,
        category TEXT NOT NULL,
        ref TEXT NOT NULL,
        what TEXT NOT NULL,
        score INTEGER,
        at INTEGER NOT NULL,
        UNIQUE (user_id, ref, what)
    )""",
    "CREATE INDEX ratings_of_type ON ratings (user_id, source, category, what, seq)",
    "CREATE INDEX ratings_low ON ratings (user_id, seq) WHERE score <= 2",
    """CREATE TABLE standings (
        user_id TEXT NOT NULL,
        source TEXT NOT NULL,
        category TEXT NOT NULL,
        adjustment REAL NOT NULL DEFAULT 0,
        suppressed_until INTEGER,
        counted_from INTEGER NOT NULL DEFAULT 0,
        trial INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (user_id, source, category)
    ) WITHOUT ROWID""",
    """CREATE TABLE charges (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        token_id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL,
        session_id TEXT NOT NULL,
        joke INTEGER NOT NULL DEFAULT 0,
        proactive INTEGER NOT NULL DEFAULT 0,
        at INTEGER NOT NULL
    )""",
    "CREATE INDEX charges_by_time ON charges (user_id, at)",
    "CREATE INDEX charges_of_user ON charges (user_id)",
    "CREATE INDEX charges_of_session ON charges (session_id, proactive)",
    """CREATE TABLE notes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL,
        workspace TEXT NOT NULL,
        session_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL,
        event_ids TEXT NOT NULL DEFAULT '[]',
        at INTEGER NOT NULL
    )""",
    "CREATE INDEX notes_of_workspace ON notes (workspace, seq)",
    "CREATE INDEX notes_of_session ON notes (session_id, kind)",
    """CREATE TABLE recipe_runs (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL,
        workspace TEXT NOT NULL,
        session_id TEXT,
        name TEXT NOT NULL,
        timing TEXT NOT NULL,
        spread_turns INTEGER NOT NULL,
        lines INTEGER NOT NULL,
        offered INTEGER NOT NULL DEFAULT 0,
        started_turn INTEGER NOT NULL,
        started_at INTEGER NOT NULL,
        finished_at INTEGER
    )""",
    "CREATE INDEX recipe_runs_open ON recipe_runs (workspace, name) WHERE finished_at IS NULL",
    """CREATE TABLE predictions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id TEXT NOT NULL,
        workspace TEXT NOT NULL,
        turn INTEGER NOT NULL,
        at INTEGER NOT NULL,
        prediction TEXT NOT NULL
    )""",
    "CREATE INDEX predictions_of_user ON predictions (user_id, workspace, turn)",
    """CREATE TABLE holidays (
        region TEXT NOT NULL,
        day TEXT NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (region, day, name)
    ) WITHOUT ROWID""",
    """CREATE TABLE rapport_days (
        user_id TEXT NOT NULL,
        day TEXT NOT NULL,
        what TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (user_id, day, what)
    ) WITHOUT ROWID""",
)

TABLES: Final = (
    "banter_queue",
    "queue_lanes",
    "queue_tags",
    "turn_clock",
    "ratings",
    "standings",
    "charges",
    "notes",
    "recipe_runs",
    "predictions",
    "holidays",
    "rapport_days",
)
