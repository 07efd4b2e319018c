"""Whether a line about the weather, the hour, the day or a holiday is true right now.

Invariant: pure; the local time, the names of the day's holidays and the weather come from outside. Which
days are public holidays is never worked out here: whoever keeps the calendar of the region says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from attrs import frozen

from afterglow.core.bank import SeasonRule, WeatherRule

TIMES: Final[Mapping[str, range]] = {"morning": range(5, 11), "evening": range(18, 23)}
"""Hours of the day, local."""

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})(?:[-_.@].*)?")


@frozen
class Holiday:
    """How a day is recognised; all that is given must hold. ``names``: one of them, folded, is among the
    day's public holidays; none: it is no public holiday anywhere, and known by its date alone.
    ``month``, ``day``: of its date. ``ordinal``: day of the year.
    """

    names: frozenset[str] = frozenset()
    month: int | None = None
    day: int | None = None
    ordinal: int | None = None

    def on(self, day: date, named: Collection[str] = ()) -> bool:
        """Whether it is on this day, whose public holidays have these names (in English)."""
        wanted = ((self.month, day.month), (self.day, day.day), (self.ordinal, day.timetuple().tm_yday))
        if any(given is not None and given != real for given, real in wanted):
            return False
        return not self.names or any(_folded(name) in self.names for name in named)


def _named(*names: str) -> frozenset[str]:
    return frozenset(map(_folded, names))


def _folded(name: str) -> str:
    return name.replace("\u2019", "'").casefold()


HOLIDAYS: Final[Mapping[str, Holiday]] = {
    "New Year's Day": Holiday(
        _named("New Year's Day", "International New Year Day", "New Year Holidays"), month=1, day=1
    ),
    "Lunar New Year": Holiday(_named(
        "Lunar New Year", "Chinese New Year", "Chinese New Year (Spring Festival)",
        "Chinese New Year's Day", "Chinese Spring Festival", "Korean New Year",
    )),
    "Leap Day": Holiday(month=2, day=29),
    "Pi Day": Holiday(month=3, day=14),
    "Easter Monday": Holiday(_named("Easter Monday", "Catholic Easter Monday")),
    # Half of the world says Labor Day to it; the line says May Day, so the month decides.
    "May Day": Holiday(_named(
        "May Day", "May Day Bank Holiday", "Labor Day", "Labour Day", "National Labor Day",
        "International Labor Day", "International Labour Day", "Worker's Day", "Workers' Day",
        "International Worker's Day", "International Workers' Day", "National Workers' Day",
        "International Workers' Solidarity Day", "Labor and Solidarity Day", "Holiday of Spring and Labor",
        "Labor Day and International Workers' Solidarity Day", "Agriculture and Labor Day",
    ), month=5),
    "Midsummer": Holiday(_named("Midsummer Eve", "Midsummer Day")),
    # A hundred countries have a day of this name; the line is about one.
    "Independence Day": Holiday(_named("Independence Day"), month=7, day=4),
    "Labor Day": Holiday(_named("Labor Day", "Labour Day"), month=9),
    "Day 256": Holiday(ordinal=256),
    "Halloween": Holiday(month=10, day=31),
    "Thanksgiving": Holiday(_named("Thanksgiving Day")),
    "Christmas Day": Holiday(_named(
        "Christmas Day", "Christmas", "Catholic Christmas Day", "Orthodox Christmas Day",
        "Orthodox Christmas", "Coptic Christmas Day", "Armenian Orthodox Christmas Day",
        "Christmas and Epiphany", "Christmas and Family Day", "Christmas Day (by new style)",
        "Christmas Day (by old style)",
    )),
    "Boxing Day": Holiday(_named("Boxing Day")),
    "New Year's Eve": Holiday(month=12, day=31),
}  # fmt: skip
"""What a line may call a holiday, and what the `holidays` library calls it. A day that is only observed
instead ("Christmas Day (observed)") is another day."""


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


def season_applies(rule: SeasonRule, local: datetime, named: Collection[str] = ()) -> bool:
    """Whether all that the rule names holds at this local time; one that names nothing never does.

    ``named``: the names of the day's public holidays where the user lives, as far as they are known.
    """
    holds: list[bool] = []
    if rule.time is not None:
        holds.append(local.hour in TIMES[rule.time])
    if rule.weekday is not None:
        holds.append(local.weekday() == rule.weekday)
    if rule.first is not None and rule.last is not None:
        holds.append(_within(rule.first, rule.last, (local.month, local.day)))
    if rule.holiday is not None:
        holds.append(HOLIDAYS[rule.holiday].on(local.date(), named))
    return bool(holds) and all(holds)


def region_of_locale(locale: str | None) -> str | None:
    """The country of a locale: DE of ``de-DE`` and ``de_DE.UTF-8``, TW of ``zh-Hant-TW``, None of ``C``."""
    found = _LOCALE.fullmatch((locale or "").strip())
    return found[1].upper() if found is not None else None


def _within(first: tuple[int, int], last: tuple[int, int], day: tuple[int, int]) -> bool:
    if first <= last:
        return first <= day <= last
    return day >= first or day <= last
