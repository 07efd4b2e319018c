"""Local times and spans as the week's script writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Europe/Berlin")
DAY_MS: Final = 86_400_000
SPAN: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")


def span_ms(text: str) -> float:
    """``11h4m``, ``41s``, ``3.5s`` in ms."""
    found = SPAN.fullmatch(text)
    assert found is not None, text
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def instant(day: date, clock: str) -> int:
    """A local time of a day, ``09:05`` or ``09:05:30``, in ms since the epoch."""
    hours, minutes, seconds = (int(part) for part in f"{clock}:00".split(":")[:3])
    local = datetime(day.year, day.month, day.day, hours, minutes, seconds, tzinfo=ZONE)
    return int(local.timestamp() * 1000)


def days_from(first: date, count: int) -> list[date]:
    """``count`` days, one after the other."""
    return [first + timedelta(days=number) for number in range(count)]
