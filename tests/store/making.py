"""Observations, tokens and turns with the few fields that a test of the store looks at."""

from __future__ import annotations

import sqlite3
from typing import Any

from afterglow.core.model import Classification, Event, Observation, Register, Source, Status, Turn, WarmToken
from afterglow.store import events
from afterglow.store.database import Database

NOW = 1_790_000_000_000
GAP = 30 * 60_000
PLACE = "/project"


def job(
    source: Source = "run",
    status: Status | None = "ok",
    *,
    ago: int = 0,
    label: str | None = "pytest",
    kind: str = "test",
    workspace: str = PLACE,
    **more: Any,
) -> Observation:
    """The end of a job ``ago`` ms before ``NOW``; ``data`` in ``more`` is added to its kind of job."""
    data = {"job": kind, **more.pop("data", {})}
    return Observation(
        "job.finished", workspace, source, NOW - ago, label=label, status=status, data=data, **more
    )


def happening(
    kind: str, *, ago: int = 0, source: Source = "git", workspace: str = PLACE, **more: Any
) -> Observation:
    return Observation(kind, workspace, source, NOW - ago, **more)


def record(connection: sqlite3.Connection, seen: Observation, now: int = NOW) -> events.Recorded:
    """Record what must not be refused."""
    made = events.record(connection, seen, now=now, session_gap_ms=GAP)
    assert made is not None
    return made


def written(database: Database, *seen: Observation, now: int = NOW) -> list[Event]:
    """Record each in a transaction of its own."""
    return [
        database.write(lambda connection, one=one: record(connection, one, now)).event  # type: ignore[misc]
        for one in seen
    ]


def count(connection: sqlite3.Connection, table: str, where: str = "1") -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])


def token(name: str, session_id: str = "s", entry_id: str | None = None) -> WarmToken:
    return WarmToken(
        id=name,
        response=f"response of {name}",
        news=f"response of {name}",
        banter=None,
        source="news",
        entry_id=entry_id,
        category="AFFIRMATION",
        level=1,
        warmth=1,
        confidence=1.0,
        glow_score=0.1,
        register=Register(),
        tags=(),
        latency_ms=0.5,
        session_id=session_id,
        turn=1,
        created_at=NOW,
        ttl_ms=20_000,
        event=None,
    )


def turn(made: WarmToken | None, reached_t5: bool = True) -> Turn:
    return Turn(made, "said" if made else "nothing to say", Classification("celebration"), (), (), reached_t5)


def to_json(decided: Turn) -> dict[str, Any]:
    """A record as small as the store accepts."""
    return {"token": {"id": decided.token.id} if decided.token else None, "reason": decided.reason}
