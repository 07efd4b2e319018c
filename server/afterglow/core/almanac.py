"""Whether a line about the weather, the hour, the day or a holiday is true right now.

Invariant: pure; the local time, the region and the weather come from outside. A holiday whose date is
not known for a year is not that year.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from attrs import frozen

from afterglow.core.bank import SeasonRule, WeatherRule

TIMES: Final[Mapping[str, range]] = {"morning": range(5, 11), "evening": range(18, 23)}
"""Hours of the day, local."""

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MON, _THU, _FRI = 0, 3, 4


@frozen
class Holiday:
    """One way to find its day. ``fixed``: (month, day). ``nth``: (month, weekday, which), from 1.
    ``after``: (month, day, weekday): that weekday on or after the date. ``easter``: days after Easter
    Sunday. ``ordinal``: day of the year. ``dates``: ISO, one a year. ``regions``: country codes; none is all.
    """

    fixed: tuple[int, int] | None = None
    nth: tuple[int, int, int] | None = None
    after: tuple[int, int, int] | None = None
    easter: int | None = None
    ordinal: int | None = None
    dates: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()

    def on(self, day: date) -> bool:
        """Whether it is on this day, wherever one lives."""
        if self.fixed is not None:
            return (day.month, day.day) == self.fixed
        if self.nth is not None:
            month, weekday, which = self.nth
            return day.month == month and day.weekday() == weekday and (day.day - 1) // 7 + 1 == which
        if self.after is not None:
            month, first, weekday = self.after
            return day.weekday() == weekday and 0 <= (day - date(day.year, month, first)).days < 7
        if self.easter is not None:
            return day == easter_sunday(day.year) + timedelta(days=self.easter)
        if self.ordinal is not None:
            return day.timetuple().tm_yday == self.ordinal
        return day.isoformat() in self.dates

    def kept_in(self, region: str | None) -> bool:
        """Whether a region (``DE``, ``US-CA``) keeps it; an unknown region keeps those of everywhere."""
        return not self.regions or (region or "").upper().partition("-")[0] in self.regions


def _in(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


_EUROPE_EASTER: Final = "AT AU BE CH CZ DE DK ES FI FR GB HU IE IS IT LU NL NO NZ PL SE SI SK"

HOLIDAYS: Final[Mapping[str, Holiday]] = {
    "New Year's Day": Holiday(fixed=(1, 1)),
    "Lunar New Year": Holiday(
        dates=("2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23"),
        regions=_in("CN HK MO MY SG TW"),
    ),
    "Leap Day": Holiday(fixed=(2, 29)),
    "Pi Day": Holiday(fixed=(3, 14)),
    "Easter Monday": Holiday(easter=1, regions=_in(_EUROPE_EASTER)),
    "May Day": Holiday(fixed=(5, 1), regions=_in("AT BE BR CN DE ES FI FR IT LU MX NO PL PT SE")),
    "Midsummer": Holiday(after=(6, 19, _FRI), regions=_in("FI SE")),
    "Independence Day": Holiday(fixed=(7, 4), regions=_in("US")),
    "Labor Day": Holiday(nth=(9, _MON, 1), regions=_in("CA US")),
    "Day 256": Holiday(ordinal=256),
    "Halloween": Holiday(fixed=(10, 31), regions=_in("CA GB IE US")),
    "Thanksgiving": Holiday(nth=(11, _THU, 4), regions=_in("US")),
    "Christmas Day": Holiday(
        fixed=(12, 25), regions=_in(_EUROPE_EASTER + " BR CA MX PT SG US ZA")
    ),
    "Boxing Day": Holiday(fixed=(12, 26), regions=_in("AU CA GB NZ ZA")),
    "New Year's Eve": Holiday(fixed=(12, 31)),
}  # fmt: skip


def weather_applies(
    rule: WeatherRule,
    *,
    temp_c: float | None = None,
    rain: bool | None = None,
    snow: bool | None = None,
    place: str | None = None,
) -> bool:
    """Whether all that the rule names is known and holds; a rule that names nothing never applies."""
    wanted = (
        (rule.above_c, temp_c is not None and rule.above_c is not None and temp_c > rule.above_c),
        (rule.below_c, temp_c is not None and rule.below_c is not None and temp_c < rule.below_c),
        (rule.rain, rain is not None and rain == rule.rain),
        (rule.snow, snow is not None and snow == rule.snow),
        (rule.place, place is not None and place.casefold() == rule.place),
    )
    named = [holds for given, holds in wanted if given is not None]
    return bool(named) and all(named)


def season_applies(rule: SeasonRule, local: datetime, region: str | None = None) -> bool:
    """Whether all that the rule names holds at this local time; one that names nothing never does."""
    holds: list[bool] = []
    if rule.time is not None:
        holds.append(local.hour in TIMES[rule.time])
    if rule.weekday is not None:
        holds.append(local.weekday() == rule.weekday)
    if rule.first is not None and rule.last is not None:
        holds.append(_within(rule.first, rule.last, (local.month, local.day)))
    if rule.holiday is not None:
        known = HOLIDAYS[rule.holiday]
        holds.append(known.kept_in(region) and known.on(local.date()))
    return bool(holds) and all(holds)


def easter_sunday(year: int) -> date:
    """Easter of the western churches, by the Gregorian computus (Butcher's form)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    skipped, over = divmod(century, 4)
    moon = (19 * golden + century - skipped - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    quarter, left = divmod(rest, 4)
    week = (32 + 2 * over + 2 * quarter - moon - left) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _within(first: tuple[int, int], last: tuple[int, int], day: tuple[int, int]) -> bool:
    if first <= last:
        return first <= day <= last
    return day >= first or day <= last
