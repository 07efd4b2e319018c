"""The holidays of a region, by date. Invariant: a year of a region is stored as a whole or not at all.

A region is written ``DE`` or ``US-CA``; what holds for the country holds for its part.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from afterglow.core.clean import one_line

NAME_COLUMNS: Final = 60
_REGION: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@frozen
class Holiday:
    """``day``: a local date, ``2026-10-03``."""

    day: str
    name: str


def region_of(text: str | None) -> str | None:
    """``us-ca``, ``US_ca`` to ``US-CA``; None for what names no region."""
    region = (text or "").strip().upper().replace("_", "-")
    return region if _REGION.fullmatch(region) else None


def replace_year(connection: sqlite3.Connection, region: str, year: int, holidays: Iterable[Holiday]) -> None:
    """Store the holidays of a region (not of its country) in a year, in place of those known before.

    Raises ValueError for a region or a date that is none, or is of another year.
    """
    known = region_of(region)
    rows = [(known, holiday.day, one_line(holiday.name, NAME_COLUMNS)) for holiday in holidays]
    if known is None or any(
        not _DAY.fullmatch(day) or not day.startswith(f"{year:04d}-") for _, day, _ in rows
    ):
        raise ValueError("a holiday needs a region and a date in the year")
    connection.execute(
        "DELETE FROM holidays WHERE region = ? AND day >= ? AND day <= ?",
        (known, f"{year:04d}-01-01", f"{year:04d}-12-31"),
    )
    connection.executemany("INSERT OR IGNORE INTO holidays (region, day, name) VALUES (?, ?, ?)", rows)


def on(connection: sqlite3.Connection, region: str | None, day: str) -> tuple[str, ...]:
    """The names of the holidays of a local date in a region, those of its country first."""
    return tuple(holiday.name for holiday in _between(connection, region, day, day))


def of_year(connection: sqlite3.Connection, region: str | None, year: int) -> tuple[Holiday, ...]:
    """All known holidays of a year in a region, by date; none known: none."""
    return tuple(_between(connection, region, f"{year:04d}-01-01", f"{year:04d}-12-31"))


def _between(connection: sqlite3.Connection, region: str | None, first: str, last: str) -> list[Holiday]:
    known = region_of(region)
    if known is None:
        return []
    rows = connection.execute(
        "SELECT day, name FROM holidays WHERE region IN (?, ?) AND day >= ? AND day <= ?"
        " ORDER BY day, region, name",
        (known, known.partition("-")[0], first, last),
    )
    return list(dict.fromkeys(Holiday(row["day"], one_line(row["name"], NAME_COLUMNS)) for row in rows))
