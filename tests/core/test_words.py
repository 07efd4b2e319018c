"""Durations, clocks and numbers as people say them."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core import words
from afterglow.core.local_time import Clock, format_iso, local, parse_iso, twelve_hour
from tests.core.build import DAY, HOUR, MINUTE, NOW, SECOND, ZONE, at

CLOCK = Clock(NOW, ZONE)


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (-5, "under 0.1 s"),
        (0, "under 0.1 s"),
        (38, "under 0.1 s"),
        (200, "0.2 s"),
        (3_000, "3 s"),
        (3_420, "3.4 s"),
        (9_960, "10 s"),
        (38_000, "38 s"),
        (99_400, "99 s"),
        (100_000, "100 s"),
        (119_400, "119 s"),
        (119_600, "2 min"),
        (4 * MINUTE, "4 min"),
        (59.6 * MINUTE, "1 h"),
        (80 * MINUTE, "1 h 20"),
        (65 * MINUTE, "1 h 05"),
        (138 * MINUTE, "2 h 18"),
        (26 * HOUR, "26 h"),
        (48 * HOUR, "2 days"),
        (61 * DAY, "61 days"),
    ],
)
def test_durations(ms: float, said: str) -> None:
    assert words.duration(ms) == said


def _back(said: str) -> float:
    if said.startswith("under"):
        return 0
    found = re.fullmatch(r"([\d.]+) (s|min|h|days?)(?: (\d\d))?", said)
    assert found is not None, said
    unit = {"s": SECOND, "min": MINUTE, "h": HOUR, "day": DAY, "days": DAY}[found[2]]
    return float(found[1]) * unit + int(found[3] or 0) * MINUTE


@given(st.floats(0, 100 * DAY), st.floats(0, 100 * DAY))
def test_a_longer_duration_never_reads_shorter(one: float, other: float) -> None:
    short, long = sorted((one, other))
    assert _back(words.duration(short)) <= _back(words.duration(long))


@given(st.floats(100, 100 * DAY))
def test_a_duration_is_told_within_a_fifth(ms: float) -> None:
    assert _back(words.duration(ms)) == pytest.approx(ms, rel=0.5 if ms < 1_000 else 0.26)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (102, "102nd"),
        (111, "111th"),
    ],
)
def test_ordinals(number: int, said: str) -> None:
    assert words.ordinal(number) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(94, "94 %"), (93.64, "93.6 %"), (99.96, "99.9 %"), (100, "100 %"), (0, "0 %"), (0.29 * 100, "29 %")],
)
def test_percentages_never_round_up(value: float, said: str) -> None:
    assert words.percent(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(3, "3"), (0.03124, "0.0312"), (12.54, "12.5"), (1840.4, "1840"), (-2.5, "-2.5")]
)
def test_measures(value: float, said: str) -> None:
    assert words.measure(value) == said


def test_plurals() -> None:
    assert words.counted(1, "commit") == "1 commit"
    assert words.counted(2, "commit") == "2 commits"
    assert words.counted(2, "entry", "entries") == "2 entries"


@pytest.mark.parametrize(
    ("then", "since", "when"),
    [
        (at(12, 14, 10), "14:10", "at 14:10"),
        (at(12, 0, 0), "00:00", "at 00:00"),
        (at(11, 17, 2), "yesterday 17:02", "yesterday at 17:02"),
        (at(10, 9), "Tuesday", "on Tuesday"),
        (at(6, 9), "Friday", "on Friday"),
        (at(5, 9), "5 Mar", "on 5 Mar"),
        (at(1, 9), "1 Mar", "on 1 Mar"),
        (NOW - 200 * DAY, "24 Aug 2025", "on 24 Aug 2025"),
    ],
)
def test_an_instant_is_named_by_how_long_ago_it_was(then: int, since: str, when: str) -> None:
    assert CLOCK.since(then) == since
    assert CLOCK.when(then) == when


@pytest.mark.parametrize(
    ("hour", "said"), [(0, "12:05 am"), (1, "1:05 am"), (11, "11:05 am"), (12, "12:05 pm"), (14, "2:05 pm")]
)
def test_twelve_hours(hour: int, said: str) -> None:
    assert Clock(NOW, ZONE, twelve=True).time(at(12, hour, 5)) == said


@pytest.mark.parametrize(
    ("locale", "twelve"),
    [
        ("en-US", True),
        ("en_US.UTF-8", True),
        ("en-AU", True),
        ("en-GB", False),
        ("de-DE", False),
        ("en", False),
        ("C", False),
        ("", False),
        (None, False),
    ],
)
def test_which_locales_read_twelve_hours(locale: str | None, twelve: bool) -> None:
    assert twelve_hour(locale) is twelve


def test_midnight_is_local() -> None:
    assert CLOCK.midnight() == at(12, 0)
    assert Clock(at(12, 0, 30), ZONE).minute_of_day() == 30
    assert Clock(at(12, 0, 30), UTC).minute_of_day() == 23 * 60 + 30


def test_midnight_on_the_day_that_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    noon = parse_iso("2026-03-29T10:00:00Z")
    midnight = parse_iso("2026-03-28T23:00:00Z")
    assert noon is not None
    assert Clock(noon, berlin).midnight() == midnight


@given(st.integers(-(10**18), 10**18), st.integers(-14 * 60, 14 * 60))
def test_no_instant_and_no_zone_breaks_the_clock(then: int, offset: int) -> None:
    clock = Clock(NOW, timezone(timedelta(minutes=offset)), twelve=then % 2 == 0)
    assert clock.since(then)
    assert clock.when(then)
    assert 0 <= Clock(then, clock.zone).minute_of_day() < 1_440
    assert local(then, clock.zone).tzinfo is not None
    Clock(then, clock.zone).midnight()


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:01.5Z", 1_500),
        ("1970-01-01 00:00", 0),
        ("2026-01-31T09:30:00.123Z", 1_769_851_800_123),
        ("", None),
        ("yesterday", None),
        ("2026-01-31", None),
        ("2026-13-31T09:30:00Z", None),
        ("0001-01-01T00:00:00+23:59", -62_135_683_140_000),
        ("1234", None),
    ],
)
def test_iso_times(text: str, ms: int | None) -> None:
    assert parse_iso(text) == ms


@given(st.integers(0, 4_000_000_000_000))
def test_iso_times_come_back(ms: int) -> None:
    assert parse_iso(format_iso(ms)) == ms


@given(st.text(max_size=40))
def test_any_text_is_read_as_a_time_or_not(text: str) -> None:
    assert parse_iso(text) is None or isinstance(parse_iso(text), int)
