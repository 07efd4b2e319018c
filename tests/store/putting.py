"""Turns that are put before the idle-time model, grades, and the rows they leave, for tests of the store."""

from __future__ import annotations

import sqlite3
from typing import Any

from attrs import evolve

from afterglow.core.model import Classification, Event, Gate, Moment, Session, Turn
from afterglow.core.settings import Settings, resolve
from afterglow.core.twin import Grade
from afterglow.store import twin
from tests.core.build import moment
from tests.store.making import NOW, PLACE, token
from tests.store.queueing import USER

OPEN = Gate("T1.red", True, "nothing is red")
SHUT = Gate("T1.red", False, "red")


def consenting(**more: Any) -> Settings:
    """Settings with the first consent, and ``more`` by their names on the wire."""
    return resolve([("editor", {"enrichment.enabled": True, **more})]).settings


def at_moment(workspace: str = PLACE, session: str = "s", **more: Any) -> Moment:
    return evolve(moment(**more), session=Session(session, workspace, NOW))


def a_turn(*tags: str, shown: bool = True, gates: tuple[Gate, ...] = (OPEN,), **more: Any) -> Turn:
    made = Classification(more.pop("label", "celebration"), 1.0, tags, 0.2)
    told = token("t", entry_id="line-1") if shown else None
    return evolve(Turn(told, "banter", made, gates, reached_t5=True), **more)


def put(
    connection: sqlite3.Connection,
    *tags: str,
    workspace: str = PLACE,
    session: str = "s",
    number: int = 1,
    said: str | None = None,
    settings: Settings | None = None,
    turn: Turn | None = None,
    event: Event | None = None,
    now: int = NOW,
    mode: Any = "normal",
    user: str = USER,
) -> int | None:
    """Put one turn with these tags."""
    return twin.put(
        connection,
        turn=turn if turn is not None else a_turn(*tags),
        moment=at_moment(workspace, session, mode=mode),
        user_id=user,
        event=event,
        number=number,
        settings=settings or consenting(),
        said=said,
        asked_with_words=said is not None,
        now=now,
    )


def a_grade(
    seq: int | None, quality: int = 4, domain: str | None = "travel", *tags: str, **more: Any
) -> Grade:
    assert seq is not None
    return Grade(
        seq, quality, "it says so", domain, more.pop("confidence", 0.9), tags, more.pop("words", {}), **more
    )


def rows(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute("SELECT * FROM twin_turns ORDER BY seq")]


def states(connection: sqlite3.Connection) -> list[int]:
    return [row["state"] for row in rows(connection)]
