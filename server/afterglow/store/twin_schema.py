"""The tables of the work that waits for idle time and of what the model's help costs: the fifth migration.

Invariant: as for every migration, once released it is never edited; it only adds. Times are ms since the
epoch; ``spend_at`` is ms on the clock of ``store/spend_clock.py``, which is never set back. Money is in
millionths of a US dollar.
"""

from __future__ import annotations

from typing import Final

FIFTH: Final = (
    # state: pending, processing, completed, failed. key: one open job of a type has it at most.
    # attempts: how often it was leased; a lease that was given back politely does not count.
    """CREATE TABLE job_queue (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        type TEXT NOT NULL,
        priority INTEGER NOT NULL DEFAULT 0,
        user_id TEXT NOT NULL,
        workspace TEXT NOT NULL DEFAULT '',
        key TEXT,
        payload TEXT NOT NULL DEFAULT '{}',
        state TEXT NOT NULL DEFAULT 'pending',
        attempts INTEGER NOT NULL DEFAULT 0,
        most_attempts INTEGER NOT NULL DEFAULT 5,
        not_before INTEGER NOT NULL DEFAULT 0,
        lease_owner TEXT,
        lease_until INTEGER,
        created_at INTEGER NOT NULL,
        finished_at INTEGER,
        reason TEXT
    )""",
    """CREATE UNIQUE INDEX job_queue_open ON job_queue (type, key)
        WHERE state IN ('pending', 'processing') AND key IS NOT NULL""",
    "CREATE INDEX job_queue_due ON job_queue (state, not_before, priority)",
    # A turn that is put before the model. turn: on the clock of its workspace (turn_clock). said: scrubbed.
    # state: 0 waits, 1 was sent and its answer is awaited, 2 graded, 3 left out.
    """CREATE TABLE twin_turns (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        user_id TEXT NOT NULL,
        workspace TEXT NOT NULL,
        session_id TEXT NOT NULL,
        turn INTEGER NOT NULL,
        at INTEGER NOT NULL,
        event_id TEXT,
        token_id TEXT,
        facts TEXT NOT NULL DEFAULT '{}',
        said TEXT,
        domain TEXT,
        state INTEGER NOT NULL DEFAULT 0,
        job_id TEXT,
        quality INTEGER,
        why TEXT,
        graded_at INTEGER
    )""",
    "CREATE INDEX twin_turns_waiting ON twin_turns (user_id, workspace, state, seq)",
    "CREATE INDEX twin_turns_of_domain ON twin_turns (user_id, domain, seq)",
    # tags: JSON list; words: JSON object, tag -> list of words and phrases that name it (spec T14b).
    # grades: JSON list of the newest grades, oldest first; skipped: turns left out since the last one sent.
    """CREATE TABLE twin_domains (
        user_id TEXT NOT NULL,
        domain TEXT NOT NULL,
        tags TEXT NOT NULL DEFAULT '[]',
        words TEXT NOT NULL DEFAULT '{}',
        grades TEXT NOT NULL DEFAULT '[]',
        skipped INTEGER NOT NULL DEFAULT 0,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (user_id, domain)
    ) WITHOUT ROWID""",
    # The index of the files in custom/: what is in which, and the turn that it was made on.
    """CREATE TABLE learned (
        id TEXT PRIMARY KEY,
        user_id TEXT NOT NULL,
        file TEXT NOT NULL,
        kind TEXT NOT NULL,
        domain TEXT,
        tags TEXT NOT NULL DEFAULT '[]',
        workspace TEXT NOT NULL DEFAULT '',
        made_on_turn INTEGER NOT NULL,
        job_id TEXT,
        at INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX learned_of_domain ON learned (user_id, kind, domain)",
    # One row a call, written before it. state: reserved, settled. What a call that never came back may
    # have cost stays reserved, and counts.
    """CREATE TABLE ledger (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL,
        purpose TEXT NOT NULL,
        model TEXT NOT NULL,
        host TEXT NOT NULL,
        job_id TEXT,
        at INTEGER NOT NULL,
        spend_at INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'reserved',
        reserved_tokens INTEGER NOT NULL,
        reserved_micros INTEGER NOT NULL,
        input_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        micros INTEGER NOT NULL DEFAULT 0,
        outcome TEXT,
        batch_id TEXT,
        settled_at INTEGER
    )""",
    "CREATE INDEX ledger_by_spend ON ledger (spend_at)",
    """CREATE TABLE spend_clock (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        at INTEGER NOT NULL,
        ticks INTEGER NOT NULL,
        boot TEXT NOT NULL
    )""",
    # Why no call is made for a while. scope: service, key or answers; key_print: of the key it is about.
    """CREATE TABLE pauses (
        scope TEXT PRIMARY KEY,
        until INTEGER,
        reason TEXT NOT NULL,
        key_print TEXT NOT NULL DEFAULT '',
        count INTEGER NOT NULL DEFAULT 0,
        at INTEGER NOT NULL
    ) WITHOUT ROWID""",
    # Lines of the banks that were told although they are due for a review (spec T9a).
    """CREATE TABLE reviews_due (
        user_id TEXT NOT NULL,
        entry_id TEXT NOT NULL,
        at INTEGER NOT NULL,
        reviewed_at INTEGER,
        PRIMARY KEY (user_id, entry_id)
    ) WITHOUT ROWID""",
)

TABLES: Final = (
    "job_queue",
    "twin_turns",
    "twin_domains",
    "learned",
    "ledger",
    "spend_clock",
    "pauses",
    "reviews_due",
)
