"""Lines that records earn: true by the numbers, once each, and not a moment late."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from afterglow.core.clean import columns
from afterglow.core.model import Event, Session
from afterglow.core.queue_rules import MAX_WORDS, Draft
from afterglow.store import earned, sessions
from tests.store.making import GAP, NOW, PLACE, happening, job, record

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
THURSDAY = int(datetime(2026, 9, 24, 15, 0, tzinfo=UTC).timestamp() * 1000)
MONDAY = int(datetime(2026, 9, 21, tzinfo=UTC).timestamp() * 1000)


def opened(connection: sqlite3.Connection, at: int, file: str | None = None) -> Session:
    session = sessions.open_workspace(connection, PLACE, at, GAP).session
    if file is not None:
        sessions.touch(connection, PLACE, at, file, gap_ms=GAP)
    return session


def offered(connection: sqlite3.Connection, session: Session, event: Event, now: int) -> Draft | None:
    return earned.offer(earned.Here(connection, "local", PLACE, session, event, now, UTC))


def commit_at(connection: sqlite3.Connection, at: int, number: int = 0) -> Event:
    return record(connection, happening("commit", ago=NOW - at, key=f"commit {at} {number}"), at).event


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (119, None),
        (120, "Two hours"),
        (139, "Two hours"),
        (141, None),
        (241, "Four hours"),
        (361, "Six hours"),
    ],
)
def test_hours_in_a_row_are_told_when_they_are_full(
    connection: sqlite3.Connection, minutes: int, text: str | None
) -> None:
    session = opened(connection, THURSDAY)
    now = THURSDAY + minutes * MINUTE
    event = commit_at(connection, now)
    told = offered(connection, session, event, now)
    assert (told.banter.startswith(text) if told and text else told) == (True if text else None)
    again = offered(connection, session, commit_at(connection, now, 1), now)
    assert again is None, "once is enough"


def test_a_pause_begins_the_hours_anew(connection: sqlite3.Connection) -> None:
    session = opened(connection, THURSDAY)
    for ago, idle in ((110, 9 * MINUTE), (60, 11 * MINUTE)):
        back = happening(
            "active", ago=NOW - (THURSDAY + ago * MINUTE), source="editor", data={"idleMs": idle}
        )
        record(connection, back, THURSDAY + ago * MINUTE)
    for minutes, told in ((121, False), (181, True)):
        now = THURSDAY + minutes * MINUTE
        assert (offered(connection, session, commit_at(connection, now), now) is not None) is told


def test_a_round_number_of_commits_in_a_week(connection: sqlite3.Connection) -> None:
    session = opened(connection, THURSDAY)
    for number in range(24):
        commit_at(connection, MONDAY + number * MINUTE)
    commit_at(connection, MONDAY - MINUTE)
    event = commit_at(connection, THURSDAY)
    told = offered(connection, session, event, THURSDAY)
    assert told is not None
    assert told.banter.startswith("25 commits")
    assert told.source == "stats"
    assert offered(connection, session, event, THURSDAY) is None


@pytest.mark.parametrize(("since", "told"), [(MONDAY - 7 * DAY, True), (MONDAY - 5 * DAY, False)])
def test_more_than_last_week_is_told_where_the_records_reach_back(
    connection: sqlite3.Connection, since: int, told: bool
) -> None:
    opened(connection, since)
    session = opened(connection, THURSDAY)
    for number in range(12):
        commit_at(connection, MONDAY - DAY + number * MINUTE)
        commit_at(connection, MONDAY + number * MINUTE)
    found = offered(connection, session, commit_at(connection, THURSDAY), THURSDAY)
    assert (found is not None) is told
    if found is not None:
        assert "12" in found.banter or "13" in found.banter


def runs(connection: sqlite3.Connection, week: int, took: int, passed: int = 142, many: int = 6) -> Event:
    events = [
        record(
            connection,
            job(
                ago=NOW - (THURSDAY - week * 7 * DAY - number * HOUR),
                data={"passed": passed},
                duration_ms=float(took + number),
                key=f"{week} {number} {took}",
            ),
            THURSDAY,
        ).event
        for number in range(many)
    ]
    return events[0]


@pytest.mark.parametrize(
    ("then", "now", "more", "told"),
    [
        (52_000, 38_000, {}, True),
        (52_000, 50_000, {}, False),
        (38_000, 52_000, {}, False),
        (52_000, 38_000, {"passed": 120}, False),
        (52_000, 38_000, {"many": 4}, False),
    ],
)
def test_tests_that_became_faster(
    connection: sqlite3.Connection, then: int, now: int, more: dict[str, int], told: bool
) -> None:
    session = opened(connection, THURSDAY)
    runs(connection, 1, then)
    event = runs(connection, 0, now, **more)
    found = offered(connection, session, event, THURSDAY)
    assert (found is not None) is told
    if found is not None:
        assert "38 s" in found.banter
        assert "52 s" in found.banter
        assert found.tags == ("testing",)


def test_a_language_is_learned_silently_in_the_first_week_and_told_after_it(
    connection: sqlite3.Connection,
) -> None:
    session = opened(connection, THURSDAY - 30 * DAY, "/project/a.py")
    assert (
        offered(connection, session, commit_at(connection, THURSDAY - 30 * DAY), THURSDAY - 30 * DAY) is None
    )
    session = opened(connection, THURSDAY, "/project/a.py")
    assert offered(connection, session, commit_at(connection, THURSDAY), THURSDAY) is None
    sessions.touch(connection, PLACE, THURSDAY, "/project/src/main.rs", gap_ms=GAP)
    found = offered(connection, session, commit_at(connection, THURSDAY, 2), THURSDAY)
    assert found is not None
    assert "Rust" in found.banter
    assert "30 days" in found.banter
    assert found.source == "learning"
    assert offered(connection, session, commit_at(connection, THURSDAY, 3), THURSDAY) is None


def test_somebody_new_is_a_number_and_no_name(connection: sqlite3.Connection) -> None:
    session = opened(connection, THURSDAY)
    for newcomers, told in ((0, False), (2, False), (1, True)):
        data = {"arrived": 3, "people": 2, "newcomers": newcomers}
        pull = happening("pull", ago=NOW - THURSDAY, data=data, key=f"pull {newcomers}")
        found = offered(connection, session, record(connection, pull, THURSDAY).event, THURSDAY)
        assert (found is not None) is told


def test_every_line_fits() -> None:
    tables = (
        *earned.IN_A_ROW.values(),
        *(earned.THIS_WEEK, earned.MORE_COMMITS, earned.FASTER_TESTS, earned.FIRST_OF, earned.SOMEBODY_NEW),
    )
    values = {"count": 200, "last": 199, "now": "59 min", "then": "1 h 20", "days": 900}
    for text in (text for table in tables for text in table):
        said = text.format(language="Protocol Buffers", **values)
        assert len(said.split()) <= MAX_WORDS
        assert columns(said) <= 90
        assert "!" not in said
