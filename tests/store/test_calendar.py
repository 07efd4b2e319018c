"""The holidays of a region and of its country."""

from __future__ import annotations

import sqlite3

import pytest

from afterglow.store import calendar
from afterglow.store.calendar import Holiday


@pytest.fixture
def year(connection: sqlite3.Connection) -> sqlite3.Connection:
    calendar.replace_year(connection, "US", 2026, [Holiday("2026-07-04", "Independence Day")])
    calendar.replace_year(connection, "us_ca", 2026, [Holiday("2026-03-31", "Cesar Chavez Day")])
    return connection


def test_a_part_keeps_the_holidays_of_its_country(year: sqlite3.Connection) -> None:
    assert calendar.on(year, "US-CA", "2026-07-04") == ("Independence Day",)
    assert calendar.on(year, "US-CA", "2026-03-31") == ("Cesar Chavez Day",)
    assert calendar.on(year, "US", "2026-03-31") == ()
    assert calendar.on(year, "US-TX", "2026-07-04") == ("Independence Day",)
    assert [holiday.day for holiday in calendar.of_year(year, "us-ca", 2026)] == ["2026-03-31", "2026-07-04"]


@pytest.mark.parametrize("region", [None, "", "DE", "nowhere", "U S"])
def test_an_unknown_region_has_none(year: sqlite3.Connection, region: str | None) -> None:
    assert calendar.on(year, region, "2026-07-04") == ()
    assert calendar.of_year(year, region, 2026) == ()


def test_a_year_is_replaced_as_a_whole_and_alone(year: sqlite3.Connection) -> None:
    calendar.replace_year(year, "US", 2027, [Holiday("2027-07-05", "Independence Day")])
    calendar.replace_year(year, "US", 2026, [Holiday("2026-12-25", "Christmas\x1b[31m Day")])
    assert calendar.of_year(year, "US", 2026) == (Holiday("2026-12-25", "Christmas Day"),)
    assert len(calendar.of_year(year, "US", 2027)) == 1
    assert len(calendar.of_year(year, "US-CA", 2026)) == 2


@pytest.mark.parametrize(("region", "day"), [("nowhere", "2026-01-01"), ("DE", "2025-01-01"), ("DE", "May")])
def test_what_is_no_holiday_is_a_mistake_and_changes_nothing(
    year: sqlite3.Connection, region: str, day: str
) -> None:
    with pytest.raises(ValueError, match="a region and a date"):
        calendar.replace_year(year, region, 2026, [Holiday(day, "x")])
    assert calendar.on(year, "US", "2026-07-04") == ("Independence Day",)
