"""The ledger: a call is in it before it is made, and no call goes beyond the caps of a day (spec L9)."""

from __future__ import annotations

import sqlite3
from datetime import UTC, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from afterglow.core.prices import Estimate
from afterglow.core.settings import Settings
from afterglow.core.twin import Outcome, Usage
from afterglow.store import ledger
from afterglow.store.ledger import Caps, Refused, Spent
from afterglow.store.spend_clock import Instant
from tests.store.conftest import Open
from tests.store.making import count

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
MORNING = 20_000 * DAY + 9 * HOUR
CAPS = Caps(tokens=10_000, micros=1_000, calls=4)
SMALL = Estimate(2_000, 100)


def at(ms: int = 0) -> Instant:
    """So many ms after nine in the morning (UTC) of the day of these tests."""
    return Instant(MORNING + ms, 1_000_000 + ms, "boot")


def reserve(
    connection: sqlite3.Connection, caps: Caps = CAPS, estimate: Estimate = SMALL, **more: Any
) -> str | Refused:
    fields: dict[str, Any] = {"user_id": "local", "job_id": "job", "at": at(), "zone": UTC, **more}
    return ledger.reserve(
        connection,
        caps,
        estimate,
        purpose="turns",
        model="claude-haiku-5-5",
        host="api.anthropic.com",
        **fields,
    )


def reserved(connection: sqlite3.Connection, **more: Any) -> str:
    made = reserve(connection, **more)
    assert isinstance(made, str), made
    return made


def settle(
    connection: sqlite3.Connection,
    call: str,
    usage: Usage | None = None,
    micros: int = 0,
    outcome: Outcome = "ok",
    *,
    may_have_cost: bool = False,
    now: int = MORNING + 5_000,
) -> None:
    ledger.settle(
        connection, call, usage=usage, micros=micros, outcome=outcome, now=now, may_have_cost=may_have_cost
    )


def spent(connection: sqlite3.Connection, when: Instant | None = None) -> Spent:
    return ledger.spent(connection, when or at(), UTC)


def test_a_call_counts_from_before_it_is_made(connection: sqlite3.Connection) -> None:
    assert spent(connection) == Spent(0, 0, 0)
    reserved(connection)
    assert spent(connection) == Spent(2_000, 100, 1)


def test_a_settled_call_counts_at_what_it_cost(connection: sqlite3.Connection) -> None:
    settle(connection, reserved(connection), Usage(300, 50, 20, 10), 7)
    assert spent(connection) == Spent(380, 7, 1)


@pytest.mark.parametrize(
    ("outcome", "may_have_cost", "expected"),
    [("unreachable", False, Spent(0, 0, 1)), ("stopped", True, Spent(2_000, 100, 1))],
)
def test_a_call_without_an_answer(
    outcome: Outcome, may_have_cost: bool, expected: Spent, connection: sqlite3.Connection
) -> None:
    call = reserved(connection)
    settle(connection, call, None, 55, outcome, may_have_cost=may_have_cost)
    assert spent(connection) == expected
    (row,) = ledger.calls(connection)
    assert (row.outcome, row.in_full, row.lost(MORNING + DAY)) == (outcome, may_have_cost, False)


def test_what_was_kept_in_full_can_still_be_told_and_then_stays(connection: sqlite3.Connection) -> None:
    call = reserved(connection)
    ledger.handed_in(connection, call, "batch-1")
    assert not ledger.calls(connection)[0].lost(MORNING + DAY)
    settle(connection, call, None, outcome="timeout", may_have_cost=True)
    settle(connection, call, Usage(100, 10), 3)
    settle(connection, call, Usage(9_000, 10), 900)
    settle(connection, call, None, outcome="stopped", may_have_cost=False)
    assert spent(connection) == Spent(110, 3, 1)
    (row,) = ledger.calls(connection)
    assert (row.outcome, row.batch_id, row.tokens, row.usd) == ("ok", "batch-1", 110, 0.000003)


def test_a_call_that_is_gone_settles_nothing(connection: sqlite3.Connection) -> None:
    settle(connection, "nonesuch", Usage(1, 1), 1)
    assert count(connection, "ledger") == 0


@pytest.mark.parametrize(
    ("caps", "named"),
    [
        (Caps(10_000, 1_000, 2), "dailyCalls"),
        (Caps(5_999, 1_000, 9), "dailyTokens"),
        (Caps(10_000, 299, 9), "dailyUsd"),
    ],
)
def test_a_full_day_refuses_until_the_next(caps: Caps, named: str, connection: sqlite3.Connection) -> None:
    reserved(connection, caps=caps)
    reserved(connection, caps=caps, user_id="other", job_id=None)
    refused = reserve(connection, caps, at=at(HOUR))
    assert isinstance(refused, Refused)
    assert refused.reason == f"enrichment.{named} has no room for another call today"
    assert refused.again_at == MORNING + 15 * HOUR
    assert count(connection, "ledger") == 2
    assert reserved(connection, caps=caps, at=at(15 * HOUR))
    assert spent(connection, at(15 * HOUR)) == Spent(2_000, 100, 1)


def test_a_cap_can_be_used_to_the_last_of_it(connection: sqlite3.Connection) -> None:
    caps = Caps(6_000, 300, 3)
    for _ in range(3):
        reserved(connection, caps=caps)
    assert spent(connection) == Spent(*(6_000, 300, 3))


