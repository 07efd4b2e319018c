"""Rows in every table of the idle twin, for tests of what comes out and what goes."""

from __future__ import annotations

import sqlite3
from datetime import UTC

from afterglow.core.twin import Grade, Reply
from afterglow.store import jobs, learned, ledger, pauses, reviews, twin
from afterglow.store.learned import Kept
from afterglow.store.spend_clock import Instant


def a_twins_life(connection: sqlite3.Connection, word: str, workspace: str, at: int) -> None:
    """Each with ``word`` where a text can stand."""
    job = jobs.add(connection, type="turns", user_id=word, now=at, workspace=workspace, key=f"{word}-job")
    turn = connection.execute(
        "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at, facts, said)"
        " VALUES (?, ?, ?, 1, ?, ?, ?)",
        (word, workspace, word, at, f'{{"tags": ["{word}"]}}', word),
    ).lastrowid
    assert turn is not None
    grade = Grade(turn, 4, word, word, 0.9, (word,), {word: (word,)})
    assert twin.graded(connection, word, [grade], at) == 1
    learned.add(
        connection, [Kept(word, word, f"{word}.jsonl", "aside", 1, at, word, (word,), workspace, job)]
    )
    made = ledger.reserve(
        connection,
        ledger.Caps(10**6, 10**6, 10**6),
        ledger.Estimate(10, 10),
        user_id=word,
        purpose="turns",
        model=word,
        host=word,
        job_id=job,
        at=Instant(at),
        zone=UTC,
    )
    assert isinstance(made, str)
    pauses.note(connection, Reply("rate_limited", retry_after_ms=60_000), word, at)
    reviews.flag(connection, word, f"{word}-line", at)
