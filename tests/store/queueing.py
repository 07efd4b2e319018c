"""Entries, claims and the rest of a queue's life in few words, for the tests of the queue."""

from __future__ import annotations

import sqlite3
from typing import Any

from afterglow.core.prediction import Prediction
from afterglow.core.queue_rules import Draft, Entry, check
from afterglow.store import (
    calendar,
    limits,
    notes,
    predictions,
    queue,
    rapport,
    ratings,
    recipes,
    turn_clock,
    voice,
)
from tests.store.making import NOW, PLACE

USER = "local"


def draft(banter: str = "a line", **fields: Any) -> Draft:
    """A checked entry to add, fields as in the contract."""
    made = check({"user_id": USER, "banter": banter, **fields})
    assert isinstance(made, Draft), made
    return made


def add(connection: sqlite3.Connection, banter: str = "a line", *, now: int = NOW, **fields: Any) -> Entry:
    """Add what must not be refused."""
    made = queue.add(connection, draft(banter, **fields), now, max_rows=0)
    assert isinstance(made, Entry), made
    return made


def claim(connection: sqlite3.Connection, *, now: int = NOW, **query: Any) -> Entry | None:
    return queue.claim(connection, queue.ClaimQuery(**{"user_id": USER, "now": now, **query}))


def said(connection: sqlite3.Connection, **query: Any) -> str | None:
    """The text of what a claim gives."""
    got = claim(connection, **query)
    return None if got is None else got.banter


def drained(connection: sqlite3.Connection, most: int = 1_000, **query: Any) -> list[str]:
    """The texts of one claim after the other until there is none."""
    texts: list[str] = []
    while len(texts) < most and (text := said(connection, **query)) is not None:
        texts.append(text)
    return texts


def tick(connection: sqlite3.Connection, turns: int = 1, workspace: str = PLACE) -> None:
    for _ in range(turns):
        turn_clock.tick(connection, workspace, NOW)


def a_queue_life(connection: sqlite3.Connection, word: str, workspace: str, at: int) -> None:
    """Rows in every table of the queue, each with ``word`` where a text can stand."""
    used = add(
        connection,
        f"{word} line",
        now=at,
        user_id=word,
        source_id=f"{word}-id",
        tags=[word],
        workspace=workspace,
    )
    assert claim(connection, now=at, user_id=word, workspace=workspace) is not None
    add(connection, f"{word} waits", now=at, user_id=word, session_id=word, tags=[word], until_used=True)
    turn_clock.tick(connection, workspace, at)
    ratings.rate(connection, word, used.id, 4, at)
    limits.charge(connection, f"{word}-token", word, word, at)
    notes.write(connection, word, workspace, word, "branch", {"branch": word}, at, [word])
    recipes.start(connection, word, workspace, word, word, "spread", 5, 5, 1, at)
    predictions.save(connection, word, workspace, Prediction(domain=word), 1, at)
    day = "2020-01-01" if at < NOW - 60_000 else "2030-01-01"
    rapport.count(connection, word, day, "turns")
    voice.tell(connection, word, f"{word}-line", at)
    voice.write(connection, word, voice.GIFTS, {"count": 1, "word": word})
    calendar.replace_year(connection, "DE", 2026, [calendar.Holiday("2026-10-03", "Unity Day")])