@pytest.mark.parametrize("caps", [Caps(0, 1_000, 4), Caps(10_000, 0, 4), Caps(10_000, 1_000, 0)])
def test_a_cap_of_nothing_lets_nothing_through(caps: Caps, connection: sqlite3.Connection) -> None:
    refused = reserve(connection, caps, Estimate(1, 0))
    assert isinstance(refused, Refused)
    assert refused.again_at is None
    assert refused.reason.endswith(" is 0: no call is made")


def test_what_no_day_has_room_for_is_said_to_be_so(connection: sqlite3.Connection) -> None:
    refused = reserve(connection, estimate=Estimate(10_001, 1))
    assert refused == Refused("one call may take more than enrichment.dailyTokens allows for a day", None)


def test_a_call_that_never_came_back_counts_on_and_is_named(connection: sqlite3.Connection) -> None:
    reserved(connection)
    (row,) = ledger.calls(connection)
    assert (row.outcome, row.settled_at, row.in_full) == (None, None, True)
    assert not row.lost(MORNING + 60_000)
    assert row.lost(MORNING + 10 * 60_000)
    assert row.lost(MORNING - DAY)
    assert spent(connection, at(14 * HOUR)) == Spent(2_000, 100, 1)


@pytest.mark.parametrize("jump", [-3_653 * DAY, -DAY, -HOUR, DAY, 3_653 * DAY])
def test_no_wall_clock_opens_or_closes_a_day(jump: int, connection: sqlite3.Connection) -> None:
    caps = Caps(10_000, 1_000, 1)
    reserved(connection, caps=caps)
    for wall in (MORNING + jump, MORNING, MORNING + jump // 2, MORNING + jump):
        refused = reserve(connection, caps, at=Instant(wall, 1_000_000 + HOUR, "boot"))
        assert isinstance(refused, Refused)
        assert refused.again_at == wall + 14 * HOUR
        assert ledger.resets_at(connection, Instant(wall, 1_000_000 + HOUR, "boot"), UTC) == wall + 14 * HOUR
    assert reserve(connection, caps, at=Instant(MORNING + jump, 1_000_000 + 15 * HOUR, "boot"))
    assert isinstance(reserve(connection, caps, at=Instant(MORNING, 1_000_000 + 16 * HOUR, "boot")), Refused)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-07-01", 24), ("2026-10-25", 25), ("2026-12-31", 24)]
)
def test_a_day_is_the_local_one(day: str, hours: int) -> None:
    from datetime import datetime

    zone = ZoneInfo("Europe/Berlin")
    begin = int(datetime.fromisoformat(day).replace(tzinfo=zone).timestamp() * 1000)
    end = begin + hours * HOUR
    for moment in (begin, begin + 2 * HOUR, begin + 12 * HOUR, end - 1):
        assert ledger.day_of(moment, zone) == (begin, end)
    assert ledger.day_of(end, zone)[0] == end


def test_the_day_begins_at_the_local_midnight(connection: sqlite3.Connection) -> None:
    east = timezone(timedelta(hours=14))  # nine in the morning is 23:00 there
    caps = Caps(10_000, 1_000, 1)
    reserved(connection, caps=caps, zone=east)
    refused = reserve(connection, caps, at=at(HOUR - 1), zone=east)
    assert isinstance(refused, Refused)
    assert refused.again_at == MORNING + HOUR
    reserved(connection, caps=caps, at=at(HOUR), zone=east)


def test_calls_are_told_newest_first(connection: sqlite3.Connection) -> None:
    caps = Caps(10**6, 10**6, 100)
    made = [reserved(connection, caps=caps, at=at(minute * 60_000)) for minute in range(5)]
    assert [call.id for call in ledger.calls(connection, 3)] == made[:1:-1]
    assert [call.id for call in ledger.calls(connection, since=MORNING + 180_000)] == made[:2:-1]
    newest = ledger.calls(connection, 1)[0]
    assert (newest.purpose, newest.model, newest.host) == ("turns", "claude-haiku-5-5", "api.anthropic.com")
    assert (newest.user_id, newest.job_id, newest.at) == ("local", "job", MORNING + 240_000)


def test_old_calls_go_and_those_of_today_stay_whatever_the_clock_says(connection: sqlite3.Connection) -> None:
    assert ledger.purge(connection, MORNING) == 0
    reserved(connection)
    reserved(connection, at=at(100 * DAY))
    assert ledger.purge(connection, MORNING + 100 * DAY - ledger.KEPT_MS) == 1
    assert ledger.purge(connection, MORNING + 10_000 * DAY) == 0
    assert spent(connection, at(100 * DAY)) == Spent(2_000, 100, 1)


def test_numbers_beyond_reason_break_nothing(connection: sqlite3.Connection) -> None:
    caps = Caps(10**9, 10**9, 100_000)
    first, second = reserved(connection, caps=caps), reserved(connection, caps=caps)
    settle(connection, first, Usage(10**30, 10**30), 10**40)
    settle(connection, second, Usage(-(10**30), -1), -5)
    assert spent(connection).tokens >= 10**9
    assert isinstance(reserve(connection, caps), Refused)


def test_all_windows_share_one_day(opened: Open) -> None:
    one, other = opened(), opened()
    made = [
        window.write(lambda connection: reserve(connection, user_id="u"))
        for window in (one, other, one, other)
    ]
    assert all(isinstance(call, str) for call in made)
    assert isinstance(other.write(reserve), Refused)
    assert one.read(spent) == other.read(spent) == Spent(8_000, 400, 4)


def test_the_caps_are_the_settings() -> None:
    assert ledger.caps_of(Settings()) == Caps(200_000, 250_000, 48)
