"""L8 on real rows: what is queued for idle time, when, and how often."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from afterglow.core.settings import Settings
from afterglow.store import jobs, reviews, sessions, turn_clock, twin
from tests.store.making import GAP, NOW, PLACE, happening, record
from tests.store.putting import consenting, put
from tests.store.queueing import USER, add, claim

DAY = 24 * 60 * 60 * 1000
MINUTE = 60_000


def plan(connection: sqlite3.Connection, occasion: Any, now: int = NOW, **more: Any) -> bool:
    settings = consenting(**{f"enrichment.{name}": value for name, value in more.items()})
    return twin.plan(connection, settings, now=now, occasion=occasion)


def queued(connection: sqlite3.Connection, kind: str = "turns") -> list[tuple[str, bool]]:
    """(workspace, whether for a batch) of each job."""
    rows = connection.execute("SELECT * FROM job_queue WHERE type = ? ORDER BY seq", (kind,))
    return [(row["workspace"], row["payload"] == '{"batch":true}') for row in rows]


def finish(connection: sqlite3.Connection, now: int = NOW) -> jobs.Job:
    job = jobs.lease(connection, "w", now, ("turns", "review", "collect"))
    assert job is not None
    jobs.complete(connection, job.id, "w", now)
    return job


def test_at_idle_one_open_job_for_each_workspace_with_turns(connection: sqlite3.Connection) -> None:
    assert plan(connection, "idle") is False
    for workspace in (PLACE, "/other", PLACE):
        put(connection, workspace=workspace)
    put(connection, workspace="/theirs", user="another")
    assert plan(connection, "turn") is False
    assert plan(connection, "idle") is True
    assert plan(connection, "idle") is False
    assert sorted(queued(connection)) == [("/other", False), (PLACE, False)]
    first = jobs.lease(connection, "w", NOW, ("turns",))
    assert first is not None
    assert (first.priority, first.user_id) == (1, USER)
    assert plan(connection, "by_hand") is False


def test_without_consent_nothing_is_queued(connection: sqlite3.Connection) -> None:
    put(connection)
    assert twin.plan(connection, Settings(), now=NOW, occasion="by_hand") is False
    assert queued(connection) == []


def test_every_turn(connection: sqlite3.Connection) -> None:
    put(connection)
    assert plan(connection, "turn", schedule="every_turn") is True
    put(connection)
    assert plan(connection, "turn", schedule="every_turn") is False
    finish(connection)
    assert plan(connection, "idle", schedule="every_turn") is True


def test_below_threshold_counts_the_lines_of_the_model_that_wait(connection: sqlite3.Connection) -> None:
    put(connection)

    def due() -> bool:
        made = plan(connection, "idle", schedule="below_threshold", threshold=2)
        if made:
            finish(connection)
        return made

    assert due()
    add(connection, "One.", source="llm_generated", expires_in_turns=2, workspace=PLACE)
    add(connection, "Another source.", workspace=PLACE)
    add(connection, "Of another.", source="llm_generated", user_id="another")
    assert due()
    add(connection, "Two.", source="llm_generated", until_used=True)
    assert not due()
    turn_clock.tick(connection, PLACE, NOW)
    assert not due()
    turn_clock.tick(connection, PLACE, NOW)
    assert due()
    add(connection, "Three.", source="llm_generated", until_used=True)
    assert not due()
    while (used := claim(connection, now=NOW)) is not None and used.source != "llm_generated":
        pass
    assert due()


def test_a_session_that_ended_is_one_batch(connection: sqlite3.Connection) -> None:
    session = sessions.current(connection, PLACE, NOW, GAP)
    put(connection, session=session.id)
    for occasion in ("turn", "idle", "open", "by_hand"):
        assert plan(connection, occasion, schedule="session_end") is False, occasion
    assert plan(connection, "idle", NOW + 29 * MINUTE, schedule="session_end") is False
    assert plan(connection, "open", NOW + 31 * MINUTE, schedule="session_end") is True
    assert queued(connection) == [(PLACE, True)]


@pytest.mark.parametrize("how", ["closed", "followed", "goodbye"])
def test_how_a_session_ends(connection: sqlite3.Connection, how: str) -> None:
    session = sessions.current(connection, PLACE, NOW - MINUTE, GAP)
    put(connection, session=session.id, now=NOW - MINUTE)
    occasion = "idle"
    if how == "closed":
        record(connection, happening("session.close"))
    elif how == "followed":
        sessions.open_workspace(connection, PLACE, NOW, 0)
    else:
        occasion = "close"
    assert plan(connection, occasion, schedule="session_end") is True
    assert queued(connection) == [(PLACE, True)]


def test_a_close_of_long_ago_ends_nothing(connection: sqlite3.Connection) -> None:
    record(connection, happening("session.close", ago=MINUTE))
    session = sessions.current(connection, PLACE, NOW, GAP)
    put(connection, session=session.id)
    assert plan(connection, "idle", schedule="session_end") is False


def test_a_review_at_most_once_a_day(connection: sqlite3.Connection) -> None:
    assert plan(connection, "idle") is False
    reviews.flag(connection, USER, "fact-1", NOW)
    assert plan(connection, "turn") is False
    assert plan(connection, "idle") is True
    assert plan(connection, "idle") is False
    assert finish(connection).type == "review"
    assert plan(connection, "idle", NOW + DAY - 1) is False
    assert plan(connection, "idle", NOW + DAY) is True
    finish(connection, NOW + DAY)
    reviews.reviewed(connection, USER, ["fact-1"], NOW + DAY)
    assert plan(connection, "idle", NOW + 3 * DAY) is False


def test_a_batch_that_is_out_is_looked_for_at_the_opening(connection: sqlite3.Connection) -> None:
    jobs.add(connection, type="collect", user_id=USER, now=NOW, key="batch-1", not_before=NOW + 15 * MINUTE)
    assert plan(connection, "idle", NOW + 1) is False
    assert not jobs.due(connection, NOW + 1)
    assert plan(connection, "open", NOW + 1) is True
    assert jobs.due(connection, NOW + 1)
    assert plan(connection, "open", NOW + 1) is False
