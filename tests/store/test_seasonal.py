"""Lines about the hour, the day and the season: which one, how often, and until when it waits."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from afterglow.core.bank import Banks, SeasonLine, SeasonRule
from afterglow.core.queue_rules import Entry
from afterglow.store import calendar, queue, seasonal, voice
from tests.store.queueing import USER, add, claim

HOUR = 60 * 60_000
MORNING, EVENING = SeasonRule(time="morning"), SeasonRule(time="evening")
MONDAY, FRIDAY = SeasonRule(weekday=0), SeasonRule(weekday=4)
YEAR_END = SeasonRule(first=(12, 27), last=(12, 31))
PI_DAY, CHRISTMAS = SeasonRule(holiday="Pi Day"), SeasonRule(holiday="Christmas Day")


def line(name: str, rule: SeasonRule, **fields: Any) -> SeasonLine:
    return SeasonLine(id=name, text=f"about {name}", when=rule, **fields)


def shelf(**rules: SeasonRule) -> Banks:
    return Banks(seasons=tuple(line(name, rule) for name, rule in rules.items()))


EVERYTHING = shelf(
    morning=MORNING,
    evening=EVENING,
    monday=MONDAY,
    friday=FRIDAY,
    year_end=YEAR_END,
    pi=PI_DAY,
    xmas=CHRISTMAS,
)


def ms(text: str, zone: tzinfo = UTC) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def offered(
    connection: sqlite3.Connection, banks: Banks, when: str, *, zone: tzinfo = UTC, **more: Any
) -> Entry | None:
    asked = {"user_id": USER, "workspace": "/project", "session_id": "s", "region": None, **more}
    return seasonal.offer(connection, banks, now=ms(when, zone), zone=zone, **asked)


def told(connection: sqlite3.Connection, banks: Banks, *whens: str, **more: Any) -> list[str | None]:
    """The ids of what is offered at these times, one after the other."""
    found = [offered(connection, banks, when, **more) for when in whens]
    return [None if entry is None else entry.source_id for entry in found]


def days(first: str, number: int, time: str = "09:00") -> list[str]:
    begin = datetime.fromisoformat(first)
    return [f"{(begin + timedelta(days=one)).date().isoformat()}T{time}" for one in range(number)]


def test_what_waits_is_for_any_workspace_and_asks_for_nothing(connection: sqlite3.Connection) -> None:
    entry = offered(connection, shelf(pi=PI_DAY), "2026-03-14T15:00")
    assert entry is not None
    assert (entry.source, entry.source_id, entry.banter) == ("seasonal", "pi", "about pi")
    assert (entry.workspace, entry.tags, entry.level, entry.category) == (None, (), 1, None)
    assert (entry.session_id, entry.expires_in_turns) == ("s", None)
    got = claim(connection, now=ms("2026-03-14T16:00"), workspace="/elsewhere", tags=("git",))
    assert got is not None
    assert got.id == entry.id


@pytest.mark.parametrize(
    ("rule", "when", "until"),
    [
        (MORNING, "2026-11-18T09:30", "2026-11-18T11:00"),
        (EVENING, "2026-11-18T18:00", "2026-11-18T23:00"),
        (FRIDAY, "2026-11-20T00:00", "2026-11-21T00:00"),
        (PI_DAY, "2026-03-14T09:30", "2026-03-15T00:00"),
        (YEAR_END, "2026-12-28T09:30", "2026-12-29T00:00"),
        (SeasonRule(weekday=4, time="evening"), "2026-11-20T20:00", "2026-11-20T23:00"),
        # The day of the change from summer time has 25 h; no line waits longer than 24 h.
        (SeasonRule(weekday=6), "2026-10-25T00:30", "2026-10-26T00:00"),
        (SeasonRule(weekday=6), "2026-03-29T00:30", "2026-03-30T00:00"),
    ],
)
def test_it_waits_only_while_it_is_true(
    connection: sqlite3.Connection, rule: SeasonRule, when: str, until: str
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    entry = offered(connection, shelf(it=rule), when, zone=berlin)
    assert entry is not None
    end = ms(until, berlin)
    assert entry.expires_at == min(end, ms(when, berlin) + 24 * HOUR)
    assert claim(connection, now=end) is None


def test_where_nothing_is_true_nothing_is_offered(connection: sqlite3.Connection) -> None:
    assert told(connection, EVERYTHING, "2026-11-18T13:00") == [None]
    assert told(connection, Banks(), "2026-11-20T13:00") == [None]
    # A moment without a line does not spend the day.
    assert told(connection, EVERYTHING, "2026-11-18T19:00") == ["evening"]


def test_one_line_a_local_day_and_user(connection: sqlite3.Connection) -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert told(connection, EVERYTHING, "2026-11-18T09:00", "2026-11-18T19:00") == ["morning", None]
    assert told(connection, EVERYTHING, "2026-11-18T19:00", user_id="another") == ["evening"]
    # 10:00 in Tokyo on the 19th is still the 18th in UTC.
    assert told(connection, EVERYTHING, "2026-11-19T10:00", zone=tokyo) == [None]
    assert told(connection, EVERYTHING, "2026-11-19T18:00", zone=tokyo) == ["evening"]


def test_the_rarest_occasion_is_mentioned(connection: sqlite3.Connection) -> None:
    calendar.replace_year(connection, "DE", 2026, [calendar.Holiday("2026-12-25", "Christmas Day")])
    assert told(connection, EVERYTHING, "2026-12-25T09:00", region="DE-BY") == ["xmas"]
    assert told(connection, EVERYTHING, "2026-12-28T09:00") == ["year_end"]
    assert told(connection, EVERYTHING, "2027-01-04T09:00") == ["monday"]
    assert told(connection, EVERYTHING, "2027-01-05T09:00") == ["morning"]


@pytest.mark.parametrize("region", [None, "FR", "nowhere"])
def test_a_holiday_of_another_region_is_an_ordinary_day(
    connection: sqlite3.Connection, region: str | None
) -> None:
    calendar.replace_year(connection, "DE", 2026, [calendar.Holiday("2026-12-25", "Christmas Day")])
    assert told(connection, EVERYTHING, "2026-12-25T13:00", region=region) == ["friday"]


def test_the_least_told_goes_first_and_equals_by_the_day(connection: sqlite3.Connection) -> None:
    banks = Banks(seasons=tuple(line(f"year-{one}", YEAR_END) for one in range(20)))
    for one in range(20):
        if one != 7:
            voice.tell(connection, USER, f"year-{one}", 0)
    assert told(connection, banks, "2026-12-27T09:00") == ["year-7"]
    others = [told(connection, banks, "2026-12-27T09:00", user_id=f"user {one}")[0] for one in range(10)]
    assert len(set(others)) > 3
    again = sqlite3.connect(":memory:")
    connection.backup(again)
    again.row_factory = sqlite3.Row
    later = days("2026-12-28", 3)
    assert told(again, banks, *later) == told(connection, banks, *later)
    again.close()


def test_a_weekday_is_mentioned_every_second_week(connection: sqlite3.Connection) -> None:
    banks = shelf(monday=MONDAY, friday=FRIDAY)
    # Monday 2 November, then Monday 16 and Monday 30.
    found = dict(zip(days("2026-11-02", 35), told(connection, banks, *days("2026-11-02", 35)), strict=True))
    said = [when[:10] for when, name in found.items() if name is not None]
    assert said == ["2026-11-02", "2026-11-16", "2026-11-30"]
    late = told(connection, banks, "2026-12-18T09:00", "2026-12-21T09:00", "2026-12-28T09:00")
    assert late == ["friday", None, "monday"]


def test_the_time_of_day_is_mentioned_twice_a_week(connection: sqlite3.Connection) -> None:
    banks = Banks(seasons=tuple(line(f"morning-{one}", MORNING) for one in range(9)))
    found = told(connection, banks, *days("2026-11-02", 28))
    mentioned = [at for at, name in enumerate(found) if name is not None]
    assert len(mentioned) == 8
    assert all(later - earlier >= 7 for earlier, later in zip(mentioned, mentioned[2:], strict=False))


def test_the_same_line_rests_for_a_week(connection: sqlite3.Connection) -> None:
    long = SeasonRule(first=(6, 1), last=(6, 30))
    found = told(connection, shelf(june=long), *days("2026-06-01", 9))
    assert found == ["june", *[None] * 6, "june", None]


def test_a_workspaces_own_line_stays_in_it(connection: sqlite3.Connection) -> None:
    banks = Banks(seasons=(line("ours", PI_DAY, origin="workspace"),))
    entry = offered(connection, banks, "2026-03-14T15:00")
    assert entry is not None
    assert entry.workspace == "/project"


@pytest.mark.parametrize("fields", [{"slots": ("user_name",)}, {"min_trust": 0.3}])
def test_what_the_queue_could_not_keep_in_order_is_left_out(
    connection: sqlite3.Connection, fields: dict[str, Any]
) -> None:
    assert offered(connection, Banks(seasons=(line("it", PI_DAY, **fields),)), "2026-03-14T15:00") is None


def test_a_full_queue_takes_none_and_the_day_is_not_spent(connection: sqlite3.Connection) -> None:
    add(connection, "waits", now=ms("2026-03-14T14:00"), until_used=True)
    assert offered(connection, EVERYTHING, "2026-03-14T15:00", max_rows=1) is None
    assert claim(connection, now=ms("2026-03-14T15:01")) is not None
    assert told(connection, EVERYTHING, "2026-03-14T16:00", max_rows=1) == ["pi"]


@pytest.mark.parametrize("value", ["[]", "{", '{"offered": 3}', '{"offered": [[1], ["x", "y", "z"], null]}'])
def test_a_damaged_memory_of_it_is_an_empty_one(connection: sqlite3.Connection, value: str) -> None:
    connection.execute("INSERT INTO voice VALUES (?, 'season_day', ?)", (USER, value))
    assert told(connection, EVERYTHING, "2026-03-14T15:00", "2026-03-14T16:00") == ["pi", None]


def test_a_clock_that_was_ahead_silences_nothing(connection: sqlite3.Connection) -> None:
    assert told(connection, EVERYTHING, "2036-03-14T15:00", "2026-03-14T15:00") == ["pi", "pi"]


def test_the_memory_of_it_stays_small(connection: sqlite3.Connection) -> None:
    told(connection, EVERYTHING, *days("2026-01-01", 365))
    kept = voice.read(connection, USER, seasonal.SEASON_DAY)["offered"]
    assert 0 < len(kept) <= seasonal.KEPT_DAYS
    assert len(queue.entries(connection, USER, now=ms("2026-01-01T00:00"), limit=1000)) > 50


def test_a_region_is_asked_for_once_in_a_day(connection: sqlite3.Connection) -> None:
    day = 24 * HOUR
    assert seasonal.asked_at(connection, USER, "DE") is None
    assert seasonal.ask(connection, USER, "DE", 10 * day)
    assert not seasonal.ask(connection, USER, "DE", 11 * day - 1)
    assert seasonal.asked_at(connection, USER, "DE") == 10 * day
    assert seasonal.ask(connection, USER, "DE", 11 * day)
    assert seasonal.ask(connection, USER, "FR", 11 * day)
    assert seasonal.asked_at(connection, USER, "DE") is None
    # A clock that was set back does not wait for the old time to come again.
    assert seasonal.ask(connection, USER, "FR", day)
