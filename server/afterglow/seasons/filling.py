"""The public holidays of a region, from the library ``holidays`` to the table ``holidays``.

Invariant: all years of a call are written in one transaction, or none. What goes wrong is one line on
stderr and an exit code: 1 the database cannot be used, 2 the region or a year is none, 3 no library.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Final

from afterglow.store import calendar
from afterglow.store.calendar import Holiday
from afterglow.store.database import Database, Unavailable, explain
from afterglow.store.home import find_home, ring

MOST_YEARS: Final = 10
YEARS: Final = range(1900, 2200)
_MEND: Final = "name a country or a part of one, such as DE or US-CA"

Year = tuple[int, list[Holiday]]


class _Wrong(Exception):
    """``code``: the exit code; the text is the line to say."""

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code = code


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Store the holidays of ``REGION YEAR ...`` for the user of this environment; the exit code."""
    try:
        region, years = _asked(sys.argv[1:] if arguments is None else arguments)
        _store(region, _found(_library(), region, years), environ)
    except _Wrong as error:
        sys.stderr.write(f"afterglow.seasons: {error}\n")
        return error.code
    return 0


def _asked(words: Sequence[str]) -> tuple[str, list[int]]:
    region = calendar.region_of(words[0]) if words else None
    if region is None:
        raise _Wrong(2, f"{words[0]!r} is no region: {_MEND}" if words else f"no region: {_MEND}")
    years = [int(word) if word.isascii() and word.isdigit() and len(word) == 4 else 0 for word in words[1:]]
    if not 0 < len(years) <= MOST_YEARS or any(year not in YEARS for year in years):
        raise _Wrong(2, f"name 1 to {MOST_YEARS} years after the region, such as 2027")
    return region, years


def _library() -> ModuleType:
    try:
        import holidays  # noqa: PLC0415 - its absence is an answer, and nothing is loaded for a wrong call
    except ImportError:
        raise _Wrong(3, 'the calendar is not installed: pip install "afterglow-lsp[seasons]"') from None
    return holidays


def _found(library: ModuleType, region: str, years: Sequence[int]) -> list[Year]:
    """By year, the days that the region keeps: those of its country among them."""
    country, _, part = region.partition("-")
    options: dict[str, Any] = {"subdiv": part or None}
    try:
        language = _english(library, country)
        return [
            (year, _days(library.country_holidays(country, years=year, language=language, **options)))
            for year in years
        ]
    except NotImplementedError:
        raise _Wrong(2, f"the calendar does not know the region {region}: {_MEND}") from None


def _english(library: ModuleType, country: str) -> str | None:
    """The language to ask for; None where a country's names come in one language only."""
    known = tuple(getattr(getattr(library, country, None), "supported_languages", ()))
    return next((name for name in ("en_US", "en_GB", *known) if name in known and name[:2] == "en"), None)


def _days(calendar_of_year: Any) -> list[Holiday]:
    return [
        Holiday(day.isoformat(), str(name))
        for day in sorted(calendar_of_year)
        for name in calendar_of_year.get_list(day)
    ]


def _store(region: str, years: Sequence[Year], environ: Mapping[str, str]) -> None:
    home = find_home(environ)

    def work(connection: sqlite3.Connection) -> None:
        for year, days in years:
            calendar.replace_year(connection, region, year, days)

    try:
        database = Database(home, fallback=False)
        try:
            database.write(work)
        finally:
            database.close()
    except (Unavailable, sqlite3.Error) as error:
        raise _Wrong(1, f"the holidays could not be kept: {explain(error)}") from None
    ring(home)
