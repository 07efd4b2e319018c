"""Lines about weather, hour, day and holiday are shown when they are true."""

from __future__ import annotations

from datetime import UTC, date, datetime

import holidays
import pytest

from afterglow.core.almanac import HOLIDAYS, region_of_locale, season_applies, weather_applies
from afterglow.core.bank import SeasonRule, WeatherRule

YEARS = (2026, 2027, 2028)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def said() -> dict[str, set[date]]:
    """Every name that the library gives a public holiday of any country, and its days."""
    found: dict[str, set[date]] = {}
    for country in holidays.list_supported_countries(include_aliases=False):
        english = "en_US" in getattr(holidays, country).supported_languages
        year = holidays.country_holidays(country, years=YEARS, language="en_US" if english else None)
        for day in year:
            for name in year.get_list(day):
                found.setdefault(name.casefold(), set()).add(day)
    return found


@pytest.mark.parametrize("name", sorted(name for name, known in HOLIDAYS.items() if known.names))
def test_the_library_knows_each_name_and_has_the_day_each_year(name: str, said: dict[str, set[date]]) -> None:
    known = HOLIDAYS[name]
    assert known.names <= set(said)
    days = {day for one in known.names for day in said[one] if known.on(day, (one,))}
    assert {day.year for day in days} == set(YEARS)


@pytest.mark.parametrize(
    ("name", "day", "named", "is_it"),
    [
        ("New Year's Day", "2027-01-01", "New Year's Day", True),
        ("New Year's Day", "2027-01-01", "New Year\u2019s Day", True),
        ("New Year's Day", "2027-01-02", "New Year's Day", False),
        ("Lunar New Year", "2027-02-06", "Chinese New Year", True),
        ("Lunar New Year", "2027-02-08", "Chinese New Year (observed)", False),
        ("Easter Monday", "2026-04-06", "Easter Monday", True),
        ("May Day", "2026-05-01", "Labor Day", True),
        ("Labor Day", "2026-05-01", "Labor Day", False),
        ("Labor Day", "2026-09-07", "Labour Day", True),
        ("May Day", "2026-09-07", "Labor Day", False),
        ("Independence Day", "2026-07-04", "Independence Day", True),
        ("Independence Day", "2026-08-15", "Independence Day", False),
        ("Independence Day", "2026-07-03", "Independence Day (observed)", False),
        ("Thanksgiving", "2026-11-26", "Thanksgiving Day", True),
        ("Christmas Day", "2026-12-25", "CHRISTMAS DAY", True),
        ("Boxing Day", "2026-12-26", "Second Day of Christmas", False),
    ],
)
def test_a_public_holiday_is_what_the_calendar_calls_so(name: str, day: str, named: str, is_it: bool) -> None:
    rule = SeasonRule(holiday=name)
    assert season_applies(rule, at(f"{day}T12:00"), ("Something Else", named)) is is_it
    assert not season_applies(rule, at(f"{day}T12:00"))


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("Leap Day", ["2028-02-29"]),
        ("Pi Day", ["2026-03-14", "2027-03-14", "2028-03-14"]),
        ("Day 256", ["2026-09-13", "2027-09-13", "2028-09-12"]),
        ("Halloween", ["2026-10-31", "2027-10-31", "2028-10-31"]),
        ("New Year's Eve", ["2026-12-31", "2027-12-31", "2028-12-31"]),
    ],
)
def test_what_is_no_public_holiday_is_known_without_a_calendar(name: str, days: list[str]) -> None:
    ordinals = range(date(2026, 1, 1).toordinal(), date(2029, 1, 1).toordinal())
    every = [date.fromordinal(number) for number in ordinals]
    assert [day.isoformat() for day in every if HOLIDAYS[name].on(day)] == days


@pytest.mark.parametrize(
    ("locale", "region"),
    [
        ("de-DE", "DE"),
        ("de_AT.UTF-8", "AT"),
        ("ca_ES.UTF-8@valencia", "ES"),
        ("en-us", "US"),
        ("zh-Hant-TW", "TW"),
        ("de-DE-u-co-phonebk", "DE"),
        ("en", None),
        ("C.UTF-8", None),
        ("POSIX", None),
        ("es-419", None),
        ("sr-Latn", None),
        ("", None),
        (None, None),
    ],
)
def test_the_country_of_a_locale(locale: str | None, region: str | None) -> None:
    assert region_of_locale(locale) == region


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
