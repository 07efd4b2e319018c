"""Lines about weather, hour, day and holiday are shown when they are true."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from afterglow.core.almanac import HOLIDAYS, easter_sunday, season_applies, weather_applies
from afterglow.core.bank import SeasonRule, WeatherRule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1961, 4, 2), (2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2024, 3, 31), (2026, 4, 5), (2038, 4, 25)],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == date(year, month, day)


@pytest.mark.parametrize(
    ("name", "day", "region", "is_it"),
    [
        ("New Year's Day", "2027-01-01", None, True),
        ("New Year's Day", "2027-01-02", None, False),
        ("Lunar New Year", "2027-02-06", "SG", True),
        ("Lunar New Year", "2027-02-06", "FR", False),
        ("Lunar New Year", "2040-02-12", "CN", False),
        ("Leap Day", "2028-02-29", None, True),
        ("Easter Monday", "2026-04-06", "de", True),
        ("Easter Monday", "2026-04-06", "GB-ENG", True),
        ("Easter Monday", "2026-04-06", "US", False),
        ("Easter Monday", "2026-04-06", None, False),
        ("Midsummer", "2026-06-19", "SE", True),
        ("Midsummer", "2027-06-25", "SE", True),
        ("Midsummer", "2026-06-26", "SE", False),
        ("Labor Day", "2026-09-07", "US-CA", True),
        ("Labor Day", "2026-09-14", "US-CA", False),
        ("Day 256", "2026-09-13", None, True),
        ("Day 256", "2028-09-12", None, True),
        ("Thanksgiving", "2026-11-26", "US", True),
        ("Thanksgiving", "2026-11-19", "US", False),
        ("Christmas Day", "2026-12-25", "JP", False),
        ("Boxing Day", "2026-12-26", "GB", True),
    ],
)
def test_holidays(name: str, day: str, region: str | None, is_it: bool) -> None:
    assert season_applies(SeasonRule(holiday=name), at(f"{day}T12:00"), region) is is_it


@pytest.mark.parametrize("name", sorted(HOLIDAYS))
def test_every_holiday_comes_in_most_years(name: str) -> None:
    known = HOLIDAYS[name]
    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2030, 1, 1).toordinal())]
    found = [day for day in days if known.on(day)]
    assert len(found) == len({day.year for day in found})
    assert len(found) == (1 if name == "Leap Day" else 4)


@pytest.mark.parametrize(
    ("rule", "when", "applies"),
    [
        (SeasonRule(time="morning"), "2026-11-21T05:00", True),
        (SeasonRule(time="morning"), "2026-11-21T11:00", False),
        (SeasonRule(time="evening"), "2026-11-21T18:00", True),
        (SeasonRule(time="evening"), "2026-11-21T23:00", False),
        (SeasonRule(weekday=4), "2026-11-20T09:00", True),
        (SeasonRule(weekday=4, time="evening"), "2026-11-20T09:00", False),
        (SeasonRule(first=(12, 27), last=(12, 31)), "2026-12-27T00:00", True),
        (SeasonRule(first=(12, 27), last=(12, 31)), "2027-01-01T00:00", False),
        (SeasonRule(first=(12, 20), last=(1, 6)), "2027-01-06T00:00", True),
        (SeasonRule(first=(12, 20), last=(1, 6)), "2027-01-07T00:00", False),
        (SeasonRule(), "2026-11-20T09:00", False),
    ],
)
def test_hours_days_and_spans(rule: SeasonRule, when: str, applies: bool) -> None:
    assert season_applies(rule, at(when)) is applies


def test_weather_must_be_known_and_true() -> None:
    hot = WeatherRule(above_c=29)
    assert weather_applies(hot, temp_c=29.5)
    assert not weather_applies(hot, temp_c=29)
    assert not weather_applies(hot)
    assert weather_applies(WeatherRule(below_c=0), temp_c=-1)
    wet = WeatherRule(rain=True, place="london")
    assert weather_applies(wet, rain=True, place="London")
    assert not weather_applies(wet, rain=True)
    assert not weather_applies(wet, rain=False, place="London")
    assert not weather_applies(WeatherRule(), temp_c=20, rain=True)
